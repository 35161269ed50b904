"""Generated requests to the API, right and wrong, for tests: what it describes must be what it does."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SEED = 20_261_126


def ask_everything(
    schema: Any, examples: int, token: str, known: Mapping[str, str], call: Callable[[Any], Any]
) -> dict[str, set[int]]:
    """So many requests of each operation, with `known` values where it has such fields; the statuses of the answers."""
    found: dict[str, set[int]] = {}
    for operation in (one.ok() for one in schema.get_all_operations()):
        statuses = found[operation.label] = set()

        def ask(case: Any, statuses: set[int]) -> None:
            case.headers["authorization"] = f"Bearer {token}"
            headers = case.meta.components.get(ParameterLocation.HEADER)
            if headers is None or headers.mode is GenerationMode.POSITIVE:
                case.headers["Idempotency-Key"] = secrets.token_hex(12)
            _fill(case, known)
            answer = call(case)
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        _generate(operation, examples, lambda case, ask=ask, statuses=statuses: ask(case, statuses))
    return found


def _generate(operation: Any, examples: int, ask: Callable[[Any], None]) -> None:
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @seed(SEED)
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=right | wrong)
    def each(case: Any) -> None:
        ask(case)

    each()


def _fill(case: Any, known: Mapping[str, Any]) -> None:
    """What a generator cannot guess: ids of posts that there are."""
    for name, value in known.items():
        for where in (case.body, case.query, case.path_parameters):
            if isinstance(where, dict) and name in where and isinstance(where[name], str):
                where[name] = value
