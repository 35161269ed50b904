"""The dossier of one post as a page."""

from markupsafe import Markup

from console.dossier.part import terms
from console.dossier.values import SECTIONS, Dossier
from console.page.brief import brief
from console.page.facts import Fact, Section
from console.page.rendering import page
from console.page.timeline.picture import picture
from console.page.timeline.told import told
from console.page.timeline.values import CLOCKS, LANES, STATES

WIDE, NARROW = 860.0, 380.0


def render(dossier: Dossier, *, standing_alone: bool = True) -> str:
    """One self-contained page of HTML; `standing_alone` is false for a page of an export, beside its index."""
    return page("dossier.html", standing_alone=standing_alone, **_values(dossier))


def render_within(dossier: Dossier) -> Markup:
    """The same without the head of a page and without a style, for a page that has its own."""
    return Markup(page("dossier_within.html", **_values(dossier)))  # noqa: S704  a template of ours has escaped it


def _values(dossier: Dossier) -> dict[str, object]:
    line = told(dossier)
    return {
        "dossier": dossier,
        "about": _about(dossier),
        "brief": brief(dossier),
        "sections": _sections(dossier),
        "line": line,
        "wide": picture(line, WIDE),
        "narrow": picture(line, NARROW),
        "clocks": CLOCKS,
        "lanes": LANES,
        "states": STATES,
    }


def _about(dossier: Dossier) -> list[Fact]:
    """What is said of the dossier itself, before its sections."""
    found = (Section({}).section(term) for term in terms(dossier) if term.name not in SECTIONS)
    return sorted(found, key=lambda fact: fact.extent)


def _sections(dossier: Dossier) -> list[Fact]:
    """Each section with its facts; what a word means is explained in each of them anew."""
    texts = {one.number: one.text for one in dossier.what.revisions if one.text}
    return [Section(texts).section(term) for term in terms(dossier) if term.name in SECTIONS]
