"""The console for live tests: judge, fold, console and a browser, people who work with it, and posts for each test."""

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page

from console.web.sessions import Sessions
from ingest.publisher import Publisher
from ingest.reader import read_all
from moderation.policy import load_policy
from records.audit import Audit
from records.base import Record
from records.decisions import Act, Claim, Decide
from records.documents import WAITING
from records.received import Received
from records.settings import Settings
from records.topics import AUDIT, DECISIONS, POSTS, REGISTRY, Topic
from tests.live.browser import chromium, context_of
from tests.live.pipeline import Pipeline, wait_for
from tests.live.staffed import enrolled, insults, posts, staff

PEOPLE = (("alex", "reviewer"), ("kim", "reviewer"), ("sam", "supervisor"), ("exa", "examiner"))
UNDO_SECONDS = 300
TIDY_SECONDS_MAX = 200
"""No order leaves while a test runs."""
COOKIE = "lifeguard"
ALL = 2_000


@contextmanager
def a_console(settings: Settings, environment: dict[str, str], scorer: str = "constant") -> Iterator["Console"]:
    """Started, with alex, kim, sam and exa, who have read the policy."""
    environment = environment | {"LIFEGUARD_UNDO_SECONDS": str(UNDO_SECONDS)}
    names = ("judge", "fold", "console")
    with chromium() as browser, Pipeline(settings, environment, scorer=scorer, names=names) as pipeline:
        staff(settings, *PEOPLE)
        with closing(Publisher(settings)) as publisher:
            yield Console(settings, pipeline, browser, publisher)


