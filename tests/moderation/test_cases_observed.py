"""What a moderator sees of a post after sightings, edits, removals, reports and reactions."""

from moderation.cases import fold_post
from moderation.cases.observed import REPORTS_KEPT, REVISIONS_KEPT, SIGHTINGS_KEPT
from records.digests import text_digest
from tests.moderation.case_records import (
    author,
    edited,
    folded,
    iso,
    judged,
    logged,
    note,
    reacted,
    removed,
    reported,
    seen,
)


def test_a_post_that_was_seen_shows_its_text_and_nobody_judged_it_yet() -> None:
    """The first sighting makes the document."""
    document = folded(seen("Hello, World", 5, site=2, author=author("mia"), surface="wall", url="https://f.example/1"))
    assert document["post_id"] == "forum:1"
    assert (document["source"], document["native_id"], document["surface"]) == ("forum", "1", "wall")
    assert (document["text"], document["text_digest"]) == ("Hello, World", text_digest("hello world"))
    assert (document["author_id"], document["author_name"]) == ("id-mia", "mia")
    assert (document["posted_at"], document["first_seen_at"], document["removed_at"]) == (iso(2), iso(5), None)
    assert (document["state"], document["judged"], document["visible"]) == ("unjudged", False, True)


def test_an_edit_shows_the_new_text_and_counts_two_revisions() -> None:
    """The author and the address, which the edit did not tell again, stay."""
    document = folded(seen("one", 1, author=author("mia"), url="https://f.example/1"), edited("two", 2))
    assert (document["text"], document["revisions"]) == ("two", 2)
    assert (document["author_name"], document["url"]) == ("mia", "https://f.example/1")
    assert (document["first_seen_at"], document["last_seen_at"]) == (iso(1), iso(2))


def test_the_latest_by_the_sites_clock_is_current_though_it_arrived_first() -> None:
    """A late delivery of an older text does not bring that text back."""
    document = folded(edited("new", seen=8, site=7), seen("old", seen=9, site=1, url="https://f.example/1"))
    assert (document["text"], document["revisions"]) == ("new", 2)
    assert (document["posted_at"], document["site_at"]) == (iso(1), iso(7))
    assert document["url"] == "https://f.example/1", "what only the older one told is still known"


def test_without_the_sites_clock_the_latest_fetch_is_current() -> None:
    """Fetches may arrive in any order."""
    assert folded(edited("new", seen=8), seen("old", seen=4))["text"] == "new"
    assert folded(edited("new", seen=8), seen("old", seen=4, site=3))["text"] == "new"


def test_of_two_texts_at_the_same_time_the_one_further_down_the_log_is_current() -> None:
    """A site whose clock knows only when a post was made."""
    assert folded(seen("one", 2, site=1), edited("two", 2, site=1))["text"] == "two"
    assert folded(edited("two", 2, site=1), seen("one", 2, site=1))["text"] == "one"
    assert folded(seen("one", 2, site=1), removed(2, site=1))["visible"] is False


def test_a_text_that_is_changed_back_is_current_again() -> None:
    """Two revisions in all, and the first one stands."""
    document = folded(seen("one", 1), edited("two", 2), edited("one", 3))
    assert (document["text"], document["revisions"]) == ("one", 2)


def test_a_text_that_is_changed_back_and_forth_without_site_times_is_followed() -> None:
    """The second change to the same text is the same fact, seen later."""
    document = folded(seen("one", 1), edited("two", 2), edited("one", 3), edited("two", 4))
    assert (document["text"], document["revisions"]) == ("two", 2)


def test_a_removed_post_is_not_visible_and_keeps_its_text() -> None:
    """By the site's time of removal where there is one."""
    document = folded(seen("one", 1), removed(4, site=3))
    assert (document["visible"], document["removed_at"], document["text"]) == (False, iso(3), "one")
    assert folded(seen("one", 1), removed(4))["removed_at"] == iso(4)


