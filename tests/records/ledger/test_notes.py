"""Signed notes: those that others published are read and signed alike, and nothing that was changed verifies."""

import base64
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import Malformed, Misconfigured
from records.ledger.notes import (
    COSIGNATURE,
    ED25519,
    NAME_CHARS_MAX,
    NOTE_BYTES_MAX,
    SIGNATURES_MAX,
    Note,
    Signature,
    Signer,
    Verifier,
    parse_note,
)

EXAMPLES = settings(max_examples=200, deadline=None)

# The keys and signatures of the documentation and tests of golang.org/x/mod/sumdb/note.
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# The example of C2SP signed-note.
EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# A checkpoint of a public log for Certificate Transparency, with two signatures of its own and four of witnesses.
PUBLIC_LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC_NOTE = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501 - as it was published

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NAME, TIME = "ledger.example/log", 1_679_315_147
printed = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029")
texts = st.lists(st.text(printed), min_size=1).map(lambda lines: "".join(f"{line}\n" for line in lines))
names = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="+"), min_size=1, max_size=40)
notes = st.builds(
    Note,
    texts,
    st.lists(
        st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=100)),
        min_size=1,
        max_size=SIGNATURES_MAX,
        unique_by=lambda one: (one.name, one.key_id),
    ).map(tuple),
)


def signed(text: str = "a\n2\nb\n") -> Note:
    """A note that our key signed and cosigned."""
    return Note(text, (SIGNER.sign(NAME, text), SIGNER.cosign("witness.example", text, TIME)))


def test_a_note_that_was_published_verifies() -> None:
    """With each of its keys, and with no other."""
    note = parse_note((TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode())
    assert note.text == TEXT
    assert Verifier.parse(PETER).verifies(note)
    assert Verifier.parse(ENOCH).verifies(note)
    assert not Verifier.parse(EXAMPLE).verifies(note)
    assert Verifier.parse(EXAMPLE).verifies(parse_note(EXAMPLE_NOTE.encode()))


def test_a_published_key_signs_as_it_did() -> None:
    """Ed25519 signs alike everywhere, so the whole note is the same."""
    signer = Signer(Ed25519PrivateKey.from_private_bytes(PETER_SEED))
    assert signer.verifier("PeterNeumann", ED25519).vkey == PETER
    assert Note(TEXT, (signer.sign("PeterNeumann", TEXT),)).encode().decode() == TEXT + "\n" + PETER_LINE
    nought = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert nought.verifier("EnochRoot", ED25519).vkey == ENOCH


def test_a_checkpoint_that_the_world_cosigned_verifies() -> None:
    """The signature of the log, and what the witness says it saw when; unknown kinds of keys are passed over."""
    note = parse_note(PUBLIC_NOTE.encode())
    log, witness = Verifier.parse(PUBLIC_LOG), Verifier.parse(WITNESS)
    assert len(note.signatures) == 6
    assert note.encode() == PUBLIC_NOTE.encode()
    assert (log.kind, witness.kind) == (ED25519, COSIGNATURE)
    assert log.verifies(note)
    assert witness.cosigned_at(note) == 0x6A122120
    assert log.cosigned_at(note) is None
    changed = parse_note(PUBLIC_NOTE.replace("1432088532", "1432088531").encode())
    assert not log.verifies(changed)
    assert witness.cosigned_at(changed) is None


@pytest.mark.parametrize("vkey", [PETER, ENOCH, EXAMPLE, PUBLIC_LOG, WITNESS])
def test_a_public_key_in_one_word_is_read_strictly(vkey: str) -> None:
    """As it was published and in no other way: no part of it, and no character of it changed."""
    assert Verifier.parse(vkey).vkey == vkey
    parts = {vkey[at:end] for at in range(len(vkey)) for end in range(at + 1, len(vkey) + 1)} - {vkey}
    changed = {vkey[:at] + chr(ord(char) + 1) + vkey[at + 1 :] for at, char in enumerate(vkey)}
    for wrong in parts | changed:
        with pytest.raises(Malformed):
            Verifier.parse(wrong)


@pytest.mark.parametrize(
    ("vkey", "reason"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "is not the public key"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "of kind 101"),
        (PETER.replace("c74f20a3", "C74F20A3"), "written unusually"),
        (PETER.replace("PeterNeumann", "Peter Neumann"), "is not the public key"),
        ("", "is not the public key"),
        ("a+b", "is not the public key"),
    ],
)
def test_a_wrong_public_key_is_malformed(vkey: str, reason: str) -> None:
    """With the reason."""
    with pytest.raises(Malformed, match=reason):
        Verifier.parse(vkey)


@EXAMPLES
@given(notes)
def test_a_note_comes_back_as_it_was(note: Note) -> None:
    """Text, names, keys and signatures, with empty lines in the text."""
    assert parse_note(note.encode()) == note


