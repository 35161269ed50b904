"""Finds international bank account numbers whose check digits are right."""

from collections.abc import Iterable

from stdnum import iban as number_of_account

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
CANDIDATES_MAX = 100
LENGTH_MIN = 15
_CANDIDATE = Pattern(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")


def iban(post: Post, context: Context) -> Iterable[Finding]:
    """Each account number; words that follow it are not part of it."""
    text = post.text or ""
    for start, end in _CANDIDATE.spans(text, most=CANDIDATES_MAX):
        for stop in range(end, start + LENGTH_MIN - 1, -1):
            if number_of_account.is_valid(text[start:stop]):
                yield context.finding("personal_data", "iban", (start, stop), "bank account")
                break
