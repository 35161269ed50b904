"""Finds threats of violence that the author makes."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, reported
from moderation.rules.patterns import Pattern, phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("threat",)
_WHOM = (
    "(?:you|u|ya|him|her|them|y'all|your (?:family|kids|children|wife|husband|mother|house|staff|people)|everyone|"
    "everybody|all of you|every one of)"
)
_VIOLENCE = (
    f"(?:(?:kill|murder|shoot|stab|strangle|behead|rape|slaughter|execute|hunt|bash|lynch|hang) {_WHOM}|"
    f"beat (?:the \\w+ out of {_WHOM}|{_WHOM} (?:up|to death|to a pulp|senseless))|"
    f"burn (?:down )?(?:your|the|his|her|their) (?:house|home|office|branch|building|car|place|shop)(?: down)?|"
    f"burn it (?:all )?down|"
    f"blow (?:up )?(?:your|the|this|that) (?:house|office|branch|building|place|bank|school)(?: up)?|put a bullet|"
    f"bomb (?:your|the|this)|"
    f"break (?:your|his|her|their) (?:legs|neck|face|jaw|arms|knees|fingers|bones)|smash (?:your|his|her|"
    f"their) (?:face|head|skull|teeth)|"
    f"cut (?:your|his|her|their) (?:throat|head)|slit your throat)"
)
_THREAT = phrases(
    f"(?:i|we|i'll|we'll|ill|i'm|im|we're|i am|we are|(?:somebody|someone) (?:should|will|must|needs to|"
    f"ought to)) (?:will |shall |am |'ll |going to |gonna |want to |wanna |should |need to |"
    f"swear |swear i'll |personally |come |come and |have to |must |so ){{0,4}}{_VIOLENCE}",
    "(?:i|we) know where (?:you|u|your family|your kids|they) (?:live|lives|work|works|sleep)",
    "(?:you|u|you're|ur|you are|your) (?:will |gonna |going to |are going to |all ){0,2}(?:regret being born|"
    "bleed for|die (?:for this|tonight|soon|slowly)|"
    "be dead by|dead meat|a dead (?:man|woman))",
    "(?:watch your back|sleep with one eye open|there is a bomb|there's a bomb|i planted a bomb|"
    "come after your family|shoot up (?:the|your|this))",
)
_PLAY = Pattern(
    r"\b(?:lol|lmao|jk|just kidding|joking|joke|game|boss fight|respawn|chess|fifa|playoffs?|season|match|laughing|"
    r"kindness)\b"
)


def threat(post: Post, context: Context) -> Iterable[Finding]:
    """Each threat, unless it is somebody else's, denied, or play."""
    text = post.text or ""
    for span in _THREAT.spans(text):
        played = _PLAY.found(text[max(0, span[0] - 60) : span[1] + 60])
        if not played and not (reported(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("threat", "threat", span)
