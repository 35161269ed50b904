"""Finds instructions to the firm to act on an account, an order, a policy, a booking or a payment."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, reported
from moderation.rules.patterns import Pattern, phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("instruction_or_funds",)
BEFORE_CHARS = 40
_OBJECT = (
    "(?:accounts?|polic(?:y|ies)|orders?|subscriptions?|memberships?|bookings?|reservations?|cards?|direct debit|"
    "standing order|"
    "payments?|transfers?|prescriptions?|appointments?|plan|contract|claim|insurance|shares?|units|holdings?|"
    "balance|premiums?|address|"
    "beneficiary|money|funds|savings|investments?)"
)
_ACT = (
    "(?:cancel|close|freeze|block|unblock|unfreeze|terminate|suspend|stop|renew|reorder|refill|transfer|withdraw|"
    "refund|pay out|sell|"
    "buy|move|send|change|update|switch|activate|reactivate|reinstate|deactivate|delete|liquidate|redeem)"
)
_INSTRUCTION = phrases(
    f"(?:please|pls|plz|kindly|i want you to|i need you to|i'd like you to|i would like you to|"
    f"i authori[sz]e you to|i instruct you to|"
    f"i hereby|go ahead and|can you (?:please|just|kindly)|could you (?:please|just|kindly)) (?:immediately |now |"
    f"just |also )?{_ACT} "
    f"(?:[^\\s.!?;:]+ ){{0,4}}(?:my|our|the|this) (?:[^\\s.!?;:]+ ){{0,3}}{_OBJECT}",
    f"(?:i want|i wish|i'd like|i would like|i need|i demand) (?:to )?(?:cancel|close|withdraw|"
    f"terminate) (?:all )?(?:my|our|this) "
    f"(?:[^\\s.!?;:]+ ){{0,2}}{_OBJECT}",
    "(?:please|pls|kindly) (?:transfer|send|pay|wire|move|withdraw|sell|buy) [$€£]? ?\\d(?:[\\d.,]*\\d)?",
)
_ORDER = phrases(
    f"{_ACT} (?:all of |all |the |[$€£]?\\d[\\d.,]* |from |everything in ){{0,3}}my (?:[^\\s.!?;:]+ "
    f"){{0,4}}{_OBJECT} (?:[^\\s.!?;:]+ ){{0,8}}"
    "(?:please|pls|immediately|effective|with (?:immediate )?effect|at once|right away|asap|today|now)",
)
_BY_SOMEBODY = Pattern(
    r"\b(?:please|pls|kindly|i|we|to|ill|i'll|i've|will|would|could|can|may|must|they|you|he|she|did|didn't|don't|"
    r"not|and|or|then|who|who'll|'ll|going)\W+$"
)
_HOW = phrases(
    "(?:how|where|whether|when|who) (?:do|can|could|should|would|to|must|did) (?:i|we|you|one)?",
    "they (?:would|could|said)",
)


def instruction(post: Post, context: Context) -> Iterable[Finding]:
    """Each instruction, unless it asks how or tells of one."""
    text = post.text or ""
    for span in _INSTRUCTION.spans(text):
        if _asks_us(text, span) and not reported(text, span):
            yield context.finding("instruction_or_funds", "instruction", span)
    for span in _ORDER.spans(text):
        by_somebody = _BY_SOMEBODY.found(text[max(0, span[0] - BEFORE_CHARS) : span[0]])
        if not (by_somebody or asked(text, span) or reported(text, span)):
            yield context.finding("instruction_or_funds", "instruction", span)


def _asks_us(text: str, span: tuple[int, int]) -> bool:
    polite = text[slice(*span)].lower().startswith(("can you", "could you"))
    how = _HOW.found(text[max(0, span[0] - BEFORE_CHARS) : span[0]])
    return (polite or not asked(text, span)) and not how
