"""Puts an export together: who asks, from where, into which file; and says what became of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from console.dossier.gathering import known_now
from console.dossier.trust import trust
from console.exporting.asked import Asked, sentence
from console.exporting.files import Teller
from console.exporting.making import Made, Sources, add_index, make
from console.exporting.negative import negative, put
from console.exporting.people import who
from console.exporting.proofs import Chosen, add_proofs
from console.exporting.readme import readme
from console.exporting.snapshot import Snapshot
from console.proving.anchoring import anchor, keys_of
from console.proving.writing import Export, Keys, Kind
from console.whereabouts import Missing
from console.words import counted
from records.errors import Malformed

if TYPE_CHECKING:
    from records.settings import Settings

CHECK = "Unpack it, and check it with: python -I -S verify.py (it needs Python and nothing else)"


@dataclass(frozen=True, slots=True)
class _Open:
    """An export that is being made: its file, the ledger behind it, and whom it asks to be believed."""

    kind: Kind
    file: Export
    ledger: Snapshot
    keys: Keys


async def exported(settings: "Settings", asked: Asked, target: Path, name: str | None, tell: Teller) -> list[str]:
    """An export of posts, by whoever signs in; what is to be said of it, line by line."""
    staff_id = await asyncio.to_thread(who, settings, name)
    return await exported_by(settings, asked, target, staff_id, tell)


async def exported_by(settings: "Settings", asked: Asked, target: Path, staff_id: str, tell: Teller) -> list[str]:
    """The same, by somebody who is known already."""
    from search.client import Search

    async with Search(settings) as search:
        with _opened(settings, target, "export", asked.said(), staff_id) as opened:
            known, believed = await asyncio.gather(
                asyncio.to_thread(known_now, settings), asyncio.to_thread(trust, settings)
            )
            sources = Sources(search, opened.ledger, known, believed)
            made = await make(sources, asked, opened.file, target.parent, tell)
            add_index(opened.file, asked, made, staff_id)
            chosen = Chosen(made.post_ids, made.erased, made.places)
            tell.says("Proving each record.")
            await asyncio.to_thread(add_proofs, opened.file, opened.ledger, opened.keys, chosen, asked)
            tell.says("Waiting until the ledger has this export on record.")
            await asyncio.to_thread(_finish, settings, opened, sentence(asked.said()), staff_id)
    return _said(target, made)


async def answered(
    settings: "Settings",
    missing: Missing,
    target: Path,
    by: tuple[str | None, str | None],
    now: datetime,
    tell: Teller,
) -> list[str]:
    """The answer that something was never captured; `by` is who asks, and why."""
    from search.client import Search

    if not missing.asked.strip():
        raise Malformed("what is not captured? Give a text, an address or an id")
    staff_id = await asyncio.to_thread(who, settings, by[0])
    async with Search(settings) as search:
        answer = await negative(search, missing, now)
    said = _asked(missing, by[1])
    with _opened(settings, target, "not_captured", said, staff_id) as opened:
        places = await asyncio.to_thread(put, answer, opened.ledger, opened.file, staff_id)
        chosen = Chosen(frozenset(), frozenset(), frozenset(places))
        await asyncio.to_thread(add_proofs, opened.file, opened.ledger, opened.keys, chosen)
        tell.says("Waiting until the ledger has this answer on record.")
        await asyncio.to_thread(_finish, settings, opened, sentence(said), staff_id)
    return [f"{target}: not captured; {counted(len(places), 'statement')} of what was being watched", CHECK]


@contextmanager
def _opened(settings: "Settings", target: Path, kind: Kind, said: dict[str, Any], staff_id: str) -> Iterator[_Open]:
    from ingest.ledger import Remote

    with Export(target, kind, sentence(said, whole=True), staff_id) as file:
        keys = keys_of(settings)
        with Remote(settings, staff_id, "export", f"export-{uuid4().hex}") as ledger:
            yield _Open(kind, file, Snapshot(ledger), keys)


def _finish(settings: "Settings", opened: _Open, asked: str, staff_id: str) -> None:
    opened.file.add("README.txt", readme(opened.kind))
    opened.file.finish(lambda digest: anchor(settings, opened.keys, staff_id, asked, digest))


def _asked(missing: Missing, reason: str | None) -> dict[str, Any]:
    said = {
        "not_captured": missing.asked,
        "surface": missing.surface,
        "from_at": missing.from_at and missing.from_at.isoformat(),
        "until_at": missing.until_at and missing.until_at.isoformat(),
        "reason": reason,
    }
    return {name: value for name, value in said.items() if value}


def _said(target: Path, made: Made) -> list[str]:
    size = target.stat().st_size
    what = f"{counted(made.posts, 'post')}, {counted(made.facts, 'record')}, {counted(len(made.captures), 'capture')}"
    results = ", ".join(f"{number:,} {result}" for result, number in sorted(made.integrity.items()))
    return [f"{target}: {what}; {size:,} bytes", f"dossiers: {results}", *made.left_out, CHECK]
