"""When a post could be seen, was changed and was gone, as bounds between the moments at which somebody looked."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.console.dossiers import made

Fact = dict[str, Any]
Make = Callable[..., Fact]


def at(minutes: int) -> datetime:
    """So many minutes after nine."""
    return datetime(2026, 10, 26, 9, minutes, tzinfo=UTC)


def iso(minutes: int) -> str:
    """The same as a record says it."""
    return at(minutes).isoformat().replace("+00:00", "Z")


def test_visible_from_and_gone_are_bounds(observed: Make) -> None:
    """From not before it was posted, and at latest when first seen; gone between last seen and first seen missing."""
    seen = observed(text="x", revision_id="r1", site_at=iso(1), seen_at=iso(3))
    again = observed(offset=1, text="x", revision_id="r1", site_at=iso(1), seen_at=iso(9))
    removed = observed("removed", offset=2, seen_at=iso(20))
    found = made(None, seen, again, removed).when
    (visible,) = found.visible
    assert (visible.not_before, visible.at_latest) == (at(1), at(3))
    assert (visible.last_seen_at, visible.missing_at, visible.removed_at) == (at(9), at(20), None)
    assert visible.absent == {"removed_at": "the site does not say"}
    assert (found.first_seen_at, found.last_seen_at, found.missing_at) == (at(3), at(9), at(20))


def test_the_document_remembers_later_looks_at_the_same_fact(observed: Make) -> None:
    """The index has each fact once, and the fold the last time that it was seen."""
    document = {"parts": {"observed": {"sightings": [["posts0", iso(40)]]}}}
    (visible,) = made(document, observed(text="x", revision_id="r1", seen_at=iso(3))).when.visible
    assert (visible.at_latest, visible.last_seen_at) == (at(3), at(40))
    assert visible.absent["not_before"].startswith("no lower bound")


def test_an_edit_lies_between_the_last_look_at_the_old_text_and_the_first_at_the_new(observed: Make) -> None:
    """By our clock; what the site says stands beside it."""
    document = {"parts": {"observed": {"sightings": [["posts0", iso(7)]]}}}
    old = observed(text="a", revision_id="r1", seen_at=iso(3))
    new = observed("edited", offset=1, text="b", revision_id="r2", seen_at=iso(12), site_at=iso(10))
    (edit,) = made(document, old, new).when.edits
    assert (edit.revision, edit.not_before, edit.at_latest, edit.site_at) == (2, at(7), at(12), at(10))


def test_a_post_that_comes_back_has_two_stretches(observed: Make) -> None:
    """The second begins after it was seen missing."""
    facts = [
        observed(text="x", revision_id="r1", seen_at=iso(3)),
        observed("removed", offset=1, seen_at=iso(10)),
        observed(offset=2, text="x", revision_id="r1", seen_at=iso(30)),
    ]
    first, second = made(None, *facts).when.visible
    assert (first.missing_at, second.not_before, second.at_latest, second.missing_at) == (at(10), at(10), at(30), None)


def test_history_is_no_look_at_the_site(observed: Make) -> None:
    """What was imported says by the site's clock how it was; when we read the file is no bound for its end."""
    told = {"backfill": True, "seen_at": iso(50)}
    seen = observed(text="a", revision_id="r1", site_at=iso(1), **told)
    edit = observed("edited", offset=1, text="b", revision_id="r2", site_at=iso(5), **told)
    removed = observed("removed", offset=2, site_at=iso(9), **told)
    found = made(None, seen, edit, removed).when
    (visible,) = found.visible
    assert (visible.not_before, visible.last_seen_at, visible.removed_at) == (at(1), at(5), at(9))
    (edited,) = found.edits
    assert (edited.not_before, edited.site_at, edited.at_latest) == (at(1), at(5), at(50))


def test_an_end_by_the_sites_clock_before_our_look_takes_that_look_back(observed: Make) -> None:
    """Told late: we heard of it when it was gone already."""
    seen = observed(text="a", revision_id="r1", site_at=iso(1), seen_at=iso(20))
    removed = observed("removed", offset=1, site_at=iso(9), seen_at=iso(21))
    (visible,) = made(None, seen, removed).when.visible
    assert visible.last_seen_at == at(1)


def test_what_was_observed_after_an_order_counts_as_a_look(observed: Make, carried_out: Make) -> None:
    """Hidden on request: first seen missing when somebody looked."""
    seen = observed(text="a", revision_id="r1", seen_at=iso(3))
    still = carried_out("outcomes", result="observed", visible=True, happened_at=iso(8))
    gone = carried_out("outcomes", offset=1, result="observed", visible=False, happened_at=iso(12))
    (visible,) = made(None, seen, still, gone).when.visible
    assert (visible.last_seen_at, visible.missing_at) == (at(8), at(12))


def test_one_that_was_never_seen_itself(observed: Make) -> None:
    """Only its removal reached us."""
    found = made(None, observed("removed", seen_at=iso(10))).when
    (visible,) = found.visible
    assert (visible.at_latest, visible.missing_at) == (None, at(10))
    assert visible.absent["at_latest"].startswith("never seen itself")
    assert made(None, observed("reported", report={})).when.absent["visible"].startswith("never seen itself")
