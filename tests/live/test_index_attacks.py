"""The attack matrix on the indices of a real Lifeguard: documents that were altered, removed or invented are named."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from records.ledger.entries import absent, parse_body
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from tests.attacking import Attacked
from tests.live import attacked
from tests.live.attacked import altered, fact_of, invented
from tests.live.proved import Proved

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing flows here: what is not explained at once never is."""
    monkeypatch.setattr("console.verifying.indexed.RECHECKS_MAX", 2)


@pytest.fixture(scope="module")
def made(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    """Everything, once for all of these tests."""
    with attacked.made(servers, tmp_path_factory.mktemp("indexed")) as everything:
        yield everything


@pytest.fixture
def copied(made: Proved, tmp_path: Path) -> Attacked:
    """A copy of the ledger, to be attacked in its largest log of posts."""
    return attacked.copy_of(made, tmp_path / "ledger")


def test_an_altered_document_is_named_with_its_fields(made: Proved) -> None:
    """Its text in the index, and how far it says that it was folded."""
    with altered(made, "posts", "gen:gen-5", lambda document: document.update(text="nicer")):
        (one,) = made.verify().named.first
    assert (one.kind, one.where) == ("document", "gen:gen-5")
    assert one.said == "the document of post gen:gen-5 is not what its records say: text differ"


def test_a_document_that_was_set_back_is_named(made: Proved) -> None:
    """It says that less was folded than the fold has acknowledged."""
    with altered(made, "posts", "gen:gen-6", lambda document: document.update(applied={})):
        differences = made.verify().named.first
    assert {one.where for one in differences} == {"gen:gen-6"}
    assert "which it should have" in differences[0].said


def test_a_document_with_what_nobody_recorded_is_named(made: Proved) -> None:
    """It says that more was folded than the ledger will ever have."""

    def further(document: dict[str, Any]) -> None:
        log = next(iter(document["applied"]))
        document["applied"][log] = 10**9

    with altered(made, "posts", "gen:gen-7", further):
        differences = made.verify().named.first
    assert [(one.kind, one.where) for one in differences] == [("document", "gen:gen-7")]


def test_a_document_of_nonsense_is_named(made: Proved) -> None:
    """Whatever somebody writes there, it is compared and not believed."""
    with altered(made, "posts", "gen:gen-14", lambda document: document.update(applied=["x"], parts=7, labels=[])):
        differences = made.verify().named.first
    assert {(one.kind, one.where) for one in differences} == {("document", "gen:gen-14")}


def test_an_altered_fact_is_named(made: Proved) -> None:
    """By its record, and by what differs in it."""
    fact = fact_of(made, "gen:gen-8")
    with altered(made, "history", fact["record_id"], lambda document: document["record"].update(text="nicer")):
        (one,) = made.verify().named.first
    assert (one.kind, one.where) == ("fact", fact["record_id"])
    assert fact["place"] in one.said
    assert "record.text" in one.said


def test_a_deleted_fact_is_named(made: Proved) -> None:
    """By its record and its place in the ledger."""
    fact = fact_of(made, "gen:gen-9")
    made.pipeline.ask("DELETE", f"/{{history}}/_doc/{fact['record_id']}?refresh=true")
    try:
        (one,) = made.verify().named.first
    finally:
        made.pipeline.ask("PUT", f"/{{history}}/_doc/{fact['record_id']}?refresh=true", fact)
    assert (one.kind, one.where) == ("fact", fact["record_id"])
    assert f"{fact['place']} is missing in the index" in one.said


def _beginning_as(real: str) -> str:
    return real[:16] + "0" * (len(real) - 16)


@pytest.mark.parametrize(
    ("id_", "offset"), [("f" * 40, 0), ("f" * 40, 10**9), ("beginning as the real one", None)], ids=str
)
def test_an_invented_fact_is_named(made: Proved, id_: str, offset: int | None) -> None:
    """At a place of something else, at one that the ledger has not, and at its own with nearly its id."""
    fact = fact_of(made, "gen:gen-10")
    id_ = _beginning_as(fact["record_id"]) if offset is None else id_
    document = fact | {"record_id": id_} | ({} if offset is None else {"offset": offset})
    with invented(made, "history", id_, document):
        (one,) = made.verify().named.first
    assert (one.kind, one.where) == ("fact", id_)
    assert "the ledger has it not" in one.said


@pytest.mark.parametrize("why", ["absent", "erased"])
def test_an_invented_fact_is_named_where_no_record_can_be_read(made: Proved, copied: Attacked, why: str) -> None:
    """Where Kafka lost an entry, and where one of another post was erased."""
    id_, fact = "e" * 40, fact_of(made, "gen:gen-10")
    found = copied.frames()
    offset = next(n for n, one in enumerate(found) if parse_body(one.body).key != b"gen:gen-10")
    if why == "erased":
        slot = found[offset].slot
        copied.change_slots(lambda slots: slots.__setitem__(slice(32 * slot, 32 * slot + 32), bytes(32)))
    else:
        offset = _lose_one(copied)
    place = {"topic_id": copied.log_id.topic_id, "partition": copied.log_id.partition, "offset": offset}
    with invented(made, "history", id_, fact | {"record_id": id_} | place):
        differences = made.verify(copied.folder).named.first
    assert [one.where for one in differences if "the ledger has it not" in one.said] == [id_]


def _lose_one(copied: Attacked) -> int:
    """Somebody has accepted that an entry is absent, and others came after it."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    with closing(Ledger(copied.folder, copied.name)) as ledger:
        log = ledger.log(copied.log_id)
        offset = log.next
        log.keep_absent(absent(offset, "an acceptance", now_ms))
        log.keep([Kept(offset + 1, now_ms, b"gen:gen-10", b"{}")])
        log.flush()
        log.sign()
    return offset


@pytest.mark.parametrize(("id_", "post_id"), [("gen:never", "gen:never"), ("gen:another", "gen:gen-11")])
def test_an_invented_post_is_named(made: Proved, id_: str, post_id: str) -> None:
    """Of which the ledger has nothing; and another document of a post that there is."""
    document = made.pipeline.ask("GET", "/{posts}/_doc/gen:gen-11")["_source"] | {"post_id": post_id}
    with invented(made, "posts", id_, document):
        (one,) = made.verify().named.first
    assert (one.kind, one.where) == ("document", id_)


def test_an_altered_hour_of_watching_is_named(made: Proved) -> None:
    """A stretch that nobody watched, said to be watched."""
    hour = "gen@2026-11-20T12"
    with altered(made, "coverage", hour, lambda document: document.update(spans=[], read=1_000)):
        (one,) = made.verify().named.first
    assert (one.kind, one.where) == ("coverage", hour)
