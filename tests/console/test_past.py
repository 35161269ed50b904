"""The state of a post at any past instant is made again exactly, and the rebuild's way gives what the fold gave."""

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.past import Past, as_it_stood, state_of
from moderation.cases import fold_post
from records.documents import PostDocument
from records.ledger.keys import GrowingKeys
from records.ledger.reading import Folder
from records.received import Received
from search.history import history_document
from tests.console.post_histories import Logs, several_posts
from tests.moderation.case_histories import batches, interleaved
from tests.moderation.case_records import START, at, seen
from tests.records.ledger.kept import Message, keep, message_of

EXAMPLES = settings(max_examples=40, deadline=None)
TICK = timedelta(milliseconds=1)
Views = tuple[dict[str, PostDocument], dict[str, dict[str, Any]]]


def live(folded: Iterable[Sequence[Received]]) -> Views:
    """What the two views hold after these batches: documents by post, and each fact as it first came."""
    documents: dict[str, PostDocument] = {}
    facts: dict[str, dict[str, Any]] = {}
    for batch in folded:
        about: dict[str, list[Received]] = {}
        for one in batch:
            facts.setdefault(one.record.record_id, orjson.loads(orjson.dumps(history_document(one))))
            about.setdefault(one.record.post_id, []).append(one)
        for post_id, records in about.items():
            documents[post_id] = json.loads(json.dumps(fold_post(documents.get(post_id), records)))
    return documents, facts


def _of(post_id: str, facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [fact for fact in facts if fact["post_id"] == post_id]
    return sorted(found, key=lambda fact: (fact["recorded_at"], fact["topic"], fact["partition"], fact["offset"]))


@EXAMPLES
@given(st.data(), several_posts())
@pytest.mark.usefixtures("unsynced")
def test_the_state_at_every_past_instant_is_made_again_exactly(data: st.DataObject, logs: Logs) -> None:
    """At every append time, just before and after it, with all records of one millisecond, whatever came later."""
    everything = interleaved(data.draw, logs)
    times = {one.recorded_at for one in everything}
    instants = sorted({time + ticks * TICK for time in times for ticks in (-1, 0, 1)} | {START - TICK})
    with TemporaryDirectory() as folder:
        keep(Path(folder), map(message_of, (one for log in logs.values() for one in log)))
        _, facts = live([everything])
        with closing(Folder(Path(folder))) as reader:
            for instant in data.draw(st.lists(st.sampled_from(instants), min_size=1, max_size=6, unique=True)):
                then = [one for one in everything if one.recorded_at <= instant]
                documents, known = live(batches(data.draw, then))
                for post_id in {one.record.post_id for one in everything}:
                    past = as_it_stood(reader, post_id, _of(post_id, facts.values()), instant + TICK / 2)
                    assert past.document == documents.get(post_id)
                    assert past.facts == _of(post_id, known.values())
                    assert past.missing == past.unreadable == 0
                    first = min(one.recorded_at for one in everything if one.record.post_id == post_id)
                    assert past.first_recorded_at == first


def _past(folder: Path, minutes: float, *facts: Received) -> Past:
    with closing(Folder(folder)) as reader:
        return as_it_stood(reader, "forum:1", [history_document(fact) for fact in facts], at(minutes))


def test_a_post_that_was_not_known_yet_says_when_it_first_was(tmp_path: Path) -> None:
    """And what was recorded later stays closed."""
    first = Received("posts", "id-of-posts", 0, 0, at(5), seen("hello"))
    keep(tmp_path, [message_of(first)])
    past = _past(tmp_path, 4, first)
    assert (past.document, past.facts, past.upto) == (None, [], ())
    assert past.first_recorded_at == at(5)


def test_the_last_entry_of_each_log_is_named(tmp_path: Path) -> None:
    """So that somebody can look it up, and have it proved."""
    facts = [Received("posts", "id-of-posts", 0, offset, at(offset), seen(f"text {offset}")) for offset in range(4)]
    keep(tmp_path, map(message_of, facts))
    assert _past(tmp_path, 2, *facts[:1]).upto == ("posts-0-2",)


def test_an_index_that_names_entries_of_another_post_is_not_believed(tmp_path: Path) -> None:
    """The key of an entry says whose it is."""
    other = Message("posts", 0, b"forum:2", b"{}", 0)
    fact = Received("posts", "id-of-posts", 0, 0, at(0), seen("hello"))
    keep(tmp_path, [other])
    past = _past(tmp_path, 9, fact)
    assert (past.document, past.first_recorded_at) == (None, None)


def test_what_is_not_in_the_ledger_yet_and_what_was_erased_is_counted(tmp_path: Path) -> None:
    """A past state that lacks something says so."""
    facts = [Received("posts", "id-of-posts", 0, offset, at(offset), seen(f"text {offset}")) for offset in range(3)]
    keep(tmp_path, map(message_of, facts[:2]))
    with closing(GrowingKeys(tmp_path / "keys")) as keys:
        keys.erase(0)
    past = _past(tmp_path, 9, *facts)
    assert (past.document, past.unreadable, past.missing) == (None, 2, 1)
    assert _past(tmp_path, 1, *facts).missing == 0
    elsewhere = replace(facts[0], partition=5)
    assert _past(tmp_path, 9, elsewhere).missing == 1


def test_without_records_there_is_no_state() -> None:
    """Nothing comes of nothing."""
    assert state_of([]) == (None, [])
