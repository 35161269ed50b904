"""Answers "how did this appear on our site": with a dossier, a past state, or with what was being watched."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from console.account import account
from console.dossier.gathering import Gathered, gather_around, gathered_then, known_now
from console.dossier.integrity import not_checked, paths_of, with_integrity
from console.dossier.material import Known, Material
from console.dossier.trust import trust
from console.dossier.values import AsOf, Dossier
from console.whereabouts import Missing, captured, whereabouts
from console.words import iso
from records.errors import Problem, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from records.settings import Settings
    from search.client import Search


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; `dossier` is None where nothing was known of the post at the time that was asked for."""

    post_id: str
    asked: str
    dossier: Dossier | None
    as_of: AsOf | None = None

    def as_of_json(self) -> dict[str, Any]:
        """The past state in JSON, as its heading is made from."""
        if self.as_of is None:
            return {}
        told = self.as_of.model_dump(mode="json")
        return {**told, "known": self.dossier is not None, "first_recorded_at": iso(told["first_recorded_at"])}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for the record of what the ledger opens, and where what people have set up is read."""

    search: "Search"
    staff_id: str
    known: "Callable[[], Known]"

    @property
    def settings(self) -> "Settings":
        """Those of the search."""
        return self.search.settings


async def ask(settings: "Settings", missing: Missing, then: datetime | None, now: datetime) -> Answer | dict[str, Any]:
    """An answer; for what was never captured what was watched, and what comes nearest."""
    from search.client import Search

    async with Search(settings) as search:
        return await answer(Asker(search, account(), partial(known_now, settings)), missing, then, now)


async def answer(by: Asker, missing: Missing, then: datetime | None, now: datetime) -> Answer | dict[str, Any]:
    """The same, for whoever has a search open."""
    from search.finder import facts_of

    asked = missing.asked
    document = await captured(by.search, asked)
    post_id = document["post_id"] if document else asked
    facts = await facts_of(by.search, post_id)
    if not facts and (document is None or then is not None):
        return await whereabouts(by.search, missing, now)
    material = Material(post_id, document, facts, asked=asked)
    known = await asyncio.to_thread(by.known)
    if then is not None:
        return await asyncio.to_thread(_past, by, material, known, then)
    gathered = await gather_around(by.search, material, known)
    return Answer(post_id, asked, await asyncio.to_thread(_checked, by, gathered))


def _checked(by: Asker, gathered: Gathered) -> Dossier:
    """With its integrity; where the keeper is away, with the reason."""
    from ingest.ledger import Remote

    try:
        with Remote(by.settings, by.staff_id, "dossier", paths=paths_of(gathered.facts)) as ledger:
            return with_integrity(gathered, ledger, trust(by.settings))
    except Problem as reason:
        return not_checked(gathered.dossier, f"the ledger was not asked: {reason}")


def _past(by: Asker, material: Material, known: Known, then: datetime) -> Answer:
    """The dossier as it stood then; of what is learnt since not even a help is in it."""
    from console.past import as_it_stood
    from ingest.ledger import Remote

    asked = material.asked or material.post_id
    try:
        with Remote(by.settings, by.staff_id, "dossier") as ledger:
            past = as_it_stood(ledger, material.post_id, material.facts, then)
            as_of = AsOf(
                at=then,
                upto=tuple(past.upto),
                first_recorded_at=past.first_recorded_at,
                unreadable=past.unreadable,
                missing=past.missing,
            )
            if past.document is None:
                return Answer(material.post_id, asked, None, as_of)
            then_known = replace(material, document=past.document, facts=past.facts)
            gathered = gathered_then(then_known, known, as_of)
            return Answer(material.post_id, asked, with_integrity(gathered, ledger, trust(by.settings)), as_of)
    except Unavailable as reason:
        raise Unavailable(f"a past state is made from the ledger: {reason}") from None
