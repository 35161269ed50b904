"""Finds instructions to the firm to act on an account, an order, a policy, a booking or a payment."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, reported
from moderation.rules.patterns import phrases
from records.posts import Post
from records.verdicts import Finding

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
    f"{_ACT} my (?:[^\\s.!?;:]+ ){{0,2}}{_OBJECT} (?:now|today|immediately|at once|asap|please|right away|"
    f"with immediate effect|effective)",
    "(?:please|pls|kindly) (?:transfer|send|pay|wire|move|withdraw|sell|buy) [$€£]? ?\\d(?:[\\d.,]*\\d)?",
)
_HOW = phrases(
    "(?:how|where|whether|when|who) (?:do|can|could|should|would|to|must|did) (?:i|we|you|one)?",
    "they (?:would|could|said)",
)


def instruction(post: Post, context: Context) -> Iterable[Finding]:
    """Each instruction, unless it asks how or tells of one."""
    text = post.text or ""
    for span in _INSTRUCTION.spans(text):
        polite = text[slice(*span)].lower().startswith(("can you", "could you"))
        if (
            not reported(text, span)
            and (polite or not asked(text, span))
            and not _HOW.found(text[max(0, span[0] - 40) : span[0]])
        ):
            yield context.finding("instruction_or_funds", "instruction", span)
