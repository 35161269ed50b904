"""`lifeguard erase`: making a post's content unreadable while every proof stays; two people, and a certificate."""

import asyncio
import json
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer
from rich.text import Text

from console.erasing import Asked, act_on, erasures, look
from console.options import REASON_CHARS_MIN, AsJson, ToZip
from console.staff.authentication import refused, signed_in
from console.terminal import safe_line, screen
from console.words import clock, counted
from moderation.gate import may_confirm, may_erase
from records.decisions import Erase
from records.errors import Malformed
from records.settings import settings

BASIS_CHARS_MAX = 1_000
ROLES = ("compliance", "administrator")
Post = Annotated[str, typer.Argument(metavar="POST", help="Our id of the post.")]
By = Annotated[str, typer.Option("--as", metavar="NAME", help="Who does it; their passphrase is asked for.")]

erase = typer.Typer(
    name="erase",
    help="Make the content of a post unreadable while every proof stays: one person requests it, another confirms.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@erase.command()
def request(
    post: Post,
    *,
    basis: Annotated[str, typer.Option("--basis", help="On what ground, for whoever looks later; not the content.")],
    by: By,
) -> None:
    """Request that a post be erased; nothing happens until another person confirms it."""
    if not REASON_CHARS_MIN <= len(basis.strip()) <= BASIS_CHARS_MAX:
        raise Malformed(f"say on what ground in {REASON_CHARS_MIN} to {BASIS_CHARS_MAX:,} characters")
    what = f"requesting that {post} be erased"
    staff_id = signed_in(settings(), by, ROLES, what).staff_id
    asked = asyncio.run(look(settings(), post))
    _refuse(asked, staff_id, what)
    _act(asked, staff_id, "requested", basis)
    screen().print(Text(safe_line(f"Requested. Another person confirms it: lifeguard erase confirm {post} --as NAME")))


@erase.command()
def confirm(
    post: Post, *, by: By, yes: Annotated[bool, typer.Option("--yes", help="Do not ask once more.")] = False
) -> None:
    """Confirm what another person has requested: it cannot be undone."""
    what = f"confirming that {post} be erased"
    staff_id = signed_in(settings(), by, ROLES, what).staff_id
    asked = asyncio.run(look(settings(), post))
    _refuse(asked, staff_id, what)
    if reason := may_confirm([one["staff_id"] for one in asked.requests], staff_id):
        raise refused(settings(), staff_id, what, reason.reason)
    _tell(asked)
    if not yes and not typer.confirm(f"Erase it for ever, {staff_id}?"):
        raise typer.Exit(1)
    basis = next(one["basis"] for one in reversed(asked.requests) if one["staff_id"] != staff_id)
    _act(asked, staff_id, "confirmed", basis)
    screen().print(
        Text("Erased here; within seconds its key is gone from the ledger, within an hour its bytes from the indices.")
    )


@erase.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """What was erased, by whom, and whether its key is gone."""
    found = erasures(settings())
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    out = screen()
    for one in found:
        out.print(Text(safe_line(one["post_id"]), style="bold"))
        done = one["carried_out_at"]
        out.print(Text(safe_line(f"  {one['basis']}; confirmed by {one['confirmed_by']} {clock(one['confirmed_at'])}")))
        out.print(Text(f"  keys overwritten {clock(done)}" if done else "  keys not overwritten yet"))
    if not found:
        out.print(Text("Nothing was erased."))


@erase.command()
def certificate(
    post: Post,
    *,
    to: ToZip,
    by: By,
) -> None:
    """A certificate of the erasure, with proofs that a stranger checks with Python alone."""
    from console.certificate import certify

    staff_id = signed_in(settings(), by, ROLES, f"a certificate of the erasure of {post}").staff_id
    for line in asyncio.run(certify(settings(), post, to, staff_id)):
        screen().print(Text(safe_line(line)))


def _refuse(asked: Asked, staff_id: str, what: str) -> None:
    if asked.document.get("erased"):
        raise refused(settings(), staff_id, what, "it was erased already")
    if reason := may_erase(asked.kept, asked.holds, datetime.now(UTC)):
        raise refused(settings(), staff_id, what, reason.reason)


def _act(asked: Asked, staff_id: str, state: Literal["requested", "confirmed"], basis: str) -> None:
    act = Erase(
        post_id=asked.post_id,
        staff_id=staff_id,
        idempotency_key=f"erase-{uuid.uuid4().hex}",
        made_at=datetime.now(UTC),
        case_version_seen=asked.document["version"],
        state=state,
        basis=basis,
        retention=asked.kept.retention,
        kept_until=asked.kept.until,
    )
    result: dict[str, Any] = asyncio.run(act_on(settings(), act))
    if not result["accepted"]:
        raise refused(settings(), staff_id, f"erasing {asked.post_id}", result["refusal"])


def _tell(asked: Asked) -> None:
    out, document = screen(), asked.document
    out.print(Text(safe_line(asked.post_id), style="bold"))
    out.print(Text(safe_line(f"  on {document['surface']}, first seen {clock(document['first_seen_at'])}")))
    out.print(Text(f"  {counted(document['revisions'], 'revision')}, {counted(asked.facts, 'fact')} on record"))
    for one in asked.requests:
        out.print(Text(safe_line(f"  requested by {one['staff_id']} (record {one['place']}): {one['basis']}")))
