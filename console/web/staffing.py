"""Who a case can be passed to, and who has read the policy in force, by what people have set up."""

from datetime import datetime

from console.web.route import DECIDERS
from console.web.set_up import SetUp
from moderation.policy import Policy
from records.registry import Attestation

ROLES = ("reviewer", "supervisor", "compliance")


def targets(set_up: SetUp, now: datetime) -> list[str]:
    """Roles that decide, and then everybody who has one of them now."""
    people = sorted(name for name in set_up.newest("role") if set_up.role(name, now) in DECIDERS)
    return [*ROLES, *people]


def has_read(set_up: SetUp, staff_id: str, policy: Policy) -> bool:
    """Whether this person has said that they have read this very text; said by somebody else it counts for nothing."""
    found = set_up.newest("attestation").get(staff_id)
    said = found.said if found else None
    return isinstance(said, Attestation) and said.staff_id == staff_id and said.policy_digest == policy.digest
