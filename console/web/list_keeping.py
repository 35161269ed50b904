"""Lists of words without their pages: one of them as somebody says it, and it is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from console.web.desk import Desk
from console.web.publishing import named, refuse_overwriting, standing
from console.web.registering import TITLE_CHARS_MAX, one_line, publish
from console.web.route import Missing
from moderation.word_lists import LISTS_MAX, lists_of, wrong_with
from records.codec import explain
from records.errors import Malformed
from records.registry import TERMS_MAX, WordList


def found(desk: Desk, name: str) -> WordList:
    """The list of this name; raises Missing."""
    said = named(desk, WordList, name)
    if said is None:
        raise Missing("there is no list of this name, or it was removed")
    return said


def entry_of(head: Mapping[str, Any], title: str, label: str, terms: Sequence[str]) -> WordList:
    """The list that somebody says, each term once; raises Malformed."""
    terms = tuple(dict.fromkeys(terms))
    if len(terms) > TERMS_MAX:
        raise Malformed(f"there are {len(terms):,} words and phrases, and a list has at most {TERMS_MAX:,}")
    try:
        return WordList(**head, title=one_line(title, TITLE_CHARS_MAX, "title"), label=label, terms=terms)
    except ValidationError as error:
        raise Malformed(f"this cannot be recorded: {explain(error)}") from None


async def keep(desk: Desk, said: WordList, seen: int) -> None:
    """In force within seconds, where nobody has published it since it was seen as version `seen`, 0 of a new one.

    Raises Overwriting, and Malformed for one that cannot be used.
    """
    async with desk.publishing:
        known = named(desk, WordList, said.registry_id)
        already = f"there is a list {known.title if known else ''} already: change that one, or choose another title"
        refuse_overwriting(known, seen, already)
        _refuse_unusable(desk, said)
        await publish(desk, said)


def _refuse_unusable(desk: Desk, said: WordList) -> None:
    if problem := wrong_with(said):
        raise Malformed(problem)
    others = [one for one in standing(desk, WordList) if one.registry_id != said.registry_id]
    if len(lists_of(others).lists) >= LISTS_MAX:
        raise Malformed(f"{LISTS_MAX} lists are in use, and no more can be: remove one first")
