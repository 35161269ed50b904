"""One post against the ledger and its witnesses, as `lifeguard verify` compares all of them.

Each fact's entry is proved below the newest checkpoint of the ledger, and below what each witness says at this moment;
the entries are opened, and document and facts of the index are made again from them.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from console.dossier.gathering import Gathered
from console.dossier.integrity import with_integrity
from console.dossier.making import dossier
from console.dossier.material import Fact, Known, Material
from console.dossier.proved import ALWAYS_NOT_PROVED, DERIVED
from console.dossier.standing import Integrity
from console.dossier.trust import Trust as Believed
from console.verifying.folded import Folded
from console.verifying.judging import Trust, of_state
from console.verifying.posts import ComparedPosts
from console.verifying.seen import Facts, Posted
from console.verifying.witnessed import Cosigned, Statement, by_origin
from console.words import counted
from records.ledger.by_subject import entries_at, partitions
from records.ledger.entries import LogId
from records.ledger.keys import NO_SLOT
from records.ledger.reading import LogState, Reader
from records.ledger.tree import inclusion_proof, leaf_hash, verify_inclusion

if TYPE_CHECKING:
    from search.client import Search

TRIES_MAX = 5
SECONDS_BETWEEN = 1.0
LATER = "the index knows more of it than the ledger had signed by now: verify it again in a moment"


@dataclass
class Verified:
    """What was compared, what differs, what was not done, and under whose word."""

    integrity: Integrity | None = None
    differs: list[str] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    witnessed: list[str] = field(default_factory=list)
    facts: int = 0

    def take(self, integrity: Integrity) -> None:
        """What became of each fact against its entry."""
        self.integrity = integrity
        self.not_done += integrity.why_not
        if integrity.result == "CONTRADICTED":
            self.differs.append(integrity.said)
        elif integrity.result != "proved" and not integrity.why_not:
            self.not_done.append(f"{integrity.said}; {integrity.not_proved[0]}")

    @property
    def ok(self) -> bool:
        """Is nothing wrong, and everything done?"""
        return not self.differs and not self.not_done

    @property
    def said(self) -> str:
        """The outcome in a sentence."""
        compared = f"the document of this post and {counted(self.facts, 'fact')} about it"
        if self.differs:
            return f"{counted(len(self.differs), 'thing differs', 'things differ')} from what was recorded"
        if self.not_done:
            return f"nothing differs, and not everything could be checked of {compared}"
        return f"nothing differs: {compared} are what the ledger has"

    @property
    def proved(self) -> Sequence[str]:
        """What this shows."""
        said = self.integrity.proved if self.integrity else ()
        return (*self.witnessed, *(one for one in said if not one.startswith("the witness ")))

    @property
    def not_proved(self) -> Sequence[str]:
        """What this cannot show; the state of the case it does compare."""
        said = self.integrity.not_proved if self.integrity else ALWAYS_NOT_PROVED
        return [one for one in said if one != DERIVED or not self.ok]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose word is believed: the ledger's key and the witnesses', and what those say now."""

    trust: Trust
    believed: Believed
    statements: Sequence[Statement]


async def verify_post(search: "Search", reader: Reader, material: Material, whose: Whose, known: Folded) -> Verified:
    """Everything; what the index knows that is not signed yet is waited for a little while."""
    found = Verified(facts=len(material.facts))
    gathered = Gathered(dossier(material, Known(now=datetime.now(UTC))), material.facts)
    checked = await asyncio.to_thread(with_integrity, gathered, reader, whose.believed)
    if checked.integrity:
        found.take(checked.integrity)
    await asyncio.to_thread(_under_witnesses, reader, material.facts, whose, found)
    await _compared(search, reader, material.facts, known, found)
    found.differs = list(dict.fromkeys(found.differs))
    return found


def _under_witnesses(reader: Reader, facts: Sequence[Fact], whose: Whose, found: Verified) -> None:
    """Each entry below the root that a witness signed, by what the witness itself says and not the ledger's folder."""
    said, wrong = by_origin(whose.statements, whose.trust.public)
    found.differs += [one.said for one in wrong]
    found.not_done += [f"nothing was compared with {one.name}: {one.away}" for one in whose.statements if one.away]
    for state, offsets in _places(reader, facts):
        found.differs += [one.said for one in of_state(state, whose.trust)]
        for one in said.get(state.log.origin(whose.trust.ledger_name), []):
            _under_one(reader, state, offsets, one, found)


def _under_one(reader: Reader, state: LogState, offsets: Sequence[int], one: Cosigned, found: Verified) -> None:
    log, size = state.log, one.checkpoint.size
    if size > state.size:
        found.differs.append(f"{log.path} has {state.size:,} entries, and {one.said}: some were cut off")
        return
    covered = [offset for offset in offsets if offset < size]
    entries = entries_at(reader, [log], [(0, offset) for offset in covered]) if covered else {}
    for offset in covered:
        leaf = leaf_hash(log.head + entries[0, offset].body())
        proof = inclusion_proof(offset, size, partial(reader.hashes, log))
        if not verify_inclusion(leaf, offset, size, proof, one.checkpoint.root):
            found.differs.append(f"entry {offset} of {log.path} does not lie below what {one.said}")
    if covered:
        of_post = counted(len(covered), "entry", "entries")
        found.witnessed.append(f"{log.path}: {one.said}, and {of_post} of this post lie below")


def _places(reader: Reader, facts: Sequence[Fact]) -> Iterator[tuple[LogState, list[int]]]:
    """The logs that these facts stand in, each with their signed offsets."""
    for state in reader.logs():
        if here := _offsets(state.log, facts):
            yield state, sorted(offset for offset in here if offset < state.size)


def _offsets(log: LogId, facts: Sequence[Fact]) -> list[int]:
    name = (log.topic, log.topic_id, log.partition)
    return [fact["offset"] for fact in facts if (fact["topic"], fact["topic_id"], fact["partition"]) == name]


async def _compared(search: "Search", reader: Reader, facts: Sequence[Fact], known: Folded, found: Verified) -> None:
    """Document and facts of the index, made again from every entry that has a key of this post."""
    for number in sorted({fact["partition"] for fact in facts}):
        for again in range(TRIES_MAX):
            if again:
                await asyncio.sleep(SECONDS_BETWEEN)
            extents = (await asyncio.to_thread(lambda: partitions(reader, reader.logs()))).get(number, [])
            slots = await asyncio.to_thread(_slots, reader, extents, facts)
            compared = ComparedPosts(search, reader, known, Facts(), Posted())
            async for _ in compared.partition(number, extents, slots):
                pass
            if not compared.result.later:
                break
        else:
            found.not_done.append(LATER)
        found.differs += [one.said for one in compared.result.named.first]


def _slots(reader: Reader, extents: Sequence[Any], facts: Sequence[Fact]) -> set[int]:
    """The keys under which the entries of these facts lie."""
    found: set[int] = set()
    for log, size in extents:
        offsets = [offset for offset in _offsets(log, facts) if offset < size]
        if offsets:
            slots = np.asarray(reader.slots(log, min(offsets), max(offsets) + 1))
            found.update(slots[np.array(offsets) - min(offsets)].tolist())
    return found - {int(NO_SLOT)}
