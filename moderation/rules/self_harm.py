"""Finds an author's own wish or act of self-harm, or urging another to it."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import quoted, reported
from moderation.rules.patterns import Pattern, phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("self_harm",)
_WISH = phrases(
    "(?:i|i'm|im|i am|i'll|i've|i have|i was|i'd) (?:just |really |so |only |been |seriously |still |often |"
    "sometimes |always |also ){0,3}"
    "(?:want|wanna|going|gonna|plan|planning|ready|thinking|thought|think|feel|feeling|wish|tempted|trying|tried|"
    "decided|about|need|like) "
    "(?:to |of |about |like ){0,2}(?:just |really ){0,1}(?:kill(?:ing)? myself|die tonight|end(?:ing)? (?:it all|"
    "my (?:own )?life)|"
    "suicide|commit(?:ting)? suicide|tak(?:e|ing) my (?:own )?life|harm(?:ing)? myself|hurt(?:ing)? myself|"
    "cut(?:ting)? myself|"
    "overdos(?:e|ing)|hang(?:ing)? myself|shoot(?:ing)? myself|not (?:be|being) (?:here|alive)(?: any ?more)?|"
    "disappear(?:ing)? (?:for ever|forever))",
    "(?:i|i'm|im|i am) (?:just |really |so |feeling |feel ){0,2}suicidal",
    "(?:i (?:just )?(?:want|wanna|wish)) (?:to die|i was dead|i were dead|to be dead|i wasn't alive|"
    "i had never been born|to not wake up)",
    "i (?:just |really |honestly ){0,2}(?:don't|do not|no longer) want to (?:be alive|exist|wake up|live any ?more|"
    "be here any ?more|live like this)",
    "(?:no|any) (?:reason|point) (?:to|in) (?:live|living|be alive|being alive|go on living)",
    "(?:i|i've|i have) (?:been |started |keep |kept |just |again )?(?:cut|cutting|harmed|harming|hurt|"
    "hurting) myself(?: again| on purpose)",
    "(?:better off|world is better|everyone would be better off) without me",
    "(?:last|final) (?:post|message|goodbye),? (?:before )?(?:i (?:end|kill|take)|goodbye forever)",
    "(?:don't|can't|cannot|do not) see (?:a|any) (?:way|reason|point) (?:to go on|to carry on|in going on|"
    "of going on|to live)",
    "(?:can't|cannot|don't want to|do not want to) (?:go on|carry on) (?:living|like this|any ?more|any longer)",
    "(?:would|i'd|i'd much) rather (?:not be here|be dead|die|not wake up|not be alive|not exist)",
)
_URGED = phrases(
    "(?:go|just|please|should|must|ought to|better|and|pls|why don't you|hope you) (?:and |just |"
    "go )?(?:kill (?:yo?u?r? ?self|urself|yourselves)|hang "
    "(?:yo?u?r? ?self|urself|yourselves)|shoot yourself|drink bleach|jump off a (?:bridge|cliff|building)|"
    "slit your wrists)",
    "kys",
)
_ORDERED = phrases("kill (?:yourself|urself|yourselves)")
_SENTENCE_ENDS = (".", "!", "?", ",", ":", ";")
_IDIOM = Pattern(
    r"\b(?:die laughing|died laughing|laugh(?:ing|ed)?|lol|lmao|rofl|haha\w*|embarrass\w*|boredom|bored|hangry|"
    r"figuratively|cringe|"
    r"(?:this|the) (?:game|queue|traffic|meeting|song|website|app))\b",
)


def self_harm(post: Post, context: Context) -> Iterable[Finding]:
    """Each such passage. When in doubt it is found: a denial in the same sentence does not take it away."""
    text = post.text or ""
    for pattern, excused, detail in _KINDS:
        for span in pattern.spans(text):
            around = text[max(0, span[0] - 60) : span[1] + 60]
            if not excused(text, span) and not _IDIOM.found(around):
                yield context.finding("self_harm", "self_harm", span, detail)


def _within_a_sentence(text: str, span: tuple[int, int]) -> bool:
    """Words that urge stand at its beginning; within it they may be anything, and `_URGED` knows those that are not."""
    before = text[max(0, span[0] - 3) : span[0]].rstrip()
    return quoted(text, span) or (span[0] > 0 and not before.endswith(_SENTENCE_ENDS) and "\n" not in text[span[0] - 1])


_KINDS = ((_WISH, quoted, "own wish"), (_URGED, reported, "urged"), (_ORDERED, _within_a_sentence, "urged"))
