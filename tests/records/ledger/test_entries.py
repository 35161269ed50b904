"""Entries, frames and seals: what goes in comes out, and nothing else is taken for it."""

import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from records.errors import Malformed
from records.ledger.entries import ABSENT, NO_COMMITMENT, RECORD, Entry, LogId, absent, parse_body, parse_leaf
from records.ledger.frames import HEAD, Frame, Torn, frame, frames
from records.ledger.sealing import commitment, keyless, places, salt_and_key, seal, subject_of, unseal

LOG = LogId("cluster-1", "posts", "T0picT0picT0picT0picTA", 3)
MS_MAX = 2**42
keys = st.binary(min_size=32, max_size=32)
entries = st.builds(
    Entry,
    kind=st.sampled_from([RECORD, ABSENT]),
    offset=st.integers(0, 2**63 - 1),
    append_ms=st.integers(0, MS_MAX),
    value_size=st.none() | st.integers(0, 2**40),
    key=st.none() | st.binary(max_size=80),
    commitment=st.binary(min_size=32, max_size=32),
)
whole_frames = st.builds(Frame, st.binary(max_size=90), st.integers(0, 2**32 - 1), st.binary(max_size=90))


@given(entry=entries)
def test_an_entry_is_read_back_from_body_and_leaf(entry: Entry) -> None:
    """No key and an empty key are two things."""
    assert parse_body(entry.body()) == parse_leaf(LOG, LOG.head + entry.body()) == entry


@given(body=st.binary(max_size=120))
def test_a_body_has_one_meaning_or_none(body: bytes) -> None:
    """What is not refused encodes to the same bytes again."""
    try:
        entry = parse_body(body)
    except Malformed:
        return
    assert entry.body() == body


@pytest.mark.parametrize(
    "body",
    [b"", bytes(60), b"\x02" + absent(1, "a", 2).body()[1:], absent(1, "a", 2).body() + b"x"],
    ids=["nothing", "too short", "unknown kind", "too long"],
)
def test_what_is_no_body_is_refused(body: bytes) -> None:
    """With a sentence."""
    with pytest.raises(Malformed):
        parse_body(body)


def test_a_leaf_of_another_log_is_refused() -> None:
    """No entry can be moved to another partition."""
    other = LogId("cluster-1", "posts", "T0picT0picT0picT0picTA", 4)
    with pytest.raises(Malformed, match="another log"):
        parse_leaf(other, LOG.head + absent(0, "a", 1).body())


def test_an_absent_entry_names_the_acceptance() -> None:
    """It commits to nothing."""
    entry = absent(7, "acceptance-1", 1_000)
    assert entry.absent
    assert (entry.key, entry.commitment, entry.value_size) == (b"acceptance-1", NO_COMMITMENT, None)
    assert entry.recorded_at.isoformat() == "1970-01-01T00:00:01+00:00"


@given(key=keys, offset=st.integers(0, 2**63 - 1), value=st.binary(max_size=200))
def test_a_value_opens_where_it_was_sealed_and_nowhere_else(key: bytes, offset: int, value: bytes) -> None:
    """Another offset, key, commitment or ciphertext opens nothing."""
    committed, sealed = seal(key, places(LOG.topic_id, LOG.partition), offset, value)
    salt, _ = salt_and_key(key, LOG.topic_id, LOG.partition, offset)
    assert committed == commitment(salt, value)
    assert unseal(key, LOG, offset, committed, sealed) == (salt, value)
    other_key, other = bytes([key[0] ^ 1]) + key[1:], bytes([committed[0] ^ 1]) + committed[1:]
    assert unseal(other_key, LOG, offset, committed, sealed) is None
    assert unseal(key, LOG, offset ^ 1, committed, sealed) is None
    assert unseal(key, LOG, offset, other, sealed) is None
    assert unseal(key, LOG, offset, committed[:-1] + bytes([committed[-1] ^ 1]), sealed) is None
    assert unseal(key, LOG, offset, committed, sealed[:-1]) is None
    assert unseal(key, LOG, offset, committed, b"") is None


@given(key=keys, offset=st.integers(0, 2**63 - 1))
def test_salt_and_key_are_those_of_the_standards(key: bytes, offset: int) -> None:
    """HKDF-Expand of RFC 5869, one block, as others compute it."""
    info = f"lifeguard seal v1\n{LOG.topic_id}\n{LOG.partition}\n{offset}".encode()
    salt, aes = salt_and_key(key, LOG.topic_id, LOG.partition, offset)
    assert salt + aes == hmac.digest(key, info + b"\x01", "sha512")
    assert salt + aes == HKDFExpand(hashes.SHA512(), 64, info).derive(key)


def test_subjects_do_not_collide() -> None:
    """Posts are one subject in every topic about posts; other keys are their topic's; no key can name a keyless one."""
    subjects: list[Any] = [
        subject_of("posts", b"1", "", about_post=True),
        subject_of("audit", b"1", "", about_post=False),
        subject_of("audit", b"at T-0-5", "T-0-5", about_post=False),
        subject_of("audit", b"", "T-0-5", about_post=False),
        subject_of("audit", None, "T-0-5", about_post=False),
    ]
    assert len(set(subjects)) == 5
    assert subjects[0] == subject_of("verdicts", b"1", "", about_post=True) == b"post:1"
    assert subjects[4] == keyless("audit", "T-0-5")


@given(many=st.lists(whole_frames, max_size=5))
def test_frames_are_read_back(many: list[Frame]) -> None:
    """One after another."""
    data = b"".join(frame(one.body, one.slot, one.sealed) for one in many)
    assert list(frames(data)) == many
    assert sum(one.size_bytes for one in many) == len(data)


@given(many=st.lists(whole_frames, min_size=1, max_size=4), chance=st.randoms(use_true_random=False))
def test_a_torn_frame_is_told_with_its_place(many: list[Frame], chance: Any) -> None:
    """Cut anywhere, or with any bit changed: all frames before come out, and then Torn says where."""
    pieces = [frame(one.body, one.slot, one.sealed) for one in many]
    data = b"".join(pieces)
    cut, flipped = chance.randrange(len(data)), bytearray(data)
    flipped[cut] ^= 1 << chance.randrange(8)
    starts = [sum(map(len, pieces[:n])) for n in range(len(pieces))]
    torn_at = max(start for start in starts if start <= cut)
    for damaged in (data[:cut], bytes(flipped)):
        if len(damaged) == torn_at:
            continue  # cut between two frames: nothing is torn
        found = []
        with pytest.raises(Torn) as torn:
            found.extend(iter_into(found, damaged))
        assert torn.value.at == torn_at
        assert found == many[: starts.index(torn_at)]


def iter_into(found: list[Frame], data: bytes) -> list[Frame]:
    """Appends frame by frame, so that those before an error are seen."""
    for one in frames(data):
        found.append(one)  # noqa: PERF402
    return []


@pytest.mark.parametrize("size", [1, 15, 16, 100])
def test_zeros_are_no_frame(size: int) -> None:
    """A file that was made longer and never written to."""
    with pytest.raises(Torn):
        list(frames(bytes(size)))
    assert HEAD.size == 16
