"""Finds a password, PIN or member number of the author given away in the open, and US social security numbers."""

from collections.abc import Iterable

from stdnum.us import ssn

from moderation.rules.context import Context
from moderation.rules.mention import mentioned
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

CANDIDATES_MAX = 100
_GIVEN = Pattern(
    r"\b(?:my|her|his|our|their) (?:login |online |card |bank )?"
    r"(?:password|passcode|passwort|pin(?: code| number)?|cvv|cvc|security code|ssn|social security number|"
    r"(?:account|member|membership|policy|customer|card|routing) (?:number|no\.?|id|#))"
    r"(?: is| was|:| =|=) ?[\"'#]?([^\s\"',;!?]{4,40})",
)
_SSN = Pattern(r"\b\d{3}-\d{2}-\d{4}\b")
_SPECIMENS = ("078-05-1120", "219-09-9999", "123-45-6789")


def credentials(post: Post, context: Context) -> Iterable[Finding]:
    """Each secret or number that somebody could use."""
    text = post.text or ""
    for start, end in _GIVEN.spans(text, group=1):
        stop = start + len(text[start:end].rstrip(".)"))
        if any(map(str.isdigit, text[start:stop])) and not mentioned(text, (start, stop)):
            yield context.finding("personal_data", "credentials", (start, stop), "credential or member number")
    for span in _SSN.spans(text, most=CANDIDATES_MAX):
        if text[slice(*span)] not in _SPECIMENS and ssn.is_valid(text[slice(*span)]):
            yield context.finding("personal_data", "credentials", span, "social security number")
