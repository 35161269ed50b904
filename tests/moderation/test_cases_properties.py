"""What holds for every history of a post, whatever order its topics are read in."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.cases import derive, fold_post
from records.documents import STATES, PostDocument
from records.received import Received
from tests.moderation.case_histories import batches, histories, interleaved, published_again
from tests.moderation.case_records import at, erase, hold

EXAMPLES = settings(max_examples=60, deadline=None)
MANY_EXAMPLES = settings(max_examples=150, deadline=None)
COUNTING = {"decide", "undo", "escalate", "defer"}


def _one_by_one(logs: dict[str, list[Received]]) -> list[Received]:
    return [one for log in logs.values() for one in log]


def _needed(document: PostDocument) -> PostDocument:
    """What the fold must be given back; a search may leave out the rest, such as the embedding."""
    return {"post_id": document["post_id"], "parts": document["parts"], "applied": document["applied"]}


def _without(document: PostDocument, *names: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}


@MANY_EXAMPLES
@given(st.data(), histories())
def test_every_interleaving_and_every_batch_split_gives_the_same_document(
    data: st.DataObject, logs: dict[str, list[Received]]
) -> None:
    """Topics one after another in one batch, or mixed in many batches with JSON in between: no difference."""
    whole = fold_post(None, _one_by_one(logs))
    document: PostDocument | None = None
    for batch in batches(data.draw, interleaved(data.draw, logs)):
        document = json.loads(json.dumps(fold_post(document and _needed(document), batch)))
    assert document == whole


@EXAMPLES
@given(st.data(), histories())
def test_reading_any_stretch_again_changes_nothing(data: st.DataObject, logs: dict[str, list[Received]]) -> None:
    """A worker that was killed redoes a part of its work."""
    received = interleaved(data.draw, logs)
    document = fold_post(None, received)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(received))] * 2)))
    assert fold_post(document, received[start:end]) == document
    assert fold_post(document, []) == document


@EXAMPLES
@given(histories())
def test_the_same_facts_published_again_change_only_how_far_was_read(logs: dict[str, list[Received]]) -> None:
    """A source that sends everything twice makes no second fact."""
    document = fold_post(None, _one_by_one(logs))
    again = fold_post(document, published_again(logs))
    assert _without(again, "applied") == _without(document, "applied")
    assert all(again["applied"][log] >= offset for log, offset in document["applied"].items())


@EXAMPLES
@given(st.data(), histories())
def test_folding_leaves_the_document_that_it_was_given_alone(
    data: st.DataObject, logs: dict[str, list[Received]]
) -> None:
    """On a conflict the same records are folded into another document."""
    received = interleaved(data.draw, logs)
    half = len(received) // 2
    first = fold_post(None, received[: half + 1])
    before = json.dumps(first)
    fold_post(first, received[half + 1 :])
    assert json.dumps(first) == before


@EXAMPLES
@given(histories())
def test_the_version_is_the_number_of_accepted_decisions_and_no_two_saw_the_same_one(
    logs: dict[str, list[Received]],
) -> None:
    """Two people who saw the same case cannot both have their way."""
    document = fold_post(None, _one_by_one(logs))
    entries = document["parts"]["decided"]["decisions"]
    counting = [entry for entry in entries if entry["accepted"] and entry["kind"] in COUNTING]
    assert document["version"] == len(counting)
    assert [entry["case_version_seen"] for entry in counting] == list(range(len(counting)))
    assert {entry["record_id"] for entry in entries} == {one.record.record_id for one in logs["decisions"]}
    assert all(entry["accepted"] == (entry["refusal"] is None) for entry in entries)


@EXAMPLES
@given(histories())
def test_every_field_is_there_and_is_plain_json(logs: dict[str, list[Received]]) -> None:
    """What is written is what is read back, and nothing is missing from it."""
    document = fold_post(None, _one_by_one(logs))
    assert document.keys() == PostDocument.__annotations__.keys()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["state"] in STATES
    parts = document["parts"]
    fields = derive(parts["observed"], parts["judged"], parts["decided"], parts["carried_out"])
    assert _without(document, "post_id", "parts", "applied") == fields


@EXAMPLES
@given(histories())
def test_what_two_people_had_erased_is_found_nowhere_in_the_document(logs: dict[str, list[Received]]) -> None:
    """No text, no author and no embedding, in fields or in parts."""
    acts = [hold("r1", "x", "released"), hold("r2", "y", "released"), erase("e1", "requested", "dee")]
    log = logs["decisions"]
    for act in [*acts, erase("e2", "confirmed", "eve")]:
        log.append(Received("decisions", "id-of-decisions", 0, len(log), at(90), act))
    document = fold_post(None, _one_by_one(logs))
    whole = json.dumps(document)
    assert document["erased"]
    assert document["state"] == "erased"
    assert document["text"] is document["author_id"] is document["embedding"] is None
    assert not any(text in whole for text in ("buy now", "buy later", "hello", "id-ann", "id-bob", "id-cyd"))
