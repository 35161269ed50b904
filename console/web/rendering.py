"""Templates to pages: every value is escaped, hidden characters are shown, and what all pages have comes by itself."""

import base64
import binascii
import re
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from console.page.shown import visible
from console.terminal import safe_line
from console.web import cookies
from console.web.care import Care, hidden, is_grave
from console.web.nav import items_for
from console.web.roles import role_does, role_title
from console.web.route import Asked
from console.web.statics import address_of
from console.web.terms import term
from console.words import minute

SAID_CHARS_MAX = 500
SAID_SECONDS_MAX = 60
_DATE = re.compile(r"(\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)", re.ASCII)


def page(asked: Asked, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A template with these values and those that every page has: `visitor`, `care`, `csrf_field`, `nav`, `message`."""
    message = _message(asked)
    common = {
        "visitor": asked.visitor,
        "care": asked.visitor.care if asked.visitor else Care(),
        "csrf_field": csrf_field(asked.visitor.csrf) if asked.visitor else Markup(),
        "nav": items_for(asked),
        "message": message,
    }
    answer = HTMLResponse(environment().get_template(template).render(common | values), status)
    if message:
        cookies.drop(asked.request, answer, cookies.MESSAGE)
    return answer


def fragment(asked: Asked, template: str, **values: object) -> str:
    """A part of a page, for a script that puts it into one."""
    common = {"csrf_field": csrf_field(asked.staff.csrf), "care": asked.staff.care}
    return environment().get_template(template).render(common | values)


def go(asked: Asked, path: str, message: str = "") -> RedirectResponse:
    """Sends the browser to another page of ours (303), which shows the message once."""
    answer = RedirectResponse(own_path(path), 303)
    if message:
        said = base64.urlsafe_b64encode(message[:SAID_CHARS_MAX].encode("utf-8", "replace")).decode()
        cookies.give(asked.request, answer, cookies.MESSAGE, said, SAID_SECONDS_MAX)
    return answer


def own_path(wanted: str) -> str:
    """A path of our own, with its query; `/` for anything that a browser could take for another place."""
    if not wanted.startswith("/") or wanted.startswith("//") or not wanted.isprintable() or "\\" in wanted:
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted


def csrf_field(token: str) -> Markup:
    """The hidden field that every form of ours has."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


@cache
def environment() -> Environment:
    """Where templates come from; what is hidden in a text is shown, and `shown_line` puts it on one line."""
    made = Environment(
        loader=PackageLoader("console.web"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"shown": visible, "shown_line": safe_line, "minute": minute, "undivided": undivided}
    made.globals |= {"static": address_of, "role_title": role_title, "role_does": role_does, "term": term}
    made.globals |= {"hidden": hidden, "is_grave": is_grave}
    return made


def undivided(text: str) -> Markup:
    """A text in which no date is divided by the end of a line."""
    whole = Markup('<span class="date">{}</span>')
    pieces = enumerate(_DATE.split(visible(text)))
    return Markup().join(whole.format(piece) if number % 2 else piece for number, piece in pieces)


def _shown(value: object) -> object:
    """Of a text from outside nothing is hidden, and nothing turns the page around."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _message(asked: Asked) -> str:
    said = cookies.given(asked.request, cookies.MESSAGE)
    try:
        return base64.urlsafe_b64decode(said.encode()).decode()[:SAID_CHARS_MAX]
    except (binascii.Error, ValueError):
        return ""
