"""The keeper's loop: poll, see that the topics are still the same, keep, flush, sign, have it cosigned, commit.

A topic that is made anew keeps its name, and a consumer may go on with its records as if nothing had happened. So what
was polled waits until a later look has found the same id: ids never come back, and then it was of that topic.
"""

import threading
import time
from functools import partial

import structlog

from ingest.keeper.broker import Broker, Found, Part, Polled, Strayed
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.erasing import Erasing
from ingest.keeper.gaps import Acceptances, accepts, fill
from ingest.keeper.identity import COMPARED_MAX
from ingest.keeper.partition import MADE_ANEW, Partition
from ingest.keeper.standing import Patience, Standing, Stopped
from ingest.keeper.writing import Writing
from records.errors import Misconfigured, Unavailable
from records.ledger.entries import LogId
from records.ledger.store import Ledger

PASS_BYTES_MAX = 16_000_000
POLL_SECONDS_MAX = 0.5
OTHER_CLUSTER = (
    "the ledger in {folder} is of the Kafka cluster {old}, and this is {new}: look at LIFEGUARD_KAFKA_BOOTSTRAP; if "
    "the cluster itself was made anew, run `python -m ingest keep --new-cluster` once, which closes the old logs"
)

log = structlog.get_logger()


class Keeper:
    """One process, one ledger, every partition of every topic."""

    def __init__(
        self,
        broker: Broker,
        ledger: Ledger,
        acceptances: Acceptances,
        erasing: Erasing,
        cosigner: Cosigner,
        standing: Standing,
    ) -> None:
        self._broker, self._ledger, self._acceptances, self._cosigner = broker, ledger, acceptances, cosigner
        self._erasing = erasing
        self._standing = standing
        self._writing = Writing(ledger.keys)
        self._found: Found | None = None
        self._parts = standing.parts
        self._committed: dict[Part, int] = {}
        self._patient = Patience(threading.Event(), standing)

    def run(self, every_seconds: float, stop: threading.Event, *, new_cluster: bool = False) -> None:
        """Keeps until told to stop; raises Misconfigured, and whatever nobody foresaw."""
        self._patient = Patience(stop, self._standing)
        try:
            self._patient(self._erasing.carry_out)
            while not stop.is_set():
                self._patient(lambda: self._round(every_seconds, stop, new_cluster=new_cluster))
        except Stopped:
            return
        finally:
            self._writing.close()
            self._acceptances.close()
            self._erasing.close()
            self._broker.close()

    def _round(self, every_seconds: float, stop: threading.Event, *, new_cluster: bool) -> None:
        """Keeps and signs once; after trouble everything is looked at again, as at the start."""
        ends_at = time.monotonic() + every_seconds
        try:
            if self._found is None:
                self._begin(new_cluster=new_cluster)
            kept = 0
            while not stop.is_set():
                kept += self._pass(ends_at)
                if time.monotonic() >= ends_at or self._found is None:
                    break
            self._checkpoint(kept)
        except Strayed as strayed:
            log.warning("looking again", reason=str(strayed))
            self._found = None
        except Unavailable:
            self._found = None
            raise

    def _begin(self, *, new_cluster: bool) -> None:
        """Which topics there are, which of their logs go on, and from where."""
        self._flush()
        found = self._broker.look()
        self._refuse_other_cluster(found, new_cluster=new_cluster)
        self._end_others(found)
        parts: dict[Part, Partition] = {}
        for topic, (topic_id, count) in found.topics.items():
            for number in range(count):
                log_id = LogId(found.cluster, topic, topic_id, number)
                made = self._patient(partial(self._ledger.log, log_id))
                parts[topic, number] = Partition(made, self._ledger.keys)
        self._parts = self._standing.parts = parts
        self._standing.missing = self._missing(found)
        self._assign()
        self._found = found

    def _assign(self) -> None:
        for part, (begin, end) in self._broker.begin(list(self._parts)).items():
            partition = self._parts[part]
            partition.compare_bounds(begin, end)
            self._broker.seek(part, max(begin, min(end, partition.log.next) - COMPARED_MAX))
            if partition.stopped is not None:
                self._stopped(part)

    def _pass(self, ends_at: float) -> int:
        """Polls until it is time to sign, or for as much as memory should hold; keeps it, and begins to write it."""
        size, left = 0, ends_at - time.monotonic()
        while size < PASS_BYTES_MAX:
            size += self._put(self._broker.poll(max(0.0, min(left, POLL_SECONDS_MAX))))
            left = ends_at - time.monotonic()
            if left <= 0 or self._patient.stop.is_set():
                break
        if self._broker.look() != self._found:
            self._found = None
            return 0
        self._flush()
        kept = sum(partition.keep() for partition in self._parts.values())
        for part, partition in self._parts.items():
            if partition.newly_stopped:
                self._stopped(part)
        self._refuse_lost_tails()
        self._writing.begin(self._parts.values())
        return kept

    def _flush(self) -> None:
        self._patient(lambda: self._writing.flush(self._parts.values()))

    def _put(self, polled: Polled) -> int:
        size = 0
        for part, records in polled.items():
            self._parts[part].put(records)
            size += sum(len(record.value or b"") + len(record.key or b"") for record in records)
        return size

    def _checkpoint(self, kept: int) -> None:
        began = time.monotonic()
        self._flush()
        logs = [partition.log for partition in self._parts.values()]
        signed = self._patient(lambda: self._writing.sign(logs, self._cosigner.put))
        self._patient(self._erasing.carry_out)
        self._erasing.publish()
        self._fill_gaps()
        self._commit()
        if signed:
            self._standing.signed(kept)
            seconds = round(time.monotonic() - began, 3)
            log.info("kept", records=kept, logs=signed, entries=self._standing.entries, sign_seconds=seconds)

    def _commit(self) -> None:
        """The lag of the group is what nothing covers yet."""
        covered = {part: self._cosigner.covered(partition.log) for part, partition in self._parts.items()}
        moved = {part: offset for part, offset in covered.items() if self._committed.get(part, 0) != offset}
        if self._found is None or not moved:
            return
        try:
            self._broker.commit(moved)
        except Unavailable as problem:
            log.warning("not committed", problem=str(problem))
        else:
            self._committed |= moved

    def _stopped(self, part: Part) -> None:
        partition = self._parts[part]
        partition.newly_stopped = False
        self._broker.pause(part)
        if note := self._patient(partition.close):
            self._cosigner.put(partition.log, note)
        log.error("stopped", topic=part[0], partition=part[1], reason=partition.stopped)

    def _fill_gaps(self) -> None:
        waiting = [(part, partition) for part, partition in self._parts.items() if partition.gap is not None]
        if not waiting:
            self._acceptances.close()
            return
        for accepted in self._acceptances.look():
            for part, partition in waiting:
                if accepts(accepted, partition):
                    for _ in fill(partition.log, accepted):
                        self._patient(partition.log.flush)
                    log.warning("gap accepted", topic=part[0], partition=part[1], gap=str(partition.gap))
                    partition.accepted()
                    self._broker.seek(part, partition.log.next)

    def _refuse_lost_tails(self) -> None:
        for part, end in self._broker.ends(self._parts).items():
            if self._parts[part].stopped is None and end < self._parts[part].log.next:
                raise Strayed(f"Kafka's partition {part[0]}-{part[1]} ends with {end}")

    def _refuse_other_cluster(self, found: Found, *, new_cluster: bool) -> None:
        others = {one.id.cluster for one in self._ledger if one.ended is None} - {found.cluster}
        if others and not new_cluster:
            raise Misconfigured(
                OTHER_CLUSTER.format(folder=self._ledger.folder, old=", ".join(sorted(others)), new=found.cluster)
            )

    def _end_others(self, found: Found) -> None:
        """Closes the logs of topics that were made anew."""
        for one in self._ledger:
            topic_id, _ = found.topics.get(one.id.topic, (one.id.topic_id, 0))
            if one.ended is None and topic_id != one.id.topic_id:
                old = Partition(one, self._ledger.keys)
                old.end(MADE_ANEW.format(topic_id=topic_id))
                note = self._patient(old.close)
                log.warning("log ended", log=one.id.path, entries=one.next, reason=one.ended)
                if note:
                    self._cosigner.put(one, note)

    def _missing(self, found: Found) -> dict[str, str]:
        """The logs whose topic is not there, by origin, and what to do."""
        gone = [one for one in self._ledger if one.ended is None and one.id.topic not in found.topics]
        return {one.origin: f"Kafka has no topic {one.id.topic}: run `python -m ingest setup`" for one in gone}
