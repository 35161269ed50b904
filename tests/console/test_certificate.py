"""A certificate of erasure names persons, ground and ends, and says of whatever it lacks why."""

from datetime import UTC, datetime
from typing import Any

from markupsafe import escape

from console.certificate import _certificate, _closed, _Done
from console.page import render_certificate
from ingest.registry import Registered
from records.registry import Erased, Erasure

NOW = datetime(2026, 11, 2, 9, 14, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)
COMMON: dict[str, Any] = {"registry_id": "forum:1", "set_at": NOW}
ORDERED = Erasure(
    staff_id="retain",
    basis="article 17 of the GDPR",
    requested_by="ann",
    requested_place="decisions-0-4",
    confirmed_by="ben",
    confirmed_place="decisions-0-5",
    confirmed_at=NOW,
    stub={},
    **COMMON,
)
ERASED = Erased(staff_id="keeper", erasure_record_id=ORDERED.record_id, entries={"posts-0-x": 2}, **COMMON)


def done(said: Erasure = ORDERED) -> _Done:
    """An erasure that was carried out."""
    return _Done(Registered(said, "registry-0-0", MS), Registered(ERASED, "registry-0-1", MS), said, ERASED)


def test_it_names_both_persons_and_what_cannot_be_read_any_more() -> None:
    """The page shows all of it, and says why there is no end in Kafka, and no known backup."""
    found = _certificate(done(), 3, None)
    assert (found.requested_by, found.confirmed_by, found.entries) == ("ann", "ben", {"posts-0-x": 2})
    assert set(found.absent) == {"kafka_until", "keys_until"}
    page = render_certificate(found)
    for said in ("article 17 of the GDPR", "posts-0-x", *found.absent.values(), *found.remains):
        assert escape(said) in page


def test_an_expiry_was_requested_by_nobody() -> None:
    """The policy asks for it, and the certificate says so."""
    found = _certificate(done(ORDERED.model_copy(update={"requested_by": None, "requested_place": None})), 3, NOW)
    assert "its retention period had ended" in found.absent["requested_by"]


def test_what_came_after_the_erasure_is_not_among_what_it_closed() -> None:
    """A later sighting is a stub, and can be read."""
    place = {"topic_id": "id", "partition": 0}
    facts = [
        {**place, "offset": 1, "recorded_at": "2026-11-02T09:00:00+00:00"},
        {**place, "offset": 2, "recorded_at": "2026-11-02T10:00:00+00:00"},
    ]
    assert list(_closed(facts, done())) == [("id", 0, 1)]
