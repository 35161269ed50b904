"""Finds calls on others to buy, sell, hold, open or switch a financial product."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, reported
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("recommendation",)
_PRODUCT = (
    "(?:stocks?|shares?|bonds?|gold|silver|bitcoin|btc|ethereum|eth|crypto|coins?|tokens?|funds?|etfs?|index fund|"
    "tracker|annuit(?:y|ies)|"
    "polic(?:y|ies)|pension|isa|401k|ira|fix|fixed rate|mortgage|savings account|account|calls|puts|options|dip|"
    "forex|premium bonds|"
    "treasur(?:y|ies)|cd|gilts?|insurance|plan)"
)
_CALL = phrases(
    f"(?:you|u|everyone|everybody|y'all|people|folks|guys) (?:all )?(?:should|must|need to|have to|had better|"
    f"ought to|gotta|wanna) "
    f"(?:all |really |definitely |just |immediately )?(?:buy|sell|hold|dump|short|invest|open|switch|move|put|"
    f"take out|avoid|get out of|"
    f"stay away from|load up on) ... (?:in |into |to )?{_PRODUCT}",
    f"(?:i'd|i would|i'll|i) (?:strongly |highly |really |definitely )?(?:recommend|advise|suggest|urge) ... "
    f"(?:buying|selling|holding|investing|opening|switching|dumping|getting|putting|moving|avoiding) ... {_PRODUCT}",
    f"(?:don't|do not|never) (?:buy|sell|take|take out|touch|hold|invest in|put ... in|go for|sign up for) "
    f"(?:the |this |that |these |those |their |any |your |a |an |into |in ){{0,2}}{_PRODUCT}",
    f"(?:buy|sell|dump|hold|load up on|get out of|get into|invest in) (?:the |this |your |all |more |some |"
    f"their |in ){{0,2}}"
    f"(?:[^\\s.!?;:]+ ){{0,2}}{_PRODUCT} (?:now|today|asap|before|while|immediately|fast|quick|right away|and hold|"
    f"every|instead)",
    "(?:strong|screaming|definite|easy) (?:buy|sell)",
    "buy the dip",
    "(?:buy|sell|short|load) (?:up on )?[$][a-z]{1,5}",
    "(?:put|move|park|throw) (?:all |everything |your |ur |half ){1,3}(?:savings|money|pension|cash|401k|retirement|"
    "capital)? ?(?:of it )?"
    "(?:in|into|on)",
    "(?:just )?(?:switch|move) (?:to|over to) (?:a |an |the )?(?:tracker|index fund|etf|fixed rate|variable rate|"
    "gold|bitcoin|cash isa)",
    "(?:buy|sell|hold|dump) (?:[^\\s.!?;:]+ ){1,8}(?:all of you|everybody|everyone|you all|folks)",
)


def call_to_trade(post: Post, context: Context) -> Iterable[Finding]:
    """Each call, unless it is somebody else's, or a question."""
    text = post.text or ""
    for span in _CALL.spans(text):
        if not reported(text, span) and not asked(text, span):
            yield context.finding("recommendation", "call_to_trade", span)
