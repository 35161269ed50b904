"""Posts with their decisions and Erasures, as Kafka would have handed them to the keeper of a small ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from records.base import Record
from records.codec import encode
from records.decisions import Erase
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.posts import Post
from records.registry import Erasure
from tests.moderation.case_records import seen

AT_MS = 1_790_000_000_000
AT = datetime.fromtimestamp(AT_MS / 1000, UTC)
STUB = {"parts": {}, "applied": {}}


def log_id(topic: str) -> LogId:
    """The only log of a topic."""
    return LogId("c" * 22, topic, f"{topic}-id-{'x' * 22}"[:22], 0)


def post(number: int, text: str) -> Post:
    """A sighting of one of some posts."""
    said = {"post_id": f"forum:{number}", "native_id": str(number), "record_id": ""}
    return Post.model_validate(seen(text).model_dump() | said)


def act(number: int, state: str, staff_id: str, **changed: Any) -> Erase:
    """What a person, or the policy, did about it."""
    said: dict[str, Any] = {"post_id": f"forum:{number}", "staff_id": staff_id, "made_at": AT, "basis": "art. 17"}
    return Erase(**{"idempotency_key": f"{state}-{staff_id}", "state": state} | said | changed)


def erasure(number: int, confirmed: int, requested: int | None = None, **changed: Any) -> Erasure:
    """What follows from decisions at these offsets."""
    said: dict[str, Any] = {"registry_id": f"forum:{number}", "staff_id": "retain", "set_at": AT, "basis": "art. 17"}
    said |= {"confirmed_by": "eve", "confirmed_place": f"decisions-0-{confirmed}", "confirmed_at": AT, "stub": STUB}
    if requested is not None:
        said |= {"requested_by": "ann", "requested_place": f"decisions-0-{requested}"}
    return Erasure(**said | changed)


def kept(ledger: Ledger, topic: str, records: Sequence[Record], *, later: timedelta = timedelta()) -> None:
    """Keeps records at the end of their log; not flushed and not signed."""
    log = ledger.log(log_id(topic))
    at_ms = AT_MS + later // timedelta(milliseconds=1)
    log.keep([Kept(log.next + n, at_ms + n, one.key().encode(), encode(one)) for n, one in enumerate(records)])


def sign(ledger: Ledger) -> None:
    """Flushes and signs everything."""
    for log in ledger:
        log.flush()
    for log in ledger:
        log.sign()