LINE = "— a AAAAAAA=\n"


@EXAMPLES
@given(st.binary(max_size=60) | st.text(st.sampled_from("a\n —A+=")).map(lambda text: (text + "\n\n" + LINE).encode()))
def test_any_bytes_are_malformed_or_a_note_that_is_written_so(data: bytes) -> None:
    """There are no two ways to write one note, and no other error."""
    with suppress(Malformed):
        assert parse_note(data).encode() == data


@EXAMPLES
@given(texts, names, st.integers(0, 2**63 - 1))
def test_what_a_key_signed_verifies(text: str, name: str, at: int) -> None:
    """As one kind of signature and as the other, and neither is taken for the other."""
    note = Note(text, (SIGNER.sign(name, text), SIGNER.cosign(name, text, at)))
    log, witness = SIGNER.verifier(name, ED25519), SIGNER.verifier(name, COSIGNATURE)
    assert log.verifies(note)
    assert witness.verifies(note)
    assert (log.cosigned_at(note), witness.cosigned_at(note)) == (None, at)
    for own, other in ((log, note.signatures[1]), (witness, note.signatures[0])):
        assert not own.verifies(Note(text, (other,)))
        assert not own.verifies(Note(text, (Signature(name, own.key_id, other.blob),)))


@EXAMPLES
@given(st.data())
def test_a_changed_note_does_not_verify(data: st.DataObject) -> None:
    """Whichever bit was changed, byte dropped or put in."""
    text = data.draw(texts)
    one, cosigned = SIGNER.sign(NAME, text), SIGNER.cosign(NAME, text, TIME)
    for verifier, signature in ((SIGNER.verifier(NAME, ED25519), one), (SIGNER.verifier(NAME, COSIGNATURE), cosigned)):
        whole = bytearray(Note(text, (signature,)).encode())
        at = data.draw(st.integers(0, len(whole) - 1))
        how = data.draw(st.sampled_from(["bit", "dropped", "put in"]))
        if how == "bit":
            whole[at] ^= 1 << data.draw(st.integers(0, 7))
        elif how == "dropped":
            del whole[at]
        else:
            whole.insert(at, data.draw(st.integers(0, 255)))
        with suppress(Malformed):
            assert not verifier.verifies(parse_note(bytes(whole)))


def test_every_single_bit_of_a_signature_counts() -> None:
    """Also those of the time of a cosignature."""
    note = signed()
    verifiers = (SIGNER.verifier(NAME, ED25519), SIGNER.verifier("witness.example", COSIGNATURE))
    for verifier, signature in zip(verifiers, note.signatures, strict=True):
        assert verifier.verifies(note)
        for bit in range(8 * len(signature.blob)):
            number = int.from_bytes(signature.blob) ^ (1 << bit)
            blob = number.to_bytes(len(signature.blob))
            assert not verifier.verifies(Note(note.text, (Signature(signature.name, signature.key_id, blob),)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is not a text, an empty line"),
        (b"text\n", "is not a text, an empty line"),
        (b"text\n\n", "is not a text, an empty line"),
        (b"text\n\n\n", "is not a text, an empty line"),
        ("text\n\n— a AAAAAAA=".encode(), "is not a text, an empty line"),
        ("text\n— a AAAAAAA=\n".encode(), "is not a text, an empty line"),
        (b"text\n\n- a AAAAAAA=\n", "not a signature"),
        ("text\n\n—a AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a  AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a AAAAAAA= \n".encode(), "not a signature"),
        ("text\n\n—  AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a+b AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a\u00a0b AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a\u202eb AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a AAAAAA==\n".encode(), "not a signature"),
        ("text\n\n— a AAAAAAB=\n".encode(), "not a signature"),
        ("text\n\n— a AAAAAAA\n".encode(), "not a signature"),
        ("text\n\n— a AAAA\u0661AA=\n".encode(), "not a signature"),
        (f"text\n\n— {'a' * (NAME_CHARS_MAX + 1)} AAAAAAA=\n".encode(), "not a signature"),
        ("text\n\n— a AAAAAAA=\n— a AAAAAAE=\n".encode(), "signed twice with one key"),
        ("a\rb\n\n— a AAAAAAA=\n".encode(), "control character at 1"),
        ("a\u0085b\n\n— a AAAAAAA=\n".encode(), "control character at 1"),
        ("a\u2028b\n\n— a AAAAAAA=\n".encode(), "control character at 1"),
        ("text\n\n— a AAAAAAA=\r\n".encode(), "control character"),
        (b"\xff\n\n", "is not UTF-8: byte 0"),
        (b"a" * (NOTE_BYTES_MAX + 1), "is larger than"),
        (("text\n\n" + "".join(f"— {n} AAAAAAA=\n" for n in range(SIGNATURES_MAX + 1))).encode(), "more than 16"),
    ],
)
def test_what_is_no_note_is_malformed(data: bytes, reason: str) -> None:
    """With the reason, and never with the text."""
    with pytest.raises(Malformed, match=reason):
        parse_note(data)


