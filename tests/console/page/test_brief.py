"""A dossier in a few sentences."""

from console.dossier.content import When, Who
from console.dossier.values import Dossier
from console.page.brief import Quoted, brief
from tests.console.page.samples import POSTED, at, erased, long, short, years

SUPERVISED = "then interactive: a conversation that the company supervises"
SEEN = "we first saw it 2026-03-02 09:14:42 UTC, 12 seconds later."
MISSING = "it was first seen missing 2026-03-02 12:18:50 UTC."


def told(dossier: Dossier) -> list[str]:
    """The sentences as they are read."""
    return ["".join(word.text if isinstance(word, Quoted) else word for word in words) for words in brief(dossier)]


def test_what_an_examiner_wants_first() -> None:
    """Who, where, when, how judged, what was decided, how it stands, how far proved."""
    assert told(long()) == [
        "Author, as the site says: Jane D.",
        f"It stood on this surface (place on our site): blog/funds; {SUPERVISED}",
        f"By the site's clock it was posted 2026-03-02 09:14:30 UTC; {SEEN}",
        "As far as we know it has had 2 texts: it was changed.",
        "The judge, a program that advises, found reasons for a person to look: promissory_claim, contact_details.",
        "The decision that stands is “remove: take it off the site”, by s.lee, 2026-03-02 11:44:30.020 UTC.",
        f"When last looked it could not be seen any more on the site; {MISSING}",
        "How far this is proved: proved; every fact of this dossier stands in the ledger as it is shown here.",
    ]


def test_what_is_not_known_is_said() -> None:
    """No sentence is left out because there is nothing to say."""
    said = told(short())
    assert "The site does not say when it was posted; we first saw it 2026-03-02 09:14:42 UTC." in said
    assert "No decision of a person stands on it." in said
    assert "How far this is proved: not compared with the ledger." in said
    assert "Author: not provided by the source." in told(short().model_copy(update={"who": Who()}))


def test_an_erased_post_begins_with_that() -> None:
    """And with the ground."""
    assert told(erased())[0] == "Its content was erased, on this ground: Art. 17 GDPR, request of the author"


def test_clocks_that_disagree_are_told() -> None:
    """A site's clock may run ahead; years are not told in days."""
    ahead = long().model_copy(update={"when": When(posted_at=at(60), first_seen_at=POSTED)})
    assert "which is before that: the site's clock and ours differ" in told(ahead)[2]
    assert told(years())[2].endswith("20 years later.")
