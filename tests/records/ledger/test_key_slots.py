"""The key store: a subject keeps its key until that is erased, whatever crashed in between."""

import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import Misconfigured
from records.ledger import subjects
from records.ledger.keys import GrowingKeys, Keys
from records.ledger.sealing import subject_digest
from records.ledger.subjects import Digests, newest_slot
from tests.records.ledger.shapes import POSTS, keep, made, opened, read


@given(steps=st.lists(st.tuples(st.sampled_from("seal seal sync erase reopen kill".split()), st.integers(0, 40))))
@settings(max_examples=60, deadline=None)
def test_keys_are_like_a_dictionary(steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Slots and keys of subjects against a model, with merges of the array after every few subjects."""
    folder, model, durable = tmp_path_factory.mktemp("keys") / "keys", {}, {}
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(subjects, "RECENT_MAX", 3)
        keys = GrowingKeys(folder)
        for what, number in steps:
            if what == "seal":
                names = [b"%d" % (n % 20) for n in range(number, number + number % 5 + 1)]
                for name, found in zip(names, keys.sealing(names), strict=True):
                    assert model.setdefault(name, found) == found
            elif what == "erase" and model:
                name = sorted(model)[number % len(model)]
                keys.erase(model.pop(name)[0])
                durable = dict(model)
            elif what == "sync":
                keys.sync()
                durable = dict(model)
            elif what in {"reopen", "kill"}:
                keys.close()
                model, keys = dict(durable), GrowingKeys(folder)
            for name, (slot, key) in model.items():
                assert (keys.find(subject_digest(name)), keys.key(slot)) == (slot, key)
        keys.sync()
        with closing(Keys(folder)) as reader:
            for name, (slot, key) in model.items():
                assert (reader.find(subject_digest(name)), reader.key(slot)) == (slot, key)
            assert len(reader) == len(keys)
            assert reader.key(len(keys)) is None
        keys.close()


def test_equal_beginnings_are_two_subjects() -> None:
    """The array knows eight bytes of a digest; the rest is compared, and of equal ones the newest slot counts."""
    same = [b"12345678" + bytes([n]) * 8 for n in (1, 2, 1, 3)]
    digests = Digests(b"".join(same), lambda slot: same[slot])
    assert digests.find([*same, b"12345678" + bytes(8), bytes(16)]) == [2, 1, 2, 3, None, None]
    assert newest_slot(b"".join(same), same[0]) == 2
    assert newest_slot(b"", same[0]) is None


def test_the_array_and_the_dictionary_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of random digests, in many merges."""
    monkeypatch.setattr(subjects, "RECENT_MAX", 100)
    chance = random.Random(1)
    known: list[bytes] = []
    model: dict[bytes, int] = {}
    digests = Digests(b"", lambda slot: known[slot])
    for _ in range(60):
        new = [chance.choice(known) if known and chance.random() < 0.1 else chance.randbytes(16) for _ in range(50)]
        digests.add(new, range(len(known), len(known) + 50))
        known += new
        model = {digest: slot for slot, digest in enumerate(known)}
        digests.merge()
        wanted = [*chance.sample(known, 40), chance.randbytes(16)]
        assert digests.find(wanted) == [model.get(digest) for digest in wanted]


@pytest.mark.parametrize(("slots", "subjects_"), [(32, 0), (33, 16), (0, 7), (64, 23), (95, 32)])
def test_what_a_crash_left_half_written_belongs_to_nobody(tmp_path: Path, slots: int, subjects_: int) -> None:
    """Slots without a subject stay unused, half ones are cut off, and new ones are made after them."""
    (tmp_path / "slots").write_bytes(b"k" * slots)
    (tmp_path / "subjects").write_bytes(b"s" * subjects_)
    with closing(GrowingKeys(tmp_path)) as keys:
        before = len(keys)
        assert before == slots // 32
        assert keys.sealing([b"post:1"])[0][0] == before
        keys.sync()
    assert (tmp_path / "slots").stat().st_size == (before + 1) * 32
    assert (tmp_path / "subjects").stat().st_size == (before + 1) * 16


def test_fewer_keys_than_subjects_are_refused(tmp_path: Path) -> None:
    """No crash does that."""
    (tmp_path / "slots").write_bytes(b"k" * 32)
    (tmp_path / "subjects").write_bytes(b"s" * 32)
    with pytest.raises(Misconfigured, match=r"subjects names 2 subjects and .*slots has 1 keys"):
        GrowingKeys(tmp_path)


def test_an_unknown_file_among_the_keys_is_refused(tmp_path: Path) -> None:
    """A copy of the keys there would survive every erasure."""
    (tmp_path / "slots.bak").write_bytes(b"")
    with pytest.raises(Misconfigured, match=r"slots\.bak is not a part of the keys"):
        GrowingKeys(tmp_path)


@pytest.mark.parametrize("slot", [-1, 1, 0xFFFFFFFF])
def test_only_keys_that_there_are_can_be_erased(tmp_path: Path, slot: int) -> None:
    """The file never grows by it."""
    with closing(GrowingKeys(tmp_path)) as keys:
        keys.sealing([b"post:1"])
        with pytest.raises(ValueError, match="there is no key"):
            keys.erase(slot)


def test_a_key_that_was_not_written_yet_is_erased_too(tmp_path: Path) -> None:
    """The next sync does not bring it back."""
    with closing(GrowingKeys(tmp_path)) as keys:
        slot, _ = keys.sealing([b"post:1"])[0]
        keys.erase(slot)
        keys.sync()
        assert keys.key(slot) is None
    assert (tmp_path / "slots").read_bytes() == bytes(32)


def test_erasing_a_key_erases_content_and_nothing_else(tmp_path: Path) -> None:
    """Leaves and root stay, the values of that post are gone for ever, and its next record gets another key."""
    made(tmp_path, 20)
    before = read(tmp_path)
    with opened(tmp_path) as ledger:
        slot = ledger.keys.find(subject_digest(b"post:post-3"))
        assert slot is not None
        ledger.keys.erase(slot)
        after = read(tmp_path)
        keep(ledger.log(POSTS), 24)
        ledger.log(POSTS).sign()
        newer = ledger.keys.find(subject_digest(b"post:post-3"))
        assert newer not in {None, slot}
    assert [leaf for _, leaf in after] == [leaf for _, leaf in before]
    for (kept, _), (was, _) in zip(after, before, strict=True):
        assert kept.value == (None if was.key == b"post-3" else was.value)
    again = read(tmp_path)
    assert [leaf for _, leaf in again[:20]] == [leaf for _, leaf in before]
    assert [kept.value is None for kept, _ in again if kept.key == b"post-3"] == [True, True, True, False]


def test_swapped_keys_open_nothing(tmp_path: Path) -> None:
    """A commitment says which text it is, not only which key opens something."""
    made(tmp_path, 20)
    path = tmp_path / "keys" / "slots"
    data = path.read_bytes()
    path.write_bytes(data[32:64] + data[:32] + data[64:])
    after = [(kept.key, kept.value is not None) for kept, _ in read(tmp_path) if kept.offset != 10]
    assert {key for key, opens in after if not opens} == {b"post-0", b"post-1"}
    assert {key for key, opens in after if opens}.isdisjoint({b"post-0", b"post-1"})
