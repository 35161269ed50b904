"""Finds grievances about a product, a service or staff that somebody should handle."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, quoted
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("complaint",)
_THING = (
    "(?:refund|money|reply|response|answer|call back|callback|payment|payout|claim|order|parcel|card|statement|"
    "cheque|check|email|letter)"
)
_GRIEVANCE = phrases(
    "(?:i|we) (?:want|wish|would like|'d like|am going|are going|intend|need|have|will) (?:to )?(?:make|file|lodge|"
    "raise|submit|made|filed|"
    "lodged|raised) (?:a|an|my|another)(?: formal| official)? complaint",
    "(?:formal|official) complaint",
    "(?:worst|terrible|appalling|awful|dreadful|horrible|atrocious|disgraceful|shocking|abysmal|shambolic|pathetic|"
    "non-?existent|horrendous|"
    "unacceptable|disgusting|rude) (?:customer |client |phone )?(?:service|support|experience|bank|company|staff|"
    "app|care|communication)",
    "(?:customer )?(?:service|support|staff|app|helpline|adviser|advisor|agent|website|call centre|"
    "call center) (?:is|was|are|were|has been) "
    "(?:so |very |absolutely |just |really |a |completely |totally |utterly |extremely ){0,2}(?:appalling|terrible|"
    "awful|rude|useless|"
    "disgraceful|dreadful|unhelpful|joke|disgrace|horrible|a joke|unacceptable|broken|dismissive)",
    f"(?:still )?(?:still|never|not|haven't|hasn't|yet to) (?:yet )?(?:been |received|receive|got|gotten|had|heard|get|"
    f"seen)(?: back)?(?: my| a| an| any| the| our){{0,2}} "
    f"(?:{_THING}|from (?:you|anyone|anybody|them|customer)|refunded|paid out|reimbursed|resolved)",
    f"(?:waited|waiting|been waiting|on hold)(?: for)? (?:over |more than |nearly |almost |about |at least )?"
    f"(?:an hour|\\d+|two|three|four|five|six|seven|eight|weeks|months|hours|days|forever|ages) ?"
    f"(?:hours?|days?|weeks?|months?|minutes|mins)?(?: ... {_THING})?",
    "(?:nobody|no one|no-one) (?:ever |even |has |will )?(?:answers?|replies|replied|responds?|responded|"
    "calls? (?:me |us )?back|called|"
    "picks? up|helped me|got back)",
    "(?:i|we)(?:'ve| have| was| were| been| am| got)* (?:been )?(?:over)?charged (?:twice|double|again|a fee|"
    "without|for something|extra)",
    "(?:you|they|bank|company|adviser|advisor) (?:have |has |had )?(?:lost|mis-?sold|overcharged|double charged|"
    "ignored|closed|froze|frozen|"
    "messed up|screwed up) (?:me|my|us|our)",
    "(?:my|our) (?:account|card|claim|money|payment|app|login|order) (?:is still|has still|keeps? being|keeps|"
    "keeps getting|is yet again|was again|has again) "
    "(?:been )?(?:locked|frozen|blocked|rejected|declined|denied|missing|lost|delayed|crashing|logging me out|wrong|"
    "not)",
    "(?:keeps?|kept) (?:crashing|logging me out|freezing|being passed|cutting me off|hanging up|getting passed|"
    "sending me|charging me|ignoring)",
    "(?:mis-?sold|misled|lied to|ripped off|fobbed off|hung up on|cut off|let down) (?:me|us|by (?:you|your|this|"
    "the \\w+))",
    "(?:i|we) (?:was|were|have been|'ve been|got|feel) (?:mis-?sold|misled|lied to|ripped off|fobbed off|hung up on|"
    "cut off|let down|cheated|overcharged)",
    "passed from (?:pillar to post|one (?:person|department) to)",
    "(?:want|demand|need|expect|give me|where's|where is) (?:a full |a |my )(?:full )?(?:refund|money back|"
    "compensation)",
    "(?:going|go|taking this|take this|report(?:ing)? (?:you|this)|complain(?:ing|"
    "ed)?) to (?:the )?(?:\\w+ )?(?:ombudsman|trading standards|better business bureau|regulator|small claims)",
    "(?:disgusted|fed up|had enough|furious|appalled) (?:with|of|at|by) (?:you|your|this bank|this company|"
    "this firm|this app|the service|the way)",
    "(?:no|not one|never an?|not a single) (?:answer|reply|response|explanation|apology)(?: to| from| for| since|"
    " yet| at all)",
    "(?:e-?mails?|mails?|letters?|calls?|messages?|complaints?) (?:[^\\s.!?;:]+ ){0,4}(?:unanswered|ignored|"
    "not answered)",
    "(?:nobody|no one|no-one) (?:[^\\s.!?;:]+ ){0,3}(?:has |have )?(?:answered|spoken to (?:me|us)|written back|"
    "come back to)",
    "(?:was|were|got|been|being) (?:over)?charged (?:[^\\s!?;:]+ ){0,3}(?:twice|for (?:two|three|four)|fee|by mistake)",
    "(?:logs?|logged|kicks?|kicked|throws?|threw|locks?|locked) me out (?:every|again|all the time|constantly)",
    "(?:this is|what|it is|it's|simply|are|is) (?:a|an) (?:absolute |total |utter |complete |real )?(?:disgrace|"
    "joke|shambles|scandal|rip ?off)",
    "(?:is|was|got|app|been|came|card) (?:declined|blocked|rejected|down|late|cancelled|crashed) again",
    "(?:phoned|called|rang|written|wrote|e-?mailed|complained) (?:to )?(?:you |them )?(?:twice|(?:three|four|five|"
    "six|\\d+|several|many) times|"
    "again and again)",
    "cut off (?:twice|(?:three|four|\\d+) times|again|mid)",
    "(?:(?:is|are|was|as|simply|totally|completely) (?:\\w+ )?unacceptable|humiliating|humiliated|enough is enough)",
    "(?:moving|taking) (?:my|our) (?:[^\\s.!?;:]+ ){0,2}(?:accounts?|business|money|savings|"
    "mortgage) (?:[^\\s.!?;:]+ ){0,4}elsewhere",
    "(?:second|third|fourth|fifth) (?:time|letter|request|attempt|complaint) (?:this|in a|in one|since|i)",
)
_SOLVED = phrases(
    "(?:my own|my) (?:fault|mistake|error)",
    "(?:all |now |since |been |got |is |was |quickly |it's )(?:sorted|resolved|fixed|solved)",
    "(?:problem|issue) (?:sorted|solved|resolved|fixed)",
)


def complaint(post: Post, context: Context) -> Iterable[Finding]:
    """Each grievance, unless the author says that it was solved or their own mistake."""
    text = post.text or ""
    spans = [
        span for span in _GRIEVANCE.spans(text) if not (quoted(text, span) or denied(text, span) or asked(text, span))
    ]
    if spans and not _SOLVED.found(text):
        yield from (context.finding("complaint", "complaint", span) for span in spans)
