"""Lists of words: which there are, one of them, and it is published and removed."""

from collections.abc import Mapping

from pydantic import Field

from console.api.operation import Call, Called
from console.api.saved import Named, refuse_unknown
from console.api.taught import KeepWordList, SayWordList
from console.api.values import Instant, Told
from console.web import list_keeping
from console.web.publishing import named, remove, standing
from console.web.registering import head, stands
from console.web.tag_form import flat
from moderation.word_lists import lists_of
from records.registry import WordList as Entry


class WordListLine(Told):
    """A list without its words."""

    name: str
    title: str
    label: str
    version: int = Field(description="send it back with a change")
    published_by: str
    published_at: Instant
    problem: str | None = Field(description="why it is not in use")


class WordLists(Told):
    """Those that stand, by name."""

    word_lists: list[WordListLine]


class WordList(WordListLine):
    """One of them, whole."""

    terms: list[str]


async def list_word_lists(call: Called) -> WordLists:
    """Every list that people have published and that stands; those of the policy are the policy's own."""
    found = standing(call.desk, Entry)
    refused = lists_of(found).refused
    return WordLists(word_lists=[WordListLine(**_line(call, one, refused)) for one in found])


async def read_word_list(call: Called, name: Named) -> WordList:
    """A list with its words and phrases."""
    return _list(call, name)


async def keep_word_list(call: Called, name: Named, asked: KeepWordList) -> WordList:
    """Publishes a list: posts that come from now on are judged by it. What stands already is no change.

    Where somebody has published it since the version that was seen, it is a 409. Each term is kept once, on one line
    and without characters that nobody sees.
    """
    said = entry_of(call, name, asked)
    if not stands(call.desk, said):
        await list_keeping.keep(call.desk, said, asked.version)
    return _list(call, name)


async def remove_word_list(call: Called, name: Named) -> None:
    """Nothing is found by it any more; what was found stays."""
    said = named(call.desk, Entry, name)
    if said:
        await remove(call.desk, call.who, said, call.at)
    else:
        refuse_unknown(call, "lexicon", name)


def entry_of(call: Call, name: str, asked: SayWordList) -> Entry:
    """The list that is told, as the next version of its name; raises Malformed."""
    said = head(call.desk, "lexicon", name, call.who, call.at)
    return list_keeping.entry_of(said, asked.title, asked.label, [flat(term) for term in asked.terms])


def _list(call: Call, name: str) -> WordList:
    said = list_keeping.found(call.desk, name)
    refused = lists_of(standing(call.desk, Entry)).refused
    return WordList(**_line(call, said, refused), terms=list(said.terms))


def _line(call: Call, said: Entry, refused: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": said.registry_id,
        "title": said.title,
        "label": said.label,
        "version": said.version,
        "published_by": said.staff_id,
        "published_at": call.desk.set_up.newest("lexicon")[said.registry_id].recorded_at.isoformat(),
        "problem": refused.get(said.registry_id),
    }
