"""What a configured source is told in the file of sources: what all kinds share, and where secrets are read from."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from records.base import Name
from records.errors import Misconfigured

EVERY_SECONDS = 60.0
EVERY_SECONDS_MAX = 86_400
SECRET_BYTES_MAX = 10_000
CREDENTIALS = "CREDENTIALS_DIRECTORY"
HERE = ("localhost", "127.0.0.1", "::1")


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a password: name a file that does")
    return text


Address = Annotated[str, Field(max_length=2048), AfterValidator(_address)]
"""An http or https address without a password in it."""


class Options(BaseModel):
    """What every configured source is told; each kind adds its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: Name
    every_seconds: Annotated[float, Field(ge=1, le=EVERY_SECONDS_MAX)] = EVERY_SECONDS

    @property
    def takes_orders(self) -> bool:
        """Whether they name the credentials with which orders are carried out on the site."""
        return False


def secret_in(path: Path) -> str:
    """The secret that a file holds, without the space around it; raises Misconfigured, never with the secret.

    A relative path is one of the credentials that systemd has given to the process, where it has given any.
    """
    try:
        with (Path(os.environ.get(CREDENTIALS, "")) / path).open("rb") as file:
            secret = file.read(SECRET_BYTES_MAX + 1).decode("utf-8").strip()
    except OSError as error:
        raise Misconfigured(f"the secret in {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"the secret in {path} is not text in UTF-8") from None
    if not secret or len(secret) > SECRET_BYTES_MAX:
        raise Misconfigured(f"{path} must hold a secret of 1 to {SECRET_BYTES_MAX} bytes")
    return secret
