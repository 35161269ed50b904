"""Finds promises of results, and denials of risk, in money or health."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import mentioned
from moderation.rules.patterns import Pattern, phrases
from records.plain import plain
from records.posts import Post
from records.verdicts import Finding

LABELS = ("promissory",)
_GAIN = "(?:returns?|profits?|gains?|income|earnings|roi|payouts?|results?|winnings?|dividends?|approval|cure)"
_PROMISE = phrases(
    f"(?:guaranteed?|assured|certain|risk(?: |-)?free|riskless|sure(?: |-)?fire) (?:[^\\s.!?;:]+ ){{0,2}}{_GAIN}",
    f"{_GAIN} (?:is|are) (?:100 ?% |fully |absolutely )?(?:guaranteed|assured|certain)",
    "guarantee(?:s|d)? (?:you |to |that you |an? |your ){0,3}(?:\\d[\\d.,]* ?%|double|triple|profit|make money|cure)",
    "(?:can'?t|cannot|can not|never|won'?t|impossible to) (?:lose|loose) (?:any |your |a ){0,2}(?:money|cent|penny|"
    "dime|capital|investment|thing)",
    "(?:can'?t|cannot|can not|impossible to) (?:lose|go wrong) (?:with|on|if)",
    "(?:no|zero|without any|without|0 ?%) (?:risk|risks)(?: at all| involved| whatsoever)?",
    "(?:100 ?%|completely|totally|absolutely) (?:safe|risk(?: |-)?free|guaranteed) (?:investment|returns?|profits?|"
    "income|results?|money)",
    "100 ?% (?:guaranteed|risk(?: |-)?free)",
    "(?:double|triple|quadruple|10x|multiply) (?:your|ur) (?:money|investment|savings|bitcoin|btc|deposit|capital|"
    "crypto)",
    "(?:will|is going to|gonna|bound to|sure to|certain to) (?:definitely |certainly |surely |easily )?(?:double|"
    "triple|10x|100x|"
    "moon|skyrocket|quadruple)(?: (?:in|by|within|this|next|soon|again))",
    "(?:easy|fast|instant|quick|free) (?:profits?|returns|gains)",
    "(?:easy|fast|quick|instant) (?:money|cash)",
    "(?:make|earn|get|making|earning) (?:up to |over |at least |around )?[$€£]? ?\\d[\\d.,]*k? ?(?:[$€£]|%|dollars|"
    "usd|euros|pounds)? "
    "(?:a|per|every|each|in a|in one|in just) (?:day|week|weekly|daily|hour|month)(?: (?:from home|guaranteed|easily))",
    "(?:cures|heals|reverses|will (?:cure|heal|reverse)) (?:all |any |your |every |stage \\d ){0,2}(?:cancers?|"
    "diabetes|arthritis|dementia|alzheimer'?s|depression|aids|hiv)",
    "(?:going|goes|headed|straight|rocket) to the moon",
    "guaranteed? (?:up to |at least )?\\d[\\d.,]* ?% (?:a|per|every|each|returns?|profit|gains?|interest|monthly|"
    "weekly|daily)",
    f"\\d[\\d.,]* ?% {_GAIN} (?:[^\\s.!?;:]+ ){{0,4}}guaranteed",
    "turn(?:s|ed|ing)? [$€£]? ?\\d[\\d.,]*k? into [$€£]? ?\\d[\\d.,]*k?",
    "(?:made|earned|making|earning|won) (?:over |about |almost |nearly )?[$€£]? ?\\d[\\d.,]*k?(?: euros| dollars|"
    " pounds)? (?:in|within) "
    "(?:my|the|her|his|just|only|one|a) (?:first |very first |one )?(?:hour|day|week|month)",
    "doubled (?:my|our|his|her) (?:deposit|money|savings|investment|stake|capital) in",
    "never (?:had|has|have) (?:a |one )?losing (?:trade|day|week|month)",
    "(?:cannot|can't|can not|impossible to) (?:possibly |simply )?(?:fail|hurt you|harm you)",
    "(?:cures|heals) (?:[^\\s.!?;:]+ ){1,4}(?:for life|for good|for ever|forever|permanently|in (?:\\w+) (?:days|"
    "hours|weeks))",
    "100 ?% (?:no side effects|effective|cure)",
)
_DIGIT_IN_WORD = Pattern(r"[a-z][013457]+[a-z]|\b[013457][a-z]{2}|\b[a-z][013457]\b")
_DIGITS = str.maketrans("013457", "oieast")


def promissory_claim(post: Post, context: Context) -> Iterable[Finding]:
    """Each promise that the author makes, rather than doubts, reports or denies."""
    text = post.text or ""
    clear = _unmasked(text)
    open_spans = list(_PROMISE.spans(text))
    masked_spans = [span for span in _PROMISE.spans(clear) if span not in open_spans] if clear != text else []
    for span in (*open_spans, *masked_spans):
        if not mentioned(text, span):
            detail = "disguised" if span in masked_spans else None
            yield context.finding("promissory", "promissory_claim", span, detail)


def _unmasked(text: str) -> str:
    """The text with digits for the letters that they stand for, where some word mixes them; else as it is, in plain."""
    if not _DIGIT_IN_WORD.found(text) and text.isascii():
        return text
    return plain(text).translate(_DIGITS)
