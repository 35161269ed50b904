"""`lifeguard why`: how did this come to be on our site?"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console import telling_past, telling_whereabouts
from console.account import account
from console.dossier import dossier
from console.instants import around_instant, at_instant
from console.telling import Section, sections
from console.telling_verdicts import TAG
from console.terminal import safe_line, screen
from console.whereabouts import Missing, around, kind_of, whereabouts
from console.words import iso
from records.errors import Problem, Unavailable
from records.settings import settings

if TYPE_CHECKING:
    from moderation.policy import Policy
    from records.documents import PostDocument
    from search.client import Search

NAME_CHARS = 24
OTHERS_MAX = 8


def why(
    post: Annotated[
        str,
        typer.Argument(metavar="POST", help="Our id of a post, its address on the site, or what it says."),
    ],
    *,
    surface: Annotated[
        str | None, typer.Option(metavar="NAME", help="If it was never captured: the surface that it was on.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="As it stood then, at a time or the end of a day; if it was never captured: what was watched then.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document with everything, for machines.")] = False,
) -> None:
    """How a post came to be on our site: what, who, where, when, by which way, how it was judged, what was done."""
    now, policy = datetime.now(UTC), _policy()
    missing = Missing(post, surface, *(around_instant(at) if at else (None, None)))
    found = asyncio.run(_ask(missing, now, at_instant(at) if at else None))
    told = found["captured"] and found.get("as_of", {"known": True})["known"]
    if told and "as_of" not in found:
        found["help"] = _help(found, policy)
    if as_json:
        typer.echo(json.dumps(found, indent=2))  # ASCII only: nothing in it can reach the terminal as a control
    elif found["captured"]:
        _show(found, policy)
    else:
        _show_missing(found, now)
    if not told:
        raise typer.Exit(1)


async def _ask(missing: Missing, now: datetime, then: datetime | None) -> dict[str, Any]:
    from search.client import Search
    from search.finder import facts_of, posts_at

    asked = missing.asked
    async with Search(settings()) as search:
        document = await _document(search, asked)
        post_id = document["post_id"] if document else asked
        facts = await facts_of(search, post_id)
        if document is None and not facts:
            return await whereabouts(search, missing, now)
        if then is not None:
            return await asyncio.to_thread(_past, post_id, facts, then) | {"asked": asked}
        neighbours = await posts_at(search, asked) if kind_of(asked) == "address" else []
        told = dossier(post_id, document, facts)
        watching = await around(search, told["where"]["source"] or "", document or {}, now)
    others = [other["post_id"] for other in neighbours if other["post_id"] != post_id]
    return told | {"watching": watching, "asked": asked, "others_at_this_address": others}


def _past(post_id: str, facts: Sequence[Mapping[str, Any]], then: datetime) -> dict[str, Any]:
    """The dossier as it stood then; of what is learnt since not even a help is in it."""
    from console.past import as_it_stood
    from ingest.ledger import Remote

    try:
        with Remote(settings(), account(), "dossier") as ledger:
            past = as_it_stood(ledger, post_id, facts, then)
    except Unavailable as reason:
        raise Unavailable(f"a past state is made from the ledger: {reason}") from None
    as_of = {
        "at": iso(then.isoformat()),
        "known": past.document is not None,
        "upto": list(past.upto),
        "first_recorded_at": iso(past.first_recorded_at.isoformat()) if past.first_recorded_at else None,
        "unreadable": past.unreadable,
        "missing": past.missing,
    }
    told = {"post_id": post_id, "captured": True} if past.document is None else {}
    return (told or dossier(post_id, past.document, past.facts)) | {"as_of": as_of}


async def _document(search: "Search", asked: str) -> "PostDocument | None":
    """By id, by address, or by what it says."""
    from search.finder import get_post
    from search.places import post_with_text

    if kind_of(asked) != "text":
        return await get_post(search, asked, realtime=True)
    post_id = await post_with_text(search, asked)
    return await get_post(search, post_id, realtime=True) if post_id else None


def _show_missing(found: Mapping[str, Any], now: datetime) -> None:
    out = screen()
    out.print(Text(telling_whereabouts.headline(found)))
    for title, lines in telling_whereabouts.not_captured(found, now):
        _print(out, Section(title, list(lines)))


def _show(found: Mapping[str, Any], policy: "Policy | None") -> None:
    out = screen()
    out.print(Text(safe_line(found["post_id"]), style="bold"))
    if kind_of(found["asked"]) == "text":
        out.print(Text(telling_past.found_by_text(past="as_of" in found)))
    if others := found.get("others_at_this_address"):
        more = f" and {len(others) - OTHERS_MAX} more" if len(others) > OTHERS_MAX else ""
        shown = f"the newest post at this address; there are also {', '.join(others[:OTHERS_MAX])}{more}"
        out.print(Text(safe_line(shown)))
    for sentence in telling_past.heading(found["as_of"]) if "as_of" in found else ():
        out.print(Text(safe_line(sentence), style="bold yellow"))
    if "now" in found:
        for section in sections(found, _clauses(policy)):
            _print(out, section)


def _print(out: Console, section: Section) -> None:
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


def _clauses(policy: "Policy | None") -> dict[str, dict[str, str]]:
    """The titles of its clauses by the digest of the policy."""
    return {policy.digest: {clause.id: clause.title for clause in policy.clauses}} if policy else {}


def _help(found: Mapping[str, Any], policy: "Policy | None") -> dict[str, str]:
    """What the policy in force says about helping the author, for each label that was found."""
    labels = {finding["label"] for verdict in found["how_it_was_judged"] for finding in verdict["findings"]}
    duties = {label: policy.labels[label] for label in sorted(labels & policy.labels.keys())} if policy else {}
    of_tags = _help_of_tags(found, policy) if policy else {}
    return {label: duty.help for label, duty in duties.items() if duty.help} | of_tags


def _help_of_tags(found: Mapping[str, Any], policy: "Policy") -> dict[str, str]:
    """The same of the tags that were found, by their files as they stand now."""
    findings = [finding for verdict in found["how_it_was_judged"] for finding in verdict["findings"]]
    names = {finding["label"] for finding in findings if finding["rule"] == TAG}
    if not names:
        return {}
    from moderation.tags import helps_of

    try:
        return {name: said for name, said in helps_of(settings().tags_dir, policy).items() if name in names}
    except Problem:
        return {}


def _policy() -> "Policy | None":
    """The policy in force, for its titles and its words of help; nothing where it cannot be read."""
    from moderation.policy import load_policy

    try:
        return load_policy(settings().policy_file)
    except Problem:
        return None
