"""The Merkle tree gives the published roots and proofs, and nobody can change one bit of a proof unseen."""

from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.ledger import tree
from records.ledger.tree import (
    EMPTY_ROOT,
    Growing,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    stored_count,
    stored_index,
    verify_consistency,
    verify_inclusion,
)
from tests.records.ledger import naive

EXAMPLES = settings(max_examples=200, deadline=None)
SMALL, LARGE = 40, 1100

# The reference tree of Certificate Transparency's own tests: its entries, and its root at every size from 0 on.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in " 00 10 2021 3031 40414243 5051525354555657 606162636465666768696a6b6c6d6e6f".split(" ")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION: dict[tuple[int, int], list[str]] = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY: dict[tuple[int, int], list[str]] = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Stored:
    """A tree of so many entries, stored as the ledger stores it."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self.edge = Growing()
        self.hashes = b"".join(self.edge.append(leaf) for leaf in leaves)

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        """What is stored there."""
        return [self.hashes[32 * index : 32 * index + 32] for index in indexes]


CT = Stored([leaf_hash(entry) for entry in ENTRIES])
LOG = Stored([naive.leaf(number) for number in range(LARGE)])


@cache
def root_at(size: int) -> bytes:
    """The root of the log at this size, by definition."""
    return naive.root(LOG.leaves[:size])


sizes = st.integers(1, LARGE) | st.sampled_from([1, 2, 3, 255, 256, 257, 511, 512, 513, 1024, 1025])


@st.composite
def inclusions(draw: st.DrawFn) -> tuple[int, int]:
    """An index and a size."""
    size = draw(sizes)
    return draw(st.integers(0, size - 1)), size


@st.composite
def consistencies(draw: st.DrawFn) -> tuple[int, int]:
    """Two sizes."""
    new = draw(sizes)
    return draw(st.integers(0, new)), new


def test_the_roots_are_the_published_ones() -> None:
    """At every size of the reference tree of Certificate Transparency."""
    edge = Growing()
    found = [edge.root().hex()]
    for entry in ENTRIES:
        edge.append(leaf_hash(entry))
        found.append(edge.root().hex())
    assert found == ROOTS
    assert [tree.root(size, CT.read).hex() for size in range(9)] == ROOTS
    assert EMPTY_ROOT.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    """And they verify against the published roots."""
    proof = inclusion_proof(index, size, CT.read)
    assert [one.hex() for one in proof] == INCLUSION[index, size]
    assert verify_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_consistency_proofs_are_the_published_ones(old: int, new: int) -> None:
    """And they verify between the published roots."""
    proof = consistency_proof(old, new, CT.read)
    assert [one.hex() for one in proof] == CONSISTENCY[old, new]
    assert verify_consistency(old, bytes.fromhex(ROOTS[old]), new, bytes.fromhex(ROOTS[new]), proof)


@pytest.mark.parametrize("size", range(1, SMALL))
def test_every_proof_of_every_small_tree_is_the_one_of_the_definition(size: int) -> None:
    """And verifies."""
    root = root_at(size)
    for index in range(size):
        proof = inclusion_proof(index, size, LOG.read)
        assert proof == naive.path(index, LOG.leaves[:size])
        assert verify_inclusion(LOG.leaves[index], index, size, proof, root)
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, LOG.read)
        assert proof == naive.proof(old, LOG.leaves[:size])
        assert verify_consistency(old, root_at(old), size, root, proof)


@EXAMPLES
@given(inclusions())
def test_every_inclusion_proof_verifies(given_inclusion: tuple[int, int]) -> None:
    """Of any entry in any tree, and it is the one of the definition."""
    index, size = given_inclusion
    proof = inclusion_proof(index, size, LOG.read)
    assert verify_inclusion(LOG.leaves[index], index, size, proof, root_at(size))
    assert proof == naive.path(index, LOG.leaves[:size])


@EXAMPLES
@given(consistencies())
def test_every_consistency_proof_verifies(sizes_of_both: tuple[int, int]) -> None:
    """Between any two sizes, the empty tree included."""
    old, new = sizes_of_both
    proof = consistency_proof(old, new, LOG.read)
    assert verify_consistency(old, root_at(old), new, root_at(new), proof)
    assert proof == (naive.proof(old, LOG.leaves[:new]) if old else [])


@st.composite
def changes(draw: st.DrawFn) -> Callable[[list[bytes]], list[bytes]]:
    """A way to change a proof: a bit, a hash more or less, two that change places, a length."""
    kind = draw(st.sampled_from(["bit", "added", "dropped", "swapped", "cut", "longer"]))
    at, bit, other = draw(st.integers(0, 20)), draw(st.integers(0, 255)), draw(st.integers(0, 20))
    more = draw(st.binary(min_size=32, max_size=32))

    def change(proof: list[bytes]) -> list[bytes]:
        changed = list(proof)
        if kind == "added":
            changed.insert(at % (len(proof) + 1), more)
        elif proof:
            place = at % len(proof)
            hash_ = proof[place]
            if kind == "bit":
                changed[place] = flipped(hash_, bit)
            elif kind == "dropped":
                del changed[place]
            elif kind == "swapped":
                changed[place], changed[other % len(proof)] = changed[other % len(proof)], hash_
            else:
                changed[place] = hash_[:-1] if kind == "cut" else hash_ + more[:1]
        return changed

    return change


def flipped(value: bytes, bit: int) -> bytes:
    """The value with one bit changed."""
    number = int.from_bytes(value) ^ (1 << (bit % (8 * len(value))))
    return number.to_bytes(len(value))


@EXAMPLES
@given(inclusions(), changes())
def test_a_changed_inclusion_proof_fails(given_inclusion: tuple[int, int], change: Callable[..., list[bytes]]) -> None:
    """Whatever was done to it."""
    index, size = given_inclusion
    proof = inclusion_proof(index, size, LOG.read)
    changed = change(proof)
    expected = changed == proof
    assert verify_inclusion(LOG.leaves[index], index, size, changed, root_at(size)) == expected


@EXAMPLES
@given(consistencies(), changes())
def test_a_changed_consistency_proof_fails(both: tuple[int, int], change: Callable[..., list[bytes]]) -> None:
    """Whatever was done to it."""
    old, new = both
    proof = consistency_proof(old, new, LOG.read)
    changed = change(proof)
    assert verify_consistency(old, root_at(old), new, root_at(new), changed) == (changed == proof)


def test_every_single_bit_of_a_proof_counts() -> None:
    """In the hashes of the proof, the leaf and the roots."""
    index, size, old = 10, 27, 13
    proof, root = inclusion_proof(index, size, LOG.read), root_at(size)
    between, before = consistency_proof(old, size, LOG.read), root_at(old)
    for bit in range(256):
        assert not verify_inclusion(flipped(LOG.leaves[index], bit), index, size, proof, root)
        assert not verify_inclusion(LOG.leaves[index], index, size, proof, flipped(root, bit))
        assert not verify_consistency(old, flipped(before, bit), size, root, between)
        assert not verify_consistency(old, before, size, flipped(root, bit), between)
        for at, one in enumerate(proof):
            changed = [*proof[:at], flipped(one, bit), *proof[at + 1 :]]
            assert not verify_inclusion(LOG.leaves[index], index, size, changed, root)
        for at, one in enumerate(between):
            changed = [*between[:at], flipped(one, bit), *between[at + 1 :]]
            assert not verify_consistency(old, before, size, root, changed)


@EXAMPLES
@given(inclusions(), st.integers(-2, LARGE + 2))
def test_a_proof_at_another_index_fails(given_inclusion: tuple[int, int], other: int) -> None:
    """An entry stands where it stands."""
    index, size = given_inclusion
    proof = inclusion_proof(index, size, LOG.read)
    assert verify_inclusion(LOG.leaves[index], other, size, proof, root_at(size)) == (other == index)


@EXAMPLES
@given(inclusions(), st.integers(-2, LARGE + 2), st.integers(-2, LARGE))
def test_a_proof_for_another_size_fails(given_inclusion: tuple[int, int], other: int, size_of_root: int) -> None:
    """Against the root of that size; against one root, sizes with the same way up are the same to a proof."""
    index, size = given_inclusion
    proof = inclusion_proof(index, size, LOG.read)
    leaf, root = LOG.leaves[index], root_at(size)
    as_defined = 0 <= index < other and naive.root_from(leaf, index, other, proof) == root
    assert verify_inclusion(leaf, index, other, proof, root) == as_defined
    if size_of_root >= 0:
        found = verify_inclusion(leaf, index, size_of_root, proof, root_at(size_of_root))
        assert found == (size_of_root == size)


@EXAMPLES
@given(consistencies(), st.integers(-2, 70), st.integers(-2, LARGE + 2))
def test_a_consistency_proof_for_other_sizes_fails(both: tuple[int, int], old: int, new: int) -> None:
    """Unless the definition itself cannot tell them apart from the two roots."""
    proof = consistency_proof(*both, LOG.read)
    before, root = root_at(both[0]), root_at(both[1])
    for one, other in ((old, both[1]), (both[0], new), (old, new)):
        found = verify_consistency(one, before, other, root, proof)
        if 0 < one <= other:
            assert found == (naive.roots_from(before, one, other, proof) == (before, root))
        else:
            assert found == (one == 0 and both[0] == 0 and not proof and (other > 0 or both[1] == 0))


@EXAMPLES
@given(st.integers(1, 70), st.integers(1, 70), st.lists(st.binary(min_size=32, max_size=32), max_size=9))
def test_an_invented_proof_leads_where_the_definition_leads(index: int, size: int, proof: list[bytes]) -> None:
    """Too long and too short ones lead nowhere."""
    leaf = naive.leaf(0)
    if index < size:
        root = naive.root_from(leaf, index, size, proof)
        assert verify_inclusion(leaf, index, size, proof, root or leaf) == (root is not None)
    if index <= size:
        roots = naive.roots_from(leaf, index, size, proof)
        before, after = roots or (leaf, leaf)
        assert verify_consistency(index, before, size, after, proof) == (roots is not None)


def test_a_node_does_not_pass_for_an_entry() -> None:
    """Leaves and nodes are hashed differently, so two entries are never one."""
    left, right = LOG.leaves[:2]
    assert not verify_inclusion(leaf_hash(left + right), 0, 1, [], node_hash(left, right))


def test_hashes_that_are_cut_elsewhere_fail() -> None:
    """A byte that moves from one to the next leaves what is hashed as it was."""
    size, root = 27, root_at(27)
    beside, *above = inclusion_proof(1, size, LOG.read)
    assert not verify_inclusion(beside[-1:] + LOG.leaves[1], 1, size, [beside[:-1], *above], root)


def test_the_empty_tree_is_continued_by_every_tree_and_by_no_proof() -> None:
    """And it has one root."""
    assert verify_consistency(0, EMPTY_ROOT, 5, root_at(5), [])
    assert not verify_consistency(0, root_at(1), 5, root_at(5), [])
    assert not verify_consistency(0, EMPTY_ROOT, 5, root_at(5), [root_at(5)])
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert not verify_consistency(0, EMPTY_ROOT, 0, root_at(1), [])
    assert not verify_consistency(5, root_at(5), 4, root_at(4), [])


def test_appending_gives_the_root_of_the_definition_at_every_size() -> None:
    """And as many hashes to store as there are complete subtrees."""
    edge, stored = Growing(), 0
    for size, leaf in enumerate(LOG.leaves[:300], start=1):
        stored += len(edge.append(leaf)) // 32
        assert stored == stored_count(size)
        assert (edge.size, edge.root()) == (size, root_at(size))
        assert len(edge.peaks) == size.bit_count()


@EXAMPLES
@given(st.integers(0, LARGE - 1), st.integers(1, 20))
def test_a_stored_tree_goes_on_as_if_it_had_never_stopped(size: int, more: int) -> None:
    """The same hashes to be stored, and the same root."""
    end = min(size + more, LARGE)
    edge = Growing.from_stored(size, LOG.read)
    stored = b"".join(edge.append(leaf) for leaf in LOG.leaves[size:end])
    assert stored == LOG.hashes[32 * stored_count(size) : 32 * stored_count(end)]
    assert edge.root() == tree.root(end, LOG.read) == root_at(end)


@EXAMPLES
@given(st.integers(0, 62), st.integers(0, 2**40))
def test_a_hash_is_stored_where_sumdb_stores_it(level: int, number: int) -> None:
    """By the steps of its description: down to the last leaf below, then all that was stored before it."""
    last = number
    for _ in range(level):
        last = 2 * last + 1
    before = 0
    while last:
        before, last = before + last, last >> 1
    assert stored_index(level, number) == before + level


def test_what_is_not_there_is_refused_in_a_sentence() -> None:
    """An index beyond the tree, a tree that shrinks, and hashes that were not read."""
    with pytest.raises(ValueError, match="there is no entry 5 in a tree of 5"):
        inclusion_proof(5, 5, LOG.read)
    with pytest.raises(ValueError, match="there is no entry -1"):
        inclusion_proof(-1, 5, LOG.read)
    with pytest.raises(ValueError, match="a tree of 4 does not continue a tree of 5"):
        consistency_proof(5, 4, LOG.read)
    with pytest.raises(ValueError, match="a tree has no size -1"):
        tree.root(-1, LOG.read)
    for wrong in (lambda _: [], lambda indexes: [b"short"] * len(indexes)):
        with pytest.raises(ValueError, match="other things came back"):
            inclusion_proof(0, 5, wrong)
