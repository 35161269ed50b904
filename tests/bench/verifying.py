"""(j) Verifying a ledger in a folder: entries a second of one core, structural and with every content opened."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from console.verifying.outcome import Outcome
from console.verifying.pace import Unhurried
from console.verifying.where import Where
from console.verifying.whole import Asked, Verification
from records.codec import encode
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.settings import Settings
from tests.bench.mix import posts
from tests.bench.table import Row

ENTRIES = 300_000
DIFFERENT, BATCH = 2_000, 1_000
RUNS = 3
LOG = LogId("c" * 22, "posts", "p" * 22, 0)


def verifying(folder: Path) -> Iterator[Row]:
    """Medians of three runs over one log of posts; nothing differs in it."""
    ledger = folder / "ledger"
    _filled(ledger)
    yield _row(ledger, "structure: parse, leaf hash, tree, roots", "100,000", contents=False)
    yield _row(ledger, "structure, and every content opened and compared", "", contents=True)


def _filled(folder: Path) -> None:
    records = [(record.key().encode(), encode(record)) for record in posts(DIFFERENT, seed=3)]
    with closing(Ledger(folder, "lifeguard.bench")) as ledger:
        log = ledger.log(LOG)
        for start in range(0, ENTRIES, BATCH):
            log.keep([Kept(n, 1_700_000_000_000 + n, *records[n % DIFFERENT]) for n in range(start, start + BATCH)])
            log.flush()
        log.sign()


def _row(folder: Path, measured: str, asked: str, *, contents: bool) -> Row:
    runs = [_rates(folder, contents=contents) for _ in range(RUNS)]
    walls, own = (sorted(rates)[RUNS // 2] for rates in zip(*runs, strict=True))
    remark = f"by this process's own time, {ENTRIES:,} entries in one log; by the clock {walls:,.0f}"
    return Row("j", f"verify, {measured}", f"{own:,.0f} entries/s per core", asked, remark)


def _rates(folder: Path, *, contents: bool) -> tuple[float, float]:
    """Entries a second, by the clock and by the time that this process was given."""
    began, used = time.perf_counter(), time.process_time()
    outcome = _verified(folder, contents=contents)
    assert outcome.ok
    return ENTRIES / (time.perf_counter() - began), ENTRIES / (time.process_time() - used)


def _verified(folder: Path, *, contents: bool) -> Outcome:
    asked = Asked(index=False, contents=contents, parallel=False)
    return asyncio.run(Verification(Where(Settings(), folder), asked, Unhurried()).run([]))
