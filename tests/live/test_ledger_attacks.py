"""The attack matrix on a real ledger: made once by broker, keeper, two witnesses and fold, and attacked in copies."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from console.verifying.differences import Difference
from ingest.reader import read_all
from records.errors import Misconfigured
from records.ledger import tree
from records.ledger.frames import Frame
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.received import Received
from records.topics import POSTS
from tests.attacking import Attacked, of_kind
from tests.live import attacked
from tests.live.attacked import POSTS_COUNT
from tests.live.proved import Proved

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def made(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    """Everything, once for all of these tests."""
    with attacked.made(servers, tmp_path_factory.mktemp("attacked")) as everything:
        yield everything


@pytest.fixture
def copied(made: Proved, tmp_path: Path) -> Attacked:
    """A copy of the ledger, to be attacked in its largest log of posts."""
    return attacked.copy_of(made, tmp_path / "ledger")


def _found(made: Proved, copied: Attacked, *, index: bool = False) -> list[Difference]:
    return made.verify(copied.folder, index=index).named.first


def test_nothing_differs_over_http(made: Proved) -> None:
    """Every entry, every content, every document, fact and statement; all of it is cosigned by both."""
    outcome = made.verify()
    assert [one.said for one in outcome.named.first] == []
    assert outcome.ok, outcome.not_done
    assert outcome.indexed is not None
    assert outcome.contents is not None
    assert outcome.indexed.posts >= POSTS_COUNT
    assert outcome.indexed.watched >= 90
    assert outcome.contents.opened == outcome.entries
    assert all(log.covered == log.size and len(log.cosigned) == 2 for log in outcome.logs if log.size)


def test_nothing_differs_in_a_copy_read_by_several_processes(
    made: Proved, copied: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stretches come back in order from whoever looks at them."""
    monkeypatch.setattr("console.verifying.reading.PARALLEL_ENTRIES_MIN", 1)
    outcome = made.verify(copied.folder, parallel=True)
    assert [one.said for one in outcome.named.first] == []


def test_an_edited_entry(made: Proved, copied: Attacked) -> None:
    """Named by its hash; and by its document and its fact, where they are compared."""
    found = copied.frames()
    found[5] = copied.resealed(found[5], 5, b'{"v":1}')
    copied.write(found)
    differences = _found(made, copied)
    assert [(one.kind, one.entry) for one in of_kind(differences, "altered")] == [("altered", 5)]
    assert f"posts-{copied.log_id.partition}-5" in differences[0].said


def test_an_entry_edited_with_everything_after_it_made_again(made: Proved, copied: Attacked) -> None:
    """The witnesses contradict, and the index of facts says which entry it was."""
    found = copied.frames()
    content = next(iter(_received(made, copied, 7)))
    text = content.model_copy(update={"text": "something nicer"}).model_dump_json(exclude_none=True).encode()
    found[7] = copied.resealed(found[7], 7, text)
    copied.write(found, hashes=True, sign=True)
    differences = _found(made, copied, index=True)
    assert {one.where for one in of_kind(differences, "rewritten")} == {copied.log_id.path}
    place = f"posts-{copied.log_id.partition}-7"
    assert any(place in one.said for one in of_kind(differences, "fact") + of_kind(differences, "document"))


def _received(made: Proved, copied: Attacked, offset: int) -> Iterator[Any]:
    for one in read_all(made.settings, [POSTS]):
        if isinstance(one, Received) and (one.partition, one.offset) == (copied.log_id.partition, offset):
            yield one.record


def _forge_behind_a_decoy(copied: Attacked) -> None:
    found = copied.frames()
    for number in (3, 9):
        found[number] = copied.resealed(found[number], number, b'{"v":1}')
    copied.write(found)
    stored, at = bytearray((copied.log / "hashes").read_bytes()), 32 * tree.stored_index(0, 9)
    stored[at : at + 32] = tree.leaf_hash(copied.log_id.head + found[9].body)
    (copied.log / "hashes").write_bytes(bytes(stored))


def _delete(copied: Attacked) -> None:
    found = copied.frames()
    del found[9]
    again = [one if number < 9 else copied.resealed(one, number) for number, one in enumerate([*found, found[-1]])]
    copied.write(again, hashes=True, sign=True)


def _delete_and_leave_the_numbers(copied: Attacked) -> None:
    found = copied.frames()
    del found[9]
    copied.write(found, hashes=True, sign=True)


