"""`lifeguard hold`: what must not be deleted; one person places it, and it takes two to release it."""

import json
import re
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.filters import Author, Label, Language, NotAfter, NotBefore, Severity, Source, Surface, Url, wanted
from console.holding import covers, in_words, known, publish, value
from console.options import REASON_CHARS_MIN, AsJson, Several
from console.staff.authentication import refused, signed_in
from console.terminal import safe_line, screen
from console.words import clock, counted
from moderation.cases.custody import HOLDS_MAX
from moderation.gate import Refusal, may_place, may_release, may_request_release
from moderation.holds import HoldState
from records.errors import Malformed
from records.settings import settings

REASON_CHARS_MAX = 2_000
MAY_PLACE = ("compliance", "supervisor")
MAY_RELEASE = ("compliance",)
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the hold, such as case-2026-7.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever looks later; no content of posts.")]
By = Annotated[str, typer.Option("--as", metavar="PERSON", help="Who does it; their passphrase is asked for.")]

hold = typer.Typer(
    name="hold",
    help="Legal holds: what they cover is neither erased nor expired, whenever it arrives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@hold.command()
def place(
    name: Name,
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help='Posts with all these words, as written; "in quotes" as a phrase.')
    ] = "",
    *,
    reason: Reason,
    by: By,
    surface: Surface = None,
    source: Source = None,
    author: Author = None,
    label: Label = None,
    language: Language = None,
    severity: Severity = None,
    from_at: NotBefore = None,
    until_at: NotAfter = None,
    url: Url = None,
    post: Annotated[Several, typer.Option(metavar="POST", help="This post, by our id; may be repeated.")] = None,
) -> None:
    """Place a hold on whatever this finds, now and later. What it found once stays held, whatever becomes of it."""
    from search.holds import said_of

    _check(name, reason)
    asked_for = wanted(
        text=words, surfaces=surface, sources=source, authors=author, labels=label, languages=language,
        severity_min=severity, from_at=from_at, until_at=until_at, url=url,
    )  # fmt: skip
    _place(name, by, reason, said_of(asked_for, post or ()))


@hold.command()
def release(name: Name, *, reason: Reason, by: By) -> None:
    """Request that a hold be released; it stands until another person confirms it."""
    _check(name, reason)
    what = f"requesting the release of the hold {name}"
    staff_id = signed_in(settings(), by, MAY_RELEASE, what).staff_id
    standing = known(settings()).holds.get(name)
    _refuse(may_request_release(standing, staff_id), staff_id, what)
    _next(standing, "release_requested", staff_id, reason)
    screen().print(
        Text(
            safe_line(f"Requested. It stands until another person confirms: lifeguard hold confirm {name} --as PERSON")
        )
    )


@hold.command()
def confirm(name: Name, *, by: By) -> None:
    """Release a hold whose release another person has requested."""
    what = f"releasing the hold {name}"
    staff_id = signed_in(settings(), by, MAY_RELEASE, what).staff_id
    standing = known(settings()).holds.get(name)
    _refuse(may_release(standing, staff_id), staff_id, what)
    after = _next(standing, "released", staff_id, standing.requests[-1].reason if standing else "")
    if after.in_force:
        raise refused(settings(), staff_id, what, "somebody has placed it again meanwhile")
    screen().print(Text("Released. It is taken off its posts within seconds; other holds on them stay."))


@hold.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """Every hold: how it stands, who placed it and why, and how many posts are under it."""
    holds = sorted(known(settings()).holds.values(), key=lambda one: (not one.in_force, one.hold_id))
    counts = covers(settings(), {one.hold_id: one.query for one in holds})
    if as_json:
        rows = [value(one) | {"posts": counts[one.hold_id].under} for one in holds]
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("name", "state", "posts", "placed by", "reason", box=SIMPLE_HEAD, pad_edge=False)
    for one in holds:
        posts = f"{counts[one.hold_id].under:,}"
        row = (one.hold_id, one.state.replace("_", " "), posts, one.placed.staff_id, one.placed.reason)
        table.add_row(*(safe_line(cell) for cell in row))
    screen().print(table if holds else Text("There is no hold."))


@hold.command()
def show(name: Name, *, as_json: AsJson = False) -> None:
    """One hold: what it covers, and everything that was done about it."""
    found = known(settings())
    standing = found.holds.get(name)
    if standing is None:
        raise Malformed(f"there is no hold {name}: `lifeguard hold list` shows which there are")
    counts = covers(settings(), {name: standing.query})[name]
    if as_json:
        typer.echo(json.dumps(value(standing) | {"found": counts.found, "posts": counts.under}, indent=2))
        return
    out = screen()
    out.print(Text(safe_line(f"{name}: {standing.state.replace('_', ' ')}"), style="bold"))
    out.print(Text(safe_line(f"  covers {in_words(standing.query)}")))
    out.print(Text(f"  {counted(counts.found, 'post')} found now, {counts.under:,} under it"))
    for one in found.entries:
        if one.said.registry_id == name:
            said: Any = one.said
            what = f"{said.state.replace('_', ' ')} by {said.staff_id}: {said.reason}"
            line = f"  {clock(one.recorded_at.isoformat())} {what} (record {one.place})"
            out.print(Text(safe_line(line)))


def _check(name: str, reason: str) -> None:
    if not _NAME.fullmatch(name):
        raise Malformed("the name of a hold has small letters, digits, and . _ - between them, such as case-2026-7")
    if not REASON_CHARS_MIN <= len(reason.strip()) <= REASON_CHARS_MAX:
        raise Malformed(f"say why in {REASON_CHARS_MIN} to {REASON_CHARS_MAX:,} characters")


def _place(name: str, by: str, reason: str, query: dict[str, Any]) -> None:
    what = f"placing the hold {name}"
    staff_id = signed_in(settings(), by, MAY_PLACE, what).staff_id
    found = known(settings())
    before = found.holds.get(name)
    _refuse(may_place(before, found.in_force, HOLDS_MAX), staff_id, what)
    said = {
        "registry_id": name, "version": before.version + 1 if before else 1,
        "staff_id": staff_id, "reason": reason, "query": query,
    }  # fmt: skip
    entry, after = publish(settings(), "placed", said)
    if after.placed != entry:
        _refuse(may_place(after, 0, HOLDS_MAX), staff_id, what)
    count = covers(settings(), {name: query})[name].found
    out = screen()
    out.print(Text(safe_line(f"Placed on {in_words(query)}.")))
    out.print(Text(f"It covers {counted(count, 'post')} now, and whatever arrives later that is so, within seconds."))


def _next(standing: HoldState | None, state: Any, staff_id: str, reason: str) -> HoldState:  # noqa: ANN401  a Literal
    if standing is None:
        raise Malformed("there is no such hold")
    said = {
        "registry_id": standing.hold_id, "version": standing.version + 1,
        "staff_id": staff_id, "reason": reason, "query": dict(standing.query),
    }  # fmt: skip
    return publish(settings(), state, said)[1]


def _refuse(reason: Refusal | None, staff_id: str, what: str) -> None:
    if reason:
        raise refused(settings(), staff_id, what, reason.reason)
