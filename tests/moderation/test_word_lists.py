"""Lists of words that people publish: what they find, how a finding names them, and which cannot be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.defined import NOTHING, Defined
from moderation.judge import judge
from moderation.policy import LABELS as OF_THE_POLICY
from moderation.policy import Policy
from moderation.scorer import UnscoredScorer
from moderation.surroundings import Surroundings
from moderation.tags import Tags
from moderation.word_lists import FOUND_MAX, LABELS, LISTS_MAX, TERM_WORDS_MAX, lists_of, words_of
from records.errors import Malformed
from records.posts import TEXT_CHARS_MAX
from tests.moderation.conftest import SEEN_AT, make_post, unmark
from tests.moderation.published import a_list


@pytest.mark.parametrize(
    ("term", "marked"),
    [
        ("refund", "A ⟦refund⟧, a ⟦REFUND⟧; refunds and prefund are other words."),
        ("no win no fee", "⟦No win, no fee⟧! ⟦no-win / no fee⟧. no   win     no fee, no winno fee"),
        ("Müller", "Herr ⟦Muller⟧ und Herr ⟦MÜLLER⟧"),
        ("paypal", "⟦p\u0430yp\u0430l⟧ ⟦pay\u200bpal⟧ payp4l"),
        ("don't buy", "⟦don\u2019t buy⟧ it, dont buy it"),
        ("acme", "⟦Acme⟧'s shop, \u201c⟦acme⟧\u201d, acme2, _⟦acme⟧_"),
        ("a.b*", "⟦A B⟧ and aab"),
        ("股票", "买⟦股票⟧吧"),
        ("7 days", "in ⟦7 days⟧, 17 days"),
    ],
)
def test_a_term_is_found_word_by_word(term: str, marked: str) -> None:
    """Whatever its letters look like, and whatever stands between its words; never a part of a word."""
    text, spans = unmark(marked)
    assert [(place.start, place.end) for _, place in lists_of([a_list(term)]).found(text)] == spans


def test_a_finding_has_the_duties_of_its_label_and_names_list_and_version(policy: Policy) -> None:
    """Whoever asks later why, knows which words it was judged by; its digest is another one than without lists."""
    lists = lists_of([a_list("cheap pills", version=3), a_list("pills", registry_id="drugs", label="adverse_event")])
    post = make_post("Buy cheap pills now")
    judged = [
        judge([post], policy, UnscoredScorer("off"), Surroundings(), SEEN_AT, defined)[0]
        for defined in (Defined(lists=lists), NOTHING)
    ]
    found = [one for one in judged[0].findings if one.rule == "listed_term"]
    assert {(one.label, one.detail, one.span and (one.span.start, one.span.end)) for one in found} == {
        ("spam", "list offers, version 3", (4, 15)),
        ("adverse_event", "list drugs, version 1", (10, 15)),
    }
    duties = {one.label: (one.severity, one.clause) for one in found}
    assert duties == {label: (policy.labels[label].severity, policy.labels[label].clause) for label in duties}
    assert judged[0].tags_digest == Defined(lists=lists).digest
    assert (judged[1].tags_digest, judged[1].findings[0].label) == (None, "unscored")
    assert judged[0].record_id != judged[1].record_id


def test_the_digest_is_of_what_can_be_found() -> None:
    """Another word, label, version or name is another digest; a title is none. Tags alone keep theirs."""
    same = [lists_of([a_list("a", title=title)]).digest for title in ("One", "Two")]
    others = [{"terms": ("b",)}, {"label": "insult"}, {"version": 2}, {"registry_id": "x"}]
    digests = {lists_of([a_list("a", **change)]).digest for change in others}
    assert same[0] == same[1]
    assert len({*digests, same[0], None}) == 6
    assert Defined(Tags(digest="a" * 64)).digest == "a" * 64
    assert Defined(Tags(digest="a" * 64), lists_of([a_list("a")])).digest not in {"a" * 64, same[0]}
    assert NOTHING.digest is None


def test_what_cannot_be_used_is_refused_and_does_not_stop_the_rest() -> None:
    """It says why; what was removed is not there at all."""
    many = [a_list("a", registry_id=f"list-{number:02}") for number in range(LISTS_MAX)]
    found = lists_of(
        [
            *many,
            a_list("a", registry_id="aa-gone", removed=True),
            a_list("a", registry_id="aa-label", label="unscored"),
            a_list(registry_id="aa-none"),
            a_list("a", "?!", registry_id="aa-signs"),
            a_list("a b c d e f g h i", registry_id="aa-long"),
            a_list("a", registry_id="zz"),
        ]
    )
    assert [one.registry_id for one in found.lists] == [one.registry_id for one in many]
    assert found.refused == {
        "aa-label": "label: unscored is nothing that words can be a sign of",
        "aa-long": f"terms: 'a b c d e f g h i' has more than {TERM_WORDS_MAX} words",
        "aa-none": "terms: there are none",
        "aa-signs": "terms: '?!' has no letter and no digit",
        "zz": f"at most {LISTS_MAX} lists can be in use",
    }


def test_every_policy_provides_for_what_a_list_can_find() -> None:
    """So no list can name a label that is not there."""
    assert set(LABELS) < set(OF_THE_POLICY)


def test_a_text_full_of_a_term_gives_so_many_places_and_is_read_in_linear_time() -> None:
    """And another list is told of, too."""
    lists = lists_of([a_list("a", "a a a a a a a a"), a_list("b", registry_id="b")])
    found = lists.found("a " * (TEXT_CHARS_MAX // 2 - 1) + "b")
    assert len([one for one, _ in found if one.registry_id == "offers"]) == FOUND_MAX
    assert found[-1][0].registry_id == "b"


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_a_term_is_found_in_whatever_stands_around_it(term: str, around: str) -> None:
    """Every term that can be used finds itself, and its place is in the text."""
    try:
        words = words_of(term)
    except Malformed:
        return
    text = f"{around} {term} {around}" if len(words) == 1 else f"{around} {' '.join(words)} {around}"
    found = lists_of([a_list(term)]).found(text)
    assert words in [place.words for _, place in found]
    assert all(words_of(text[place.start : place.end]) == place.words for _, place in found)
