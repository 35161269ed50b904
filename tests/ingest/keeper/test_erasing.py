"""The keeper's side of an erasure: what it takes, what goes and what stays, and what a crash or a backup does."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.keeper.identity import same
from ingest.registry import Registered
from records.codec import encode
from records.ledger.erasures import Erasures
from records.ledger.growing import Kept
from records.ledger.key_backups import note_backup
from records.ledger.reading import Folder
from records.registry import RoleGrant
from records.verdicts import Verdict
from tests.ingest.keeper.erasing import ErasingKeeper
from tests.moderation.case_records import judged
from tests.records.ledger.erasing import AT, act, erasure, kept, log_id, post, sign

DAY = timedelta(days=1)
AT_MS = 1_790_000_000_000


def verdict(number: int) -> Verdict:
    """On one of the posts."""
    said = judged("secret").model_dump() | {"post_id": f"forum:{number}", "record_id": ""}
    return Verdict.model_validate(said)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[ErasingKeeper]:
    """Two posts, each seen twice and judged, and the request and the confirmation to erase the first."""
    made = ErasingKeeper(tmp_path / "ledger")
    made.keep("posts", post(1, "secret"), post(2, "open"), post(1, "secret again"), post(2, "still open"))
    made.keep("verdicts", *[verdict(number) for number in (1, 2)])
    made.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"), act(2, "requested", "ann"))
    yield made
    made.ledger.close()


def test_content_goes_and_is_said_to_be_gone(scene: ErasingKeeper) -> None:
    """Of that post alone; the registry keeps the Erasure, and gets the keeper's word on it, once."""
    note_backup(scene.folder, {"kept_until": AT.isoformat()})
    asked = erasure(1, 1, 0)
    scene.keep("registry", asked)
    assert [one if isinstance(one, str) else one.post_id for one in scene.opened("posts")] == [
        "unopened",
        "forum:2",
        "unopened",
        "forum:2",
    ]
    assert scene.opened("verdicts")[0] == "unopened"
    assert scene.opened("decisions")[:2] == ["unopened", "unopened"]
    assert scene.opened("registry") == [asked]
    (said,) = scene.kafka.published
    assert (said.registry_id, said.staff_id, said.set_at, said.erasure_record_id, said.keys_until) == (
        "forum:1",
        "keeper",
        AT,
        asked.record_id,
        AT,
    )
    assert said.entries == {
        log_id(topic).path: 2 - (topic == "verdicts") for topic in ("posts", "verdicts", "decisions")
    }
    scene.keep("registry", said)
    scene.again()
    scene.round()
    assert scene.kafka.published == [said]


def test_what_comes_later_is_opened_by_nobody_unless_it_is_no_content(scene: ErasingKeeper) -> None:
    """A stub, decisions and outcomes are; sightings, verdicts and what is no record are not, also after a restart."""
    scene.keep("registry", erasure(1, 1, 0))
    stub = post(1, "secret").reduced()
    for _ in range(2):
        scene.keep("posts", post(1, "secret"), stub, post(2, "open"))
        log = scene.ledger.log(log_id("posts"))
        log.keep([Kept(log.next, 9, b"forum:1", b"{no record"), Kept(log.next + 1, 9, b"forum:1", None)])
        scene.keep("verdicts", verdict(1))
        scene.keep("decisions", act(1, "requested", "bob"))
        scene.again()
    found = scene.opened("posts")[4:]
    assert (
        found
        == [
            "unopened",
            stub,
            post(2, "open"),
            "unopened",
            "unopened",
        ]
        * 2
    )
    assert scene.opened("verdicts")[2:] == ["unopened"] * 2
    assert scene.opened("decisions")[3:] == [act(1, "requested", "bob")] * 2
    assert len({slots[0] for slots in scene.ledger.keys.find_all([b"post:forum:1"])}) == 1
    again = Kept(4, AT_MS, b"forum:1", encode(post(1, "secret")))
    assert same(scene.ledger.log(log_id("posts")), scene.ledger.keys, again)
    assert not same(scene.ledger.log(log_id("posts")), scene.ledger.keys, again._replace(append_ms=1))


