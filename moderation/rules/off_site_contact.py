"""Finds calls to go on elsewhere: by messenger, by direct message, with an outside "expert"."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import denied, reported
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("spam",)
_MESSENGER = (
    "(?:what's ?app|telegram|signal|wechat|snap ?chat|kik|instagram|insta|viber|icq|hangouts?|facebook|fb|skype|"
    "line app|discord)"
)
_ELSEWHERE = phrases(
    f"(?:write|text|message|msg|contact|reach|call|add|dm|ping|hit|find|chat with|talk to|inbox) (?:me|us|him|her|"
    f"them|mr|mrs|my \\w+)"
    f"(?: up| out| directly| privately| now)? (?:on|via|at|through|over|thru) (?:my |his |her |their |"
    f"the )?{_MESSENGER}",
    "(?:his|her|their|my|our) (?:what's ?app|telegram|signal|wechat|instagram|insta)(?: number| id| handle| channel|"
    " group)? ?(?:is|:|=|@|\\+)",
    "(?:his|her|their|my|our) (?:what's ?app|telegram|wechat) (?:number|handle|channel|group)",
    f"(?:on|via|through) {_MESSENGER} ?[:@+]",
    f"{_MESSENGER} ?(?:\\+\\d|: ?[@+\\d])",
    "(?:what's ?app|telegram) (?:me|us|him|her)",
    "t\\.me/[^\\s]+",
    "wa\\.me/[^\\s]+",
    "(?:dm|inbox|pm) (?:me|us|him|her) (?:for|to|now|if|today|and)",
    "(?:check|see|click|visit|subscribe to) (?:out )?my (?:bio|profile|channel|page|link)",
    "link in (?:my |the )?bio",
    "(?:thanks|thank you|grateful|shout ?out) to (?:mrs?|expert|coach|broker|trader|dr|prof)[.]?",
    "(?:write|mail|e-?mail|contact|message|text|reach|ask)(?: to)? (?:him|her|me|us|them|mr[.]? \\w+|"
    "mrs[.]? \\w+)(?: now| today)?:? ?"
    "(?:at |on )?[a-z0-9][a-z0-9._%+-]{0,63}(?:@| at )[a-z0-9.-]{1,63}[.][a-z]{2,24}",
    "(?:contact|reach|hire) [a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9.-]{1,63}[.][a-z]{2,24}",
)


def off_site_contact(post: Post, context: Context) -> Iterable[Finding]:
    """Each call, unless the author warns of one."""
    text = post.text or ""
    for span in _ELSEWHERE.spans(text):
        if not reported(text, span) and not denied(text, span):
            yield context.finding("spam", "off_site_contact", span)
