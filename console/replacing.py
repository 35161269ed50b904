"""The end of a rebuild: what forbids it, the keeper's catching up, the move of the aliases, and the record of it."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from console.rebuilding import FOLDED, Progress, Rebuild, patiently
from console.recording import publish
from console.words import counted
from records.audit import Audit
from records.errors import Misconfigured, Unavailable
from records.ledger.entries import LogId
from records.settings import Settings
from records.topics import AUDIT, BY_NAME

POLL_SECONDS = 0.5
NEARLY_RECORDS_MAX = 1_000
"""So little may the keeper be behind before the indices in use are closed."""
KEEPER_SECONDS_MAX = 60.0
"""So long it may keep nothing at all."""
CLOSED_SECONDS_MAX = 30.0
"""So long a server may be away while the fold waits for us."""
UNREAD = {"unopened": "cannot be opened", "altered": "open to what they do not commit to"}
"""Of what is passed over, what may hold posts that would be missing afterwards."""


class Broker:
    """What a rebuild needs of Kafka: where its logs end, and a place for its own record."""

    def __init__(self, settings: Settings, staff_id: str) -> None:
        self._settings, self._staff_id = settings, staff_id

    def ends(self) -> dict[str, int]:
        """Where the next record goes, by the path of a log."""
        from ingest.lag import ends_of_logs

        found = ends_of_logs(self._settings, [BY_NAME[name] for name in FOLDED])
        return {LogId("", topic, topic_id, part).path: end for (topic, topic_id, part), end in found.items()}

    def record(self, job: str, subject: str, detail: str) -> None:
        """Publishes that the views were made again; the same job is the same fact."""
        said = Audit(
            kind="rebuilt",
            staff_id=self._staff_id,
            idempotency_key=job,
            subject=subject,
            detail=detail,
            happened_at=datetime.now(UTC),
        )
        publish(self._settings, AUDIT, said)


async def rebuild_and_replace(
    rebuild: Rebuild, broker: Broker | None, *, accept_unopened: bool = False
) -> dict[str, int]:
    """All of it; how many documents each new index has. Without a broker nothing is awaited, and nothing recorded.

    Raises Misconfigured, and the indices in use stay, where entries could not be read and nobody has accepted that,
    and without a broker where the indices in use know of more than the ledger.
    """
    building, tell = rebuild.building, rebuild.tell
    if not broker:
        await patiently(lambda: _refuse_older(rebuild), tell)
    await patiently(rebuild.first_pass, tell)
    if broker:
        await _kept(rebuild, await asyncio.to_thread(broker.ends), NEARLY_RECORDS_MAX)
    await patiently(rebuild.until_small, tell)
    refuse_unread(rebuild.progress, accepted=accept_unopened)
    async with building.in_use_closed():
        if broker:
            await _kept(rebuild, await asyncio.to_thread(broker.ends), 0)
        await patiently(rebuild.one_pass, tell, give_up_seconds=CLOSED_SECONDS_MAX)
        refuse_unread(rebuild.progress, accepted=accept_unopened)
        if not broker:
            await patiently(lambda: _refuse_older(rebuild), tell)
        counts = await building.counts()
        await building.take_their_place()
    if broker:
        await _recorded(rebuild, broker, counts)
    return counts


def refuse_unread(progress: Progress, *, accepted: bool) -> None:
    """Raises Misconfigured where the new indices lack what the ledger has and nobody could read."""
    unread = [
        f"{counted(count, 'entry', 'entries')} of the ledger {said}, the first is {progress.first_passed_over[why]}"
        for why, said in UNREAD.items()
        if (count := progress.passed_over.get(why, 0))
    ]
    if unread and not accepted:
        raise Misconfigured(
            f"{'; '.join(unread)}: what they say would be missing, so the indices in use stay. `lifeguard verify` says "
            "more; bring missing keys back and begin with `lifeguard rebuild --anew`, or, if they are "
            "lost for good, go on with `lifeguard rebuild --accept-unopened`"
        )


async def _refuse_older(rebuild: Rebuild) -> None:
    """No broker says how far the record went; but the documents in use say what was folded into them."""
    known = await asyncio.to_thread(rebuild.sizes)
    for log, offset in sorted((await rebuild.building.applied_in_use()).items()):
        if offset >= known.get(log, 0):
            raise Misconfigured(
                f"the indices in use know the record at offset {offset} of {log} (topic id and partition), of which "
                f"this ledger has {known.get(log, 0)} entries: it is an older copy, or another ledger, and newer "
                "documents would be lost; use the newest one, or delete those indices before if they are worth nothing"
            )


async def _recorded(rebuild: Rebuild, broker: Broker, counts: Mapping[str, int]) -> None:
    """Only what has happened is on record; by now it has, whatever becomes of us."""
    names, detail = ", ".join(rebuild.building.names.values()), _detail(counts, rebuild.progress.passed_over)
    try:
        await patiently(lambda: asyncio.to_thread(broker.record, rebuild.progress.job, names, detail), rebuild.tell)
    except Unavailable as reason:
        raise Unavailable(f"{names} are in use now, but there is no audit record of this rebuild: {reason}") from None


async def _kept(rebuild: Rebuild, ends: Mapping[str, int], behind_max: int) -> None:
    """Waits until the keeper has signed what is on Kafka up to these ends, but for so many records."""
    before, moved_at = None, time.monotonic()
    while (behind := await asyncio.to_thread(rebuild.behind, ends)) > behind_max:
        if before is None:
            rebuild.tell.says(f"waiting: the keeper has still to keep and sign {behind:,} records")
        if before is None or behind < before:
            before, moved_at = behind, time.monotonic()
        if time.monotonic() - moved_at > KEEPER_SECONDS_MAX:
            raise Unavailable(
                f"the ledger lacks {behind:,} records that are on Kafka, and nothing came for "
                f"{KEEPER_SECONDS_MAX:.0f} s: look at the keeper with `lifeguard status`, then run this again; only if "
                "this Kafka is not the one that the ledger is of, or is gone for good: --without-kafka"
            )
        await asyncio.sleep(POLL_SECONDS)


def _detail(counts: Mapping[str, int], passed_over: Mapping[str, int]) -> str:
    """For the record: what was made, and what was passed over."""
    said = [f"{count} documents in {name}" for name, count in counts.items()]
    return ", ".join([*said, *(f"{count} entries {why}" for why, count in sorted(passed_over.items()))])
