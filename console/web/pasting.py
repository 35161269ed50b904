"""A text that somebody has before them, as from a screenshot: which posts say it, or nearly, and which mean it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.looking import meaning
from console.web.desk import Desk
from console.whereabouts import captured, kind_of
from records.errors import Malformed, Misconfigured
from search.finder import Hit, find
from search.grouping import NEAR
from search.likeness import like
from search.queries import Wanted
from search.words import piece_of

PASTED_CHARS_MAX = 2_000
EACH_POSTS_MAX = 10
SAME, MUCH = 0.98, 0.6


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found; `why_not` says why nothing could be compared by its meaning."""

    said: Sequence[Hit]
    meant: Sequence[Hit]
    why_not: str = ""


async def pasted(desk: Desk, wanted: Wanted, text: str) -> Pasted:
    """By its words, misread ones too, and by its meaning; an id or an address stands for the text of its post.

    What else is wanted narrows both; with words as well, only what means the same and has them is looked for.
    """
    if len(text) > PASTED_CHARS_MAX:
        raise Malformed(f"a pasted text has at most {PASTED_CHARS_MAX:,} characters: a part of it is enough")
    wanted = replace(wanted, size=EACH_POSTS_MAX)
    said, (meant, why_not) = await asyncio.gather(_said(desk, wanted, text), _meant(desk, wanted, text))
    known = {hit.document["post_id"] for hit in said}
    return Pasted(said, [hit for hit in meant if hit.document["post_id"] not in known], why_not)


def how_alike(similarity: float | None) -> str:
    """A similarity in words, with its number; nothing where none was worked out."""
    if similarity is None:
        return ""
    names = ((SAME, "the same"), (NEAR, "nearly the same"), (MUCH, "much the same"), (-1.0, "something like it"))
    return f"means {next(name for least, name in names if similarity >= least)} ({similarity:.2f})"


async def _said(desk: Desk, wanted: Wanted, text: str) -> Sequence[Hit]:
    if wanted.text:
        return ()
    if kind_of(text) == "text":
        return (await find(desk.search, replace(wanted, text=piece_of(text), sort="relevance"))).hits
    itself = await captured(desk.search, text)
    return (Hit(itself, (), None),) if itself else ()


async def _meant(desk: Desk, wanted: Wanted, text: str) -> tuple[Sequence[Hit], str]:
    try:
        return (await like(desk.search, wanted, await meaning(desk.search, text, desk.model))).hits, ""
    except (Malformed, Misconfigured) as problem:
        return (), str(problem)
