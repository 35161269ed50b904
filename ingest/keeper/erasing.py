"""Carries out erasures: once an Erasure and the decisions behind it are signed, the post's keys are overwritten.

In the thread that keeps, while nothing is being flushed. Nothing is remembered elsewhere: at a start the ledger's own
registry logs say again what was to be erased, and what a crash left half done, or a backup of the keys brought back, is
finished before anything is kept. A key goes only when a checkpoint speaks of the Erasure: else a crash between the two
would have content kept again, with a new key, by a keeper that knows nothing of it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

import numpy as np
import structlog

from ingest.keeper.grounds import Contradicted, NotYet, places, refuse
from ingest.keeper.opening import Asked, Looking, Opening, asked_in
from ingest.keeper.standing import Standing
from records.errors import Misconfigured, Unavailable
from records.ledger.key_backups import kept_until
from records.ledger.log import ROWS_MAX
from records.ledger.sealing import subject_of
from records.ledger.store import Ledger
from records.registry import Erased
from records.topics import ABOUT_POSTS, POSTS, REGISTRY, Topic

KEEPER = "keeper"
AT_ONCE = 1_000
"""So many erasures are carried out, or told, before records are kept again; at a start all of them."""
_ABOUT_POSTS = frozenset(topic.name for topic in ABOUT_POSTS)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()


class Publishing(Protocol):
    """What is needed of a publisher."""

    def publish_all(self, topic: Topic, records: Sequence[Erased]) -> object:
        """Returns when the broker has them; raises Unavailable."""
        ...


class Erasing:
    """`carry_out` does what is signed by now; `publish` says what was done, as soon as the broker takes it."""

    def __init__(self, ledger: Ledger, publisher: Publishing, registry: Looking, standing: Standing) -> None:
        self._ledger, self._publisher, self._registry, self._standing = ledger, publisher, registry, standing
        self._opening = Opening(ledger, registry)
        self._seen: dict[str, int] = {}
        self._waiting: list[Asked] = []
        self._done: dict[bytes, tuple[Asked, frozenset[int]]] = {}
        self._told: set[bytes] = set()
        self._refused: dict[str, tuple[bytes, str]] = {}
        self._before_us: set[bytes] | None = None
        self._begun = False

    def carry_out(self) -> None:
        """Erases what can be; raises Unavailable where the disk is full, and may be called again."""
        count = AT_ONCE if self._begun else None
        self._look()
        looked_at, later = self._waiting[:count], self._waiting[len(self._waiting[:count]) :]
        taken: list[tuple[Asked, frozenset[int]]] = []
        for asked, slots in zip(looked_at, self._slots(looked_at), strict=True):
            try:
                taken.append((asked, self._taken(asked, slots)))
            except NotYet:
                later.append(asked)
            except Contradicted as reason:
                self._refuse(asked, str(reason))
        self._erase(taken)
        self._waiting, self._standing.erasures_waiting, self._begun = later, len(later), True
        self._standing.erasures_refused = {
            place: reason for place, (post_id, reason) in self._refused.items() if post_id not in self._ledger.erased
        }

    def publish(self) -> None:
        """Says in the registry what was erased, once; what cannot be said now is said later."""
        if not self._done:
            return
        try:
            self._leave_out_what_kafka_has()
            some = dict(islice(self._done.items(), AT_ONCE))
            counts = self._counts({slot: post_id for post_id, (_, slots) in some.items() for slot in slots})
            until = kept_until(self._ledger.folder)
            said = [self._record(asked, counts.get(post_id, {}), until) for post_id, (asked, _) in some.items()]
            self._publisher.publish_all(REGISTRY, [one for one in said if one is not None])
            self._told |= some.keys()
            self._done = {post_id: done for post_id, done in self._done.items() if post_id not in some}
        except (Unavailable, Misconfigured) as problem:
            log.warning("an erasure is not told yet", problem=str(problem))

    def close(self) -> None:
        """Gives the connection back."""
        self._registry.close()

    def _look(self) -> None:
        """Takes up what the logs of the registry have signed since."""
        for one in self._ledger:
            if one.id.topic != REGISTRY.name:
                continue
            signed = one.signed.size
            new = list(asked_in(one, self._seen.get(one.id.path, 0), signed))
            self._seen[one.id.path] = signed
            for found in new:
                if isinstance(found, Asked):
                    self._waiting.append(found)
                elif found is not None:
                    self._told.add(found)

    def _slots(self, asked: Sequence[Asked]) -> list[list[int]]:
        """Every slot that each post has had."""
        subjects = [subject_of(POSTS.name, one.post_id, "", about_post=True) for one in asked]
        return self._ledger.keys.find_all(subjects) if asked else []

    def _taken(self, asked: Asked, slots: Sequence[int]) -> frozenset[int]:
        """The slots that this Erasure takes; raises Contradicted, NotYet.

        All that are older than itself or than its decisions: what came later is no content any more.
        """
        below = frozenset(slot for slot in slots if slot < asked.slot)
        if below and not any(self._ledger.keys.key(slot) for slot in below):
            return below
        said = self._opening.erasure(asked)
        decisions = [self._opening.decision(place, asked.post_id) for place in places(said)]
        refuse(said, [decision for _, decision in decisions])
        end = max(asked.slot, *(slot + 1 for slot, _ in decisions))
        return frozenset(slot for slot in slots if slot < end)

    def _refuse(self, asked: Asked, reason: str) -> None:
        log.error("not erased", place=asked.place, reason=reason)
        self._refused[asked.place] = asked.post_id, reason

    def _erase(self, taken: Sequence[tuple[Asked, frozenset[int]]]) -> None:
        """From now on whatever comes is kept as of an erased post; then the keys go, with one sync for all."""
        self._ledger.erased.update(asked.post_id for asked, _ in taken)
        keys = self._ledger.keys
        there = {slot for _, slots in taken for slot in slots if keys.key(slot) is not None}
        if there:
            keys.erase(*there)
            log.info("erased", keys=len(there), places=[asked.place for asked, slots in taken if slots & there])
        for asked, slots in taken:
            if asked.post_id not in self._told:
                self._done.setdefault(asked.post_id, (asked, slots))

    def _leave_out_what_kafka_has(self) -> None:
        """A keeper before us may have said it, and the ledger does not have that yet."""
        if self._before_us is None:
            found = self._registry.look()
            self._before_us = {one.said.registry_id.encode() for one in found if isinstance(one.said, Erased)}
            self._registry.close()
        for post_id in self._before_us & self._done.keys():
            del self._done[post_id]

    def _counts(self, post_of: Mapping[int, bytes]) -> dict[bytes, Counter[str]]:
        """How many entries of which log have these slots, by post."""
        found: dict[bytes, Counter[str]] = {}
        wanted = np.fromiter(post_of, np.uint32, len(post_of))
        for one in self._ledger:
            if one.id.topic not in _ABOUT_POSTS:
                continue
            for start in range(0, one.size, ROWS_MAX):
                slots = one.index(start, min(one.size, start + ROWS_MAX))["slot"]
                for slot in slots[np.isin(slots, wanted)].tolist():
                    found.setdefault(post_of[slot], Counter())[one.id.path] += 1
        return found

    def _record(self, asked: Asked, entries: Mapping[str, int], until: datetime | None) -> Erased | None:
        """The same at every try: its time is that of the Erasure. None where nobody can read which that was."""
        try:
            said = self._opening.erasure(asked)
        except (Contradicted, NotYet):
            return None
        return Erased(
            registry_id=said.registry_id,
            staff_id=KEEPER,
            set_at=_EPOCH + timedelta(milliseconds=asked.append_ms),
            erasure_record_id=said.record_id,
            entries=dict(entries),
            keys_until=until,
        )
