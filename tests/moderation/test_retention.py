"""Until when a post is kept: by its longest class ever, from the end of the year of its newest fact."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Policy
from moderation.retention import Kept, classes_of, end_of, ends, kept_until, newest_fact
from tests.moderation.case_records import erase, folded, hold, judged, note, seen

NEXT_YEAR = 366 * 24 * 60
"""In minutes."""

HALF_OF_TIME = 4_900 * 365 * 86_400
"""In seconds."""
instants = st.builds(
    lambda seconds, minutes: datetime.fromtimestamp(95e9 + seconds, timezone(timedelta(minutes=minutes))),
    st.floats(-HALF_OF_TIME, HALF_OF_TIME),
    st.integers(-14 * 60, 14 * 60),
)


def kept(policy: Policy, *labels: str, recorded_at: str = "2026-03-01T12:00:00.000000Z") -> Kept:
    """Of a document that only a search showed."""
    return kept_until(policy, {"labels": list(labels), "recorded_at": recorded_at})


def test_a_post_without_labels_is_kept_as_moderation(policy: Policy) -> None:
    """Three years after the end of the year in which it was recorded."""
    assert kept(policy) == Kept("moderation", "Reviews of third-party posts", datetime(2030, 1, 1, tzinfo=UTC))


def test_the_longest_period_of_all_labels_counts(policy: Policy) -> None:
    """Ten years for harm, whatever else it is."""
    one = kept(policy, "spam", "complaint", "adverse_event")
    assert (one.retention, one.until) == ("safety", datetime(2037, 1, 1, tzinfo=UTC))


def test_tags_have_classes_too(policy: Policy) -> None:
    """By the names of the tags in force."""
    document = {"labels": ["bereavement"], "recorded_at": "2026-03-01T12:00:00.000000Z"}
    assert kept_until(policy, document, {"bereavement": "complaints"}).retention == "complaints"


def test_a_label_that_nobody_knows_any_more_is_kept_longest(policy: Policy) -> None:
    """A tag that was taken out must not shorten what it promised."""
    assert kept(policy, "old_tag").retention == "safety"


def test_without_a_class_of_that_name_the_longest_counts(policy: Policy) -> None:
    """A policy need not have a class `moderation`."""
    without = policy.model_copy(update={"retention": {"short": policy.retention["moderation"]}})
    assert classes_of(without, {"labels": []}) == {"short"}


def test_what_an_older_verdict_found_still_counts(policy: Policy) -> None:
    """The label is gone from today's document, and not from the record."""
    document = folded(seen("old text", 1), judged("old text", "complaint"), seen("new text", 2))
    assert document["labels"] == []
    assert kept_until(policy, document).retention == "complaints"


def test_a_class_of_no_years_asks_for_no_period(policy: Policy) -> None:
    """It may be erased at any time; a longer class still counts."""
    none = {"moderation": policy.retention["moderation"].model_copy(update={"years": 0})}
    changed = policy.model_copy(update={"retention": {**policy.retention, **none}})
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert kept(changed).until < now
    assert ends(changed, now)["moderation"] == now
    assert kept(changed, "complaint").until > now


@pytest.mark.parametrize(
    ("recorded_at", "year"),
    [
        ("2024-02-29T23:59:59.999999+00:00", 2025),
        ("2026-12-31T23:59:59.999999+00:00", 2027),
        ("2026-12-31T23:30:00+00:00", 2027),
        ("2027-01-01T00:30:00+01:00", 2027),
        ("2026-12-31T23:30:00-01:00", 2028),
        ("9999-12-31T00:00:00+00:00", 9999),
    ],
)
def test_years_end_in_utc(recorded_at: str, year: int) -> None:
    """Wherever the clock stood; and there is an end to all years."""
    assert end_of(datetime.fromisoformat(recorded_at), 0) == datetime(year, 1, 1, tzinfo=UTC)


@given(instants, st.integers(0, 100))
def test_a_period_is_at_least_so_many_years_and_ends_on_new_year(recorded_at: datetime, years: int) -> None:
    """Never shorter than what the policy says, and less than a year longer."""
    until = end_of(recorded_at, years)
    assert (until.month, until.day, until.hour, until.tzinfo) == (1, 1, 0, UTC)
    if until.year < 9999:
        whole = until.replace(year=until.year - years) - recorded_at
        assert timedelta(0) < whole <= timedelta(days=366)


@given(instants, instants, st.integers(0, 100))
def test_what_was_recorded_later_is_not_kept_shorter(one: datetime, other: datetime, years: int) -> None:
    """Nor what has the longer period."""
    first, last = sorted((one, other))
    assert end_of(first, years) <= end_of(last, years) <= end_of(last, years + 1)


def test_asking_for_an_erasure_does_not_put_it_off() -> None:
    """Nor does a hold that came and went: they are about keeping the post."""
    told = folded(
        seen("text"), hold("h", "x"), hold("r", "x", "released"), erase("e", "requested", "ann"),
        minutes=[1, NEXT_YEAR, NEXT_YEAR, NEXT_YEAR],
    )  # fmt: skip
    assert told["recorded_at"] > "2027"
    assert newest_fact(told).year == 2026


def test_what_people_say_about_it_counts_as_a_fact() -> None:
    """A note of next year keeps it a year longer."""
    assert newest_fact(folded(seen("text"), note("n"), minutes=[1, NEXT_YEAR])).year == 2027
