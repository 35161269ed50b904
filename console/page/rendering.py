"""Templates to pages that stand alone: their policy allows one style sheet, by its digest, and nothing else."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from console.page.shown import day, hour, places, shown


def page(template: str, **values: object) -> str:
    """The template with these values; a name that it lacks is an error."""
    return environment().get_template(template).render(style_hash=_style_hash(), **values)


@cache
def environment() -> Environment:
    """Where templates come from, and how a value becomes text; nothing is printed unescaped."""
    made = Environment(
        loader=PackageLoader("console.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"day": day, "hour": hour, "places": places}
    return made


@cache
def _style_hash() -> str:
    """The digest by which the page's own policy knows its style sheet."""
    style = environment().get_template("page.css").render()
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
