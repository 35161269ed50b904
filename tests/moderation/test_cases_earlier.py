"""What a post said before stays in its document, however often it is edited, and no word of it once it is erased."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.cases import fold_post
from moderation.cases.earlier import CHARS_KEPT, TEXTS_KEPT
from moderation.cases.judged import VERDICTS_KEPT
from records.digests import text_digest
from records.documents import PostDocument
from records.plain import RETYPED_CHARS_MAX
from records.received import Received
from tests.moderation.case_histories import TEXTS, batches, histories, interleaved
from tests.moderation.case_records import edited, erase, folded, judged, logged, removed, seen

EXAMPLES = settings(max_examples=100, deadline=None)


def test_a_post_that_was_never_edited_said_nothing_before() -> None:
    """However often it is seen, and told late, and removed."""
    document = folded(seen("one", 1), seen("one", 5), seen("one", 3), removed(4), edited("ONE!", 6))
    assert (document["said_before"], document["digests_before"], document["labels_before"]) == ([], [], [])


def test_each_earlier_text_is_kept_as_it_was_and_as_it_is_retyped() -> None:
    """In the order in which they were told, each once, with what makes it the same text."""
    document = folded(
        seen("One, p\u0430y", 1), edited("two", 2), edited("three", 3), edited("two", 4), edited("four", 5)
    )
    assert document["text"] == "four"
    assert document["said_before"] == ["One, p\u0430y", "two", "three"]
    assert document["said_before_plain"] == ["one, pay", "two", "three"]
    assert document["digests_before"][1] == text_digest("TWO!")


def test_a_text_that_was_told_late_is_an_earlier_one() -> None:
    """It was the site's before, though we heard of it afterwards."""
    assert folded(edited("new", 8, site=7), seen("old", 9, site=1))["said_before"] == ["old"]


def test_a_text_that_is_changed_back_is_no_earlier_one_and_the_one_between_is() -> None:
    """And the other way round once more; nothing is lost by it."""
    back = [seen("one", 1), edited("two", 2), edited("one", 3)]
    assert folded(*back)["said_before"] == ["two"]
    assert folded(*back, edited("three", 4))["said_before"] == ["one", "two"]


def test_what_was_found_in_earlier_texts_is_known() -> None:
    """Of the first text, too, though many others were judged since."""
    texts = [f"text {number}" for number in range(VERDICTS_KEPT + 5)]
    verdicts = [judged(texts[0], "threat"), *(judged(text, "spam") for text in texts[1:])]
    document = folded(*(edited(text, at) for at, text in enumerate(texts)), *verdicts)
    assert (document["labels"], document["labels_before"]) == (["spam"], ["spam", "threat"])
    assert folded(seen("one", 1), judged("one", "spam"))["labels_before"] == []


def test_a_post_that_is_edited_for_ever_stays_small() -> None:
    """The first text is kept, the latest are, and of a very long one the beginning."""
    short = folded(*(edited(f"text {number}", number) for number in range(500)))["said_before"]
    assert short == ["text 0", *(f"text {number}" for number in range(500 - TEXTS_KEPT, 499))]
    longest = [edited(f"{number} {'x' * 90_000}", number) for number in range(10)]
    document = folded(*longest)
    assert sum(map(len, document["said_before"])) <= CHARS_KEPT
    assert [text[:2] for text in document["said_before"]] == ["0 ", "7 ", "8 "]
    assert {len(text) for text in document["said_before"]} == {RETYPED_CHARS_MAX}


def test_edits_of_nothing_but_commas_push_no_text_out() -> None:
    """A reader would call them the same."""
    edits = [edited(f"the same{',' * number}", number + 2) for number in range(TEXTS_KEPT + 5)]
    assert folded(seen("scam", 0), edited("free money", 1), *edits)["said_before"] == ["scam", "free money"]


def test_a_document_of_an_older_release_learns_it_from_the_next_edit_on() -> None:
    """What its parts do not tell takes a rebuild."""
    old = folded(seen("one", 1), edited("two", 2))
    del old["parts"]["observed"]["texts"]
    later = [Received("posts", "id-of-posts", 0, 2, logged([seen("x")])[0].recorded_at, edited("three", 3))]
    assert fold_post(old, later)["said_before"] == ["two"]


@EXAMPLES
@given(st.data(), histories())
def test_whatever_it_said_is_found_by_what_it_says_or_said_before(
    data: st.DataObject, logs: dict[str, list[Received]]
) -> None:
    """Every text of every sighting, in whatever order the topics are read; nothing that it never said."""
    document: PostDocument | None = None
    for batch in batches(data.draw, interleaved(data.draw, logs)):
        document = json.loads(json.dumps(fold_post(document, batch)))
    assert document
    texts = {one.record.text for one in logs["posts"] if one.record.text}
    known = {text for text in (document["text"], *document["said_before"]) if text}
    assert known == (set() if document["erased"] else texts)
    assert document["text"] not in document["said_before"]
    assert document == fold_post(None, [one for log in logs.values() for one in log])


@EXAMPLES
@given(st.data(), st.permutations(TEXTS), st.integers(0, 3))
def test_no_word_of_any_earlier_text_is_left_once_it_is_erased(
    data: st.DataObject, texts: list[str], before: int
) -> None:
    """Whether it was told before or after, and no digest of it either."""
    acts = [erase("e1", "requested", "dee"), erase("e2", "confirmed", "eve")]
    told = [edited(text, at) for at, text in enumerate(texts)]
    received = logged([*told[:before], *acts, *told[before:]])
    cut = data.draw(st.integers(0, len(received)))
    document = fold_post(fold_post(None, received[:cut]) if cut else None, received[cut:])
    whole = json.dumps(document)
    assert (document["erased"], document["said_before"], document["said_before_plain"]) == (True, [], [])
    assert not any(word in whole for text in texts for word in (text, text_digest(text)))
