"""What must be true of the decisions behind an Erasure before a key goes: two people, or an expiry that was due."""

import re
from typing import NamedTuple

from records.decisions import Erase
from records.received import Received
from records.registry import Erasure
from records.topics import DECISIONS

_PLACE = re.compile(rf"{DECISIONS.name}-([0-9]{{1,6}})-([0-9]{{1,15}})")


class Contradicted(Exception):
    """The record says otherwise: nothing is erased, and a person must look; the message says what."""


class NotYet(Exception):
    """What an Erasure names is not kept yet, or cannot be looked up at the moment."""


class Named(NamedTuple):
    """A decision by its place."""

    partition: int
    offset: int


def places(said: Erasure) -> list[Named]:
    """Where its decisions stand: the request, unless nobody made one, and what followed; raises Contradicted."""
    if (said.requested_by is None) != (said.requested_place is None):
        raise Contradicted("it names who requested it without the place of that, or the other way round")
    texts = [said.confirmed_place] if said.requested_place is None else [said.requested_place, said.confirmed_place]
    found = [_PLACE.fullmatch(text) for text in texts]
    if not all(found):
        raise Contradicted("it names a place that is none of a decision")
    return [Named(int(one[1]), int(one[2])) for one in found if one is not None]


def refuse(said: Erasure, decisions: list[Received | None]) -> None:
    """Raises Contradicted where those that can still be read are not what it takes.

    None stands for one whose key is gone: then this erasure was begun, and was found right before.
    """
    *requests, last = decisions
    wanted = "confirmed" if requests else "expired"
    if last is not None:
        _refuse_another(said, last, wanted, said.confirmed_by)
        kept_until = last.record.kept_until
        if wanted == "expired" and kept_until is None:
            raise Contradicted("its expiry says of no period that it has ended")
        if kept_until is not None and kept_until > last.recorded_at:
            raise Contradicted("its content was to be kept longer than until the decision behind it")
    for request in requests:
        if request is not None:
            _refuse_another(said, request, "requested", said.requested_by)
    if requests and said.requested_by == said.confirmed_by:
        raise Contradicted("one person requested and confirmed it")
    if requests and places(said)[0].offset >= places(said)[1].offset:
        raise Contradicted("it was confirmed before it was requested")


def _refuse_another(said: Erasure, decision: Received, state: str, staff_id: str | None) -> None:
    act = decision.record
    if not isinstance(act, Erase) or act.post_id != said.registry_id or act.state != state:
        raise Contradicted(f"{decision.place} is not the decision by which this post's erasure was {state}")
    if act.staff_id != staff_id:
        raise Contradicted(f"{decision.place} is by another person than it says")
