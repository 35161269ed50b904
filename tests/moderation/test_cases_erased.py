"""What is left of a post once it was erased: the same stub in whatever order everything is read, and no word of it."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.cases import fold_post, wanted
from records.base import Record
from records.documents import PostDocument
from records.received import Received
from tests.moderation.case_histories import TEXTS, batches, histories, interleaved, published_again
from tests.moderation.case_records import (
    at,
    author,
    decide,
    edited,
    erase,
    folded,
    hold,
    judged,
    order,
    removed,
    reported,
    seen,
)

EXAMPLES = settings(max_examples=80, deadline=None)
SECRET = "quince"
AUTHORS = ("id-ann", "id-bob", "id-cyd")
SAID = edited(SECRET, 6, author=author(SECRET), page_title=SECRET, url="https://forum.example/1")
FOUND = judged(SECRET, "scam", embedding=bytes(range(128)) * 3)
DETAILED = FOUND.model_copy(
    update={"findings": tuple(one.model_copy(update={"detail": SECRET}) for one in FOUND.findings)}
)
REPLY = decide("k-reply", "reply", SECRET, reason=SECRET, note=SECRET, reply_text=SECRET, grace=60)
ERASING = (
    hold("r1", "x", "released"),
    hold("r2", "y", "released"),
    erase("e1", "requested", "dee"),
    erase("e2", "confirmed", "eve"),
)


def _logged(topic: str, records: list[Record]) -> list[Received]:
    return [Received(topic, f"id-of-{topic}", 0, n, at(n), record) for n, record in enumerate(records)]


@st.composite
def erased_histories(draw: st.DrawFn) -> dict[str, list[Received]]:
    """Histories of a post that is erased at some point, with what must not be left of it before and after."""
    said = {topic: [one.record for one in log] for topic, log in draw(histories()).items()}
    for topic, secret in (("posts", SAID), ("verdicts", DETAILED)):
        said[topic].insert(draw(st.integers(0, len(said[topic]))), secret)
    place = draw(st.integers(0, len(said["decisions"])))
    said["decisions"][place:place] = ERASING
    said["decisions"].insert(0, REPLY)
    return {topic: _logged(topic, records) for topic, records in said.items()}


def _tells(document: PostDocument) -> bool:
    """Whether anything in it is what a person wrote, or who that was."""
    whole = json.dumps(document)
    embedding = DETAILED.embedding.hex() if DETAILED.embedding else ""
    return any(word in whole for word in (*TEXTS, *AUTHORS, SECRET, embedding))


@EXAMPLES
@given(st.data(), erased_histories())
def test_once_erased_it_never_tells_anything_again_whatever_is_read_in_which_order(
    data: st.DataObject, logs: dict[str, list[Received]]
) -> None:
    """Content before, between and after; a rebuild from the beginning gives the same document."""
    document: PostDocument | None = None
    for batch in batches(data.draw, interleaved(data.draw, logs)):
        document = json.loads(json.dumps(fold_post(document, batch)))
        assert not (document["erased"] and _tells(document))
    assert document == fold_post(None, [one for log in logs.values() for one in log])
    assert (document["erased"], document["state"]) == (True, "erased")


@EXAMPLES
@given(erased_histories())
def test_what_is_published_again_changes_only_how_far_was_read(logs: dict[str, list[Received]]) -> None:
    """Sources repeat themselves for as long as the post stands on the site."""
    document = fold_post(None, [one for log in logs.values() for one in log])
    again = fold_post(document, published_again(logs))
    assert {name for name in document if document[name] != again[name]} <= {"applied"}  # type: ignore[literal-required]
    assert not _tells(again)


@EXAMPLES
@given(st.data(), erased_histories())
def test_what_is_left_can_be_folded_on_as_if_everything_were_there(
    data: st.DataObject, logs: dict[str, list[Received]]
) -> None:
    """A rebuild starts from the stub, since nothing older can be read any more."""
    received = [one for log in logs.values() for one in log]
    cut = data.draw(st.integers(1, len(received)))
    stub: Any = fold_post(None, received[:cut])
    kept = json.loads(json.dumps({name: stub[name] for name in ("post_id", "parts", "applied")}))
    assert fold_post(kept, received[cut:]) == fold_post(None, received)


def test_a_number_of_a_clause_stays_as_the_reason_of_a_decision_and_words_do_not() -> None:
    """Words may quote the post; that there was a reason stays to be seen."""
    for reason, left in (("2.1", "2.1"), ("2.1 says: quince", "erased with the post")):
        acts = [decide("k1", "hide", "buy", reason=reason), *ERASING]
        decided = folded(seen("buy"), *acts)["parts"]["decided"]
        assert (decided["decision"]["reason"], decided["standing"]["reason"]) == (left, left)


def test_a_reply_that_had_not_left_never_does_and_other_orders_do() -> None:
    """Its text is gone; to hide the post is still right. A reply that had left still shows what came of it."""
    said = [seen("buy"), decide("k1", "reply", "buy", reply_text="Dear you", grace=60)]
    for acts, left in ((said, None), ([seen("buy"), decide("k1", "hide", "buy")], "hide")):
        document = folded(*acts, *ERASING)
        assert document["wants"] == left
        assert (wanted(document["parts"]["decided"], document["parts"]["carried_out"]) is None) == (left is None)
    place = folded(*said)["parts"]["decided"]["wants"][0]["place"]
    assert folded(*said, order(place, said[1], "reply"), *ERASING)["order_id"] == place


def test_stubs_move_the_clocks_and_what_is_visible_and_nothing_else() -> None:
    """Of every kind, also of a post of which nothing was known before."""
    stubs = [seen(SECRET, 7).reduced(), reported("mia", 8).reduced(), removed(9).reduced()]
    document = folded(SAID, DETAILED, *ERASING, *stubs)
    assert (document["visible"], document["reports"], document["revisions"]) == (False, 1, 1)
    assert document["last_seen_at"] == at(7).isoformat(timespec="microseconds").replace("+00:00", "Z")
    alone = folded(*stubs)
    assert (alone["state"], alone["text"], alone["revisions"], alone["visible"]) == ("open", None, 0, False)
