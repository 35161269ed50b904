"""What a route is, who may take it, and what its handler is given."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fastapi import Request
from starlette.responses import Response

from console.web.care import Care
from records.decisions import Act
from records.errors import Problem

if TYPE_CHECKING:
    from console.web.desk import Desk

EVERYBODY = frozenset({"reviewer", "supervisor", "compliance", "examiner", "administrator"})
READERS = EVERYBODY
SIGNED_IN = EVERYBODY | {""}
"""Whoever is signed in, also without a role, or not any more with one."""
DECIDERS = frozenset({"reviewer", "supervisor", "compliance"})
WORKERS = EVERYBODY - {"examiner"}
"""Who works here; an examiner comes from elsewhere, and for a time."""
SUPERVISORS = frozenset({"supervisor", "compliance"})
EXPORTERS = frozenset({"supervisor", "compliance", "examiner"})
"""Whoever may take what strangers wrote out of here: the same as by the command."""
ADMINISTRATORS = frozenset({"administrator"})
LETTER_READERS = SUPERVISORS | ADMINISTRATORS | {"examiner"}
"""Who may read what could not be read: bytes of strangers, whole."""
WEBHOOK_READERS = SUPERVISORS | ADMINISTRATORS
"""Whoever sets webhooks up, and whoever says where they may go."""
REPLAYERS = frozenset({"supervisor", "administrator"})


class Missing(Problem):
    """There is nothing under this address; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as the server knows it at this request.

    `role` is that of the newest record of it, empty without one; `session_key` names the session and opens nothing.
    `care` is what they have asked for themselves. `via` names the integration that acts on this person's authority,
    where it is not they who sit before a page.
    """

    staff_id: str
    role: str
    session_key: str
    csrf: str
    care: Care = field(default_factory=Care)
    via: str | None = None

    def told(self, detail: str = "") -> str:
        """What is put on record beside the name: through which integration, if through one, and more."""
        return ": ".join(part for part in (f"through the integration {self.via}" if self.via else "", detail) if part)

    def did(self, act: Act) -> Act:
        """The act as it goes on record: it names the integration, if one was between."""
        return act.model_copy(update={"via": self.via}) if self.via else act


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who makes it, and the fields of its form."""

    request: Request
    visitor: Visitor | None
    form: Mapping[str, tuple[str, ...]]

    def said(self, name: str) -> str:
        """The last value of a field of the form, empty if it is missing."""
        return self.form.get(name, ("",))[-1]

    def query(self, name: str) -> str:
        """The last value of a query parameter, empty if it is missing."""
        return self.request.query_params.get(name, "")

    @property
    def wants_json(self) -> bool:
        """Whether one of our scripts asks, and not a person's browser for a page."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def staff(self) -> Visitor:
        """The visitor, of whom there is one on every route that needs a role."""
        if self.visitor is None:
            raise AssertionError("this route does not say that it needs a role")
        return self.visitor


Handler = Callable[["Desk", Asked], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `needs` are the roles that may; `what` names it in a refusal, as in "deciding on a case".

    With None anybody in the world may, and nobody looks who it is.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: frozenset[str] | None
    what: str
