"""Makes an export: posts stream through in batches, so that no more than a few batches are in memory at once."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.dossier.gathering import Gathered
from console.dossier.integrity import with_integrity
from console.dossier.material import Known, instant
from console.dossier.schema import schema
from console.dossier.trust import Trust
from console.dossier.values import Dossier
from console.exporting import table
from console.exporting.asked import Asked, sentence
from console.exporting.captures import Captures
from console.exporting.files import Files, Teller
from console.exporting.gathering import Watching, gathered
from console.exporting.pages import Pages
from console.exporting.snapshot import Place, Snapshot
from console.exporting.spool import Spool
from console.page import Cover, Listed, render_index
from console.words import counted
from records.errors import Malformed

if TYPE_CHECKING:
    from records.documents import PostDocument
    from search.client import Search

POSTS_MAX = 200_000
"""Of one export: every page of it has a line in the manifest."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an export is made from."""

    search: "Search"
    ledger: Snapshot
    known: Known
    trust: Trust


@dataclass
class Made:
    """What is in the export so far."""

    posts: int = 0
    facts: int = 0
    unsigned: int = 0
    erased: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    post_ids: set[str] = field(default_factory=set)
    listed: list[Listed] = field(default_factory=list)
    integrity: Counter[str] = field(default_factory=Counter)
    captures: Captures = field(default_factory=Captures)
    left_out: list[str] = field(default_factory=list)


@dataclass
class _Desk:
    """The files that grow while posts stream through."""

    files: Files
    pages: Pages
    lines: Spool
    rows: Spool


async def make(sources: Sources, asked: Asked, files: Files, folder: Path, tell: Teller) -> Made:
    """Everything but manifest and anchor, which the file adds itself; raises Malformed where nothing is found."""
    from search.exported import chosen, posts
    from search.totals import count

    query = chosen(asked.wanted, asked.hold_id, asked.post_ids)
    total = await count(sources.search, query)
    _refuse(total)
    made, watching = Made(), Watching(sources.search, sources.known.now)
    await watching.begin()
    with Pages(total) as pages, Spool(folder) as lines, Spool(folder) as rows:
        desk = _Desk(files, pages, lines, rows)
        tell.begins("Exporting", total)
        async for documents in posts(sources.search, query):
            found = await gathered(sources.search, documents, sources.known, watching)
            await asyncio.to_thread(_batch, sources, documents, found, desk, made)
            tell.goes_on(len(documents))
        _refuse(made.posts)
        for name, page in pages.rest():
            files.add(name, page)
        files.add_lines("posts.jsonl", lines.lines())
        files.add_lines(table.NAME, rows.lines())
    files.add(table.METADATA_NAME, table.metadata())
    files.add("schema.json", schema().encode())
    _missing(asked, made)
    return made


def cover(asked: Asked, made: Made, made_by: str) -> Cover:
    """What the list of posts says of the export."""
    counts = {"posts": made.posts, "records about them": made.facts, "captures": len(made.captures)}
    counts |= {f"dossiers {result}": number for result, number in sorted(made.integrity.items())}
    counts |= {"of them erased": len(made.erased)} if made.erased else {}
    return Cover(
        kind="export",
        asked=sentence(asked.said()),
        made_at=datetime.now(UTC),
        made_by=made_by,
        counts=counts,
        left_out=tuple(made.left_out),
    )


def add_index(files: Files, asked: Asked, made: Made, made_by: str) -> None:
    """The list of posts, which leads to their pages."""
    page = render_index(cover(asked, made, made_by), made.listed)
    files.add("index.html", page.encode("utf-8", "backslashreplace"))


def _batch(
    sources: Sources, documents: "Sequence[PostDocument]", found: Sequence[Gathered], desk: _Desk, made: Made
) -> None:
    ledger = sources.ledger
    facts = [fact for one in found for fact in one.facts]
    places = ledger.places_of(facts)
    ledger.read(places)
    dossiers = [with_integrity(one, ledger, sources.trust) for one in found]
    first = made.posts + 1
    for document, dossier in zip(documents, dossiers, strict=True):
        _listed(document, dossier, desk, made)
    for name, content in made.captures.files(facts):
        desk.files.add(name, content)
    made.places.update(places)
    made.facts += len(facts)
    made.unsigned += len(facts) - len(places)
    for name, page in desk.pages.asked(first, dossiers):
        desk.files.add(name, page)


def _listed(document: Mapping[str, Any], dossier: Dossier, desk: _Desk, made: Made) -> None:
    if not made.posts:
        desk.rows.add(table.header())
    made.posts += 1
    made.post_ids.add(dossier.post_id)
    if dossier.what.erased is not None:
        made.erased.add(dossier.post_id)
    result = dossier.integrity.result if dossier.integrity else "NOT PROVED"
    made.integrity[result] += 1
    desk.lines.add(dossier.model_dump_json().encode())
    desk.rows.add(table.row(made.posts, document, dossier))
    made.listed.append(_line(made.posts, document, result))


def _line(number: int, document: Mapping[str, Any], result: str) -> Listed:
    listed = Listed(
        number=number,
        post_id=document["post_id"],
        surface=document.get("surface"),
        author_name=document.get("author_name"),
        posted_at=instant(document.get("posted_at")),
        first_seen_at=instant(document.get("first_seen_at")),
        text=document.get("text"),
        state=document.get("state"),
        integrity=result,
    )
    return listed if listed.text is None else _short(listed)


def _short(listed: Listed) -> Listed:
    """With no more of the text than is shown: 200,000 whole ones would not fit into memory."""
    return replace(listed, text=listed.excerpt)


def _refuse(posts: int) -> None:
    if not posts:
        raise Malformed("no post is what was asked for, so that there is nothing to export")
    if posts > POSTS_MAX:
        raise Malformed(f"that is {posts:,} posts, and one export holds {POSTS_MAX:,}: narrow it, for example by time")


def _missing(asked: Asked, made: Made) -> None:
    """What was asked for and is not in it."""
    if absent := [post_id for post_id in asked.post_ids if post_id not in made.post_ids]:
        made.left_out.append(f"not in the index, or not what else was asked for: {', '.join(absent)}")
    if made.unsigned:
        made.left_out.append(f"proofs of {counted(made.unsigned, 'record')} that the ledger has not signed yet")
    if made.captures.left_out:
        made.left_out.append(f"{counted(made.captures.left_out, 'capture')}, too large together: the records have them")
