"""Records to one line of JSON and back; what cannot be read is Malformed, what is too new is NewerVersion."""

import json
from typing import Any

from pydantic import ValidationError

from records.base import VERSION, Record
from records.errors import Malformed, NewerVersion
from records.topics import Topic

JSON_DEPTH_MAX = 32
REASONS_MAX = 5


def encode(record: Record) -> bytes:
    """One line of UTF-8 JSON without a line end; what says nothing is left out."""
    return record.model_dump_json(exclude_none=True).encode("utf-8")


def decode(topic: Topic, line: bytes) -> Any:  # noqa: ANN401  each topic has its own union of records
    """The record of a topic; raises Malformed with the reason, or NewerVersion."""
    try:
        return topic.shape.validate_json(line)
    except ValidationError as error:
        _refuse_if_newer(topic, line)
        raise Malformed(explain(error)) from None


def explain(error: ValidationError) -> str:
    """What is wrong and where, without a word of the content."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{'.'.join(str(part) for part in problem['loc']) or 'record'}: {problem['msg']}" for problem in problems]
    more = len(said) - REASONS_MAX
    text = "; ".join(said[:REASONS_MAX]) + (f"; and {more} more" if more > 0 else "")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")[:2000]


def parse_json(line: bytes) -> Any:  # noqa: ANN401  whatever the outside sent
    """JSON from outside, read strictly: UTF-8, no key twice, no NaN, at most `JSON_DEPTH_MAX` levels."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"is not UTF-8: byte {error.start} cannot be read") from None
    _refuse_if_deep(text)
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Malformed(f"is not JSON: {error.msg} at character {error.pos}") from None
    except ValueError as error:
        raise Malformed(f"is not JSON that we read: {error}") from None


def _refuse_if_newer(topic: Topic, line: bytes) -> None:
    try:
        version = parse_json(line).get("v")
    except (Malformed, AttributeError):
        return
    if type(version) is int and version > VERSION:
        raise NewerVersion(
            f"a record on {topic.name} has version {version} and this worker knows {VERSION}: "
            "upgrade this worker first",
        )


def _refuse_if_deep(text: str) -> None:
    depth, in_string, escaped = 0, False, False
    for char in text if text.count("[") + text.count("{") > JSON_DEPTH_MAX else "":
        if in_string:
            escaped, in_string = (char == "\\" and not escaped), (char != '"' or escaped)
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
        if depth > JSON_DEPTH_MAX:
            raise Malformed(f"is nested deeper than {JSON_DEPTH_MAX} levels")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is given twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number in JSON")
