"""Lists of words as supervisors keep them: tried on the posts that came last, published, and removed again."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from console.web import list_keeping
from console.web.desk import Desk
from console.web.publishing import made, may_publish, named, remove, standing, status_of, version_in
from console.web.registering import TITLE_CHARS_MAX, head, one_line
from console.web.rendering import go, page
from console.web.route import Asked
from console.web.saved import name_of
from console.web.tag_form import texts_in, without_hidden
from console.web.trying import Tried, told_of, try_list
from moderation.word_lists import LABELS, lists_of
from records.errors import Malformed, Problem, Unavailable
from records.registry import WordList

EMPTY = {"list": "", "title": "", "label": "spam", "terms": "", "version": "0"}

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A list as the page of all shows it; `problem` says why it is not in use."""

    name: str
    title: str
    label: str
    terms: int
    made: str
    problem: str


async def lexicons(desk: Desk, asked: Asked) -> Response:
    """Every list that people have published; the one that belongs to the policy is told of beside them."""
    published = standing(desk, WordList)
    refused = lists_of(published).refused
    lines = [_line(desk, one, refused.get(one.registry_id, "")) for one in published]
    return page(asked, "lexicons.html", lines=lines, may=may_publish(asked), of_policy=len(desk.policy.lexicon))


async def edit_lexicon(desk: Desk, asked: Asked) -> Response:
    """One list, or a form for a new one."""
    name = asked.query("name")
    if not name:
        return _page(desk, asked, EMPTY)
    said = list_keeping.found(desk, name)
    typed = {"list": name, "title": said.title, "label": said.label, "terms": "\n".join(said.terms)}
    return _page(desk, asked, typed | {"version": str(said.version)})


async def try_lexicon(desk: Desk, asked: Asked) -> Response:
    """The form as it was typed, with what the list would find; nothing is published."""
    typed = _typed(asked)
    try:
        said = _entry(desk, asked, typed)
        tried = await try_list(desk, said)
    except (Malformed, Unavailable) as problem:
        return _page(desk, asked, typed, problem=problem)
    await desk.audit(asked.staff.staff_id, "search", "posts", told_of(said, tried))
    return _page(desk, asked, typed, tried=tried)


async def publish_lexicon(desk: Desk, asked: Asked) -> Response:
    """In force within seconds, as the next version; what cannot be used is not published, and stays in the form."""
    typed = _typed(asked)
    try:
        said = _entry(desk, asked, typed)
        await list_keeping.keep(desk, said, version_in(typed["version"]) if typed["list"] else 0)
    except (Malformed, Unavailable) as problem:
        return _page(desk, asked, _seen_now(desk, typed), problem=problem)
    return go(asked, "/lexicons", f"The list {said.title} is published; posts that come from now on are judged by it.")


async def remove_lexicon(desk: Desk, asked: Asked) -> Response:
    """Nothing is found by it any more; what was found stays as it is."""
    said = list_keeping.found(desk, asked.said("list"))
    await remove(desk, asked.staff, said)
    return go(asked, "/lexicons", f"The list {said.title} was removed; what it has found stays.")


def _typed(asked: Asked) -> dict[str, str]:
    return {name: without_hidden(asked.said(name)) for name in EMPTY}


def _entry(desk: Desk, asked: Asked, typed: Typed) -> WordList:
    name = typed["list"] or name_of(one_line(typed["title"], TITLE_CHARS_MAX, "title"), "list")
    said = head(desk, "lexicon", name, asked.staff)
    return list_keeping.entry_of(said, typed["title"], typed["label"], texts_in(typed["terms"]))


def _seen_now(desk: Desk, typed: Typed) -> dict[str, str]:
    """Whoever was told that somebody else was faster has been told."""
    known = named(desk, WordList, typed["list"])
    return {**typed, "version": str(known.version)} if known else dict(typed)


def _page(
    desk: Desk, asked: Asked, typed: Typed, *, tried: Tried | None = None, problem: Problem | None = None
) -> Response:
    known = named(desk, WordList, typed["list"])
    return page(
        asked,
        "lexicon.html",
        status_of(problem),
        typed=typed,
        count=len(texts_in(typed["terms"])),
        known=known,
        made=made(desk, known) if known else "",
        may=may_publish(asked),
        tried=tried,
        problem=str(problem or ""),
        labels={name: desk.policy.labels[name].title for name in LABELS},
    )


def _line(desk: Desk, said: WordList, problem: str) -> Line:
    label = desk.policy.labels.get(said.label)
    return Line(
        said.registry_id, said.title, label.title if label else said.label, len(said.terms), made(desk, said), problem
    )
