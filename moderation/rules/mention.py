"""Use, not mention: whether words are said by the author, or quoted, denied, reported or asked about."""

from moderation.rules.patterns import Pattern, phrases

WINDOW_CHARS = 100
_ENDS = ".!?\n;"
_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ("\u2018", "\u2019"), ('"', '"'))

_REPORTED = phrases(
    "(?:he|she|they|it|who|that|guy|man|woman|caller|adverts?|ads?|someone|somebody|anyone|anybody|people|scammers?|"
    "person)"
    " (?:\\w+ )?(?:said|says?|saying|told|tells?|telling|claim(?:s|ed|ing)?|(?:promise[sd]?|promising)|calls?|called|"
    "calling|wrote|writes|"
    "guarantee[sd]?|offer(?:s|ed|ing)?|threaten(?:s|ed)?|keeps?|posted)",
    "(?:claims?|claimed|claiming|promised|promising|called|calling|telling|told|saying) (?:me|us|him|her|them|you|"
    "people|to|that|of)",
    "(?:beware|be careful|careful|be wary|wary|warning|watch out|warn(?:s|ed|ing)?|avoid|ignore|report(?:ed|ing)?) ... "
    "(?:of|about|with|for|who|that|anyone|any|these|those|posts?|comments?|people)",
    "(?:so called|supposed|supposedly|allegedly|the (?:word|phrase|claim|expression|term|idea)|words like)",
    "(?:scam|scams|scammers?|fraud|fraudsters?|phishing)",
    "if (?:someone|somebody|anyone|anybody|a \\w+|they|it|he|she)",
    "(?:heard|read|seen|believe|trust|fall for|fell for) ... (?:about|of|that|from|with|who|any|anyone)",
)
_SAID = Pattern(
    r"\b(?:sa(?:id|ys?|ying)|told|tell(?:s|ing)?|wr(?:ote|ites?|iting)|scream(?:s|ed|ing)|shout(?:s|ed|ing)|"
    r"yell(?:s|ed|ing)|call(?:s|ed|ing))"
    r"\W+(?:\w+\W+){0,3}$",
)
_DENIED = phrases(
    "(?:no|not|never|nothing|nobody|none|neither|nor|without|hardly|cannot|can't|isn't|aren't|wasn't|weren't|"
    "won't|wouldn't|"
    "doesn't|didn't|hasn't|haven't|couldn't|ain't)",
    "don't (?:believe|trust|think|offer|promise|give|fall|want|know|expect|say|recommend|suggest)",
)
_NOT_A_DENIAL = phrases(
    "(?:can't|cannot|don't) (?:miss|lose|wait|go wrong|afford)", "no doubt", "not only", "why not", "no joke"
)
_ASKED = Pattern(
    r"^\W*(?:and|but|so|or|wait)?\W*(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|how|who|why|"
    r"what|"
    r"which|where|when|any|anyone|anybody|isn|aren|doesn)\b"
)


def quoted(text: str, span: tuple[int, int]) -> bool:
    """Whether the words stand between quotation marks."""
    before, after = text[max(0, span[0] - WINDOW_CHARS) : span[0]], text[span[1] : span[1] + WINDOW_CHARS]
    return any(_opened(before, opening, closing) and closing in after for opening, closing in _QUOTES)


def reported(text: str, span: tuple[int, int]) -> bool:
    """Whether the author tells of somebody else's words: quotes them, reports them, or warns of them."""
    before = _before(text, span)
    return quoted(text, span) or _REPORTED.found(before) or _SAID.found(before)


def denied(text: str, span: tuple[int, int]) -> bool:
    """Whether the words stand behind a denial in the same sentence."""
    before = _before(text, span)
    return _DENIED.found(before) and not _NOT_A_DENIAL.found(before)


def asked(text: str, span: tuple[int, int]) -> bool:
    """Whether the words are part of a question that asks, rather than one that baits."""
    after = text[span[1] : span[1] + WINDOW_CHARS]
    end = min((after.find(mark) for mark in _ENDS if mark in after), default=-1)
    return end >= 0 and after[end] == "?" and _ASKED.found(_before(text, span) + text[span[0] : span[1]])


def mentioned(text: str, span: tuple[int, int]) -> bool:
    """Whether the words are mentioned rather than used: reported, denied or asked about."""
    return reported(text, span) or denied(text, span) or asked(text, span)


def _before(text: str, span: tuple[int, int]) -> str:
    before = text[max(0, span[0] - WINDOW_CHARS) : span[0]]
    return before[max(before.rfind(mark) for mark in _ENDS) + 1 :]


def _opened(before: str, opening: str, closing: str) -> bool:
    if opening == closing:
        return before.count(opening) % 2 == 1
    return before.rfind(opening) > before.rfind(closing)
