"""Replies that supervisors have prepared, with placeholders in braces that whoever sends one fills in."""

from datetime import datetime

from starlette.responses import Response

from console.web.desk import Desk
from console.web.registering import TITLE_CHARS_MAX, one_line, register
from console.web.rendering import go, page
from console.web.route import Asked, Missing, Visitor
from console.web.saved import Template, name_of
from records.decisions import NOTE_CHARS_MAX
from records.errors import Malformed
from records.registry import ReplyTemplate


async def templates(desk: Desk, asked: Asked) -> Response:
    """All of them, and a form: for a new one, or filled with one that is to be changed."""
    chosen = chosen_of(desk, asked.query("template")) if asked.query("template") else None
    return page(asked, "replies.html", templates=desk.set_up.templates(), chosen=chosen)


async def save_template(desk: Desk, asked: Asked) -> Response:
    """A new one, or the next version of the one that the form names."""
    title = one_line(asked.said("title"), TITLE_CHARS_MAX, "title")
    chosen = chosen_of(desk, asked.said("template")) if asked.said("template") else None
    name = chosen.template_id if chosen else name_of(title, "template")
    if chosen is None and any(one.template_id == name for one in desk.set_up.templates()):
        raise Malformed(f"there is a template {title} already: change that one, or choose another title")
    await prepare(desk, asked.staff, name, title, asked.said("text"))
    return go(asked, "/templates", f"The template {title} was {'changed' if chosen else 'made'}.")


async def remove_template(desk: Desk, asked: Asked) -> Response:
    """Nobody is offered it any more; what was sent with it stays on record."""
    chosen = chosen_of(desk, asked.said("template"))
    await withdraw(desk, asked.staff, chosen)
    return go(asked, "/templates", f"The template {chosen.title} was removed.")


async def prepare(desk: Desk, who: Visitor, name: str, title: str, text: str, at: datetime | None = None) -> None:
    """A reply of this name stands from now on; raises Malformed."""
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= NOTE_CHARS_MAX:
        raise Malformed(f"a reply has 1 to {NOTE_CHARS_MAX:,} characters")
    said = {"title": one_line(title, TITLE_CHARS_MAX, "title"), "text": text}
    await register(desk, who, ReplyTemplate, name, said, at)


async def withdraw(desk: Desk, who: Visitor, chosen: Template, at: datetime | None = None) -> None:
    """A reply stands no more."""
    said = {"title": chosen.title, "text": chosen.text, "removed": True}
    await register(desk, who, ReplyTemplate, chosen.template_id, said, at)


def chosen_of(desk: Desk, template_id: str) -> Template:
    """The reply of this name; raises Missing."""
    found = next((one for one in desk.set_up.templates() if one.template_id == template_id), None)
    if found is None:
        raise Missing("there is no template of this name, or it was removed")
    return found
