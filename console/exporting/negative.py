"""The answer that something was never captured: only where that is so, with what was being watched then."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from console.exporting.files import Files
from console.exporting.recorded import between
from console.exporting.snapshot import Place, Snapshot
from console.page import Cover, render_not_captured
from console.whereabouts import Missing, captured, kind_of, whereabouts
from console.words import counted, parsed
from records.codec import decode
from records.errors import Malformed, NewerVersion
from records.ledger.reading import LogState, entries
from records.topics import COVERAGE

if TYPE_CHECKING:
    from search.client import Search

EVIDENCE_MAX = 20_000
"""Statements of sources that are proved; of more, the newest."""
SAID_WITHIN = timedelta(days=1)
"""A source tells of a stretch soon after it; what it tells later is looked for, too, while there is room."""


@dataclass(frozen=True, slots=True)
class Negative:
    """What is answered: `found` as `whereabouts` gives it, without any post of anybody."""

    found: Mapping[str, Any]
    nearest_ids: tuple[str, ...]
    erased: int
    now: datetime


async def negative(search: "Search", missing: Missing, now: datetime) -> Negative:
    """The answer; raises Malformed, naming the post, where it was captured."""
    from search.totals import ERASED, count

    await search.ask("POST", f"/{search.posts},{search.history}/_refresh")
    await _refuse_captured(search, missing.asked)
    found = await whereabouts(search, missing, now)
    nearest = tuple(near["post_id"] for near in found["nearest"])
    return Negative({**found, "nearest": []}, nearest, await count(search, ERASED), now)


def put(answer: Negative, ledger: Snapshot, files: Files, made_by: str) -> list[Place]:
    """The answer as a page and in JSON; where the ledger has the statements behind it."""
    places, left = evidence(ledger, answer)
    told = {
        **answer.found,
        "nearest_post_ids": list(answer.nearest_ids),
        "erased_posts": answer.erased,
        "answered_at": answer.now.isoformat(),
    }
    files.add("answer.json", json.dumps(told, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace"))
    page = render_not_captured(_cover(answer, len(places), left, made_by), answer.found, answer.now)
    files.add("answer.html", page.encode("utf-8", "backslashreplace"))
    return places


def evidence(ledger: Snapshot, answer: Negative) -> tuple[list[Place], int]:
    """Where the ledger holds what the sources said of that time; and how many more such statements there are."""
    parts = answer.found["coverage"]
    if not parts:
        return [], 0
    sources = {part["source"] for part in parts}
    from_at = min(parsed(part["from_at"]) for part in parts)
    until_at = max(parsed(part["until_at"]) for part in parts)
    found = [
        place
        for state in ledger.logs()
        if state.log.topic == COVERAGE.name
        for place in _said(ledger, state, sources, (from_at, until_at))
    ]
    kept = sorted(found, key=lambda place: place[0])[-EVIDENCE_MAX:]
    return [place for _, place in kept], len(found) - len(kept)


def _said(
    ledger: Snapshot, state: LogState, sources: set[str], time: tuple[datetime, datetime]
) -> Iterator[tuple[int, Place]]:
    """When it was recorded, and where it stands: each statement of these sources that speaks about the time."""
    start, soon = between(ledger, state, time[0], time[1] + SAID_WITHIN)
    stop = min(state.size, soon + EVIDENCE_MAX)
    pairs = zip(entries(ledger, state.log, start, stop), ledger.contents(state.log, start, stop), strict=True)
    for entry, content in pairs:
        source = (entry.key or b"").decode("utf-8", "replace")
        if content is not None and source in sources and _about(content[1], time):
            yield entry.append_ms, (state.log, entry.offset)


def _about(value: bytes, time: tuple[datetime, datetime]) -> bool:
    try:
        said = decode(COVERAGE, value)
    except (Malformed, NewerVersion):
        return False
    since, until = said.from_at or said.happened_at, said.until_at or said.happened_at
    return bool(since <= time[1] and until >= time[0])


async def _refuse_captured(search: "Search", asked: str) -> None:
    from search.finder import facts_of

    if document := await captured(search, asked):
        post_id: str | None = document["post_id"]
    elif kind_of(asked) == "text":
        post_id = await _post_with_phrase(search, asked)
    else:
        post_id = asked if await facts_of(search, asked) else None
    if post_id:
        raise Malformed(f"it was captured: {post_id} (lifeguard why shows it, lifeguard export --post proves it)")


async def _post_with_phrase(search: "Search", asked: str) -> str | None:
    """A post that says or said just this among other things; of a text too long for one search its beginning counts."""
    from search.finder import find
    from search.queries import Wanted
    from search.words import TEXT_CHARS_MAX, WORDS_MAX

    words = asked[: TEXT_CHARS_MAX - 2].replace('"', " ").split()[:WORDS_MAX]
    if not any(char.isalnum() for word in words for char in word):
        return None
    found = await find(search, Wanted(text=f'"{" ".join(words)}"', before=True, size=1))
    return None if found.nearest or not found.hits else found.hits[0].document["post_id"]


def _cover(answer: Negative, statements: int, left: int, made_by: str) -> Cover:
    return Cover(
        kind="not_captured",
        asked=answer.found["asked"],
        made_at=datetime.now(UTC),
        made_by=made_by,
        counts={"statements of sources, proved": statements, "posts that come near": len(answer.nearest_ids)},
        left_out=tuple(_left_out(answer, left)),
    )


def _left_out(answer: Negative, left: int) -> Sequence[str]:
    said = []
    if answer.nearest_ids:
        said.append(f"the texts of the posts that come near, which are other people's: {', '.join(answer.nearest_ids)}")
    if left:
        said.append(f"{counted(left, 'older statement')} of the sources about that time")
    said.append("texts that a post had before it was edited: only the current text of each post was searched")
    if answer.erased:
        said.append(f"what was said in {counted(answer.erased, 'post')} whose content was erased: nobody can search it")
    return said
