"""`lifeguard why`: how did this come to be on our site?"""

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console.dossier import dossier, not_captured
from console.telling import Section, sections
from console.terminal import safe_line, screen
from records.errors import Problem
from records.settings import settings

NAME_CHARS = 24
OTHERS_MAX = 8


def why(
    post: Annotated[
        str, typer.Argument(metavar="POST_ID_OR_URL", help="Our id of a post, or its address on the site.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document with everything, for machines.")] = False,
) -> None:
    """How a post came to be on our site: what, who, where, when, by which way, how it was judged, what was done."""
    found = asyncio.run(_ask(post))
    if as_json:
        typer.echo(json.dumps(found, indent=2))  # ASCII only: nothing in it can reach the terminal as a control
    elif found["captured"]:
        _show(found)
    else:
        typer.echo(f"not captured: nothing with this id or address is in the index ({safe_line(post)})")
    if not found["captured"]:
        raise typer.Exit(1)


async def _ask(post: str) -> dict[str, Any]:
    from search.client import Search
    from search.finder import facts_of, get_post, posts_at

    async with Search(settings()) as search:
        document = await get_post(search, post, realtime=True)
        post_id = document["post_id"] if document else post
        facts = await facts_of(search, post_id)
        neighbours = await posts_at(search, post) if post_id != post else []
    if document is None and not facts:
        return not_captured(post)
    others = [other["post_id"] for other in neighbours if other["post_id"] != post_id]
    return dossier(post_id, document, facts) | {"asked": post, "others_at_this_address": others}


def _show(found: Mapping[str, Any]) -> None:
    out = screen()
    out.print(Text(safe_line(found["post_id"]), style="bold"))
    if found["others_at_this_address"]:
        others = found["others_at_this_address"]
        more = f" and {len(others) - OTHERS_MAX} more" if len(others) > OTHERS_MAX else ""
        shown = f"the newest post at this address; there are also {', '.join(others[:OTHERS_MAX])}{more}"
        out.print(Text(safe_line(shown)))
    for section in sections(found, _clauses()):
        out.print()
        out.print(Text(section.title, style="bold cyan"))
        if section.explained:
            out.print(Padding(Text(section.explained, style="dim"), (0, 0, 0, 2)))
        out.print(Padding(_lines(section), (0, 0, 0, 2)))


def _lines(section: Section) -> Table:
    """Names on the left, their text beside them, wrapped under itself."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=NAME_CHARS, max_width=NAME_CHARS)
    grid.add_column(overflow="fold", ratio=1)
    for name, text in section.lines:
        grid.add_row(Text(name, style="" if name.startswith(" ") else "bold"), Text(text))
    return grid


def _clauses() -> dict[str, dict[str, str]]:
    """The titles of the clauses of the policy in force, by its digest; nothing where it cannot be read."""
    from moderation.policy import load_policy

    try:
        policy = load_policy(settings().policy_file)
    except Problem:
        return {}
    return {policy.digest: {clause.id: clause.title for clause in policy.clauses}}
