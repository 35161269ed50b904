"""Help: the first ten minutes of each role, what every word means, and a walk through the bundled sample."""

from starlette.responses import Response

from console.web.desk import Desk
from console.web.first_minutes import MINUTES, WALK
from console.web.rendering import page
from console.web.roles import TITLES
from console.web.route import Asked, Missing
from console.web.terms import TERMS
from search.queries import Wanted
from search.queues import counts

SAMPLE = Wanted(sources=("sample",))


async def help_page(_: Desk, asked: Asked) -> Response:
    """What there is to read, for whoever asks first of all."""
    return page(asked, "help.html", roles=_roles())


async def first_minutes(_: Desk, asked: Asked) -> Response:
    """The page of a role, by default of one's own."""
    role = asked.query("role") or asked.staff.role
    if role not in MINUTES:
        raise Missing(f"there is no role {role[:100]}")
    return page(asked, "first_minutes.html", role=role, steps=MINUTES[role], roles=_roles())


async def walk(desk: Desk, asked: Asked) -> Response:
    """What to look at in the sample, and whether it is here at all."""
    posts = (await counts(desk.search, {"sample": SAMPLE}))["sample"]
    return page(asked, "walk.html", steps=WALK, posts=posts)


async def terms(_: Desk, asked: Asked) -> Response:
    """Every word that is used here, with what it means."""
    return page(asked, "terms.html", terms=TERMS)


def _roles() -> list[tuple[str, str]]:
    return [(role, TITLES[role]) for role in MINUTES]
