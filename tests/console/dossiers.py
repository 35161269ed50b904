"""Dossiers from hand-made or random facts, and walks over everything that they say."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from console.dossier.making import dossier
from console.dossier.material import Known, Material
from console.dossier.part import Part, is_empty
from console.dossier.values import Dossier
from console.telling import Line, sections
from moderation.cases import fold_post
from moderation.policy import load_policy
from records.received import Received
from search.history import history_document

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KNOWN = Known(now=NOW, policy=load_policy(), registered=(), context_posts_max=3)
Fact = dict[str, Any]


def made(document: Fact | None, *facts: Fact, known: Known = KNOWN, **more: Any) -> Dossier:
    """The dossier of `site:c-1`."""
    return dossier(Material("site:c-1", document, facts, **more), known)


def material_of(received: Sequence[Received]) -> Material:
    """What both views hold of one post after these records."""
    facts: dict[str, Fact] = {}
    for one in received:
        facts.setdefault(one.record.record_id, orjson.loads(orjson.dumps(history_document(one))))
    document = json.loads(json.dumps(fold_post(None, received)))
    ordered = sorted(facts.values(), key=lambda fact: (fact["recorded_at"], fact["topic"], fact["offset"]))
    return Material(received[0].record.post_id, document, ordered)


def lines_of(found: Dossier) -> dict[str, list[Line]]:
    """The lines below each heading of the terminal."""
    return {section.title: list(section.lines) for section in sections(found)}


def said(found: Dossier, section: str, name: str) -> str:
    """The text beside the first line with this term."""
    return next(line.text for line in lines_of(found)[section] if line.name == name)


def every(found: Dossier, section: str, name: str) -> list[str]:
    """The text beside each line with this term."""
    return [line.text for line in lines_of(found)[section] if line.name == name]


def shown(found: Dossier) -> str:
    """Everything that a terminal shows."""
    return "\n".join(f"{line.name} {line.text} {line.explained}" for of in lines_of(found).values() for line in of)


def silent(told: Any, path: str = "") -> Iterator[str]:
    """The fields in JSON that are empty without a reason beside them."""
    if isinstance(told, list):
        for number, one in enumerate(told):
            yield from silent(one, f"{path}[{number}]")
    elif isinstance(told, dict) and "absent" in told:
        for name, value in told.items():
            if name != "absent":
                where = f"{path}.{name}"
                if value in (None, "", [], {}) and not told["absent"].get(name):
                    yield where
                yield from silent(value, where)


def parts(part: Part) -> Iterator[Part]:
    """Every part of a dossier, the whole first."""
    yield part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Part):
                yield from parts(one)


def unexplained(part: Part) -> Iterator[str]:
    """Empty fields without a reason, reasons for what is not empty, and terms without an explanation."""
    for one in parts(part):
        for name, field in type(one).model_fields.items():
            empty = name != "absent" and is_empty(getattr(one, name))
            if empty != (name in one.absent) or not field.title or not field.description:
                yield f"{type(one).__name__}.{name}"
