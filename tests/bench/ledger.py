"""(j) Proofs of the ledger: made from a file of hashes on disk, and verified, at one and at five million entries."""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from records.ledger.tree import (
    HASH_BYTES,
    Growing,
    Read,
    consistency_proof,
    inclusion_proof,
    root,
    stored_index,
    verify_consistency,
    verify_inclusion,
)
from tests.bench.table import Row, percentile

SIZES = (1_000_000, 5_000_000)
PROOFS = 3_000
ASKED = "1 ms"
Prove = Callable[[int], list[bytes]]
Verify = Callable[[int, list[bytes]], bool]


def proofs(folder: Path) -> Iterator[Row]:
    """Median and 99th percentile of making and of verifying each kind of proof."""
    file = folder / "hashes"
    yield _grown(file, SIZES[-1])
    opened = os.open(file, os.O_RDONLY)
    try:
        for size in SIZES:
            yield from _at(size, _reading(opened))
    finally:
        os.close(opened)
        file.unlink()


def _grown(file: Path, size: int) -> Row:
    """Writes the tree; what it holds first is every smaller tree."""
    leaves = [sha256(number.to_bytes(8)).digest() for number in range(size)]
    with file.open("wb") as hashes:
        edge = Growing()
        began = time.perf_counter()
        hashes.writelines(map(edge.append, leaves))
        took = time.perf_counter() - began
        # What is still on its way to the disk would slow down the proofs.
        hashes.flush()
        os.fsync(hashes.fileno())
    node = b"\x01" + leaves[0] + leaves[1]
    began = time.perf_counter()
    for _ in leaves:
        sha256(node).digest()
    hashing = time.perf_counter() - began
    each, alone = took / size * 1e6, hashing / size * 1e6
    remark = f"written to disk; {alone:.2f} µs of it are one SHA-256 of a node"
    return Row("j", f"a leaf into the tree, {size:,} of them", f"{each:.2f} µs", "", remark)


def _reading(opened: int) -> Read:
    def read(indexes: Sequence[int]) -> list[bytes]:
        return [os.pread(opened, HASH_BYTES, HASH_BYTES * index) for index in indexes]

    return read


def _at(size: int, read: Read) -> Iterator[Row]:
    whole = root(size, read)
    numbers = random.Random(size)
    asked = [numbers.randrange(1, size) for _ in range(PROOFS)]
    leaves = {index: read([stored_index(0, index)])[0] for index in asked}
    roots = {old: root(old, read) for old in asked}
    yield _row(
        f"inclusion proof at {size:,} entries",
        asked,
        lambda index: inclusion_proof(index, size, read),
        lambda index, proof: verify_inclusion(leaves[index], index, size, proof, whole),
    )
    yield _row(
        f"consistency proof at {size:,} entries",
        asked,
        lambda old: consistency_proof(old, size, read),
        lambda old, proof: verify_consistency(old, roots[old], size, whole, proof),
    )


def _row(measured: str, asked: Sequence[int], prove: Prove, verify: Verify) -> Row:
    made, verified, hashes = [], [], 0
    for one in asked:
        began = time.perf_counter()
        proof = prove(one)
        between = time.perf_counter()
        assert verify(one, proof)
        verified.append(time.perf_counter() - between)
        made.append(between - began)
        hashes = max(hashes, len(proof))
    remark = f"verified in {_times(verified)}; {len(asked):,} random ones of at most {hashes} hashes, read with pread"
    return Row("j", measured, _times(made), ASKED, remark)


def _times(seconds: Sequence[float]) -> str:
    return f"{percentile(seconds, 0.5) * 1e3:.3f} ms (99 %: {percentile(seconds, 0.99) * 1e3:.3f})"
