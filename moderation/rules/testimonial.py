"""Finds favourable statements on own experience with the firm, a product or its staff."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, quoted
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("testimonial",)
_GOOD = (
    "(?:great|excellent|brilliant|fantastic|amazing|wonderful|superb|outstanding|best|lovely|fabulous|first class|"
    "first-class|top notch|exceptional)"
)
_SERVED = "(?:service|experience|support|advice|adviser|advisor|staff|team|customer service|help|agent|bank|broker)"
_PRAISE = phrases(
    f"(?:i|we|my (?:mum|mom|dad|wife|husband|parents|son|daughter)) (?:have |has |'ve |had |got |received |always |"
    f"can't fault ){{1,3}}"
    f"(?:a |an |nothing but |such |the |some |really |very |always |had |received |got ){{0,4}}{_GOOD} {_SERVED}",
    f"{_GOOD} (?:customer )?{_SERVED} (?:from|by|at|i've|i have|we've|we have|ever|as always|every time|so far)",
    "(?:been|was|were) (?:a |an )?(?:happy|satisfied|loyal|delighted|very happy|contented) (?:customer|client|"
    "member)s?",
    "(?:very|so|really|extremely|absolutely|couldn't be|more than) (?:happy|pleased|satisfied|impressed|delighted|"
    "happier) with "
    "(?:the |my |our |their |your |how |this ){0,2}(?:[^\\s.!?;:]+ ){0,2}(?:service|adviser|advisor|account|policy|"
    "plan|team|bank|claim|help|advice|"
    "company|firm|product|card|support)",
    "(?:they|you|your (?:team|staff|adviser|advisor)|my (?:adviser|advisor|agent|broker)) (?:really |truly |have |"
    "has |always ){0,2}"
    "(?:helped me|helped us|saved me|saved us|looked after (?:me|us)|took care of (?:me|us)|went above and beyond|"
    "went out of (?:their|his|her) way)",
    "(?:can't|cannot) (?:fault|recommend|praise|thank) (?:them|this|you|their|the)",
    "(?:would |i |we |i'd |can |i'll )(?:highly |definitely |thoroughly |wholeheartedly |happily |"
    "always ){1,2}recommend (?:them|this|these|you|her|him|"
    "the|your|my|to)",
    "thank(?:s| you) (?:to |so much to )?(?:you |all |your |the |my ){0,3}(?:[^\\s.!?;:]+ ){0,2}(?:team|staff|"
    "adviser|advisor|agent) (?:for|who)",
    "(?:staff|team|adviser|advisor|lady|man|woman|colleague|branch|service|support|they|she|"
    "he) (?:[^\\s.!?;:]+ ){0,6}(?:was|were|is|are|has been|have been) "
    "(?:so |very |absolutely |really |always |just |incredibly ){0,2}(?:brilliant|excellent|wonderful|fantastic|"
    "amazing|patient|superb|first class|kind to|helpful)",
    "best (?:card|bank|account|app|broker|insurer|adviser|advisor|fund) (?:i've|i have|we've|we have|"
    "i) (?:ever )?(?:had|used|known|dealt)",
)


def testimonial(post: Post, context: Context) -> Iterable[Finding]:
    """Each statement that the author makes of their own."""
    text = post.text or ""
    for span in _PRAISE.spans(text):
        if not (quoted(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("testimonial", "testimonial", span)
