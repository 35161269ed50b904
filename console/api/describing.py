"""What the API says about itself in OpenAPI, beyond what its types say: tokens, keys, and how each problem is told."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from console.api import problems
from console.api.asked import KEY
from console.api.operation import JSON, Operation
from console.api.values import Problem
from console.staff.integrations import SCOPES
from console.web.roles import any_of

Schema = dict[str, Any]
DESCRIPTION = """What the pages of Lifeguard's console do, for programs.

A token belongs to an integration and acts on the authority of one member of staff: it may do what they may, narrowed by
its scopes. Every look and every refusal is on record, and what is decided names the integration.

What changes something carries an `Idempotency-Key`. Sent again with its key, it is the same thing, done once, and the
answer says how things stand; so after a 503, or a lost connection, send the very same request again. A key that comes
with another request is refused (422).

Texts of posts, names and addresses are a stranger's: show them as text, and follow no link without a thought."""
_ALWAYS = (problems.TOKEN, problems.NOT_ALLOWED, problems.MISSING, problems.INVALID, problems.AWAY)
_OF_BODIES = (problems.SIZE, problems.TYPE)
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names this request; the same when it is sent again, and another one for another request.",
    "schema": {"type": "string", "pattern": KEY},
}
_OF_THE_SERVER: Schema = {
    "400": {
        "description": "This is no HTTP, or its address is longer than 65,535 characters",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    "431": {
        "description": "The head of the request is too large",
        "content": {problems.MEDIA_TYPE: {"schema": {"type": "object"}}},
    },
}
"""What the server answers by itself, before it looks whom a request is for."""


def describe(api: FastAPI, operations: Sequence[Operation]) -> None:
    """From now on the application describes itself so; what it says does not change while it runs."""
    made: Schema = {}

    def openapi() -> Schema:
        if not made:
            made.update(_described(api, operations))
        return made

    api.openapi = openapi  # type: ignore[method-assign]


def _described(api: FastAPI, operations: Sequence[Operation]) -> Schema:
    said = get_openapi(
        title=api.title, version=api.version, description=DESCRIPTION, routes=api.routes, servers=api.servers
    )
    parts = said.setdefault("components", {})
    parts["schemas"] = _without_ours(parts.get("schemas", {}))
    parts["schemas"]["Error"] = _schema_of_problem()["$defs"]["Error"]
    parts["schemas"]["Standing"] = _schema_of_problem()["$defs"]["Standing"]
    parts["schemas"]["Problem"] = {name: one for name, one in _schema_of_problem().items() if name != "$defs"}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": _scopes()}}
    said["security"] = [{"token": []}]
    for operation in operations:
        _complete(said["paths"][operation.path][operation.method.lower()], operation)
    return said


def _complete(described: Schema, operation: Operation) -> None:
    described["summary"] = operation.what[:1].upper() + operation.what[1:]
    needs = f"Needs the scope `{operation.scope}`, and one of these roles: {any_of(operation.roles)}."
    described["description"] = f"{described.get('description', '')}\n\n{needs}"
    described["responses"] |= _OF_THE_SERVER
    if operation.media_type != JSON:
        whole = {"type": "string", "format": "binary"}
        described["responses"][str(operation.status)]["content"] = {operation.media_type: {"schema": whole}}
    for kind in _kinds(operation):
        described["responses"][str(kind.status)] = _response(kind)
    if operation.writes:
        described.setdefault("parameters", []).append(_KEY)


def _kinds(operation: Operation) -> Sequence[problems.Kind]:
    """Every sort of problem that it can answer with."""
    of_writes = (problems.CONFLICT,) if operation.writes else ()
    return (*_ALWAYS, *of_writes, *(_OF_BODIES if operation.has_body else ()))


def _response(kind: problems.Kind) -> Schema:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": kind.title, "content": {problems.MEDIA_TYPE: reference}}


def _schema_of_problem() -> Schema:
    return Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")


def _without_ours(schemas: Schema) -> Schema:
    """FastAPI describes validation errors as it would tell them."""
    return {name: one for name, one in schemas.items() if name not in ("HTTPValidationError", "ValidationError")}


def _scopes() -> str:
    said = "; ".join(f"`{name}`: {what}" for name, what in SCOPES.items())
    return f"An administrator makes a token (`lifeguard token add`) with scopes: {said}."
