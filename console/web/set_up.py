"""What people have set up, as the topic `registry` has it: read again every second by a thread, asked by everybody."""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

import structlog

from console.web.saved import Template, queues_in, templates_in
from ingest.registry import Registered, Registry, newest
from records.errors import Unavailable
from records.registry import Entry, RegistryEntry, RoleGrant
from records.settings import Settings
from search.queues import Queue

LOOK_SECONDS, STOP_SECONDS_MAX = 1.0, 1.0
STALE_SECONDS_MAX = 120.0
"""After so long without a look nobody is believed to have the role that they had."""


class Looking(Protocol):
    """What is needed of the registry."""

    def look(self) -> list[Registered]:
        """All entries so far; raises Unavailable."""
        ...

    def close(self) -> None:
        """Gives the connection back."""
        ...


class _Known:
    """What one look has found, and what was asked of it; never changed by another thread."""

    def __init__(self, entries: tuple[Registered, ...]) -> None:
        self.entries = entries
        self._newest: dict[str, Mapping[str, Registered]] = {}

    def newest(self, kind: str) -> Mapping[str, Registered]:
        """The newest of each name; worked out once."""
        found = self._newest.get(kind)
        if found is None:
            found = self._newest[kind] = MappingProxyType(newest(self.entries, kind))
        return found


class SetUp:
    """The newest entry of each kind and name; a look that fails changes nothing but its age."""

    def __init__(self, settings: Settings, registry: Looking | None = None) -> None:
        self._registry = registry or Registry(settings)
        self._known = _Known(())
        self._looked_at: float | None = None
        self._problem: str | None = "what people have set up was not read yet"
        self._looking, self._stop = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="set-up", daemon=True)

    def start(self) -> None:
        """Begins to look, again and again."""
        self._thread.start()

    def close(self) -> None:
        """Ends the thread and gives the connection back; a look that waits for the broker ends with the process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS_MAX)
        if not self._thread.is_alive():
            self._registry.close()

    def look(self) -> None:
        """Reads now: whatever was acknowledged before this call is known after it; raises Unavailable."""
        with self._looking:
            try:
                found = self._registry.look()
            except Unavailable as problem:
                self._problem = str(problem)
                raise
            if len(found) != len(self._known.entries):
                self._known = _Known(tuple(found))
            self._looked_at, self._problem = time.monotonic(), None

    def newest(self, kind: str) -> Mapping[str, Registered]:
        """The newest entry of each `registry_id` of one kind; raises Unavailable where that is not known."""
        return self._fresh().newest(kind)

    def entries(self) -> Sequence[Registered]:
        """Every entry so far; raises Unavailable where that is not known."""
        return self._fresh().entries

    def _fresh(self) -> _Known:
        if self._looked_at is None or time.monotonic() - self._looked_at > STALE_SECONDS_MAX:
            raise Unavailable(f"who may do what cannot be read now: {self._problem or 'the last look is too old'}")
        return self._known

    def knows(self, entry: Entry) -> bool:
        """Whether this person has set this up at this very time already, whatever was set up since."""
        return self.said_at(entry.kind, entry.registry_id, entry.staff_id, entry.set_at) is not None

    def said_at(self, kind: str, name: str, staff_id: str, at: datetime) -> RegistryEntry | None:
        """What this person has set up under a name at this very time, whatever was set up since."""
        said = (one.said for one in self._known.entries if one.said.registry_id == name)
        asked = (kind, staff_id, at)
        return next((one for one in said if (one.kind, one.staff_id, one.set_at) == asked), None)

    def role(self, staff_id: str, now: datetime | None = None) -> str:
        """The role that was last given to this person and stands now; empty without one."""
        found = self.newest("role").get(staff_id)
        said = found.said if found else None
        if not isinstance(said, RoleGrant) or not said.granted:
            return ""
        return "" if said.until and said.until <= (now or datetime.now(UTC)) else said.role

    def queues(self) -> list[Queue]:
        """The queues that people have saved and that stand, but for those whose search cannot be read."""
        return [saved.queue for saved in queues_in(self.newest("queue")) if saved.queue]

    def templates(self) -> list[Template]:
        """The replies that people have prepared and that stand."""
        return templates_in(self.newest("template"))

    @property
    def problem(self) -> str | None:
        """What the last look failed of; None where it went well."""
        return self._problem

    def _keep_looking(self) -> None:
        waiting, log = False, structlog.get_logger()
        while not self._stop.is_set():
            try:
                self.look()
            except Unavailable as problem:
                if not waiting:
                    log.warning("waiting", problem=str(problem))
                waiting = True
            else:
                if waiting:
                    log.info("going on")
                waiting = False
            self._stop.wait(LOOK_SECONDS)