def _put_in(copied: Attacked) -> None:
    found = copied.frames()
    found.insert(9, copied.dated(found[8], 1_700_000_000_000))
    again = [one if number < 9 else copied.resealed(one, number) for number, one in enumerate(found)]
    copied.write(again, hashes=True, sign=True)


def _truncate(copied: Attacked) -> None:
    copied.write(copied.frames()[:-5], hashes=True, sign=True)
    shutil.copy(copied.log / "checkpoint", copied.log / "cosigned")


def _swap(copied: Attacked) -> None:
    found = copied.frames()
    found[3], found[9] = found[9], found[3]
    copied.write(found, hashes=True, sign=True)


def _swap_contents(copied: Attacked) -> None:
    found = copied.frames()
    found[9] = Frame(found[9].body, found[8].slot, found[8].sealed)
    copied.write(found)


def _alter_key(copied: Attacked) -> None:
    slot = copied.frames()[9].slot
    copied.change_slots(lambda slots: slots.__setitem__(slice(32 * slot, 32 * slot + 32), bytes([7]) * 32))


def _append_dated_back(copied: Attacked) -> None:
    ledger = Ledger(copied.folder, copied.name)
    log = ledger.log(copied.log_id)
    log.keep([Kept(log.next, 1_500_000_000_000, b"gen:gen-1", b"{}")])
    log.flush()
    log.sign()
    ledger.close()


@pytest.mark.parametrize(
    ("attack", "kind", "entry", "words"),
    [
        (_forge_behind_a_decoy, "altered", 3, "is not what its stored hash was made of"),
        (_forge_behind_a_decoy, "rewritten", 0, "on nothing is as"),
        (_delete, "rewritten", 0, "on nothing is as"),
        (_delete_and_leave_the_numbers, "moved", 9, "says that it is entry 10"),
        (_put_in, "rewritten", 0, "on nothing is as"),
        (_put_in, "back-dated", 9, "it was dated back"),
        (_truncate, "truncated", None, "were cut off"),
        (_swap, "moved", 3, "says that it is entry 9"),
        (_swap_contents, "unopened", 9, "is not opened by its key"),
        (_alter_key, "unopened", None, "is not opened by its key"),
        (_append_dated_back, "back-dated", None, "it was dated back"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_an_attack_on_the_folder(
    made: Proved, copied: Attacked, attack: Callable[[Attacked], None], kind: str, entry: int | None, words: str
) -> None:
    """With every key, against what the witnesses hold: found, and its log is named.

    So is the entry, where it contradicts its place, its hash, its time or its key. What was made again from some entry
    on with every key is named from the last cosigned checkpoint before it on: here, where all was cosigned at once,
    from entry 0. The test after this one names it by the indices.
    """
    attack(copied)
    found = [one for one in of_kind(_found(made, copied), kind) if one.where == copied.log_id.path]
    assert copied.log_id.path in found[0].said
    assert words in found[0].said
    if entry is not None:
        assert found[0].entry == entry


def test_a_deleted_entry_is_named_by_the_indices(made: Proved, copied: Attacked) -> None:
    """Though all after it was made again with every key: the first that is another is the one that was deleted."""
    _delete(copied)
    differences = _found(made, copied, index=True)
    path = copied.log_id.path
    assert [one.entry for one in of_kind(differences, "fact") if one.where == path] == [9]
    assert any(f"posts-{copied.log_id.partition}-9" in one.said for one in of_kind(differences, "fact"))


def test_a_topic_that_was_made_anew(made: Proved, copied: Attacked) -> None:
    """Its old log is gone, and a new one stands there."""
    shutil.rmtree(copied.log)
    ledger = Ledger(copied.folder, copied.name)
    log = ledger.log(replace(copied.log_id, topic_id="A" * 22))
    log.keep([Kept(0, 1_700_000_000_000, b"gen:gen-1", b"{}")])
    log.flush()
    log.sign()
    ledger.close()
    differences = of_kind(_found(made, copied), "truncated")
    assert copied.log_id.origin(copied.name) in differences[0].said


def test_the_keeper_refuses_to_start_on_a_cut_log(made: Proved, copied: Attacked) -> None:
    """It names the file and the entry."""
    copied.write(copied.frames()[:-5])
    with pytest.raises(Misconfigured, match="were lost"):
        Ledger(copied.folder, copied.name)
