"""A witness accepts what continues, refuses what contradicts, and never two histories of one log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import Malformed
from records.ledger.checkpoints import Checkpoint
from records.ledger.notes import Signer
from records.ledger.witnessing import (
    PROOF_LINES_MAX,
    REQUEST_BYTES_MAX,
    Accepted,
    Refused,
    Request,
    decide,
    parse_request,
)
from tests.records.ledger.histories import ENTRIES, KEEPER, History

HONEST = History()
sizes = st.integers(0, ENTRIES)


def verdict(stored: Checkpoint | None, request: Request) -> Accepted | Refused:
    """What the witness decides."""
    return decide(stored, request, KEEPER.public())


@given(st.lists(sizes, min_size=1, max_size=8))
def test_a_log_that_grows_is_cosigned_at_every_size(chosen: list[int]) -> None:
    """From nothing on, in any steps, also again at the same size."""
    stored: Checkpoint | None = None
    for size in sorted(chosen):
        request = HONEST.request(stored.size if stored else 0, size)
        found = verdict(stored, parse_request(request.encode()))
        assert found == Accepted(HONEST.checkpoint(size))
        stored = HONEST.checkpoint(size)


@given(st.lists(st.tuples(st.booleans(), sizes, sizes, st.booleans(), st.booleans()), max_size=40), sizes)
def test_no_two_histories_are_ever_cosigned(sent: list[tuple[bool, int, int, bool, bool]], parting: int) -> None:
    """Whatever a keeper with two histories sends, the accepted checkpoints are those of one of them."""
    other = History("forged", parting)
    stored: Checkpoint | None = None
    accepted: list[Checkpoint] = []
    for forged, old, size, current, borrowed in sent:
        log = other if forged else HONEST
        request = log.request(stored.size if stored and current else old, size)
        if borrowed:  # the proof of the other history
            request = Request(request.old, (HONEST if forged else other).request(request.old, size).proof, request.note)
        if isinstance(verdict(stored, request), Accepted):
            stored = log.checkpoint(size)
            accepted.append(stored)
    assert [one.size for one in accepted] == sorted(one.size for one in accepted)
    assert any(all(one.root == log.roots[one.size] for one in accepted) for log in (HONEST, other))


@given(sizes, sizes, st.data())
def test_a_proof_that_was_touched_is_refused(old: int, size: int, data: st.DataObject) -> None:
    """One bit of one hash, one hash less, one more."""
    old, size = sorted((old, size))
    request = HONEST.request(old, size)
    proof = list(request.proof)
    how = data.draw(st.sampled_from(["bit", "less", "more"] if proof else ["more"]))
    if how == "more":
        proof.insert(data.draw(st.integers(0, len(proof))), bytes(32))
    else:
        where = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        changed = bytearray(proof.pop(where))
        changed[bit // 8] ^= 1 << bit % 8
        if how == "bit":
            proof.insert(where, bytes(changed))
    stored = HONEST.checkpoint(old) if old else None
    found = verdict(stored, Request(old, tuple(proof), request.note))
    assert isinstance(found, Refused)
    assert (found.status, found.fault) == (422, "inconsistent" if 0 < old < size else None)


FORKED = History("forged", 10)


@pytest.mark.parametrize(
    ("stored", "request_", "status", "size", "fault"),
    [
        (None, HONEST.request(5, 20), 409, 0, None),
        (HONEST.checkpoint(12), HONEST.request(0, 20), 409, 12, None),
        (HONEST.checkpoint(12), HONEST.request(11, 12), 409, 12, None),
        (HONEST.checkpoint(12), HONEST.request(30, 20), 400, 12, None),
        (HONEST.checkpoint(12), HONEST.request(0, 8), 409, 12, "shrunk"),
        (HONEST.checkpoint(12), HONEST.request(12, 8), 400, 12, "shrunk"),
        (HONEST.checkpoint(12), FORKED.request(12, 12), 409, 12, "fork"),
        (HONEST.checkpoint(12), FORKED.request(0, 12), 409, 12, "fork"),
        (HONEST.checkpoint(12), FORKED.request(12, 20), 422, 12, "inconsistent"),
        (HONEST.checkpoint(12, "ended recreated"), HONEST.request(12, 20), 409, 12, "after its end"),
        (HONEST.checkpoint(12, "ended recreated"), HONEST.request(12, 12), 409, 12, None),
        (HONEST.checkpoint(12, "ended recreated"), HONEST.request(12, 12, "ended otherwise"), 409, 12, None),
        (HONEST.checkpoint(12), HONEST.request(12, 20, signer=Signer.made()), 403, 12, None),
        (HONEST.checkpoint(12), FORKED.request(12, 12, signer=Signer.made()), 403, 12, None),
    ],
)
def test_what_is_refused(
    stored: Checkpoint | None, request_: Request, status: int, size: int, fault: str | None
) -> None:
    """With the status that C2SP names, the size that is cosigned, and whether it speaks against the keeper."""
    found = verdict(stored, request_)
    assert isinstance(found, Refused)
    assert (found.status, found.size, found.fault) == (status, size, fault)


def test_the_end_of_a_log_is_cosigned_again_but_nothing_after_it() -> None:
    """A keeper that died before it had the cosignature asks once more."""
    end = HONEST.checkpoint(12, "ended the topic was made anew")
    assert verdict(HONEST.checkpoint(12), HONEST.request(12, 12, *end.extensions)) == Accepted(end)
    assert verdict(end, HONEST.request(12, 12, *end.extensions)) == Accepted(end)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.replace(b"old 3", b"old 03"),
        lambda body: body.replace(b"old 3", b"old -3"),
        lambda body: body.replace(b"old 3", b"new 3"),
        lambda body: body.replace(b"old 3\n", b"old 3 \n"),
        lambda body: body.replace(b"old 3\n", b"old 3\n" + b"A" * 43 + b"\n"),
        lambda body: body.replace(b"old 3\n", b"old 3\n" + b"A" * 42 + b"B=\n"),
        lambda body: body.replace(b"old 3\n", b"old 3\n" + (b"A" * 43 + b"=\n") * PROOF_LINES_MAX),
        lambda body: body.replace(b"\n\n", b"\n", 1),
        lambda body: body.replace(b"old 3\n", b""),
        lambda body: body[:-1],
        lambda body: body.replace(b"\n20\n", b"\n020\n"),
        lambda body: body + b"\x00",
        lambda body: body + b"x" * REQUEST_BYTES_MAX,
        lambda _: b"",
        lambda _: b"\n\n",
        lambda _: b"old 0\n\n",
    ],
)
def test_what_is_no_request_is_malformed(spoil) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Nothing is guessed."""
    body = HONEST.request(3, 20).encode()
    assert parse_request(body) == HONEST.request(3, 20)
    with pytest.raises(Malformed):
        parse_request(spoil(body))


@given(st.binary(max_size=200))
def test_rubbish_is_malformed(body: bytes) -> None:
    """And nothing else."""
    for content in (body, b"old 0\n\n" + body, b"old 1\n" + body):
        with pytest.raises(Malformed):
            parse_request(content)
