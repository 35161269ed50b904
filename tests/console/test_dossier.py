"""What `why` says about a post, section by section, from hand-made facts."""

import json
from collections.abc import Callable
from typing import Any

from console.dossier import dossier
from console.telling import sections
from console.words import NOT_PROVIDED

Fact = dict[str, Any]
Make = Callable[..., Fact]
CLAUSES = {"d" * 64: {"4.3": "Private matters"}}


def told(document: Fact | None, *facts: Fact) -> dict[str, list[tuple[str, str]]]:
    """The lines below each heading."""
    found = dossier("site:c-1", document, facts)
    json.dumps(found)
    return {section.title: list(section.lines) for section in sections(found, CLAUSES)}


def line(lines: list[tuple[str, str]], name: str) -> str:
    """The text beside the first line with this name."""
    return next(text for said, text in lines if said.strip() == name)


def test_the_sections_answer_in_this_order(observed: Make) -> None:
    """What, who, where, when, by which way, how judged, what decided, what done, what heard, how it stands."""
    assert [title.split(",")[0] for title in told(None, observed(text="Hello", revision_id="r1"))] == [
        "What was posted",
        "Who",
        "Where",
        "When",
        "How it got in",
        "How it was judged",
        "What people decided",
        "What the site was asked and answered",
        "Reports and reactions",
        "How it stands now",
    ]


def test_every_text_is_shown_in_the_order_of_the_sites_clock(observed: Make) -> None:
    """An edit that arrives before the first sighting still comes second."""
    edit = observed("edited", offset=0, text="Buy now!", revision_id="r2", site_at="2026-10-26T11:00:00Z")
    first = observed("seen", offset=1, text="Hello", revision_id="r1", site_at="2026-10-26T09:00:00Z")
    lines = told({"revision_id": "r2"}, edit, first)["What was posted"]
    assert line(lines, "revision 1") == "Hello"
    assert line(lines, "revision 2, current") == "Buy now!"


def test_the_three_clocks_stand_apart(observed: Make) -> None:
    """The site's time, ours and the broker's each have a line."""
    lines = told(None, observed(text="Hello", revision_id="r1", site_at="2026-10-26T09:14:00Z"))
    when = lines["When, by three clocks"]
    assert line(when, "the site says") == "2026-10-26 09:14:00 UTC"
    assert line(when, "we saw it") == "2026-10-26 09:15:00 UTC"
    assert line(when, "recorded") == "2026-10-26 09:15:10 UTC"


def test_what_the_source_did_not_say_is_said_to_be_missing(observed: Make) -> None:
    """No line is left empty or out."""
    lines = told(None, observed(text="Hello", revision_id="r1", capture=None))
    assert {text for _, text in lines["Who, as the site says"]} == {NOT_PROVIDED}
    assert line(lines["Where"], "page") == NOT_PROVIDED
    assert line(lines["When, by three clocks"], "the site says") == NOT_PROVIDED
    assert line(lines["How it got in"], "bytes kept") == NOT_PROVIDED


def test_the_way_in_names_collector_bytes_and_request(observed: Make) -> None:
    """Source, version, configuration, digest and size of what was kept and of the whole, HTTP facts, place in Kafka."""
    lines = told(None, observed(offset=4, text="Hello", revision_id="r1"))["How it got in"]
    assert line(lines, "seen") == "at posts-1-4 (topic id TOPICID)"
    assert line(lines, "collected by") == "source site, version 0.1.0"
    assert "5,000 bytes" in line(lines, "out of")
    assert "they are the same bytes" in line(lines, "bytes kept")
    assert line(lines, "HTTP") == "POST /v1/posts; from 127.0.0.1; User-Agent: site/2"


def test_bytes_that_changed_are_called_out(observed: Make) -> None:
    """The digest is computed again when somebody asks."""
    lines = told(None, observed(kept=b"something else", text="Hello", revision_id="r1"))
    assert "NOT THE SAME BYTES" in line(lines["How it got in"], "bytes kept")


def test_a_reason_shows_its_rule_span_clause_and_versions(observed: Make, judged: Make) -> None:
    """A person sees which characters made which rule speak, under which policy and model."""
    card = {"label": "personal_data", "rule": "payment_card", "score": 1.0, "threshold": 1.0, "severity": 2}
    finding = card | {"clause": "4.3", "span": {"start": 5, "end": 24}, "detail": "checksum holds"}
    verdict = judged("r1", findings=[finding], scores={"spam": 0.25}, model_digest="a" * 64)
    lines = told(None, observed(text="Call 4111 1111 1111 1111", revision_id="r1"), verdict)["How it was judged"]
    said = line(lines, "personal_data")
    assert said == (
        "the rule payment_card matched; at characters 5 to 24: “4111 1111 1111 1111”; checksum holds; "
        "clause 4.3 (Private matters); severity serious"
    )
    assert line(lines, "policy") == f"version 1, SHA-256 {'d' * 64}"
    assert line(lines, "model") == f"SHA-256 {'a' * 64}"
    assert line(lines, "all scores") == "spam 0.25"


def test_who_can_be_helped_is_told_how_first(observed: Make, judged: Make) -> None:
    """The label's words of help stand above everything else about the judgement."""
    finding = {"label": "self_harm", "rule": "self_harm", "score": 1.0, "threshold": 1.0, "severity": 3}
    verdict = judged("r1", findings=[finding | {"clause": "4.1", "span": None, "detail": None}])
    found = dossier("site:c-1", None, [observed(text="x", revision_id="r1"), verdict])
    said = sections(found | {"help": {"self_harm": "Call 112"}}, CLAUSES)
    (judgement,) = [section for section in said if section.title == "How it was judged"]
    assert judgement.lines[0] == ("help (self_harm)", "Call 112")


