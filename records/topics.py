"""The topics, in the order the data flows, with what each of them carries."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from records.audit import Audit
from records.coverage import Coverage
from records.dead_letters import DeadLetter
from records.decisions import DECISION
from records.orders import Order, Outcome
from records.posts import Post
from records.registry import REGISTRY_ENTRY
from records.verdicts import Verdict

MESSAGE_BYTES_MAX = 4_000_000


@dataclass(frozen=True)
class Topic:
    """A Kafka topic: its name, the shape of its records, and whether they are about a post (and keyed by it)."""

    name: str
    shape: TypeAdapter[Any]
    about_post: bool


POSTS = Topic("posts", TypeAdapter(Post), about_post=True)
VERDICTS = Topic("verdicts", TypeAdapter(Verdict), about_post=True)
DECISIONS = Topic("decisions", DECISION, about_post=True)
ORDERS = Topic("orders", TypeAdapter(Order), about_post=True)
OUTCOMES = Topic("outcomes", TypeAdapter(Outcome), about_post=True)
REGISTRY = Topic("registry", REGISTRY_ENTRY, about_post=False)
AUDIT = Topic("audit", TypeAdapter(Audit), about_post=False)
COVERAGE = Topic("coverage", TypeAdapter(Coverage), about_post=False)
DEAD_LETTERS = Topic("dead-letters", TypeAdapter(DeadLetter), about_post=False)

TOPICS = (POSTS, VERDICTS, DECISIONS, ORDERS, OUTCOMES, REGISTRY, AUDIT, COVERAGE, DEAD_LETTERS)
ABOUT_POSTS = tuple(topic for topic in TOPICS if topic.about_post)
BY_NAME = {topic.name: topic for topic in TOPICS}
