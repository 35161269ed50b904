"""Checkpoints: one text for one state of a log, and nothing that is not signed by the ledger under its own origin."""

import base64
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import Malformed
from records.ledger.checkpoints import (
    EXTENSIONS_MAX,
    LINE_CHARS_MAX,
    SIZE_MAX,
    Checkpoint,
    opened_checkpoint,
    parse_checkpoint,
)
from records.ledger.notes import Note, Signer
from records.ledger.tree import EMPTY_ROOT

EXAMPLES = settings(max_examples=200, deadline=None)
SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
ORIGIN, ROOT = "lifeguard.local/cluster/topic/0", bytes(range(32))
# The example of C2SP tlog-checkpoint.
PUBLISHED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
EMPTY = base64.b64encode(EMPTY_ROOT).decode()
ZEROS = "A" * 43 + "="

printed = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029")
lines = st.text(printed, min_size=1, max_size=40)
roots = st.binary(min_size=32, max_size=32)
more = st.lists(lines, max_size=EXTENSIONS_MAX).map(tuple)
checkpoints = st.builds(Checkpoint, lines, st.integers(1, SIZE_MAX), roots, more) | st.builds(
    Checkpoint, lines, st.just(0), st.just(EMPTY_ROOT), more
)


def test_a_published_checkpoint_is_read() -> None:
    """The example of the specification."""
    found = parse_checkpoint(PUBLISHED)
    assert (found.origin, found.size, found.extensions) == ("example.com/behind-the-sofa", 20852163, ())
    assert base64.b64encode(found.root).decode() == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert found.text() == PUBLISHED


@EXAMPLES
@given(checkpoints)
def test_a_checkpoint_comes_back_as_it_was(checkpoint: Checkpoint) -> None:
    """With every further line."""
    assert parse_checkpoint(checkpoint.text()) == checkpoint


@EXAMPLES
@given(
    st.text() | st.text(st.sampled_from("a01=\n ")), st.integers(0, 3), st.text(st.sampled_from("a\n0 "), max_size=3)
)
def test_any_text_is_malformed_or_a_checkpoint_that_is_written_so(text: str, place: int, put_in: str) -> None:
    """There are no two ways to write one checkpoint, and no other error."""
    parts = PUBLISHED.split("\n")
    for one in (text, "\n".join([*parts[:place], put_in, *parts[place:]])):
        with suppress(Malformed):
            assert parse_checkpoint(one).text() == one


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the last line has no end"),
        ("a\n1\n" + ZEROS, "the last line has no end"),
        ("\n", "a line each"),
        ("a\n1\n", "a line each"),
        (f"\n1\n{ZEROS}\n", "one line of 1 to"),
        (f"a\n01\n{ZEROS}\n", "a line each"),
        (f"a\n00\n{EMPTY}\n", "a line each"),
        (f"a\n+1\n{ZEROS}\n", "a line each"),
        (f"a\n-1\n{ZEROS}\n", "a line each"),
        (f"a\n1_0\n{ZEROS}\n", "a line each"),
        (f"a\n 1\n{ZEROS}\n", "a line each"),
        (f"a\n1\u0661\n{ZEROS}\n", "a line each"),
        (f"a\n{'9' * 5000}\n{ZEROS}\n", "a line each"),
        (f"a\n{SIZE_MAX + 1}\n{ZEROS}\n", "the size is beyond"),
        (f"a\n0\n{ZEROS}\n", "without entries"),
        (f"a\n1\n{'A' * 42}==\n", "a line each"),
        (f"a\n1\n{'A' * 44}\n", "a line each"),
        (f"a\n1\n{'A' * 42}B=\n", "written unusually"),
        (f"a\n1\n{ZEROS} \n", "a line each"),
        (f"a\n1\n{ZEROS}\n\n", "one line of 1 to"),
        (f"a\n1\n{ZEROS}\nb\n\nc\n", "one line of 1 to"),
        (f"a\r\n1\n{ZEROS}\n", "one line of 1 to"),
        (f"a\u2028b\n1\n{ZEROS}\n", "one line of 1 to"),
        (f"{'a' * (LINE_CHARS_MAX + 1)}\n1\n{ZEROS}\n", "one line of 1 to"),
        (f"a\n1\n{ZEROS}\n" + "b\n" * (EXTENSIONS_MAX + 1), "more than 16 lines"),
    ],
)
def test_what_is_no_checkpoint_is_malformed(text: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(Malformed, match=reason):
        parse_checkpoint(text)


def test_what_cannot_be_written_cannot_be_made() -> None:
    """No line end can hide in an origin or a reason."""
    for origin, size, root, extensions in (
        ("a\nb", 1, ROOT, ()),
        ("a", 1, ROOT, ("ended\nby",)),
        ("a", -1, ROOT, ()),
        ("a", 1, ROOT[:-1], ()),
        ("a", 0, ROOT, ()),
    ):
        with pytest.raises(ValueError, match=r"one line|the size|another root"):
            Checkpoint(origin, size, root, extensions)


def test_the_end_of_a_log_says_why() -> None:
    """In a line that is signed with the rest."""
    assert Checkpoint(ORIGIN, 5, ROOT).ended is None
    ended = Checkpoint(ORIGIN, 5, ROOT, ("other", "ended the topic was made anew"))
    assert ended.ended == "the topic was made anew"
    assert parse_checkpoint(ended.text()).ended == "the topic was made anew"


def test_a_signed_checkpoint_is_opened_with_its_key_and_origin_alone() -> None:
    """Cosigned or not; not with another key, another name, another kind of signature, or none of ours."""
    checkpoint = Checkpoint(ORIGIN, 5, ROOT)
    text, other = checkpoint.text(), Signer.made()
    ours = SIGNER.sign(ORIGIN, text)
    cosigned = Note(text, (ours, other.cosign("witness.example", text, 1)))
    assert opened_checkpoint(cosigned.encode(), SIGNER.public()) == (checkpoint, cosigned)
    wrong = [
        (Note(text, (ours,)), other.public()),
        (Note(text, (SIGNER.sign("lifeguard.local/cluster/topic/1", text),)), SIGNER.public()),
        (Note(text, (SIGNER.cosign(ORIGIN, text, 1),)), SIGNER.public()),
        (Note(text, (other.sign(ORIGIN, text),)), SIGNER.public()),
        (Note(Checkpoint(ORIGIN, 6, ROOT).text(), (ours,)), SIGNER.public()),
    ]
    for note, public in wrong:
        with pytest.raises(Malformed, match="did not sign"):
            opened_checkpoint(note.encode(), public)
    for data in (text.encode(), b"", Note("text\n", (SIGNER.sign(ORIGIN, "text\n"),)).encode()):
        with pytest.raises(Malformed):
            opened_checkpoint(data, SIGNER.public())
