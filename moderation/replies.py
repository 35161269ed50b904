"""Our own replies before they go out: the judge reads them like any text, and what would be improper in ours is named.

Nothing is recommended online that would not be recommended face to face, and nobody is insulted in our name.
"""

from datetime import datetime

from moderation.judge import judge
from moderation.policy import Policy
from moderation.scorer import Scorer
from moderation.surroundings import Surroundings
from records.digests import post_id_of, sha256_hex
from records.posts import Collector, Post, revision_of

IMPROPER = frozenset(
    {
        "recommendation", "promissory", "performance", "toxicity", "severe_toxicity", "threat", "identity_hate",
        "obscene", "insult", "sexual",
    }
)  # fmt: skip
"""What others may write about us, and we may not write to them."""
SOURCE = "reply"


def improper(reply: str, policy: Policy, scorer: Scorer, now: datetime) -> list[str]:
    """The titles of the labels that our own reply must not have, in the order of the policy."""
    digest = sha256_hex(reply.encode("utf-8", "replace"))
    post = Post(
        kind="seen",
        post_id=post_id_of(SOURCE, digest),
        source=SOURCE,
        native_id=digest,
        text=reply,
        revision_id=revision_of(reply),
        seen_at=now,
        collector=Collector(source=SOURCE, version="1", config_digest=policy.digest),
    )
    [verdict] = judge([post], policy, scorer, Surroundings(), now)
    found = {finding.label for finding in verdict.findings} & IMPROPER
    return [label.title for name, label in policy.labels.items() if name in found]