def test_it_waits_for_its_decisions(scene: ErasingKeeper) -> None:
    """Topics are kept apart: the registry may be ahead."""
    scene.keep("registry", erasure(1, 4, 3))
    assert (scene.standing.erasures_waiting, scene.refused, scene.kafka.published) == (1, [], [])
    scene.again()
    assert scene.standing.erasures_waiting == 1
    scene.keep("decisions", act(1, "requested", "ann"))
    assert scene.standing.erasures_waiting == 1
    scene.keep("decisions", act(1, "confirmed", "eve"))
    assert (scene.standing.erasures_waiting, scene.refused) == (0, [])
    assert scene.opened("posts")[0] == "unopened"
    assert len(scene.kafka.published) == 1


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (erasure(1, 0, 1), "decisions-0-0 is not the decision by which this post's erasure was confirmed"),
        (erasure(1, 2, 0), "decisions-0-2 is not about this post"),
        (erasure(1, 1, 2), "decisions-0-2 is not about this post"),
        (erasure(2, 1, 0), "is not about this post"),
        (erasure(1, 1), "by which this post's erasure was expired"),
        (erasure(1, 1, 0, requested_by=None), "without the place"),
        (erasure(1, 1, 0, requested_by="bob"), "by another person than it says"),
        (erasure(1, 1, 0, confirmed_by="bob"), "by another person than it says"),
        (erasure(1, 1, 0, confirmed_place="posts-0-1"), "names a place that is none of a decision"),
        (erasure(1, 3, 0), "is not the decision by which this post's erasure was confirmed"),
        (erasure(1, 4, 0, confirmed_by="ann"), "one person requested and confirmed it"),
        (erasure(1, 5, 0), "was to be kept longer"),
        (erasure(1, 1, 6), "it was confirmed before it was requested"),
        (erasure(1, 7), "says of no period"),
        (erasure(1, 8), "was to be kept longer"),
        (RoleGrant(registry_id="forum:1", staff_id="a", set_at=AT, role="reviewer"), "is not the Erasure"),
    ],
)
def test_what_the_record_contradicts_is_never_erased(asked: Any, reason: str, scene: ErasingKeeper) -> None:
    """Nothing of any post; it is told, until the same post is erased as it should be."""
    period = {"kept_until": AT + DAY}
    scene.keep(
        "decisions",
        act(1, "requested", "eve"),
        act(1, "confirmed", "ann"),
        act(1, "confirmed", "eve", idempotency_key="held", **period),
        act(1, "requested", "ann", idempotency_key="later"),
        act(1, "expired", "eve", idempotency_key="no period"),
        act(1, "expired", "eve", idempotency_key="too early", **period),
    )
    log = scene.ledger.log(log_id("registry"))
    log.keep([Kept(log.next, AT_MS, b"erasure:" + asked.registry_id.encode(), encode(asked))])
    scene.round()
    assert len(scene.refused) == 1
    assert reason in scene.refused[0]
    assert "unopened" not in scene.opened("posts")
    assert scene.kafka.published == []
    scene.again()
    assert len(scene.refused) == 1
    assert b"lifeguard_keeper_erasures_refused 1.0" in scene.standing.metrics()
    if asked.registry_id == "forum:1":
        scene.keep("registry", erasure(1, 1, 0, version=2))
        assert scene.refused == []
        assert scene.opened("posts")[0] == "unopened"


def test_an_expiry_needs_nobodys_request_and_a_period_that_has_ended(scene: ErasingKeeper) -> None:
    """By the append time of the decision."""
    scene.keep("decisions", act(2, "expired", "retain", kept_until=AT - DAY))
    scene.keep("registry", erasure(2, 3, confirmed_by="retain"))
    assert scene.opened("posts")[1] == "unopened"


def test_nothing_goes_before_a_checkpoint_speaks_of_it(scene: ErasingKeeper) -> None:
    """Else content could be kept again, after a crash, with a key that is there."""
    kept(scene.ledger, "registry", [erasure(1, 1, 0)])
    scene.erasing.carry_out()
    scene.ledger.log(log_id("registry")).flush()
    scene.erasing.carry_out()
    assert "unopened" not in scene.opened("posts")
    scene.again()
    assert "unopened" not in scene.opened("posts")
    scene.round()
    assert scene.opened("posts")[0] == "unopened"


def test_what_was_done_and_not_said_is_said_later_and_once(scene: ErasingKeeper) -> None:
    """Kafka is away; the process ends; and where the one before has said it, nothing is said again."""
    scene.kafka.away = True
    scene.keep("registry", erasure(1, 1, 0))
    scene.round()
    assert scene.opened("posts")[0] == "unopened"
    scene.again()
    scene.kafka.away = False
    scene.round()
    (said,) = scene.kafka.published
    assert len(said.entries) == 3
    scene.again()  # before the ledger has it
    scene.kafka.registry = [Registered(said, "registry-0-1", AT_MS)]
    scene.round()
    assert scene.kafka.published == [said]
    scene.kafka.registry = []
    scene.again()
    scene.round()
    assert scene.kafka.published == [said, said]  # had Kafka lost it: the same fact


