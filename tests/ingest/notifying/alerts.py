"""An alert for tests, and settings that may send it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.notifying.alert import Alert
from records.settings import Settings

SECRET = "whsec_bGlmZWd1YXJkLXRlc3RzLWJsYWNrLXNlYS1zd2ltbWVy"
OTHER_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 3, 9, 14, 30, tzinfo=UTC)


def alert(**changes: Any) -> Alert:
    """Three posts have entered a queue; the oldest waits for an hour."""
    said = {
        "alert_id": "0" * 40,
        "queue": "refunds",
        "title": "Refunds",
        "entered": 3,
        "oldest_at": NOW - timedelta(hours=1),
        "address": "https://lifeguard.example.com/queue?queue=refunds",
        "made_at": NOW,
    }
    return Alert(**(said | changes))


def alerting(folder: Path, **changes: Any) -> Settings:
    """Settings by which alerts are signed, and sent to the hosts that `changes` name."""
    secrets = folder / "alert-secrets"
    secrets.write_text(f"{SECRET}\n{OTHER_SECRET}\n")
    return Settings(**({"alert_secret_file": secrets, "data_dir": folder} | changes))
