"""Every way by which an alert can be told; trying again is left to whoever calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ingest.notifying import mail, webhook
from ingest.notifying.alert import Alert
from records.settings import Settings


@dataclass(frozen=True, slots=True)
class Way:
    """`refuse` raises where nothing may be sent to an address; `send` delivers once, or raises."""

    name: str
    refuse: Callable[[Settings, str], None]
    send: Callable[[Settings, str, Alert], None]


WEBHOOK: Final = Way("webhook", webhook.refuse_address, webhook.send)
MAIL: Final = Way("e-mail", mail.refuse_address, mail.send)
