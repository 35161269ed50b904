"""Chips and counts: what an address narrows to is what was counted."""

from console.web.narrowing import chips, counted
from search.overview import Facet, Share


def facet(*counts: tuple[str, int], others: int = 0) -> Facet:
    """So many posts have each value."""
    return Facet(tuple(Share(value, posts) for value, posts in counts), others)


def test_a_value_leads_to_the_posts_that_were_counted() -> None:
    """Everything else that was asked for stays."""
    [found] = counted({"surface": facet(("forum", 3), others=2)}, {"words": ("fee",)}, queue="q")
    assert (found.title, found.others) == ("Surface", 2)
    [choice] = found.choices
    assert (choice.value, choice.posts) == ("forum", 3)
    assert choice.address == "/search?words=fee&surface=forum&queue=q"


def test_a_further_value_of_a_filter_would_widen() -> None:
    """It is counted, and leads nowhere."""
    [found] = counted({"label": facet(("scam", 3), ("complaint", 1))}, {"label": ("scam",)})
    assert [choice.address for choice in found.choices] == ["", ""]


def test_severities_are_counted_as_their_filter_counts() -> None:
    """At least so grave; only what is graver than what is asked for already."""
    shares = facet(("1", 5), ("3", 1), ("2", 2), ("0", 9))
    [found] = counted({"severity": shares}, {})
    assert [(one.value, one.posts) for one in found.choices] == [("urgent", 1), ("serious", 3), ("to be looked at", 8)]
    [found] = counted({"severity": shares}, {"severity": ("2",)})
    assert [(one.value, one.address) for one in found.choices] == [("urgent", "/search?words=&severity=3")]


def test_a_filter_can_be_taken_away_by_itself() -> None:
    """One value of several, too; a search for everything stays one."""
    given = {"label": ("complaint", "scam"), "waiting": ("yes",)}
    assert [chip.address for chip in chips(given)] == [
        "/search?words=&label=scam&waiting=yes",
        "/search?words=&label=complaint&waiting=yes",
        "/search?words=&label=complaint&label=scam",
    ]
    [last] = chips({"state": ("open",)})
    assert (last.value, last.address) == ("waits", "/search?words=")