def test_a_post_seen_again_after_its_removal_is_visible_again() -> None:
    """Edited or unchanged: the site put it back."""
    for again in (edited("two", 9), seen("one", 9)):
        document = folded(seen("one", 1), removed(4), again)
        assert (document["visible"], document["removed_at"]) == (True, None)
    assert folded(seen("one", 1), removed(4), seen("one", 9), removed(12))["visible"] is False


def test_a_late_sighting_from_before_the_removal_does_not_bring_a_post_back() -> None:
    """It was delivered after the removal, and seen before it."""
    document = folded(removed(4), seen("one", 1))
    assert (document["visible"], document["text"]) == (False, "one")


def test_the_same_sighting_a_second_time_changes_nothing() -> None:
    """A source that sends everything twice makes no second fact."""
    once, twice = folded(seen("one", 6, site=1)), folded(seen("one", 6, site=1), seen("one", 6, site=1))
    assert twice == {**once, "applied": {"id-of-posts:0": 1}}


def test_another_look_at_the_same_text_only_moves_when_it_was_last_seen() -> None:
    """The site says the same, later."""
    document = folded(seen("one", 1, site=1), seen("one", 6, site=1))
    assert (document["first_seen_at"], document["last_seen_at"]) == (iso(1), iso(6))
    assert (document["revisions"], document["recorded_at"]) == (1, iso(1))


def test_reports_and_reactions_are_counted_once_each() -> None:
    """Two people complained, one of them twice; one person likes it."""
    document = folded(seen("one"), reported("mia"), reported("ben"), reported("mia", 7), reacted("tom"), reacted("tom"))
    assert (document["reports"], document["reactions"], document["state"]) == (2, 1, "open")


def test_a_report_about_a_post_that_nobody_saw_opens_a_case() -> None:
    """There is no text, and it is not known whether it is visible."""
    document = folded(reported("mia"))
    assert (document["state"], document["text"], document["visible"]) == ("open", None, None)
    assert (document["source"], document["first_seen_at"]) == ("forum", None)


def test_history_starts_no_clock() -> None:
    """What an import brought is history, until the text is edited live."""
    imported = [seen("one", backfill=True), judged("one", "scam", severity=3, backfill=True)]
    assert (folded(*imported)["backfill"], folded(*imported)["due_at"]) == (True, None)
    assert folded(*imported, seen("one", 5))["backfill"] is True
    assert folded(*imported, edited("two", 5))["backfill"] is False


def test_an_import_does_not_make_history_of_a_live_post() -> None:
    """It was seen live first, so its clocks go on."""
    assert folded(seen("one"), seen("one", 5, backfill=True))["backfill"] is False
    assert folded(seen("one"), seen("one", 5, site=2, backfill=True))["backfill"] is False


def test_the_newest_record_says_when_the_document_last_changed() -> None:
    """By its append time, whichever topic it came on."""
    document = folded(judged("one"), seen("one"), minutes=[9, 3])
    assert document["recorded_at"] == iso(9)


def test_a_year_before_our_calendar_and_one_at_its_end_keep_their_order() -> None:
    """Site times may be nonsense; the format holds."""
    document = fold_post(None, logged([seen("old", 1, site=-1_000_000_000), seen("new", 2, site=4_000_000_000)]))
    assert document["text"] == "new"
    assert str(document["posted_at"])[:4] == "0124"
    assert str(document["site_at"])[:4] == "9631"


def test_a_post_with_endless_edits_and_reports_stays_small() -> None:
    """What is kept of each is bounded; what is counted is not."""
    edits = [edited(f"text {number}", number) for number in range(SIGHTINGS_KEPT + 10)]
    complaints = [reported(f"person {number}") for number in range(REPORTS_KEPT + 10)]
    document = folded(*edits, *complaints, *(note(f"n{number}") for number in range(150)))
    observed = document["parts"]["observed"]
    assert (len(observed["revisions"]), document["revisions"]) == (REVISIONS_KEPT, SIGHTINGS_KEPT + 10)
    assert (len(observed["report_ids"]), document["reports"]) == (REPORTS_KEPT, REPORTS_KEPT + 10)
    assert document["text"] == f"text {SIGHTINGS_KEPT + 9}"
