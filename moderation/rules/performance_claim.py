"""Finds tales of past returns, and of beating a market or a benchmark; promises are another rule's."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, quoted
from moderation.rules.patterns import Pattern, phrases, phrases_to_a_sign
from records.posts import Post
from records.verdicts import Finding

LABELS = ("performance",)
_SHARE = "\\d[\\d.,]{0,9} ?(?:%|per cent|percent)"
_WHEN = (
    "(?:(?:in |over |during |for )?(?:the |this |these )?(?:last|past|previous) (?:\\w+ ){0,2}"
    "(?:years?|months?|weeks?|quarters?|decades?)|last year|last month|"
    "(?:in|since|during) (?:(?:19|20)\\d\\d|january|february|march|april|may|june|july|august|september|october|"
    "november|december|inception|launch)|this year|year to date|ytd|"
    "(?:a|per|each|every) (?:year|annum|month|quarter)|annually|annuali[sz]ed|on average|so far)"
)
_ROSE = (
    "(?:returned|gained|made|earned|yielded|delivered|averaged|generated|grew|rose|climbed|soared|jumped|"
    "(?:is|was|are|were|'s|'m|am|went|been|shot|still|ended) up)"
)
_MARKET = (
    "(?:market|markets|index|indices|benchmark|s ?& ?p(?: ?500)?|ftse(?: ?100)?|dow(?: jones)?|nasdaq|dax|msci world|"
    "peers|hedge funds|professionals|pros)"
)
_CLAIM = phrases(
    f"{_ROSE} (?:by |me |us |an? |an average (?:of )?|on average |about |over |almost |nearly |more than |"
    f"at least |well over ){{0,3}}{_SHARE} {_WHEN}",
    f"up (?:by |about |over |almost |nearly |more than ){{0,2}}{_SHARE} {_WHEN}",
    f"(?:doubled|tripled|quadrupled) {_WHEN}",
    f"{_SHARE} (?:annual |average |yearly |net |total )?(?:returns?|gains?|profits?|growth|performance|upside) {_WHEN}",
    "track record of (?:[^\\s.!?;:]+ ){0,4}(?:returns?|gains?|profits?|outperform\\w*|winners?)",
    f"(?:beat|beats|beaten|beating|outperformed|outperforms|outperforming|crushed|crushes|crushing|trounced) "
    f"(?:the |its |their |his |her |every |all |all the ){{0,2}}{_MARKET}",
    "(?:never|not once) (?:had|has had|have had|saw|seen) (?:a |one |any )?(?:down|losing|negative|bad) "
    "(?:year|quarter)",
)
_FIGURE = phrases_to_a_sign(
    f"(?:average|annual|annuali[sz]ed|yearly|historic(?:al)?|past|total|net) (?:annual )?(?:returns?|performance|"
    f"gains?|profits?|yields?) (?:of|was|were|is|are|:) (?:about |over |almost |nearly |around |more than )?{_SHARE}",
    f"track record of (?:[^\\s.!?;:]+ ){{0,4}}{_SHARE}",
)
# Prices, pay and the like rise too, and nobody earns by it.
_NOT_AN_INVESTMENT = Pattern(
    r"\b(?:pric(?:es?|ing)|inflation|rents?|fees?|premiums?|rates?|costs?|bills?|tax(?:es)?|charges?|unemployment|crime|"
    r"wages?|salar(?:y|ies)|population|fares?|temperatures?|visitors?|complaints?|sales|turnover|emissions|"
    r"subscriptions?|quotes?|renewals?|energy|food|petrol)\b"
)
_AHEAD = Pattern(
    r"\b(?:guarantee\w*|promise[ds]?|promising|will|would|could|should|might|if|expect\w*|hop(?:e|es|ed|ing)|aim\w*|target\w*|"
    r"forecast\w*)\b|'ll\b"
)
BEFORE_CHARS = 60
_SENTENCE_ENDS = ".!?\n;"


def performance_claim(post: Post, context: Context) -> Iterable[Finding]:
    """Each such tale, unless it is quoted, denied or asked about, is about what things cost, or a hope."""
    text = post.text or ""
    for span in (*_CLAIM.spans(text), *_FIGURE.spans(text)):
        before = text[max(0, span[0] - BEFORE_CHARS) : span[0]]
        sentence = before[max(before.rfind(mark) for mark in _SENTENCE_ENDS) + 1 :]
        other = _NOT_AN_INVESTMENT.found(sentence) or _AHEAD.found(sentence)
        if not (other or quoted(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("performance", "performance_claim", span)
