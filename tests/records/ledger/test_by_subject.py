"""Whoever goes through the ledger post by post meets every entry once, with all others about the same post."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.ledger import by_subject
from records.ledger.by_subject import Posts, Subject, partitions
from records.ledger.keys import GrowingKeys
from records.ledger.reading import Folder
from records.posts import Post
from tests.moderation.case_records import COLLECTOR, at
from tests.records.ledger.kept import Message, keep, message

TOPICS = ("posts", "verdicts", "decisions")


def _post(number: int, minute: int) -> Post:
    return Post(
        kind="removed",
        post_id=f"forum:{number}",
        source="forum",
        native_id=str(number),
        seen_at=at(minute),
        collector=COLLECTOR,
    )


def _subjects(folder: Path, after: int = by_subject.NO_POST) -> list[list[Subject]]:
    with closing(Folder(folder)) as reader:
        found = partitions(reader, reader.logs())
        return [chunk for partition in sorted(found) for chunk in Posts(reader, found[partition], after=after).chunks()]


def _one_by_one(chunks: Sequence[Sequence[Subject]]) -> Iterator[Subject]:
    return (subject for chunk in chunks for subject in chunk)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few entries, with a few read along."""
    monkeypatch.setattr(by_subject, "CHUNK_ENTRIES", 5)
    monkeypatch.setattr(by_subject, "CHUNK_BYTES", 2_000)
    monkeypatch.setattr(by_subject, "GAP_ENTRIES_MAX", 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TOPICS), st.integers(0, 6)), max_size=60), st.data())
@pytest.mark.usefixtures("small_chunks")
def test_every_entry_comes_once_and_everything_about_a_post_comes_together(
    about: list[tuple[str, int]], data: st.DataObject
) -> None:
    """In offset order within each log; and from any post on, what comes is what came after it."""
    messages = [Message(topic, 0, f"forum:{number}".encode(), b"{}") for topic, number in about]
    with TemporaryDirectory() as folder:
        keep(Path(folder), messages)
        chunks = _subjects(Path(folder))
        slots = [subject.slot for subject in _one_by_one(chunks)]
        after = data.draw(st.sampled_from([by_subject.NO_POST, *slots]))
        rest = _subjects(Path(folder), after)
    found: dict[int, list[Subject]] = defaultdict(list)
    for subject in _one_by_one(chunks):
        assert not found[subject.slot] or found[subject.slot][-1].more
        found[subject.slot].append(subject)
    assert slots == sorted(slots)
    assert len(found) == len({number for _, number in about})
    for pieces in found.values():
        assert not pieces[-1].more
        entries = [one for piece in pieces for one in piece.entries]
        number = int(pieces[0].post_id.removeprefix("forum:"))
        places = [(TOPICS.index(one.log.topic), one.entry.offset) for one in entries]
        assert places == sorted(places)
        expected = [topic for topic, of in about if of == number]
        assert sorted(one.log.topic for one in entries) == sorted(expected)
        assert {one.entry.key for one in entries} == {f"forum:{number}".encode()}
    assert [subject.slot for subject in _one_by_one(rest)] == [slot for slot in slots if slot > after]


@pytest.mark.usefixtures("small_chunks")
def test_records_come_decoded_and_what_is_none_says_why(tmp_path: Path) -> None:
    """Bytes that are no record, a record under another key, no bytes at all: as the fold, which passes over them."""
    record = _post(1, 5)
    good = message("posts", record)
    keep(
        tmp_path,
        [
            good,
            Message("posts", 0, b"forum:1", b"nonsense"),
            Message("posts", 0, b"forum:1", None),
            Message("posts", 0, b"forum:2", good.value),
            Message("posts", 0, None, good.value),
        ],
    )
    subjects = list(_one_by_one(_subjects(tmp_path)))
    told = [(one.received.record if one.received else one.why) for subject in subjects for one in subject.entries]
    assert told == [record, "malformed", "malformed", "malformed", "malformed"]
    assert [len(subject.entries) for subject in subjects] == [3, 1, 1]
    assert [subject.post_id for subject in subjects] == ["forum:1", "forum:2", ""]


def test_what_was_erased_says_so_and_what_came_afterwards_is_there(tmp_path: Path) -> None:
    """The key of a post is gone: its entries are counted and not opened; later ones have another key."""
    keep(tmp_path, [message("posts", _post(1, minute)) for minute in range(3)])
    with closing(GrowingKeys(tmp_path / "keys")) as keys:
        keys.erase(0)
    later = _post(1, 9)
    keep(tmp_path, [message("posts", later)])
    erased, after = _one_by_one(_subjects(tmp_path))
    assert [one.why for one in erased.entries] == ["unopened"] * 3
    assert erased.post_id == after.post_id == "forum:1"
    assert [one.received.record for one in after.entries if one.received] == [later]


@pytest.mark.usefixtures("small_chunks")
def test_a_topic_that_was_made_anew_comes_after_the_one_before_it(tmp_path: Path) -> None:
    """Whatever Kafka called them, the older log is read first."""
    ids = ["zz", "aa"]
    random.shuffle(ids)
    messages = [
        Message("posts", 3, b"forum:1", b"{}", append_ms=time, topic_id=topic_id)
        for time, topic_id in enumerate(ids, 7)
        for _ in range(2)
    ]
    keep(tmp_path, messages)
    (subject,) = _one_by_one(_subjects(tmp_path))
    assert [one.log.topic_id for one in subject.entries] == [ids[0]] * 2 + [ids[1]] * 2
