"""What the API answers when it does not do as it is asked: problem+json (RFC 9457), and never what was sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.web.body import TooLarge
from console.web.letters import Meanwhile
from console.web.publishing import Overwriting
from console.web.route import Missing
from records.errors import Malformed, Misconfigured, NotAllowed, Problem, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
ERRORS_MAX = 10
UNKNOWN_FIELD = "there is no such field"


class NoToken(NotAllowed):
    """There is no token, or one that opens nothing now."""


class NotJson(Malformed):
    """A body that is not announced as plain JSON."""


class Conflict(Problem):
    """It does not count as things stand; `case` says how they do."""

    def __init__(self, sentence: str, case: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.case = case


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of problem: the end of its type, its status and its title."""

    name: str
    status: int
    title: str


TOKEN = Kind("token", 401, "There is no token that opens this")
NOT_ALLOWED = Kind("not-allowed", 403, "This integration may not do this")
MISSING = Kind("missing", 404, "There is no such thing")
METHOD = Kind("method", 405, "This is not asked for in this way")
CONFLICT = Kind("conflict", 409, "This did not count as things stand")
SIZE = Kind("size", 413, "The body is too large")
TYPE = Kind("type", 415, "The body is not announced as plain JSON")
INVALID = Kind("invalid", 422, "The request is not one that can be done")
BUG = Kind("bug", 500, "Something went wrong here")
AWAY = Kind("away", 503, "Something does not answer now")
KINDS: tuple[tuple[type[Problem], Kind], ...] = (
    (NoToken, TOKEN),
    (NotAllowed, NOT_ALLOWED),
    (Missing, MISSING),
    (Conflict, CONFLICT),
    (Meanwhile, CONFLICT),
    (Overwriting, CONFLICT),
    (TooLarge, SIZE),
    (NotJson, TYPE),
    (Malformed, INVALID),
    (Unavailable, AWAY),
    (Misconfigured, AWAY),
)
BY_STATUS = {404: MISSING, 405: METHOD}


def answer_to(problem: Problem) -> Response:
    """The answer that tells of it."""
    kind = next((kind for sort, kind in KINDS if isinstance(problem, sort)), BUG)
    if isinstance(problem, Misconfigured):
        structlog.get_logger().error("not set up", problem=str(problem))
        return told(kind, "it is in the log of the console, for whoever runs this machine")
    case = problem.case if isinstance(problem, Conflict) else None
    return told(kind, str(problem) if kind is not BUG else "", **({"case": case} if case else {}))


def told(kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:  # noqa: ANN401
    """The same, for a sentence that nothing was raised with."""
    said = {
        "type": f"urn:lifeguard:problem:{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.title,
        **more,
    }
    extra = dict(headers or {})
    if kind is TOKEN:
        extra["www-authenticate"] = 'Bearer realm="lifeguard"'
    if kind is AWAY:
        extra["retry-after"] = str(RETRY_SECONDS)
    return Response(json.dumps(said).encode(), kind.status, extra, MEDIA_TYPE)


def not_found(error: HTTPException) -> Response:
    """No operation of ours, or not by this method."""
    kind = BY_STATUS.get(error.status_code, INVALID)
    return told(kind, "the operations are in openapi.json, beside this", error.headers)


def invalid(error: RequestValidationError) -> Response:
    """Each field with its rule; of a field that there is not, only where it was."""
    errors = [_error(one) for one in error.errors()[:ERRORS_MAX]]
    fields = "; ".join(f"{one['field']}: {one['rule']}" for one in errors)
    return told(INVALID, fields, errors=errors)


def _error(found: Mapping[str, Any]) -> dict[str, str]:
    where: Sequence[str | int] = found["loc"]
    unknown = found["type"] == "extra_forbidden"
    field = ".".join(str(part) for part in (where[:-1] if unknown else where))
    return {"field": field, "rule": UNKNOWN_FIELD if unknown else _plain(found["msg"])}


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
