"""Flushing and signing many logs side by side: one after the other they would wait for the disk once for each file."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from ingest.keeper.partition import Partition
from records.errors import Unavailable
from records.ledger.growing import GrowingLog
from records.ledger.keys import GrowingKeys

SYNCS_AT_ONCE = 8
Item = TypeVar("Item")
Result = TypeVar("Result")


class Writing:
    """The threads that wait for the disk; while they do, nothing is kept or signed."""

    def __init__(self, keys: GrowingKeys) -> None:
        self._keys = keys
        self._pool = ThreadPoolExecutor(SYNCS_AT_ONCE, "sync")
        self._begun: Future[None] | None = None

    def begin(self, partitions: Iterable[Partition]) -> None:
        """Makes what was kept durable while its caller polls; `flush` says how that went, before more is kept."""
        self._begun = self._pool.submit(self._flush, list(partitions))

    def flush(self, partitions: Iterable[Partition]) -> None:
        """Returns when everything that was kept is durable; raises Unavailable, and may be called again."""
        begun, self._begun = self._begun, None
        error = begun.exception() if begun else None
        if error is not None and not isinstance(error, Unavailable):
            raise error
        self._flush(partitions)

    def sign(self, logs: Sequence[GrowingLog], signed: Callable[[GrowingLog, bytes], None]) -> int:
        """Signs what has grown, and tells `signed` each note, also where another log cannot be signed; how many.

        Raises Unavailable, and may be called again.
        """

        def sign(log: GrowingLog) -> int:
            note = log.sign()
            if note is None:
                return 0
            signed(log, note)
            return 1

        return sum(self._with_each(sign, logs))

    def _flush(self, partitions: Iterable[Partition]) -> None:
        """The keys first."""
        self._keys.sync()
        self._with_each(lambda partition: partition.log.flush(), partitions)

    def _with_each(self, act: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """Raises what went wrong with one only when all have ended: who tries again must be alone with every log."""
        begun = [self._pool.submit(act, item) for item in items]
        wait(begun)
        problems = [problem for one in begun if (problem := one.exception())]
        for problem in sorted(problems, key=lambda problem: isinstance(problem, Unavailable)):
            raise problem
        return [one.result() for one in begun]

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()
