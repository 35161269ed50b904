"""Queues that people have saved, and replies that they have prepared: listed, kept and removed."""

from typing import Annotated

from fastapi import Path

from console.api.asked import KeepQueue, KeepTemplate, SlugOf
from console.api.operation import Call, Called
from console.api.posts import given_of
from console.api.values import Told
from console.web import asked_for, keeping, replies, saved
from console.web.route import Missing

Named = Annotated[SlugOf, Path(description="its name")]


class SavedQueue(Told):
    """A queue that somebody has saved; `search` is null where it asks for what the fields of a search cannot say."""

    name: str
    title: str
    explanation: str | None
    owner: str
    version: int
    service_level_minutes: int | None
    search: dict[str, list[str]] | None
    alert_url: str | None
    alert_email: str | None
    problem: str | None


class SavedQueues(Told):
    """Those that stand, by title."""

    queues: list[SavedQueue]


class Template(Told):
    """A reply that was prepared; what stands in braces is filled in by whoever sends it."""

    name: str
    title: str
    text: str


class Templates(Told):
    """Those that stand, by title."""

    templates: list[Template]


async def list_saved_queues(call: Called) -> SavedQueues:
    """Every queue that somebody has saved and that stands."""
    found = saved.queues_in(call.desk.set_up.newest("queue"))
    return SavedQueues(queues=[_queue(one) for one in found])


async def keep_queue(call: Called, name: Named, asked: KeepQueue) -> SavedQueue:
    """A search becomes a queue of this name, or the one there is becomes it; what stands already is no change."""
    said = keeping.Keeping(
        title=asked.title,
        explanation=asked.explanation,
        wanted=asked_for.wanted_of(given_of(asked.search)),
        minutes=asked.service_level_minutes,
        alert_url=asked.alert_url,
        alert_email=asked.alert_email,
    )
    await keeping.keep(call.desk, call.who, name, said, call.at)
    found = keeping.named(call.desk, name)
    if found is None:
        raise Missing("it was removed again meanwhile")
    return _queue(found)


async def remove_queue(call: Called, name: Named) -> None:
    """A queue stands no more; its cases are where they were."""
    if found := keeping.named(call.desk, name):
        await keeping.let_go(call.desk, call.who, found, call.at)
    else:
        refuse_unknown(call, "queue", name)


async def list_templates(call: Called) -> Templates:
    """Every reply that was prepared and that stands."""
    return Templates(templates=[_template(one) for one in call.desk.set_up.templates()])


async def keep_template(call: Called, name: Named, asked: KeepTemplate) -> Template:
    """A reply of this name is prepared, or is another one; what stands already is no change."""
    await replies.prepare(call.desk, call.who, name, asked.title, asked.text, call.at)
    return _template(replies.chosen_of(call.desk, name))


async def remove_template(call: Called, name: Named) -> None:
    """Nobody is offered this reply any more; what was sent with it stays on record."""
    found = next((one for one in call.desk.set_up.templates() if one.template_id == name), None)
    if found:
        await replies.withdraw(call.desk, call.who, found, call.at)
    else:
        refuse_unknown(call, "template", name)


def refuse_unknown(call: Call, kind: str, name: str) -> None:
    """What was removed once is gone, as it was asked for; raises Missing for what never was."""
    if name not in call.desk.set_up.newest(kind):
        raise Missing("there is nothing of this name")


def _queue(one: saved.Saved) -> SavedQueue:
    given = asked_for.given_of(one.queue.wanted) if one.queue else None
    return SavedQueue(
        name=one.name,
        title=one.said.title,
        explanation=one.said.explanation,
        owner=one.owner,
        version=one.said.version,
        service_level_minutes=one.said.service_level_minutes,
        search=None if given is None else {name: list(values) for name, values in given.items()},
        alert_url=one.said.alert_url,
        alert_email=one.said.alert_email,
        problem=one.problem or None,
    )


def _template(one: saved.Template) -> Template:
    return Template(name=one.template_id, title=one.title, text=one.text)
