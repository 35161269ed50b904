"""A whole verification: witnesses, every log, contents, indices, and what is proved by all of it."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from console.verifying import window
from console.verifying.contents import Contents, contents
from console.verifying.differences import Difference, Named
from console.verifying.judging import Trust, of_log, of_logs, sizes
from console.verifying.outcome import Outcome, proved
from console.verifying.pace import Pace
from console.verifying.reading import Readers
from console.verifying.roots import Joining
from console.verifying.stretches import UNREADABLE, examined, stretches
from console.verifying.where import Where
from console.verifying.witnessed import Cosigned, Statement, by_origin
from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger.erasures import Erasures
from records.ledger.reading import Folder, LogState, Reader
from records.topics import ABOUT_POSTS, COVERAGE

OPENING_COSTS = 4
"""Opening an entry takes so many times as long as reading it."""
INDEXED = frozenset(topic.name for topic in (*ABOUT_POSTS, COVERAGE))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be verified: one log or all; with contents and indices or without; by several processes or one."""

    log: str | None = None
    index: bool = True
    contents: bool = True
    parallel: bool = True


class Verification:
    """One of them; `outcome` grows with it."""

    def __init__(self, where: Where, asked: Asked, pace: Pace) -> None:
        self.outcome = Outcome()
        self._where, self._asked, self._pace = where, asked, pace
        self._witnesses: list[str] = []

    async def run(self, statements: Sequence[Statement]) -> Outcome:
        """Everything that was asked for, against what witnesses said just before."""
        began, outcome = time.monotonic(), self.outcome
        trust = self._where.trust(list(statements))
        said, wrong = by_origin(statements, trust.public)
        self._witnesses = window.asked(statements)
        outcome.named.add(*wrong)
        outcome.not_done += [f"nothing was compared with {one.name}: {one.away}" for one in statements if one.away]
        with self._where.opened() as reader, Readers(self._where, reader, parallel=self._asked.parallel) as readers:
            states = self._chosen(await asyncio.to_thread(reader.logs))
            if self._asked.log is None:
                outcome.named.add(*of_logs(states, said, trust))
            for state in states:
                origin = state.log.origin(trust.ledger_name)
                await self._log(reader, readers, state, said.get(origin, []), trust)
            if self._asked.contents and not (isinstance(reader, Folder) and reader.keys is None):
                try:
                    await self._contents(reader, readers, states)
                except (Misconfigured, Unavailable) as reason:
                    outcome.not_done.append(f"contents could not be opened: {reason}")
        outcome.windows = window.seconds(outcome.logs, self._witnesses)
        outcome.usual_window_seconds = self._where.settings.checkpoint_seconds
        outcome.seconds = time.monotonic() - began
        return outcome

    def _chosen(self, states: Sequence[LogState]) -> list[LogState]:
        chosen = [state for state in states if self._asked.log in (None, state.log.path)]
        if self._asked.log is not None and not chosen:
            raise Malformed(f"there is no log {self._asked.log}: there are {', '.join(one.log.path for one in states)}")
        return chosen

    async def _log(
        self, reader: Reader, readers: Readers, state: LogState, said: Sequence[Cosigned], trust: Trust
    ) -> None:
        old_notes = await asyncio.to_thread(self._where.old_notes, state.log)
        marks = [state.size, *(one.checkpoint.size for one in said), *sizes(old_notes)]
        joining = Joining(reader, state, marks)
        self._pace.begins(state.log.path, state.size)
        try:
            parts = stretches(state.log, state.size, marks)
            async with aclosing(readers.each(examined, parts, state.size)) as found:
                async for one in found:
                    joining.take(one)
                    await self._pace.goes_on(one.stretch.stop - one.stretch.start)
        except UNREADABLE as reason:
            text = f"{state.log.path} cannot be read from entry {joining.size} on: {reason}"
            self._name(state, Named([*joining.read.named.first, Difference("damaged", state.log.path, text)]))
            return
        read = joining.read
        self._name(state, Named(read.named.first, read.named.more))
        self._name(state, Named(of_log(read, said, old_notes, trust)))
        agreeing = [one for one in said if read.roots.get(one.checkpoint.size) == one.checkpoint.root]
        windows = await asyncio.to_thread(window.of_log, reader, read, said, self._witnesses)
        self.outcome.logs.append(proved(state, read.absent, agreeing, windows))

    def _name(self, state: LogState, named: Named) -> None:
        """Also says in which file an entry lies, where it is one of this machine."""
        for one in named.first:
            file = None if one.entry is None else self._where.file_of(state.log, one.entry)
            self.outcome.named.add(replace(one, said=f"{one.said} (in {file})") if file else one)
        self.outcome.named.more += named.more

    async def _contents(self, reader: Reader, readers: Readers, states: Sequence[LogState]) -> None:
        """With the indices, where they are compared; else by themselves."""
        found = self.outcome.contents = Contents()
        alone = [state for state in states if not self._asked.index or state.log.topic not in INDEXED]
        for state in alone:
            self._pace.begins(f"contents of {state.log.path}", state.size)
            parts = stretches(state.log, state.size, ())
            async with aclosing(readers.each(contents, parts, state.size * OPENING_COSTS)) as opened:
                async for one in opened:
                    found.join(replace(one, named=Named()))
                    self.outcome.named.join(one.named)
                    await self._pace.goes_on(one.entries)
        if self._asked.index:
            await self._indices(reader, states, found)
        if found.gone:
            erasures = Erasures()
            await asyncio.to_thread(lambda: erasures.look(reader, reader.logs()))
            found.settle(erasures)
            self.outcome.named.join(found.named)
            found.named = Named()

    async def _indices(self, reader: Reader, states: Sequence[LogState], found: Contents) -> None:
        from console.verifying.indexed import compare_indices

        try:
            async with self._where.search() as search:
                compared = await compare_indices(search, reader, states, self._pace)
        except (Malformed, Misconfigured, Unavailable) as reason:
            self.outcome.not_done.append(f"the indices could not be compared: {reason}")
            return
        found.join(replace(compared.contents, named=Named()))
        self.outcome.named.join(compared.contents.named)
        self.outcome.named.join(compared.named)
        self.outcome.indexed = compared.indexed
