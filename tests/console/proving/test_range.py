"""A range of entries is proved complete, and `verify.py` of an export agrees with whoever proved it."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from console.proving.verify import Wrong, root_by_range
from records.ledger.tree import Growing, leaf_hash, range_proof


def holds(hashes: list[bytes], start: int, size: int, beside: list[bytes], root: bytes) -> bool:
    """Whether that is the range under this root."""
    try:
        return bool(root_by_range(hashes, start, size, beside) == root)
    except Wrong:
        return False


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1), st.integers(1, size)))
)
def test_a_range_is_complete_or_it_is_not_proved(drawn: tuple[int, int, int]) -> None:
    """With the hashes beside it it makes up the root; with one entry less, more, or changed, it does not."""
    size, start, length = drawn
    stop = min(size, start + length)
    growing, stored = Growing(), b""
    hashes = [leaf_hash(bytes([number])) for number in range(size)]
    for one in hashes:
        stored += growing.append(one)

    def read(places: Sequence[int]) -> list[bytes]:
        return [stored[place * 32 : place * 32 + 32] for place in places]

    beside = range_proof(start, stop, size, read)
    inside, root = hashes[start:stop], growing.root()
    assert holds(inside, start, size, beside, root)
    assert not holds(inside[:-1], start, size, beside, root)
    assert not holds([*inside, inside[-1]], start, size, beside, root)
    assert not holds([leaf_hash(b"other"), *inside[1:]], start, size, beside, root)
    assert not holds(inside, start, size, [*beside, root], root)
