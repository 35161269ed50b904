"""Finds a password, PIN or member number of the author given away in the open."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import mentioned
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
_GIVEN = Pattern(
    r"\b(?:my|her|his|our|their) (?:login |online |card |bank )?"
    r"(?:password|passcode|passwort|pin(?: code| number)?|cvv|cvc|security code|ssn|social security number|"
    r"(?:account|member|membership|policy|customer|card|routing) (?:number|no\.?|id|#))"
    r"(?: is| was|:| =|=) ?[\"'#]?([^\s\"',;!?]{4,40})",
)


def credentials(post: Post, context: Context) -> Iterable[Finding]:
    """Each secret or number that somebody could use."""
    text = post.text or ""
    for start, end in _GIVEN.spans(text, group=1):
        stop = start + len(text[start:end].rstrip(".)"))
        if any(map(str.isdigit, text[start:stop])) and not mentioned(text, (start, stop)):
            yield context.finding("personal_data", "credentials", (start, stop), "credential or member number")