@dataclass
class Console:
    """What runs, and what a test needs to know of it."""

    settings: Settings
    pipeline: Pipeline
    browser: Browser
    publisher: Publisher
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(0, 10_000))

    @property
    def address(self) -> str:
        """Where people reach it."""
        return self.pipeline.program("console").address

    def page(self, name: str, path: str = "/", **options: object) -> Page:
        """A page on the screen of somebody who has signed in."""
        context = context_of(self.browser, **options)
        session = Sessions(self.settings).begin(name, by_passphrase=False)
        context.add_cookies([{"name": COOKIE, "value": session.new_token, "url": self.address}])
        page = context.new_page()
        page.goto(self.address + path)
        return page

    def begin(self, name: str, **options: object) -> Page:
        """On the first case of the flagged ones, by the keyboard."""
        page = self.page(name, "/queue?queue=flagged", **options)
        page.keyboard.press("j")
        page.wait_for_url(re.compile("/case"))
        return page

    def cases(self, count: int, **said: Any) -> list[str]:
        """So many posts that wait for a person, and that no other test knows."""
        first = next(self.numbers)
        events = [event | said for event in insults(count, first)]
        self.hear(events)
        post_ids = [f"site:{event['id']}" for event in events]
        self.wait(lambda: all(one["state"] in WAITING for one in self.documents(post_ids, count)), "no case waits")
        return post_ids

    def hear(self, events: list[dict[str, Any]]) -> None:
        """What a site tells."""
        self.publisher.publish_all(POSTS, posts(events))

    def enroll(self, name: str, role: str, *, granted: bool = True) -> None:
        """Somebody has a role from now on, or not any more."""
        self.publisher.publish_all(REGISTRY, enrolled(self.settings, name, role, granted=granted))

    def document(self, post_id: str) -> dict[str, Any]:
        """As it stands this moment."""
        found: dict[str, Any] = self.pipeline.ask("GET", f"/{{posts}}/_doc/{post_id}")["_source"]
        return found

    def documents(self, post_ids: Sequence[str], count: int | None = None) -> list[dict[str, Any]]:
        """As a search shows them; none where these are not yet all."""
        return self._found({"ids": {"values": list(post_ids)}}, len(post_ids) if count is None else count)

    def acts(self, post_ids: Sequence[str], kind: type[Act]) -> list[Any]:
        """The decisions of this kind that Kafka has about these posts."""
        return [one for one in self._records(DECISIONS) if isinstance(one, kind) and one.post_id in post_ids]

    def audits(self, kind: str, staff_id: str) -> list[Audit]:
        """What is on record of somebody."""
        found = [one for one in self._records(AUDIT) if isinstance(one, Audit)]
        return [one for one in found if (one.kind, one.staff_id) == (kind, staff_id)]

    def publish(self, *acts: Act) -> None:
        """Decisions that somebody else makes; each is in its document."""
        self.publisher.publish_all(DECISIONS, acts)
        for act in acts:
            wait_for(lambda act=act: act.record_id in str(self.document(act.post_id)), f"{act.kind} has no effect")

    def decision(self, post_id: str, who: str, **said: Any) -> Decide:
        """That a post is left, unless `said` says else, at the version at which it stands."""
        document, policy = self.document(post_id), load_policy()
        common = self.common(post_id, who, document["version"])
        bound = {"revision_id": document["revision_id"], "policy_version": policy.version}
        more = {"action": "leave", "reason": "4.2", "policy_digest": policy.digest}
        return Decide.model_validate(common | bound | more | said)

    def claim(self, post_id: str, who: str) -> Claim:
        """That somebody looks at it."""
        return Claim.model_validate(self.common(post_id, who, 0))

    def tidy(self) -> None:
        """Closes what people have open, and leaves whatever still waits."""
        for context in self.browser.contexts:
            for page in context.pages:
                page.goto("about:blank")  # a context that is closed while a page goes elsewhere may never answer
            context.close()
        scopes = itertools.cycle(("post", "author", "report"))
        self.wait(lambda: self._left(next(scopes)), "there is still something that waits", TIDY_SECONDS_MAX)

    def wait(self, condition: Any, sentence: str, seconds_max: float = 60) -> None:
        """Until it holds in what a search shows."""
        wait_for(lambda: self.refresh() and condition(), sentence, seconds_max)

    def refresh(self) -> bool:
        """What was written can be found."""
        return bool(self.pipeline.ask("POST", "/{posts}/_refresh"))

    def _left(self, scope: str) -> bool:
        """Nothing waits; of what does, this scope is left."""
        waiting = self._found({"terms": {"state": [*WAITING, "deferred"]}})
        self.publisher.publish_all(DECISIONS, [self._leave(one, scope, one["version"]) for one in waiting])
        return not waiting

    def _leave(self, document: dict[str, Any], scope: str, version: int) -> Record:
        common = self.common(document["post_id"], "root", version, f"tidy-{scope}-{version}")
        more = {"action": "leave", "reason": "4.2", "policy_version": 1, "policy_digest": "0" * 64}
        return Decide.model_validate(common | more | {"scope": scope, "revision_id": document["revision_id"]})

    def common(self, post_id: str, who: str, version: int, key: str = "") -> dict[str, Any]:
        """What every act of somebody on a post has."""
        named = {"post_id": post_id, "staff_id": who, "idempotency_key": key or f"{who}-{next(self.numbers)}"}
        return named | {"made_at": datetime.now(UTC), "case_version_seen": version}

    def _found(self, query: dict[str, Any], count: int | None = None) -> list[dict[str, Any]]:
        body = {"size": ALL, "query": query, "_source": {"excludes": ["embedding"]}}
        hits = self.pipeline.ask("POST", "/{posts}/_search", body)["hits"]["hits"]
        return [hit["_source"] for hit in hits] if count in (None, len(hits)) else [{"state": "not all are there"}]

    def _records(self, topic: Topic) -> list[Record]:
        return [one.record for one in read_all(self.settings, [topic]) if isinstance(one, Received)]


def shown(page: Page) -> str:
    """The post on the screen."""
    return page.locator("#case").get_attribute("data-post") or ""


def wait_for_another(page: Page, post: str) -> str:
    """Which one is on the screen once it is not this one."""
    page.wait_for_function("before => (document.getElementById('case')?.dataset.post ?? before) !== before", arg=post)
    page.wait_for_load_state()  # where it came with a page of its own, keys count once its scripts are there
    return shown(page)
