"""A dossier in a few sentences, for whoever reads no further."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.dossier.values import Dossier
from console.page.shown import day, hour
from console.page.timeline.picture import short
from console.page.words import said
from console.telling_watching import length
from console.words import counted

Words = tuple["str | Quoted", ...]

LONG = timedelta(days=60)
_NATURES = {
    "static": "content that the company approves before it is shown",
    "interactive": "a conversation that the company supervises",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of somebody else within a sentence of ours: they are kept apart from it, whichever way they run."""

    text: str


def brief(dossier: Dossier) -> list[Words]:
    """How it came to be there, what was made of it, and how far that is proved."""
    return [
        *_erased(dossier),
        _author(dossier),
        _place(dossier),
        _times(dossier),
        _texts(dossier),
        _judged(dossier),
        _decided(dossier),
        _now(dossier),
        _proved(dossier),
    ]


def _erased(dossier: Dossier) -> Iterator[Words]:
    erased = dossier.what.erased
    if erased:
        ground = (", on this ground: ", Quoted(erased.basis)) if erased.basis else (".",)
        yield ("Its content was erased", *ground)


def _author(dossier: Dossier) -> Words:
    if not dossier.who.name:
        return (f"Author: {dossier.who.absent['name']}.",)
    return ("Author, as the site says: ", Quoted(dossier.who.name))


def _place(dossier: Dossier) -> Words:
    where = dossier.where
    if not where.surface:
        return ("On which surface (place on our site) it stood is not known.",)
    nature = f"; then {where.then.nature}: {_NATURES[where.then.nature]}" if where.then else ""
    return ("It stood on this surface (place on our site): ", Quoted(where.surface), nature)


def _times(dossier: Dossier) -> Words:
    posted, seen = dossier.when.posted_at, dossier.when.first_seen_at
    first = f"By the site's clock it was posted {_at(posted)}" if posted else "The site does not say when it was posted"
    if not seen:
        return (f"{first}; we have never seen it ourselves.",)
    later = f", {_long(seen - posted)} later" if posted and seen > posted else ""
    odd = ", which is before that: the site's clock and ours differ" if posted and seen < posted else ""
    return (f"{first}; we first saw it {_at(seen)}{later}{odd}.",)


def _texts(dossier: Dossier) -> Words:
    count = len(dossier.what.revisions)
    if not count:
        return ("None of its texts is on record.",)
    return (f"As far as we know it has had {counted(count, 'text')}{'' if count == 1 else ': it was changed'}.",)


def _judged(dossier: Dossier) -> Words:
    verdicts = dossier.how_it_was_judged.verdicts
    if not verdicts:
        return ("It has not been judged yet.",)
    labels = dict.fromkeys(finding.label for verdict in verdicts for finding in verdict.findings)
    if labels:
        return (f"The judge, a program that advises, found reasons for a person to look: {', '.join(labels)}.",)
    unscored = ", and could not score all of it" if any(verdict.unscored for verdict in verdicts) else ""
    return (f"The judge, a program that advises, found nothing in it{unscored}.",)


def _decided(dossier: Dossier) -> Words:
    done = dossier.what_was_done
    if not done.action or not done.decided_at:
        return ("No decision of a person stands on it.",)
    by = ("by ", Quoted(done.decided_by), ", ") if done.decided_by else ()
    return (f"The decision that stands is “{said('action', done.action)}”, ", *by, f"{_at(done.decided_at)}.")


def _now(dossier: Dossier) -> Words:
    missing = dossier.when.missing_at
    gone = f"; it was first seen missing {_at(missing)}" if missing else ""
    words = {True: "could still be seen", False: "could not be seen any more"}
    visible = dossier.what_was_done.visible
    if visible is None:
        return (f"Whether it can be seen on the site is not known{gone}.",)
    return (f"When last looked it {words[visible]} on the site{gone}.",)


def _proved(dossier: Dossier) -> Words:
    if dossier.integrity is None:
        return (f"How far this is proved: {dossier.absent['integrity']}.",)
    return (f"How far this is proved: {dossier.integrity.result}; {dossier.integrity.said}.",)


def _long(duration: timedelta) -> str:
    return short(duration) if duration > LONG else length(duration)


def _at(instant: datetime) -> str:
    return f"{day(instant)} {hour(instant)}"
