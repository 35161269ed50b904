"""Finds authors who pretend to speak for the firm: by what they say of themselves, or by the name they take."""

import re
from collections.abc import Iterable
from functools import lru_cache

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, reported
from moderation.rules.patterns import Pattern, phrases
from records.plain import FILLER, plain
from records.posts import Post
from records.verdicts import Finding

LABELS = ("impersonation",)
POLICIES_MAX = 4
_DESK = (
    "(?:customer |client |technical |tech |fraud |security |account |official |online |live ){0,2}"
    "(?:support|service|services|care|help ?desk|helpdesk|security|fraud|compliance|recovery|verification|moderation|"
    "complaints)"
)
_WE = "(?:bank|company|firm|site|website|branch|brokerage|insurer|team)"
_FROM = f"(?:of|from|at|with|for) (?:the |this |your |our ){{0,2}}{_WE}"
_SAID = (
    (
        f"(?:i'm|im|i am|this is|we're|we are|here is|my name is \\w+ and i'm) (?:\\w+ )?(?:from |with |of |at )?"
        f"(?:the |your |our |an? ){{1,2}}(?:official |dedicated |senior )?{_DESK} (?:team|desk|department|agent|"
        f"representative|rep|officer|manager|specialist|staff)"
    ),
    (
        "(?:i'm|im|i am|we're|we are) (?:an? |the |your |one of the )?(?:official |authori[sz]ed |certified )"
        "(?:[^\\s.!?;:]+ ){0,2}(?:agent|representative|rep|employee|account|page|support|staff|partner)"
    ),
    (
        f"(?:i'm|im|i am) (?:an? |the |your )(?:account |branch |relationship |bank |fraud |site )?"
        f"(?:manager|moderator|administrator|admin|employee|adviser|advisor|officer|agent|representative) "
        f"(?:here|{_FROM})"
    ),
    f"(?:speaking|writing|posting|contacting you|here) (?:on behalf|in the name) of (?:the |this |your ){{0,2}}{_WE}",
    ("(?:this is|welcome to) (?:the |our )?official (?:[^\\s.!?;:]+ ){0,2}(?:support|account|page|channel|help ?desk)"),
)
_ROLE = (
    "(?:agent|representative|rep|employee|adviser|advisor|manager|officer|specialist|broker|support|support team|staff)"
)
_SAID_OF_OURS = (
    f"(?:i'm|im|i am|we're|we are) (?:an? |the |your )?(?:\\w+ )?{_ROLE} (?:of|from|at|with|for) (?:the )?OURS",
    "(?:i'm|im|i am|we're|we are|here is) (?:(?-i:[A-Z][a-z]+) )?from (?:the )?OURS",
    "(?:this is|my name is) (?-i:[A-Z][a-z]+) (?:from|with|of) (?:the )?OURS",
    f"(?:this is|here is|welcome to|the official) (?:the )?(?:official )?OURS {_ROLE}",
    "(?:we at|i work (?:for|at|with)|i'm calling from|official account of) (?:the )?OURS",
    "(?:on behalf|in the name) of (?:the )?OURS",
)
_TITLE = (
    r"(?:(?:official|customer|client|technical|tech|account|live|online|fraud) (?:support|service|services|care|help|"
    r"security|team|desk)|support (?:team|desk|agent)|help ?desk|security team|moderator|moderation team|"
    r"administrator|admin|site admin|staff|official|support)"
)
_OWN_WORD = r"(?:official|support|help|helpdesk|service|services|care|team|staff|admin|security|agent|customer|desk)"
_CALLED_AS_OURS = (r"^(?:the )?OURS$", rf"\bOURS\b.*\b{_OWN_WORD}\b|\b{_OWN_WORD}\b.*\bOURS\b")
_PARTS = re.compile(r"[^a-z0-9]+")


def impersonation(post: Post, context: Context) -> Iterable[Finding]:
    """Each such claim in the text; the whole text where the author's name is a claim. Whom the policy names may."""
    if post.author and post.author.author_id in context.policy.own_authors:
        return
    text, patterns = post.text or "", _patterns(context.policy.own_names)
    for span in patterns[0].spans(text):
        if not (reported(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("impersonation", "impersonation", span, "speaks for the firm")
    if post.author and post.author.name and patterns[1].found(_spoken(post.author.name)):
        yield context.finding("impersonation", "impersonation", (0, len(text)), "the author's name speaks for the firm")


@lru_cache(POLICIES_MAX)
def _patterns(own_names: tuple[str, ...]) -> tuple[Pattern, Pattern]:
    """What is said, and how authors call themselves, under the names that are ours."""
    ours = "|".join(_spoken(name) for name in own_names if _spoken(name))
    said, called = list(_SAID), [f"^(?:the )?{_TITLE}(?: \\d+)?$"]
    if ours:
        said.extend(said_of.replace("OURS", f"(?:{ours})") for said_of in _SAID_OF_OURS)
        called.extend(called_as.replace("OURS", f"(?:{ours})") for called_as in _CALLED_AS_OURS)
    return phrases(*said), Pattern("|".join(called))


def _spoken(name: str) -> str:
    """A name in plain small letters, with one space between its parts, however it is dressed."""
    return _PARTS.sub(" ", plain(name).replace(FILLER, "").lower()).strip()
