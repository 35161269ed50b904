"""Why a broker could not be reached: kafka-python says it in a log line, and raises a timeout that says nothing."""

import logging
import time

from kafka.errors import AuthorizationError, KafkaError, KafkaTimeoutError, SaslAuthenticationFailedError

REFUSED = (SaslAuthenticationFailedError, AuthorizationError)
REASON_SECONDS_MAX = 10.0
REASON_CHARS_MAX = 200
_NOTHING = (0.0, "")


class HiddenReasons(logging.Filter):
    """Keeps for a while why connections failed, and lets no line through.

    Only text is kept, and the line ends here: whoever keeps an error keeps its socket, which the library leaves open.
    """

    def __init__(self) -> None:
        super().__init__()
        self._refused = self._failed = _NOTHING

    def forget(self) -> None:
        """A new attempt begins."""
        self._refused = self._failed = _NOTHING

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by the logger; the errors are among the arguments of the line."""
        for value in record.args or ():
            if isinstance(value, REFUSED):
                self._refused = (time.monotonic(), type(value).__name__)
            elif isinstance(value, KafkaError) and not isinstance(value, KafkaTimeoutError):
                self._failed = (time.monotonic(), str(value)[:REASON_CHARS_MAX])
        return False

    def refused(self) -> str:
        """By which error the broker has just refused us; a broker that does may also simply hang up."""
        return _fresh(*self._refused)

    def failed(self) -> str:
        """What else has just kept us from the broker."""
        return _fresh(*self._failed)


def _fresh(at: float, reason: str) -> str:
    return reason if time.monotonic() - at < REASON_SECONDS_MAX else ""


def listening() -> HiddenReasons:
    """Begin to listen to the part of the library that connects."""
    reasons = HiddenReasons()
    logger = logging.getLogger("kafka.net.manager")
    logger.setLevel(logging.WARNING)
    logger.addFilter(reasons)
    return reasons
