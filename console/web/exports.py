"""Exporting posts from a page: the archive of `lifeguard export`, made in a thread, and gone once it is sent."""

import asyncio
import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import structlog
from starlette.responses import Response, StreamingResponse

from console.exporting.asked import Asked as Exporting
from console.exporting.asked import checked
from console.exporting.exported import exported_by
from console.web import asked_for
from console.web.asked_for import Given
from console.web.body import TooLarge
from console.web.desk import Desk
from console.web.route import Asked, Visitor
from records.errors import Malformed, Misconfigured
from records.settings import Settings
from search.exported import chosen
from search.finder import Found
from search.queries import Wanted
from search.totals import count

POSTS_MAX = 100
"""Their pages are written in this process, a few milliseconds each; for more there is the command."""
REASON_CHARS_MAX = 500
CHUNK_BYTES = 256 * 1024
BEGINS_WITH = "console-export-"
ZIP = "application/zip"
_OPTIONS: Final = ("surface", "source", "author", "label", "state", "language", "severity", "url", "from", "until")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a page offers to export: its search whole, or the posts that it shows; or why that is too much."""

    posts: int
    query: str = ""
    post_ids: tuple[str, ...] = ()
    command: str = ""

    @property
    def title(self) -> str:
        """What is said on its button."""
        if self.posts == 1:
            return "Export this post"
        return f"Export {'all' if self.query else 'these'} {self.posts:,} posts"

    @property
    def too_many(self) -> bool:
        """More than one export from a page holds."""
        return self.posts > POSTS_MAX


class _Quietly:
    """Whoever waits for a page is told nothing before it comes."""

    def begins(self, what: str, entries: int) -> None:
        """As Teller says."""

    def goes_on(self, posts: int) -> None:
        """As Teller says."""

    def says(self, sentence: str) -> None:
        """As Teller says."""


def offered(given: Given, found: Found | None, post_ids: tuple[str, ...]) -> Offered | None:
    """All that a search finds; of what only comes near, what is shown of it."""
    if not post_ids:
        return None
    if found is None or found.nearest:
        return Offered(len(post_ids), post_ids=post_ids)
    return Offered(found.total, asked_for.query_of({"words": ("",), **given}), command=command(given))


def command(given: Given) -> str:
    """What somebody runs for more posts; empty where the command has no such filter."""
    if {"visible", "waiting"} & given.keys():
        return ""
    options = [f"--{name} {shlex.quote(value)}" for name in _OPTIONS for value in given.get(name, ())]
    options += ["--now"] if given.get("texts") == (asked_for.NOW,) else []
    words = [f"-- {shlex.quote(value)}" for value in given.get("words", ()) if value]
    return " ".join(["lifeguard export --to export.zip", *options, *words])


async def export(desk: Desk, asked: Asked) -> Response:
    """An archive of named posts, else of the search of the address."""
    return await archive(desk, asked.staff, _said(asked))


async def archive(desk: Desk, who: Visitor, said: Exporting) -> Response:
    """An archive; that it was made, by whom and of what, is in the ledger before its first byte leaves."""
    total = await count(desk.search, chosen(said.wanted, None, said.post_ids))
    if not total:
        raise Malformed("no post is what was asked for, so that there is nothing to export")
    if total > POSTS_MAX:
        raise TooLarge(
            f"that is {total:,} posts, and one export from here holds {POSTS_MAX}: narrow the search, or use the "
            "command `lifeguard export`, which takes 200,000"
        )
    asked = replace(said, via=who.via)
    file = await desk.exporting.run(lambda: _made(desk.settings, asked, who.staff_id))
    name = f"lifeguard-export-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(os.fstat(file.fileno()).st_size),
    }
    return StreamingResponse(_chunks(file), headers=headers, media_type=ZIP)


def sweep(settings: Settings) -> None:
    """Takes away what a console that was killed in the middle of an export has left; there is one console."""
    for folder in settings.data_dir.glob(f"{BEGINS_WITH}*"):
        shutil.rmtree(folder, ignore_errors=True)
        structlog.get_logger().info("the beginning of an export was taken away", folder=folder.name)


def _said(asked: Asked) -> Exporting:
    """Named posts, else the search of the address."""
    post_ids = tuple(dict.fromkeys(one for one in asked.form.get("post", ()) if one))
    reason = asked.said("reason").strip()[:REASON_CHARS_MAX] or None
    if len(post_ids) > POSTS_MAX:
        raise TooLarge(f"one export from here holds {POSTS_MAX} posts")
    if post_ids:
        return Exporting(Wanted(), post_ids, reason=reason)
    params: Mapping[str, str] = asked.request.query_params
    if not set(asked_for.FIELDS) & params.keys():
        raise Malformed("the form does not say which posts")
    given = asked_for.given_in(asked.request.query_params.multi_items())
    return checked(Exporting(asked_for.looked_for(given), reason=reason))


def _made(settings: Settings, said: Exporting, who: str) -> BinaryIO:
    """The archive, open and without a name: whatever happens to whoever waits for it, nothing of it is left."""
    try:
        with tempfile.TemporaryDirectory(prefix=BEGINS_WITH, dir=settings.data_dir) as folder:
            target = Path(folder) / "export.zip"
            asyncio.run(exported_by(settings, said, target, who, _Quietly()))
            return target.open("rb")
    except OSError as error:
        raise Misconfigured(f"{settings.data_dir} cannot be written: {error.strerror}") from None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
