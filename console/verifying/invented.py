"""Documents that no entry of the ledger stands behind: invented, or left from what was removed from it.

And facts that still have what a person wrote although their post was erased.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from typing import Any

from console.verifying.differences import Difference, Named
from console.verifying.seen import SEALED, Facts, Posted, applied_of, key_of, place_of
from console.verifying.stubs import is_scrubbed
from records.ledger.opened import in_order
from records.ledger.reading import LogState, Reader, entries
from search.client import Search
from search.indexer import document_id
from search.walking import documents, walk

ByLog = Mapping[tuple[str, int], LogState]

FACT_FIELDS = ("post_id", "topic_id", "partition", "offset", "place", "record.erased")
LATER_MAX = 100_000
"""So many documents may come from entries that were signed meanwhile, before one pass is over."""


class Invented:
    """Walks through each index; what knows more than the ledger did is asked about once more, when more is signed.

    `erased` are the ids of posts whose content must be nowhere.
    """

    def __init__(
        self, search: Search, facts: Facts, posted: Posted, watched: Posted, erased: Collection[str] = ()
    ) -> None:
        self.named = Named()
        self._erased = erased
        self._with_content: dict[str, Mapping[str, Any]] = {}
        self._search, self._facts, self._posted, self._watched = search, facts, posted, watched
        self._later_facts: dict[str, Mapping[str, Any]] = {}
        self._later_posts: dict[str, Mapping[str, Any]] = {}
        self._later_watched: list[str] = []

    @property
    def waits(self) -> bool:
        """Is there anything that more entries could explain?"""
        return bool(self._later_facts or self._later_posts or self._later_watched or self._with_content)

    async def facts(self) -> AsyncIterator[int]:
        """Every fact stands where it says."""
        async for page in walk(self._search, self._search.history, FACT_FIELDS):
            for id_, fact in page:
                behind = self._facts.behind(id_, fact)
                if behind == "later" and len(self._later_facts) < LATER_MAX:
                    self._later_facts[id_] = fact
                elif behind == "stands not":
                    self.named.add(_fact(id_, fact))
                if fact.get("post_id") in self._erased and not is_scrubbed(fact):
                    self._with_content[id_] = fact
            yield len(page)

    async def look_again(self) -> None:
        """A search may show for a moment what was taken out already."""
        found = await documents(self._search, self._search.history, list(self._with_content))
        self._with_content = {id_: fact for id_, fact in found.items() if not is_scrubbed(fact)}

    async def posts(self) -> AsyncIterator[int]:
        """Every post has entries."""
        async for page in walk(self._search, self._search.posts, ("post_id", "applied")):
            by_id = dict(page)
            self._later_posts |= {id_: by_id[id_] for id_ in self._posted.lacking(list(by_id))}
            yield len(page)

    async def watched(self) -> AsyncIterator[int]:
        """Every statement, and every hour, has entries."""
        async for page in walk(self._search, self._search.coverage, ("record_id",)):
            self._later_watched += self._watched.lacking([id_ for id_, _ in page])
            yield len(page)

    def explain(self, reader: Reader, states: Iterable[LogState]) -> None:
        """Looks up in what is signed now what was not signed before."""
        by_log = {(state.log.topic_id, state.log.partition): state for state in states}
        self._later_facts = {
            id_: fact for id_, fact in self._later_facts.items() if not _is_there(reader, by_log, id_, fact)
        }
        self._later_posts = {
            id_: post for id_, post in self._later_posts.items() if not _is_posted(reader, by_log, id_, post)
        }
        self._later_watched = self._watched.lacking(self._later_watched)

    def name_rest(self) -> None:
        """What nothing explains is named."""
        self.named.add(*(_fact(id_, fact) for id_, fact in self._later_facts.items()))
        for id_, fact in self._with_content.items():
            text = f"the fact {id_} still has content of the erased post {fact['post_id']}"
            self.named.add(Difference("fact", id_, text))
        for id_ in self._later_posts:
            text = f"the index has the post {id_}, of which the ledger has nothing"
            self.named.add(Difference("document", id_, text))
        for id_ in self._later_watched:
            text = f"the index of what was watched has {id_}, of which the ledger has nothing"
            self.named.add(Difference("coverage", id_, text))


def _fact(id_: str, fact: Mapping[str, Any]) -> Difference:
    place = str(fact.get("place"))[:100]
    return Difference("fact", id_, f"the index has the fact {id_}, said to stand at {place}, and the ledger has it not")


def _is_there(reader: Reader, by_log: ByLog, id_: str, fact: Mapping[str, Any]) -> bool:
    place = place_of(fact)
    state = by_log.get(place[:2]) if place else None
    if place is None or state is None or place[2] >= state.size:
        return False
    one = next(in_order(reader, state.log, place[2], place[2] + 1))
    if one.why in SEALED:
        return key_of(one) == str(fact.get("post_id"))
    return one.received is not None and one.received.record.record_id == id_


def _is_posted(reader: Reader, by_log: ByLog, id_: str, post: Mapping[str, Any]) -> bool:
    """By the keys of the entries that the document says were applied; under its own id alone."""
    applied, post_id = applied_of(post), str(post.get("post_id"))
    if id_ != document_id(post_id):
        return False
    for log, offset in applied.items():
        topic_id, _, partition = log.rpartition(":")
        state = by_log.get((topic_id, int(partition) if partition.isdecimal() else -1))
        if state is None or not 0 <= offset < state.size:
            return False
        key = next(entries(reader, state.log, offset, offset + 1)).key
        if key != post_id.encode("utf-8", "surrogatepass"):
            return False
    return bool(applied)
