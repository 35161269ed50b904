"""What an operation is, who may ask for it, and what its handler is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Request

from console.web.desk import AuditKind, Desk
from console.web.route import Visitor

Scope = Literal["read", "decide", "set_up", "export"]
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to ask: `scope` is what a token needs, `roles` are those of the person on whose authority it acts.

    `what` names it in a refusal, as in "deciding on a case"; the description is the handler's own. `only_asks` where
    what is asked for is sent as a body, and nothing changes; `media_type` is that of the answer.
    """

    method: Literal["GET", "PUT", "POST", "DELETE"]
    path: str
    handler: Callable[..., Any]
    scope: Scope
    roles: frozenset[str]
    what: str
    status: int = 200
    only_asks: bool = False
    media_type: str = JSON

    @property
    def name(self) -> str:
        """What the OpenAPI description calls it."""
        return self.handler.__name__

    @property
    def writes(self) -> bool:
        """Whether it changes anything: then it takes a key, under which it is done once."""
        return self.has_body and not self.only_asks

    @property
    def has_body(self) -> bool:
        """Whether anything is sent beside the address."""
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: by whom, through which integration, and until when and for what its token is good.

    Of a write, `key` is the key of what it puts on record, `digest` stands for all that was sent, and `at` is when that
    was first asked for.
    """

    desk: Desk
    who: Visitor
    scopes: frozenset[str]
    until: datetime
    key: str = ""
    digest: str = ""
    at: datetime | None = None

    async def audit(self, kind: AuditKind, subject: str, detail: str = "") -> None:
        """Puts on record what was looked at; returns when the broker has it."""
        await self.desk.audit(self.who.staff_id, kind, subject, self.who.told(detail))


def _call(request: Request) -> Call:
    """As the layers before the handler have left it."""
    found: Call = request.state.call
    return found


Called = Annotated[Call, Depends(_call)]
