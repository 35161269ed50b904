"""The API as an application of its own: every operation of the list, and around each what is asked of every request."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.api import describing
from console.api.admitting import OPEN, Admission
from console.api.asked import KEY
from console.api.keys import Keys, of_record
from console.api.operation import Call, Operation
from console.api.operations import OPERATIONS
from console.api.problems import BUG, answer_to, invalid, not_found, told
from console.web.desk import Desk
from console.web.roles import any_of, named
from ingest.serving import application
from records.errors import Malformed, NotAllowed, Problem

PATH = "/api/v1"
KEY_HEADER = "idempotency-key"
_KEY = re.compile(KEY)


def create_api(desk: Desk, operations: Sequence[Operation] = OPERATIONS) -> FastAPI:
    """The application around one desk."""
    keys = Keys(desk.settings)
    api = application(
        "Lifeguard", openapi_url=OPEN, docs_url=None, redoc_url=None, servers=[{"url": PATH}], version="1"
    )
    for operation in operations:
        api.router.add_api_route(
            operation.path,
            _once(keys, operation.handler) if operation.writes else operation.handler,
            methods=[operation.method],
            status_code=operation.status,
            operation_id=operation.name,
            response_model_exclude_unset=False,
            route_class_override=_asking(desk, operation),
        )
    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _elsewhere)
    api.add_exception_handler(Exception, _bug)
    api.add_middleware(Admission, desk=desk)
    describing.describe(api, operations)
    return api


def _asking(desk: Desk, operation: Operation) -> type[APIRoute]:
    """A route that asks for scope, role and key before anything of the request is read into values."""

    class Asking(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def answer(request: Request) -> Response:
                call: Call = request.state.call
                try:
                    _refuse(operation, call)
                except NotAllowed as refusal:
                    await desk.refused(call.who.staff_id, operation.what, call.who.told(str(refusal)))
                    raise
                if operation.writes:
                    request.state.call = replace(call, key=_key(request), digest=_digest(request))
                return await handle(request)

            return answer

    return Asking


def _refuse(operation: Operation, call: Call) -> None:
    """Unless the token has the scope, and its person the role."""
    if operation.scope not in call.scopes:
        raise NotAllowed(f"{operation.what} needs a token with the scope {operation.scope}")
    if call.who.role not in operation.roles:
        having = f"{call.who.staff_id} is {named(call.who.role)}"
        raise NotAllowed(f"{having}, and {operation.what} needs {any_of(operation.roles)}")


def _key(request: Request) -> str:
    given = request.headers.getlist(KEY_HEADER)
    if len(given) != 1 or not _KEY.fullmatch(given[0]):
        raise Malformed("what changes something has one Idempotency-Key: 8 to 64 of A-Z, a-z, 0-9, _ and -")
    return given[0]


def _once(keys: Keys, handler: Callable[..., Any]) -> Callable[..., Any]:
    """The same, once it is known when this was first asked for; nothing is remembered of what could not be read."""

    @wraps(handler)
    async def handle(call: Call, **values: Any) -> Any:  # noqa: ANN401  as the handler declares them
        integration = call.who.via or ""
        at = await asyncio.to_thread(keys.first_asked, integration, call.key, call.digest)
        return await handler(call=replace(call, key=of_record(integration, call.key), at=at), **values)

    return handle


def _digest(request: Request) -> str:
    """What was asked for, as one number that says nothing of it."""
    asked = (request.method.encode(), request.scope["raw_path"], request.scope["query_string"], request.state.body)
    return hashlib.sha256(b"\n".join(hashlib.sha256(part).digest() for part in asked)).hexdigest()


async def _problem(_: Request, error: Exception) -> Response:
    return answer_to(error) if isinstance(error, Problem) else told(BUG, "")


async def _invalid(_: Request, error: Exception) -> Response:
    return invalid(error) if isinstance(error, RequestValidationError) else told(BUG, "")


async def _elsewhere(_: Request, error: Exception) -> Response:
    return not_found(error) if isinstance(error, HTTPException) else told(BUG, "")


async def _bug(_: Request, __: Exception) -> Response:
    """The layer around us logs where it was."""
    return told(BUG, "it is in the log of the console")
