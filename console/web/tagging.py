"""Tags by examples as supervisors make them: tried on the posts that came last, published, and removed again."""

from dataclasses import dataclass

from starlette.responses import Response

from console.web import tag_keeping
from console.web.desk import Desk
from console.web.publishing import made, may_publish, named, status_of, version_in
from console.web.registering import head
from console.web.rendering import go, page
from console.web.route import Asked
from console.web.tag_form import EMPTY, Typed, counted, entry_of, typed_in, typed_of, with_more
from console.web.trying import TriedTag, told_of, try_tag
from console.whereabouts import captured
from console.words import SEVERITIES
from moderation.tags.files import EXAMPLE_CHARS_MAX, TagFile
from records.errors import Malformed, Problem, Unavailable
from records.registry import PublishedTag

ADDED = {"example": "examples", "counter_example": "counter_examples"}


@dataclass(frozen=True, slots=True)
class Line:
    """A tag as the list of all shows it; `problem` says why one that was published is not in use.

    One that stands in a file is not changed here: it takes no example.
    """

    name: str
    title: str
    made: str
    examples: int
    counter_examples: int
    does: str
    problem: str = ""
    of_file: bool = False


async def tags(desk: Desk, asked: Asked) -> Response:
    """Every tag: those of files, and those that people have published; `post` is to become an example of one."""
    lines = [_line(desk, one) for one in tag_keeping.all_of(desk)]
    return page(asked, "tags.html", lines=lines, may=may_publish(asked), post=asked.query("post"))


async def edit_tag(desk: Desk, asked: Asked) -> Response:
    """One tag, or a form for a new one; with the post that is named as one more example."""
    name = asked.query("name")
    said = tag_keeping.found(desk, name).said if name else None
    typed = {**(typed_of(said) if said else EMPTY), "version": "0", "new": "" if name else "1"}
    if isinstance(said, PublishedTag):
        typed["version"] = str(said.version)
    if not asked.query("post") or not may_publish(asked):
        return _page(desk, asked, typed)
    return await _with_post(desk, asked, typed, "examples", asked.query("post"))


async def add_example(desk: Desk, asked: Asked) -> Response:
    """The form as it was typed, with a post of somebody's as one more example or counter-example."""
    field = ADDED.get(asked.said("as"), "examples")
    return await _with_post(desk, asked, typed_in(asked), field, asked.said("post").strip())


async def try_out(desk: Desk, asked: Asked) -> Response:
    """The form as it was typed, with how well the tag tells posts apart, and what it would find."""
    typed = typed_in(asked)
    try:
        said = _entry(desk, asked, typed)
        tried = await try_tag(desk, said)
    except (Malformed, Unavailable) as problem:
        return _page(desk, asked, typed, problem=problem)
    await desk.audit(asked.staff.staff_id, "search", "posts", told_of(said, tried.recent))
    return _page(desk, asked, typed, tried=tried)


async def publish_tag(desk: Desk, asked: Asked) -> Response:
    """In force within seconds, as the next version; what cannot be used is not published, and stays in the form."""
    typed = typed_in(asked)
    try:
        said = _entry(desk, asked, typed)
        await tag_keeping.keep(desk, said, 0 if typed["new"] else version_in(typed["version"]))
    except (Malformed, Unavailable) as problem:
        return _page(desk, asked, _seen_now(desk, typed), problem=problem)
    return go(asked, "/tags", f"The tag {said.registry_id} is published; posts that come from now on are judged by it.")


async def remove_tag(desk: Desk, asked: Asked) -> Response:
    """No post is judged by it any more; what was found by it stays as it is."""
    name = asked.said("name")
    await tag_keeping.let_go(desk, asked.staff, tag_keeping.found(desk, name).said)
    return go(asked, "/tags", f"The tag {name} was removed; what it has found stays.")


def _entry(desk: Desk, asked: Asked, typed: Typed) -> PublishedTag:
    name = typed["name"].strip()
    if not name:
        raise Malformed("it needs a name, such as late_delivery")
    return entry_of(typed, head(desk, "tag", name, asked.staff))


def _seen_now(desk: Desk, typed: Typed) -> dict[str, str]:
    """Whoever was told that somebody else was faster has been told."""
    known = named(desk, PublishedTag, typed["name"].strip())
    return {**typed, "version": str(known.version)} if known and not typed["new"] else dict(typed)


async def _with_post(desk: Desk, asked: Asked, typed: Typed, field: str, post: str) -> Response:
    try:
        post_id, text = await _text_of(desk, post)
        await desk.audit(asked.staff.staff_id, "view", post_id, f"as one of the {field.replace('_', '-')} of a tag")
        return _page(desk, asked, with_more(typed, field, text[:EXAMPLE_CHARS_MAX]))
    except (Malformed, Unavailable) as problem:
        return _page(desk, asked, typed, problem=problem)


async def _text_of(desk: Desk, post: str) -> tuple[str, str]:
    found = await captured(desk.search, post) if post else None
    if found is None or not found["text"]:
        raise Malformed("no post with a text was found: give its id, its address, or what it says")
    return found["post_id"], found["text"]


def _page(
    desk: Desk, asked: Asked, typed: Typed, *, tried: TriedTag | None = None, problem: Problem | None = None
) -> Response:
    there = None if typed["new"] else tag_keeping.of_name(desk, typed["name"].strip())
    known = there.said if there else None
    of_file = isinstance(known, TagFile)
    return page(
        asked,
        "tag.html",
        status_of(problem),
        typed=typed,
        counts=counted(typed),
        known=known,
        made=made(desk, known) if isinstance(known, PublishedTag) else "",
        may=may_publish(asked) and not of_file,
        of_file=of_file,
        tried=tried,
        problem=str(problem or ""),
        post=asked.said("post") if problem else "",
        severities=list(enumerate(SEVERITIES)),
        clauses=desk.policy.clauses,
        retention=desk.policy.retention,
    )


def _line(desk: Desk, known: tag_keeping.Known) -> Line:
    said = known.said
    how = made(desk, said) if isinstance(said, PublishedTag) else f"file {known.file}"
    does = f"{SEVERITIES[said.severity]}, for {said.owner}, under clause {said.clause}"
    many = len(said.examples), len(said.counter_examples)
    return Line(known.name, said.title, how, *many, does, known.problem, isinstance(said, TagFile))
