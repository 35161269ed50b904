"""A console without servers: its record and its registry are lists, and a browser is a client with cookies."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
from fastapi import FastAPI

from console.staff.accounts import Accounts
from console.web.app import create_app
from console.web.desk import Desk
from console.web.latest import Latest
from console.web.provider import Provider
from console.web.sessions import Session, Sessions
from console.web.set_up import SetUp
from ingest.publisher import Place
from ingest.registry import Registered
from moderation.policy import load_policy
from records.audit import Audit
from records.base import Record
from records.errors import Unavailable
from records.registry import RegistryEntry, RoleGrant
from records.settings import Settings
from records.topics import Topic

URL = "http://127.0.0.1:8480"
NOW = datetime.now(UTC)


class Broker:
    """A broker and a registry in ten lines; `away` makes it answer nothing."""

    def __init__(self) -> None:
        self.said: list[Record] = []
        self.set_up: list[Registered] = []
        self.away = False

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """It is there at once."""
        answer: Future[Place] = Future()
        if self.away:
            answer.set_exception(Unavailable("the broker does not answer"))
        else:
            self.said.append(record)
            answer.set_result(Place(topic.name, 0, len(self.said) - 1, datetime.now(UTC)))
        return answer

    def look(self) -> list[Registered]:
        """Everything that was set up, in its order."""
        if self.away:
            raise Unavailable("the broker does not answer")
        return self.set_up

    def register(self, said: RegistryEntry) -> None:
        """Another entry."""
        self.set_up.append(Registered(said, f"registry-0-{len(self.set_up)}", len(self.set_up)))

    def close(self) -> None:
        """Nothing to give back."""

    @property
    def audits(self) -> list[tuple[str, str, str, str]]:
        """Kind, who, of what, and the detail of what is on record."""
        return [
            (one.kind, one.staff_id, str(one.subject), str(one.detail)) for one in self.said if isinstance(one, Audit)
        ]

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """Who was refused, and why."""
        return [(who, detail) for kind, who, _, detail in self.audits if kind == "refusal"]


class OneByOne:
    """Several searches, as an index that answers one answers them."""

    ask: Callable[..., Awaitable[Any]]

    async def ask_many(self, index: str, bodies: Iterable[Mapping[str, Any]]) -> list[Any]:
        """In their order."""
        return [await self.ask("POST", f"/{index}/_search", body) for body in bodies]


class NoSearch:
    """An index that does not answer."""

    posts, history, coverage = "posts", "history", "coverage"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def ask(self, *_: Any, **__: Any) -> Any:
        """Never."""
        raise Unavailable("Elasticsearch cannot be reached")

    bulk = ask_many = ask


async def nothing(*_: Any) -> dict[str, Any]:
    """How everything is, where nobody can tell."""
    raise Unavailable("nobody tells how the pipeline is")


class Scene:
    """A console with a broker of its own, its clock for sessions, and people."""

    def __init__(self, settings: Settings, provider: Provider | None = None) -> None:
        self.broker, self.seconds = Broker(), 1_790_000_000.0
        self.settings = settings
        set_up = SetUp(settings, self.broker)
        set_up.look()
        sessions = Sessions(settings, lambda: self.seconds)
        search: Any = NoSearch(settings)
        policy, accounts = load_policy(), Accounts(settings)
        self.desk = Desk(settings, search, self.broker, set_up, policy, accounts, sessions, provider)
        self.desk.pipeline = Latest(nothing)

    @cached_property
    def app(self) -> FastAPI:
        """Of every route, unless a test has put another one here."""
        return create_app(self.desk)

    def grant(self, name: str, role: str, *, until: datetime | None = None, granted: bool = True) -> None:
        """A role, as it is known within a second."""
        said = {
            "registry_id": name,
            "staff_id": "root",
            "set_at": NOW,
            "role": role,
            "until": until,
            "granted": granted,
        }
        self.broker.register(RoleGrant.model_validate(said))
        self.desk.set_up.look()

    def browser(self, app: FastAPI | None = None) -> "Browser":
        """A browser that nobody has signed in with."""
        return Browser(self, app or self.app)

    def signed_in(self, name: str = "ann", role: str = "reviewer", app: FastAPI | None = None) -> "Browser":
        """A browser of somebody with this role; with an empty one, of somebody who has none."""
        if role:
            self.grant(name, role, until=NOW + timedelta(days=1) if role == "examiner" else None)
        found, session = self.browser(app), self.desk.sessions.begin(name, by_passphrase=False)
        found.carry(session)
        return found


class Browser(httpx.AsyncClient):
    """A client that keeps cookies and follows nothing; `csrf` is what a page of ours would put into its forms."""

    def __init__(self, scene: Scene, app: FastAPI) -> None:
        url = scene.settings.console_url or URL
        super().__init__(transport=httpx.ASGITransport(app, client=("192.0.2.7", 1)), base_url=url)
        self.csrf = ""

    def carry(self, session: Session) -> None:
        """As if it had signed in."""
        name = "__Host-lifeguard" if self.base_url.scheme == "https" else "lifeguard"
        self.cookies.set(name, session.new_token, domain=self.base_url.host, path="/")
        self.csrf = session.csrf

    async def submit(self, path: str, **fields: str) -> httpx.Response:
        """A form of ours."""
        return await self.post(path, data={"csrf": self.csrf} | fields)
