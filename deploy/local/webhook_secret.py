"""The secret that signs webhooks on this machine: made once, kept in a file for its owner alone, never printed."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

SECRET_BYTES = 32


def secrets_file(data: Path) -> Path:
    """The file with the secret, written the first time it is asked for."""
    return private_file(data / "secrets" / "webhook", _secret)


def private_file(file: Path, content: Callable[[], str]) -> Path:
    """A file that only its owner may read; made where it is missing, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        arriving = file.with_suffix(".arriving")
        arriving.unlink(missing_ok=True)
        with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(content())
        arriving.rename(file)
    return file


def _secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}\n"
