"""What was watched, in the words that a person reads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.telling_watching import between, comparison, in_all, length, stands, stretch

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes: float) -> str:
    """So many minutes after noon, as in JSON."""
    return (NOON + timedelta(minutes=minutes)).isoformat()


def period(state: str, since: float, until: float, **said: Any) -> dict[str, Any]:
    """One stretch."""
    nothing = dict.fromkeys(("why", "read_afterwards_at", "posts", "cannot_be_made_good"))
    return nothing | {"state": state, "from_at": at(since), "until_at": at(until)} | said


def part(*periods: dict[str, Any], lost: int = 0, read: int = 0, **said: Any) -> dict[str, Any]:
    """One source that was watched from noon to one o'clock."""
    times = {"watched_since": at(0), "last_sign_at": at(60), "from_at": at(0), "until_at": at(60)}
    counts = {"not_seen_seconds": lost, "read_afterwards_seconds": read}
    return {"source": "blog", "standing": "alive", "periods": list(periods), **times, **counts, **said}


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "no time"),
        (1, "1 second"),
        (420, "7 minutes"),
        (450, "7 minutes 30 seconds"),
        (7_500, "2 hours 5 minutes"),
        (7_205, "2 hours"),
        (90_000, "1 day 1 hour"),
    ],
)
def test_how_long(seconds: int, said: str) -> None:
    """The two largest units."""
    assert length(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (7, "2026-11-20 between 12:00 and 12:07 UTC"),
        (0.5, "2026-11-20 between 12:00:00 and 12:00:30 UTC"),
        (1440, "between 2026-11-20 12:00 and 2026-11-21 12:00 UTC"),
    ],
)
def test_from_when_until_when(minutes: float, said: str) -> None:
    """The date once where it is one; to the second where it is short."""
    assert between(NOON, NOON + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (part(period("watched", 0, 60)), "everything was seen"),
        (part(period("watched", 0, 60), lost=420, read=420), "everything was seen except 7 minutes; read afterwards"),
        (
            part(period("watched", 0, 60), lost=480, read=420),
            "everything was seen except 8 minutes; 7 minutes of that read afterwards",
        ),
        (part(period("watched", 0, 60), lost=480), "everything was seen except 8 minutes"),
        (part(period("gap", 0, 60), lost=3600), "nothing was seen"),
    ],
)
def test_the_whole_in_one_sentence(told: dict[str, Any], said: str) -> None:
    """Everything, or how much not."""
    assert in_all(told) == f"2026-11-20 between 12:00 and 13:00 UTC {said}"


def test_a_time_of_which_nothing_is_told() -> None:
    """Before anybody watched, or after the last word."""
    assert in_all(part(until_at=at(-5))) == "at that time nobody watched yet"
    assert in_all(part(from_at=at(61))) == "nothing is told of this time yet"


def test_a_gap_in_a_sentence() -> None:
    """Its bounds, its reason with nothing hidden in it, and what was read afterwards, when, with what was lost."""
    when = "2026-11-20 between 12:02 and 12:09 UTC"
    assert stretch(period("gap", 2, 9, why="away\x1b[2J")) == f"{when} nothing was seen: away␛[2J"
    assert stretch(period("not watched", 2, 9)) == f"{when} nothing says that anybody watched"
    read = {"read_afterwards_at": at(10), "posts": 3, "cannot_be_made_good": "edits"}
    assert (
        stretch(period("backfilled", 2, 9, **read))
        == f"{when} nothing was seen; read afterwards at 12:10, 3 posts (edits)"
    )
    later = {"read_afterwards_at": at(1450), "posts": 0}
    assert stretch(period("backfilled", 2, 9, **later)).endswith("read afterwards at 12:10 on 2026-11-21, no post")


def test_how_a_source_stands() -> None:
    """Alive, silent, given up, or an import that watches nothing."""
    now = NOON + timedelta(minutes=61)
    assert stands(part(), now).endswith("last sign at 2026-11-20 13:00 UTC, 1 minute ago")
    assert stands(part(standing="silent"), now).startswith("nobody watches: last sign at")
    assert "taken as given up" in stands(part(standing="given up"), now)
    assert "an import watches nothing" in stands(part(standing="import", imported_until=at(1)), now)


@pytest.mark.parametrize(
    ("site", "ours", "said"),
    [
        (3, 3, "3 posts on blog/fees, and we have all of them"),
        (3, 2, "3 posts on blog/fees, and we have 2 of them: 1 is missing"),
        (1_204, 1_200, "1,204 posts on blog/fees, and we have 1,200 of them: 4 are missing"),
        (3, 5, "3 posts on blog/fees, and we have 5"),
    ],
)
def test_what_the_site_has_and_what_we_have(site: int, ours: int, said: str) -> None:
    """More than the site has is what was removed there."""
    one = {"surface": "blog/fees", "the_site_has": site, "we_have": ours, "at": at(0)}
    assert comparison(one) == f"the site says that it has {said} (2026-11-20 12:00 UTC)"
