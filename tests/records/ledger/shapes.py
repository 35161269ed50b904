"""Small ledgers for tests: made, read back, and copied as a crash would leave them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from records.ledger import tree
from records.ledger.entries import LogId, parse_leaf
from records.ledger.growing import GrowingLog, Kept
from records.ledger.reading import Folder
from records.ledger.store import Ledger

POSTS = LogId("cluster-1", "posts", "T0picT0picT0picT0picTA", 0)
AUDIT = LogId("cluster-1", "audit", "T0picT0picT0picT0picTB", 2)


def record(offset: int, size: int = 40) -> Kept:
    """What Kafka has at an offset: some of it about one post, some without a key or a value."""
    key = None if offset % 7 == 6 else b"post-%d" % (offset % 5)
    value = None if offset % 11 == 10 else (b"%d " % offset * size)[:size]
    return Kept(offset, 1_700_000_000_000 + offset, key, value)


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """A ledger that is written, and closed again."""
    with closing(Ledger(folder, "test")) as ledger:
        yield ledger


def keep(log: GrowingLog, until: int, *, size: int = 40) -> None:
    """Kafka's records up to an offset, kept and flushed."""
    log.keep([record(offset, size) for offset in range(log.next, until)])
    log.flush()


def made(folder: Path, entries: int = 20, log_id: LogId = POSTS) -> Path:
    """A ledger with one signed log."""
    with opened(folder) as ledger:
        log = ledger.log(log_id)
        keep(log, entries)
        log.sign()
    return folder


def read(folder: Path, log_id: LogId = POSTS) -> list[tuple[Kept, bytes]]:
    """Every signed entry as the record that it came from, with its leaf; compared with root and stored hashes."""
    with closing(Folder(folder)) as reader:
        states = {state.log: state for state in reader.logs()}
        if log_id not in states:
            return []
        size = states[log_id].size
        leaves = list(reader.leaves(log_id, 0, size))
        growing = tree.Growing()
        hashes = b"".join(growing.append(tree.leaf_hash(leaf)) for leaf in leaves)
        assert growing.root() == states[log_id].checkpoint.root, "the entries have another root than was signed"
        stored = reader.hashes(log_id, range(tree.stored_count(size)))
        for number, leaf in enumerate(leaves):
            first, after = tree.stored_count(number), tree.stored_count(number + 1)
            assert b"".join(stored[first:after]) == hashes[first * 32 : after * 32], f"the hashes of entry {number}"
            assert parse_leaf(log_id, leaf).offset == number
        found = []
        for leaf, content in zip(leaves, reader.contents(log_id, 0, size), strict=True):
            entry = parse_leaf(log_id, leaf)
            value = None if content is None or entry.value_size is None else content[1]
            found.append((Kept(entry.offset, entry.append_ms, entry.key, value), leaf))
        return found
