"""What a live test of a rebuild works on: a fold and a keeper beside it, and all kinds of records for them."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kafka import KafkaProducer

from ingest.connection import client_options
from ingest.lag import behind, lag
from ingest.publisher import Place, Publisher
from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer import ConstantScorer
from moderation.surroundings import Surroundings
from records.base import Record
from records.coverage import Coverage
from records.decisions import GRACE_SECONDS_MAX, Claim, Decide, Defer, Erase, Escalate, LegalHold, Note, Undo
from records.orders import Order, Outcome
from records.posts import Post
from records.settings import Settings
from records.topics import DECISIONS, ORDERS, OUTCOMES, POSTS, VERDICTS, Topic
from tests.live.generator import history, natural_post
from tests.live.kept import KeeperProcess
from tests.live.pipeline import READS, Pipeline, wait_for
from tests.live.truth import digest

VIEWS = ("posts", "history", "coverage")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
PAGE = 1_000
REBUILD_SECONDS_MAX = 120
LIFEGUARD = "from console.commands import main; main()"
IN_SMALL_STEPS = f"""
from console import rebuilding
from records.ledger import by_subject
rebuilding.SAVE_SECONDS, by_subject.CHUNK_ENTRIES = 0.0, 20
{LIFEGUARD}
"""
"""The same command, which saves how far it has come after every few posts."""
Views = dict[str, dict[str, str]]


@dataclass
class Stage:
    """A pipeline and a keeper at work, with everything settled that was published."""

    pipeline: Pipeline
    keeper: KeeperProcess
    publisher: Publisher

    def publish(self, topic: Topic, records: Sequence[Record]) -> list[Place]:
        """Publishes, and waits for the broker's word."""
        return self.publisher.publish_all(topic, records)

    def publish_judged(self, posts: Sequence[Post]) -> None:
        """Posts, and a verdict on each text."""
        self.publish(POSTS, posts)
        texts = [post for post in posts if post.text is not None]
        self.publish(VERDICTS, judge(texts, load_policy(None), ConstantScorer(), Surroundings({}, {}), NOW))

    def settle(self) -> None:
        """Waits until everything is folded and kept."""
        wait_for(lambda: self._folded() and not self.pipeline.wants(), "the fold is behind")
        self.keeper.settle()

    def _folded(self) -> bool:
        return behind(lag(self.pipeline.settings, "fold", READS["fold"])) == 0

    def lifeguard(self, *words: str, program: str = LIFEGUARD, **chosen: str) -> "subprocess.Popen[str]":
        """The command, as a person starts it."""
        told = self.keeper.settings.model_dump(mode="json", exclude_defaults=True) | chosen
        environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([sys.executable, "-c", program, *words], env=environment, **pipes)

    def rebuild(self, *words: str) -> str:
        """Runs it to its end; what it said."""
        child = self.lifeguard("rebuild", "--staff", "s-ana", *words)
        said, problem = child.communicate(timeout=REBUILD_SECONDS_MAX)
        assert child.returncode == 0, problem
        return said

    def why(self, post_id: str, at: str, **chosen: str) -> tuple[int, str, str]:
        """Exit code, what it said, and on standard error."""
        child = self.lifeguard("why", post_id, "--at", at, "--json", **chosen)
        said, problem = child.communicate(timeout=REBUILD_SECONDS_MAX)
        return child.returncode, said, problem

    def rebuilding(self) -> dict[str, Any] | None:
        """How far a rebuild that is not done has come, as it saved it last; None where there is none."""
        for index, found in self.pipeline.ask("GET", "/{posts}-*/_alias").items():
            if any(alias.endswith("-rebuilding") for alias in found["aliases"]):
                saved: dict[str, Any] | None = self.pipeline.ask("GET", f"/{index}/_mapping")[index]["mappings"][
                    "_meta"
                ].get("rebuild")
                return saved
        return None

    def views(self) -> Views:
        """A digest of each document by id, with all that is in it."""
        return {view: dict(self._digests(view)) for view in VIEWS}

    def _digests(self, view: str) -> Iterator[tuple[str, str]]:
        ask = self.pipeline.ask
        ask("POST", f"/{{{view}}}/_refresh")
        pit = ask("POST", f"/{{{view}}}/_pit?keep_alive=1m")["id"]
        body: dict[str, Any] = {"size": PAGE, "sort": ["_shard_doc"], "pit": {"id": pit}}
        body["_source"] = {"exclude_vectors": False}
        while hits := ask("POST", "/_search", body)["hits"]["hits"]:
            for hit in hits:
                source = hit["_source"]
                yield hit["_id"], digest(source) + digest({"vector": source.get("embedding")})
            body["search_after"] = hits[-1]["sort"]
        ask("DELETE", "/_pit", {"id": pit})


