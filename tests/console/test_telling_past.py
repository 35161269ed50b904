"""What the heading of a past state says, and what it admits."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from console.dossier.part import LEARNT_LATER
from console.instants import at_instant
from console.telling_past import found_by_text, heading
from tests.console.dossiers import made, silent

PAST: dict[str, Any] = {
    "at": "2026-03-01T12:00:00Z",
    "known": True,
    "upto": ["posts-0-7", "verdicts-0-6"],
    "first_recorded_at": "2026-03-01T11:00:00Z",
    "unreadable": 0,
    "missing": 0,
}


def _said(**changed: object) -> str:
    return " ".join(heading(PAST | changed))


def test_a_past_state_says_that_it_is_one_and_up_to_which_entries() -> None:
    """So that nobody takes it for how things stand."""
    said = _said()
    assert "A past state: as it stood on 2026-03-01 12:00:00 UTC" in said
    assert "up to posts-0-7, verdicts-0-6." in said
    assert "not complete" not in said


def test_a_post_that_was_not_known_yet() -> None:
    """When it was first recorded is told instead, and that this was learnt later."""
    said = _said(known=False, upto=[])
    assert said == (
        "On 2026-03-01 12:00:00 UTC this post was not known yet. "
        "Learnt later: it was first recorded on 2026-03-01 11:00:00 UTC."
    )


def test_a_post_that_was_found_by_its_text_of_today_is_told_so() -> None:
    """It may have said something else then."""
    assert found_by_text(past=True) == "the newest post that says just this today; whether it did then is told below"
    assert found_by_text(past=False) == "the newest post that says just this"


def test_what_is_missing_is_said() -> None:
    """An erasure, damage, or an index that knows more than the ledger."""
    lost = "3 entries of that time cannot be opened any more, for they were erased or damaged later: "
    assert f"{lost}this is not complete." in _said(unreadable=3)
    assert "1 fact of that time is not in the ledger, or not signed yet: this is not complete." in _said(missing=1)
    assert "2 facts of that time are not" in _said(missing=2)
    assert "cannot be told" in _said(known=False, unreadable=2)
    assert "cannot be told" in _said(known=False, first_recorded_at=None, missing=2)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02", datetime(2026, 3, 2, 23, 59, 59, 999_000, tzinfo=UTC)),
        ("2026-03-02T09:14", datetime(2026, 3, 2, 9, 14, tzinfo=UTC)),
        ("2026-03-02T09:14:00.5+01:00", datetime(2026, 3, 2, 8, 14, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_day_is_meant_with_its_last_record(text: str, instant: datetime) -> None:
    """A time is meant as it is."""
    assert at_instant(text) == instant


def test_a_past_state_tells_nothing_that_was_learnt_later(observed: Callable[..., Any]) -> None:
    """Not what is set up now, which policy is in force, how long it is kept, or what was watched: and says so."""
    document = {"labels": [], "recorded_at": "2026-03-01T11:00:00Z"}
    then = made(document, observed(text="x", revision_id="r1"), past=True)
    assert (then.where.now, then.under_which_rules.retention, then.gaps) == (None, None, None)
    assert then.where.absent["now"] == then.absent["gaps"] == LEARNT_LATER
    assert then.under_which_rules.policies == ()
    assert list(silent(then.model_dump(mode="json"))) == []