def test_a_text_may_have_empty_lines_and_lines_that_look_like_signatures() -> None:
    """Only what follows the last empty line is signatures."""
    text = f"text\n\n{LINE}\nmore\n"
    note = parse_note((text + "\n" + LINE).encode())
    assert (note.text, len(note.signatures)) == (text, 1)


def test_as_many_signatures_as_the_specification_asks_for_are_read() -> None:
    """Sixteen."""
    note = Note("text\n", tuple(Signature(f"n{n}", b"1234", b"x") for n in range(SIGNATURES_MAX)))
    assert parse_note(note.encode()) == note


def test_a_new_signature_of_the_same_key_takes_the_place_of_the_old_one() -> None:
    """A witness that cosigns again is there once, with its newest time."""
    note = signed()
    again = note.with_signatures([SIGNER.cosign("witness.example", note.text, TIME + 60)])
    assert [one.name for one in again.signatures] == [NAME, "witness.example"]
    assert SIGNER.verifier("witness.example", COSIGNATURE).cosigned_at(parse_note(again.encode())) == TIME + 60


def test_two_signatures_under_one_key_must_both_be_right() -> None:
    """A note made without parsing is not trusted more than one that was parsed."""
    note = signed()
    false = Signature(NAME, note.signatures[0].key_id, bytes(64))
    assert not SIGNER.verifier(NAME, ED25519).verifies(Note(note.text, (*note.signatures, false)))


def test_a_cosignature_too_late_or_too_short_does_not_verify() -> None:
    """The specification ends time at 2^63 seconds."""
    text, name = "a\n", "witness.example"
    verifier = SIGNER.verifier(name, COSIGNATURE)
    last, late = SIGNER.cosign(name, text, 2**63 - 1), SIGNER.cosign(name, text, 2**63)
    assert verifier.cosigned_at(Note(text, (last,))) == 2**63 - 1
    assert not verifier.verifies(Note(text, (late,)))
    for blob in (b"", b"1234567", b"12345678", late.blob[:-1], late.blob + b"x"):
        assert not verifier.verifies(Note(text, (Signature(name, verifier.key_id, blob),)))


def test_a_key_that_is_no_key_verifies_nothing() -> None:
    """A file with the wrong number of bytes is no reason to end with an error that nobody expects."""
    for public in (b"", bytes(31), bytes(33)):
        verifier = Verifier(NAME, ED25519, public)
        assert not verifier.verifies(Note("a\n", (Signature(NAME, verifier.key_id, bytes(64)),)))


@pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "a\x00\n", "cosignature/v1\ntime 5\na\n"])
def test_what_could_be_read_otherwise_is_not_signed(text: str) -> None:
    """Nor under a name that could."""
    with pytest.raises(ValueError, match=r"is not signed|is signed"):
        SIGNER.sign(NAME, text)
    for name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(ValueError, match="not a name to sign under"):
            SIGNER.sign(name, "a\n")


def test_a_key_is_saved_for_us_alone_and_loaded_again(tmp_path: Path) -> None:
    """Never over another, and never if others can read it."""
    path, signer = tmp_path / "key", Signer.made()
    signer.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.load(path).public() == signer.public()
    with pytest.raises(FileExistsError):
        Signer.made().save(path)
    for mode in (0o640, 0o604, 0o620, 0o666):
        path.chmod(mode)
        with pytest.raises(Misconfigured, match="chmod 600"):
            Signer.load(path)


def test_a_file_that_is_no_key_of_ours_is_a_wrong_setting(tmp_path: Path) -> None:
    """Not there, a folder, not PEM, under a password, or of another kind."""
    path = tmp_path / "key"
    for wrong, reason in ((path, "cannot be read: No such file"), (tmp_path, "cannot be read")):
        with pytest.raises(Misconfigured, match=reason):
            Signer.load(wrong)
    private, pem = Ed25519PrivateKey.generate(), serialization.Encoding.PEM
    other = generate_private_key(SECP256R1())
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    locked = private.private_bytes(pem, form, serialization.BestAvailableEncryption(b"password"))
    for content, reason in (
        (b"", "is not a private key"),
        (b"nothing", "is not a private key"),
        (locked, "is not a private key in PEM without a password"),
        (other.private_bytes(pem, form, open_), "another kind than Ed25519"),
    ):
        path.write_bytes(content)
        path.chmod(0o600)
        with pytest.raises(Misconfigured, match=reason):
            Signer.load(path)