def watched() -> Iterator[Coverage]:
    """Heartbeats, and a gap."""
    for number in range(300):
        at = NOW + timedelta(minutes=number)
        since = at - timedelta(minutes=1)
        yield Coverage(kind="heartbeat", source="gen", from_at=since, until_at=at, read=number % 3, happened_at=at)
    yield Coverage(kind="gap", source="gen", from_at=NOW, until_at=NOW, detail="away", happened_at=NOW)


def publish_no_records(settings: Settings) -> None:
    """Bytes that are no record, beside ones that are, and a record under the key of another post."""
    producer = KafkaProducer(**client_options(settings))
    post = natural_post(history(1, seed=1, source="other")[0][0], "other")
    for topic in ("posts", "decisions", "verdicts"):
        for number in range(5):
            producer.send(settings.named(topic), value=b"{no record", key=f"gen:gen-{number}".encode())
    producer.send(settings.named("posts"), value=post.model_dump_json().encode(), key=b"gen:gen-7")
    producer.close()


def decide(stage: Stage, documents: Sequence[dict[str, Any]]) -> None:
    """All kinds of acts, some of which are refused; orders and outcomes of those that want something."""
    rng = random.Random(12)
    decides: list[Decide] = []
    others: list[Record] = []
    for number, document in enumerate(documents):
        common: dict[str, Any] = {"post_id": document["post_id"], "staff_id": f"s-{number % 3}", "made_at": NOW}
        bound: dict[str, Any] = {"revision_id": document["revision_id"], "policy_version": 1, "policy_digest": "0" * 64}
        bound |= {"grace_seconds": GRACE_SECONDS_MAX, "reason": "2.1"}
        first = Decide(idempotency_key="1", action=rng.choice(["remove", "hide"]), **bound, **common)
        later = common | {"case_version_seen": 1}
        decides.append(first)
        others += rng.sample(
            [
                Claim(idempotency_key="c", **common),
                Decide(idempotency_key="stale", action="leave", **bound, **common),
                Undo(idempotency_key="u", undoes=first.record_id, **later),
                Escalate(idempotency_key="e", to="compliance", reason="hard", **later),
                Defer(idempotency_key="d", until=NOW, **later),
                Note(idempotency_key="n", note="seen", **common),
                LegalHold(idempotency_key="h", hold_id="case-1", state="placed", reason="court", **common),
                Erase(idempotency_key="x", state="requested", basis="art. 17", **common),
                Erase(idempotency_key="y", state="confirmed", basis="art. 17", **common | {"staff_id": "s-eve"}),
            ],
            k=6,
        )
    places = stage.publish(DECISIONS, decides)
    stage.publish(DECISIONS, others)
    pairs = [(str(place), decide) for place, decide in zip(places, decides, strict=True)]
    stage.publish(ORDERS, [_order(place, decide) for place, decide in pairs])
    stage.publish(OUTCOMES, [_outcome(place, decide) for place, decide in pairs[::2]])


def _order(place: str, decide: Decide) -> Order:
    return Order(
        post_id=decide.post_id, order_id=place, decision_record_id=decide.record_id, action="hide", ordered_at=NOW
    )


def _outcome(place: str, decide: Decide) -> Outcome:
    return Outcome(post_id=decide.post_id, order_id=place, result="done", visible=False, happened_at=NOW)
