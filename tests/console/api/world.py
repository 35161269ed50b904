"""A console without servers whose acts really become something: what is published is folded into an index of dicts."""

import copy
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from console.staff.tokens import Tokens
from ingest.publisher import Place
from moderation.cases import fold_post
from records.base import Record
from records.decisions import Act
from records.received import Received
from records.registry import Attestation, Integration
from records.settings import Settings
from records.topics import DECISIONS, REGISTRY, Topic
from search.overview import FACETS
from tests.console.web.desks import URL, OneByOne, Scene
from tests.console.web.test_overviewing import Counted
from tests.console.web.test_sheets import Counting
from tests.moderation import case_records as make
from tests.moderation.case_records import logged
from tests.moderation.words_scorer import WordsScorer

TEXT = "hello"
HOSTILE = 'forum:<1>&"\u202e?#/..%2f ü'
SORTED_BY = {"_score": 1.0, "post_id": ""}
KEY = "the-first-key"


class Index(OneByOne):
    """Posts and facts, as a search would answer; `decisions` are in the order in which they came."""

    posts, history, coverage = "posts", "history", "coverage"

    def __init__(self, settings: Settings, *post_ids: str) -> None:
        first = fold_post(None, logged([make.seen(TEXT), make.judged(TEXT, "spam")]))
        self.documents: dict[str, Any] = {one: copy.deepcopy(first) | {"post_id": one} for one in post_ids}
        self.decisions: list[Act] = []
        self.settings = settings
        self.matched: tuple[str, ...] = ()

    def fold(self, act: Act) -> None:
        """What the fold makes of an act."""
        self.decisions.append(act)
        received = Received("decisions", "d", 0, len(self.decisions), datetime.now(UTC), act)
        if act.post_id in self.documents:
            self.documents[act.post_id] = fold_post(self.documents[act.post_id], [received])

    async def ask(self, _method: str, path: str, body: Any = None, **_: Any) -> Any:
        """One request."""
        if path == "/posts/_mget":
            return {"docs": [self._document(post_id) for post_id in body["ids"]]}
        if path == "/history/_search":
            return {"hits": {"hits": self._facts(body)}}
        if path == "/posts/_count":
            return {"count": len(self.documents)}
        if "aggs" in body or path == "/coverage/_search":
            return await self._told(path, body)
        hits = self._hits(body)
        return {"hits": {"total": {"value": len(self.documents), "relation": "eq"}, "hits": hits}}

    async def _told(self, path: str, body: Any) -> Any:
        """Of sources, of a time, of rules and models, of queues, or facets."""
        aggs = body.get("aggs", {})
        if path == "/coverage/_search" or "came" in aggs:
            return await Counted().ask("POST", path, body)
        if {"by_rule", "by_model"} & aggs.keys():
            return await Counting().ask()
        if "actions" in aggs:
            counted = {"actions": {"buckets": [{"key": "hide", "doc_count": 2}]}}
            return {"aggregations": counted, "hits": {"total": {"value": 9}, "hits": self._hits(body)}}
        return {"aggregations": self._counted(aggs)}

    def _document(self, post_id: str) -> dict[str, Any]:
        found = self.documents.get(post_id)
        return {"_id": post_id, "found": found is not None, "_source": found}

    def _hits(self, body: Any) -> list[dict[str, Any]]:
        after = (body.get("search_after") or [""])[-1]
        found = [one for post_id, one in sorted(self.documents.items()) if post_id > after][: body["size"]]
        numbers = [0] * (len(body.get("sort", ())) - 1)
        more = {"_score": 1.0, "matched_queries": list(self.matched)}
        return [{"_source": one, "sort": [*numbers, one["post_id"]], **more} for one in found]

    def _facts(self, body: Any) -> list[dict[str, Any]]:
        after = (body.get("search_after") or [0, "", 0, -1])[-1]
        found = [self._fact(number, act) for number, act in enumerate(self.decisions) if number > after]
        return found[: body["size"]]

    def _fact(self, number: int, act: Act) -> dict[str, Any]:
        said = {"topic": "decisions", "kind": "note", "record_id": act.record_id, "recorded_at": make.iso(1)}
        more = {"place": f"decisions-0-{number}", "post_id": act.post_id, "record": act.model_dump(mode="json")}
        more |= {"topic_id": "d", "partition": 0, "offset": number}
        return {"_source": said | more, "sort": [1, "decisions", 0, number]}

    def _counted(self, aggs: Any) -> dict[str, Any]:
        if "queues" in aggs:
            names = aggs["queues"]["filters"]["filters"]
            return {"queues": {"buckets": {name: {"doc_count": len(self.documents)} for name in names}}}
        return {name: {"buckets": [{"key": "x", "doc_count": 2}], "sum_other_doc_count": 1} for name in FACETS}


class World:
    """A console with posts, people who have read the policy, and integrations."""

    def __init__(self, settings: Settings) -> None:
        self.scene = Scene(settings)
        self.index = Index(settings, "forum:1", "forum:2", "forum:3", HOSTILE)
        self.scene.desk.search = self.index  # type: ignore[assignment]
        self.scene.desk.scorer = WordsScorer()
        self._send = self.scene.broker.send
        self.scene.broker.send = self.hear  # type: ignore[method-assign]

    def hear(self, topic: Topic, record: Record) -> Future[Place]:
        """What is published is folded, or known, at once."""
        answer = self._send(topic, record)
        if topic is DECISIONS and isinstance(record, Act) and not self.scene.broker.away:
            self.index.fold(record)
        if topic is REGISTRY and not self.scene.broker.away:
            self.scene.broker.register(record)  # type: ignore[arg-type]
        return answer

    def token(self, *scopes: str, name: str = "tool", who: str = "ann", role: str = "reviewer", days: int = 9) -> str:
        """Of an integration that acts on the authority of somebody with this role."""
        now, policy = datetime.now(UTC), self.scene.desk.policy
        if role:
            self.scene.grant(who, role, until=now + timedelta(days=1) if role == "examiner" else None)
        read = {"policy_version": policy.version, "policy_digest": policy.digest, "version": policy.version}
        said = {"set_at": now, "staff_id": who, "registry_id": who}
        self.scene.broker.register(Attestation.model_validate(said | read))
        lent = {"authority": who, "scopes": scopes, "until": now + timedelta(days=days)}
        entry = Integration.model_validate(said | {"registry_id": name, "staff_id": "root"} | lent)
        self.scene.broker.register(entry)
        self.scene.desk.set_up.look()
        return Tokens(self.scene.settings).add(name, entry.record_id)

    def client(self, *scopes: str, **said: Any) -> "Client":
        """A program with a token."""
        return Client(self, self.token(*scopes, **said))

    @property
    def published(self) -> int:
        """How many records there are but for those of looking."""
        return len(self.index.decisions) + len(self.scene.broker.set_up)


class Client(httpx.AsyncClient):
    """A program that asks; what changes something has a key."""

    def __init__(self, world: World, token: str) -> None:
        super().__init__(
            transport=httpx.ASGITransport(world.scene.app, client=("192.0.2.7", 1)),
            base_url=f"{URL}/api/v1",
            headers={"authorization": f"Bearer {token}"} if token else {},
        )

    async def write(self, method: str, path: str, body: Any = None, key: str = KEY) -> httpx.Response:
        """Something that changes."""
        return await self.request(method, path, json=body, headers={"idempotency-key": key})

    async def act(self, act: str, post_id: str = "forum:1", key: str = KEY, **said: Any) -> httpx.Response:
        """An act on a case."""
        return await self.write("POST", "/acts", {"act": act, "post_id": post_id, **said}, key)