def test_a_score_is_put_beside_its_threshold_in_words(observed: Make, judged: Make) -> None:
    """What the model says is a number against a number, and one without a model says so."""
    finding = {"label": "spam", "rule": "model", "score": 0.93, "threshold": 0.8, "severity": 1, "clause": "9"}
    lines = told(None, observed(text="x", revision_id="r1"), judged("r1", findings=[finding]))["How it was judged"]
    assert line(lines, "spam").startswith("the model gave 0.93, and from 0.80 on it is a reason to look; clause 9;")
    assert line(lines, "model") == "none was loaded"


def test_what_could_not_be_scored_says_why(observed: Make, judged: Make) -> None:
    """Silence of the model is explained."""
    verdict = judged("r1", unscored="media and no text")
    assert "media and no text" in line(
        told(None, observed(text="", revision_id="r1"), verdict)["How it was judged"], "not scored"
    )


def test_how_much_of_a_long_text_the_model_read(observed: Make, judged: Make) -> None:
    """So many characters of so many; the language stands beside the versions."""
    seen = observed(text="word " * 3_000, revision_id="r1")
    lines = told(None, seen, judged("r1", offset=1, read_chars=2_301, language="en"))["How it was judged"]
    assert line(lines, "not read whole").startswith("the model read the first 2,301 of 15,000 characters")
    assert line(lines, "language") == "en"
    whole = told(None, seen, judged("r1", offset=1))["How it was judged"]
    assert "not read whole" not in [name.strip() for name, _ in whole]


def test_a_refused_decision_shows_its_reason(observed: Make, acted: Make) -> None:
    """Accepted and refused acts stand beside each other, with what was said."""
    yes = acted("decide", offset=0, action="hide", reason="private data", revision_id="r1")
    no = acted("defer", offset=1, until="2026-10-27T00:00:00Z")
    entries = [
        {"record_id": "decisions0", "accepted": True, "refusal": None},
        {"record_id": "decisions1", "accepted": False, "refusal": "another decision came in between"},
    ]
    document = {"parts": {"decided": {"decisions": entries}}}
    lines = told(document, observed(text="x", revision_id="r1"), yes, no)["What people decided"]
    assert line(lines, "decided") == "by s-ana on revision 1, accepted"
    assert line(lines, "action") == "hide"
    assert line(lines, "put it off") == "by s-ana, REFUSED: another decision came in between"
    assert line(lines, "until") == "2026-10-27 00:00:00 UTC"


def test_what_the_site_was_asked_and_answered(carried_out: Make, observed: Make) -> None:
    """The order, the answer, and what was seen afterwards."""
    order = carried_out("orders", action="hide", ordered_at="2026-10-26T10:01:00Z")
    done = carried_out("outcomes", offset=1, result="done", attempt=2, happened_at="2026-10-26T10:01:05Z", status=200)
    later = carried_out("outcomes", offset=2, result="observed", visible=False, happened_at="2026-10-26T11:00:00Z")
    lines = told(None, observed(text="x", revision_id="r1"), order, done, later)["What the site was asked and answered"]
    assert line(lines, "asked to hide") == "order decisions-1-7, 2026-10-26 10:01:00 UTC"
    assert line(lines, "answered").startswith("done, attempt 2, HTTP 200 (order decisions-1-7")
    assert "no longer visible" in line(lines, "seen afterwards")


def test_reports_and_reactions_of_staff_are_named(observed: Make) -> None:
    """A like by staff says why it matters."""
    report = observed("reported", report={"reporter": "u-3", "reason": "misleading"})
    like = observed("reacted", offset=1, reaction={"what": "like", "staff_id": "s-ana"})
    lines = told(None, report, like)["Reports and reactions"]
    assert line(lines, "reported by").startswith("u-3: misleading (")
    assert "by our s-ana" in line(lines, "like")
    assert "our own statement" in line(lines, "like")


def test_what_a_stranger_wrote_cannot_reach_the_terminal_raw(observed: Make) -> None:
    """Escapes and direction marks are shown in every field that a site fills."""
    nasty = "\x1b[2J\u202eevil\u200b"
    fact = observed(
        text=nasty, revision_id="r1", page_title=nasty, surface=nasty, url=nasty, language=nasty,
        author={"author_id": nasty, "name": nasty, "url": nasty}, media=[{"url": nasty}],
    )  # fmt: skip
    shown = "".join(name + text for lines in told(None, fact).values() for name, text in lines)
    assert not set(shown) & {"\x1b", "\u202e", "\u200b"}
    assert "␛[2J⟨U+202E⟩evil⟨U+200B⟩" in shown


def test_an_erased_post_shows_no_content(observed: Make) -> None:
    """Times and proofs stay; text and name go."""
    author = {"author_id": "u-1", "name": "Dana"}
    fact = observed(text="secret", revision_id="r1", author=author)
    shown = str(told({"erased": True, "state": "erased"}, fact))
    assert "secret" not in shown
    assert "Dana" not in shown


def test_a_tag_is_said_to_be_one_with_the_digest_of_its_examples(observed: Make, judged: Make) -> None:
    """It is no word of the model; where no tags were in force, nothing is said of them."""
    finding = {"label": "late_bus", "rule": "tag", "score": 0.93, "threshold": 0.8, "severity": 0, "clause": "4"}
    seen = observed(text="x", revision_id="r1")
    lines = told(None, seen, judged("r1", findings=[finding], tags_digest="e" * 64))["How it was judged"]
    assert line(lines, "late_bus").startswith("it is 0.93 like the examples of this tag, and from 0.80 on it is")
    assert line(lines, "tags") == f"SHA-256 {'e' * 64}"
    without = told(None, seen, judged("r1"))["How it was judged"]
    assert "tags" not in [name.strip() for name, _ in without]
