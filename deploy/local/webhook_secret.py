"""The secret that signs webhooks on this machine: made once, kept in a file for its owner alone, never printed."""

import base64
import os
import secrets
from pathlib import Path

SECRET_BYTES = 32


def secrets_file(data: Path) -> Path:
    """The file with the secret, written the first time it is asked for."""
    file = data / "secrets" / "webhook"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
        arriving = file.with_suffix(".arriving")
        arriving.unlink(missing_ok=True)
        with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(f"whsec_{secret}\n")
        arriving.rename(file)
    return file