def test_older_keys_that_come_back_are_erased_at_the_start(scene: ErasingKeeper) -> None:
    """From a backup that has the keys of content and not that of the Erasure, or that of both."""
    slots = scene.folder / "keys" / "slots"
    subjects = scene.folder / "keys" / "subjects"
    older, asked = slots.read_bytes(), erasure(1, 1, 0)
    scene.keep("registry", asked, RoleGrant(registry_id="x", staff_id="a", set_at=AT, role="reviewer"))
    newer = slots.read_bytes()
    assert newer[: len(older)] != older
    scene.ledger.close()
    slots.write_bytes(older + newer[len(older) :])
    scene.start()
    assert slots.read_bytes() == newer
    scene.ledger.close()
    lost = len(newer) - len(older)
    slots.write_bytes(older + bytes(lost))
    subjects.write_bytes(subjects.read_bytes()[: len(older) // 2] + bytes(lost // 2))
    scene.kafka.away = True
    scene.start()
    assert (scene.standing.erasures_waiting, scene.refused) == (1, [])
    scene.kafka.away = False
    scene.kafka.registry = [Registered(asked, "registry-0-0", AT_MS)]
    scene.round()
    assert slots.read_bytes()[: len(older)] == newer[: len(older)]


def test_an_erasure_whose_key_is_lost_everywhere_is_told(scene: ErasingKeeper) -> None:
    """Somebody has to publish it once more."""
    older = (scene.folder / "keys" / "slots").read_bytes()
    scene.keep("registry", erasure(1, 1, 0))
    scene.ledger.close()
    (scene.folder / "keys" / "slots").write_bytes(older + bytes(32))
    scene.start()
    assert scene.refused == ["it cannot be opened: its key is lost; have it published once more"]


def test_the_same_erasure_twice_takes_nothing_that_came_after_the_first(scene: ErasingKeeper) -> None:
    """Whoever can write to the registry cannot have later decisions forgotten by it."""
    scene.keep("registry", erasure(1, 1, 0))
    scene.keep("decisions", act(1, "requested", "bob"))
    scene.keep("registry", erasure(1, 1, 0), erasure(1, 1, 0, version=2))
    scene.again()
    assert scene.opened("decisions")[3] == act(1, "requested", "bob")
    assert (scene.refused, len(scene.kafka.published)) == ([], 1)


def test_many_are_erased_with_one_sync(scene: ErasingKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """An expiry is about thousands."""
    scene.keep("posts", *(post(number, "old") for number in range(3, 203)))
    scene.keep("decisions", *(act(number, "expired", "retain", kept_until=AT - DAY) for number in range(3, 203)))
    kept(scene.ledger, "registry", [erasure(number, number, confirmed_by="retain") for number in range(3, 203)])
    sign(scene.ledger)
    syncs: list[int] = []
    monkeypatch.setattr("records.ledger.keys.sync", syncs.append)
    scene.erasing.carry_out()
    scene.erasing.publish()
    assert len(syncs) == 1
    assert scene.opened("posts")[4:] == ["unopened"] * 200
    assert [said.entries for said in scene.kafka.published] == [
        {log_id("posts").path: 1, log_id("decisions").path: 1}
    ] * 200


def test_records_are_kept_between_many_erasures(scene: ErasingKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some a round, and all of them at a start; one that waits keeps no other waiting."""
    monkeypatch.setattr("ingest.keeper.erasing.AT_ONCE", 2)
    scene.keep(
        "decisions", *(act(2, "expired", "retain", kept_until=AT - DAY, idempotency_key=f"{n}") for n in range(5))
    )
    asked = [erasure(2, number, confirmed_by="retain", version=number) for number in (99, 98, 3)]
    scene.keep("registry", *asked)
    assert (scene.standing.erasures_waiting, scene.opened("posts")[1]) == (3, post(2, "open"))
    scene.round()
    assert (scene.standing.erasures_waiting, scene.opened("posts")[1]) == (2, "unopened")
    scene.again()
    assert scene.standing.erasures_waiting == 0


def test_readers_find_erasures_by_post(scene: ErasingKeeper) -> None:
    """With what they say; of a damaged log the others."""
    scene.keep("registry", erasure(1, 1, 0, basis="first"), erasure(1, 1, 0, version=2, basis="second"))
    with closing(Folder(scene.folder)) as reader:
        erasures = Erasures()
        erasures.look(reader, reader.logs())
        assert (b"forum:1" in erasures, b"forum:2" in erasures, len(erasures)) == (True, False, 1)
        found = erasures.opened(reader, [b"forum:1", b"forum:2"])
        assert {post_id: one.basis for post_id, one in found.items()} == {b"forum:1": "second"}
        slot = scene.ledger.keys.find_all([b"post:forum:1"])[0][0]
        assert erasures.explains("decisions", b"forum:1", slot)
        assert not erasures.explains("decisions", b"forum:1", slot + 50)
        assert erasures.explains("posts", b"forum:1", slot + 50)
        assert not erasures.explains("posts", b"forum:2", slot)
