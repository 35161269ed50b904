"""Where the next page begins, as one word that is good for the same question only."""

from records.digests import fact_digest
from records.errors import Malformed

MARK_CHARS = 12
WRONG = "this is no cursor of this question: ask without one, and take the cursors of the answers"


def cursor(question: str, place: str) -> str | None:
    """The word for a place; None at the end."""
    return f"{_mark(question)}.{place}" if place else None


def place_in(question: str, word: str | None) -> str:
    """The place that it stands for, empty for the beginning; raises Malformed."""
    if word is None:
        return ""
    mark, _, place = word.partition(".")
    if mark != _mark(question) or not place:
        raise Malformed(WRONG)
    return place


def _mark(question: str) -> str:
    return fact_digest("cursor", question)[:MARK_CHARS]
