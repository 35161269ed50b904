"""Signed notes as C2SP signed-note and tlog-cosignature write them: a text, and under it lines with signatures."""

import base64
import binascii
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.errors import Malformed, Misconfigured

NOTE_BYTES_MAX = 131_072
NAME_CHARS_MAX = 512
SIGNATURES_MAX = 16
KEY_ID_BYTES = 4
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64
TIME_BYTES = 8
TIME_SECONDS_MAX = 2**63 - 1
KEY_FILE_BYTES_MAX = 4096
ED25519: Literal[1] = 1
COSIGNATURE: Literal[4] = 4
Kind = Literal[1, 4]
"""What a key signs: the text itself, or the text with the time of seeing it (cosignature/v1)."""

_DASH = "\u2014 "
_COSIGNED = "cosignature/v1\n"
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Signature:
    """One line under a note: who signs, with which key (4 bytes), and what the kind of key makes of it."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """As it stands under a note, with its line end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.blob).decode('ascii')}\n"


@dataclass(frozen=True)
class Note:
    """A text of whole lines, and who signed it; a signature that nobody checked proves nothing."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def encode(self) -> bytes:
        """The bytes to keep or send."""
        return "".join((self.text, "\n", *(signature.line() for signature in self.signatures))).encode()

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """The same text, also signed so; a new signature of the same key takes the place of the old one."""
        by_key = {(one.name, one.key_id): one for one in (*self.signatures, *more)}
        return Note(self.text, tuple(by_key.values()))


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, line end, kind and key."""
        return sha256(self.name.encode() + b"\n" + self._typed()).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """One word that says it all, to be put into a file: `name+key id+key`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self._typed()).decode('ascii')}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """The key that such a word means; raises Malformed."""
        name, _, rest = vkey.partition("+")
        typed = _decoded(rest.partition("+")[2])
        if not _is_name(name) or len(typed) != 1 + PUBLIC_BYTES:
            raise Malformed("is not the public key of a signer, as in name+12345678+A...")
        if typed[0] not in {ED25519, COSIGNATURE}:
            raise Malformed(f"is a key of kind {typed[0]}, and we know {ED25519} and {COSIGNATURE}")
        verifier = cls(name, ED25519 if typed[0] == ED25519 else COSIGNATURE, typed[1:])
        if verifier.vkey != vkey:
            raise Malformed(f"is a key under another key id than {verifier.key_id.hex()}, or written unusually")
        return verifier

    def verifies(self, note: Note) -> bool:
        """Whether this key signed the text; of two signatures under its id both must be right."""
        own = self._own(note)
        return bool(own) and all(self._signed(note.text, signature.blob) for signature in own)

    def cosigned_at(self, note: Note) -> int | None:
        """When this key cosigned the text, in Unix seconds; nothing if it did not, or is of the other kind."""
        if self.kind != COSIGNATURE or not self.verifies(note):
            return None
        return max(int.from_bytes(signature.blob[:TIME_BYTES]) for signature in self._own(note))

    def _own(self, note: Note) -> list[Signature]:
        key_id = self.key_id
        return [one for one in note.signatures if one.name == self.name and one.key_id == key_id]

    def _signed(self, text: str, blob: bytes) -> bool:
        message = text.encode()
        if self.kind == COSIGNATURE:
            at, blob = int.from_bytes(blob[:TIME_BYTES]), blob[TIME_BYTES:]
            if at > TIME_SECONDS_MAX:
                return False
            message = _cosigned(text, at)
        if len(blob) != SIGNATURE_BYTES or len(self.public) != PUBLIC_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
        except InvalidSignature:
            return False
        return True

    def _typed(self) -> bytes:
        return bytes([self.kind]) + self.public


class Signer:
    """An Ed25519 private key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def made(cls) -> Self:
        """A new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key in this file (PEM, PKCS 8); raises Misconfigured if others may read it, or it is something else."""
        try:
            private = serialization.load_pem_private_key(_secret(path), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise Misconfigured(f"{path} is not a private key in PEM without a password") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise Misconfigured(f"{path} is a private key of another kind than Ed25519")
        return cls(private)

    def save(self, path: Path) -> None:
        """Writes the key durably where no file is yet, readable by us alone; raises FileExistsError."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)

    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def verifier(self, name: str, kind: Kind) -> Verifier:
        """What others check our signatures under this name with."""
        return Verifier(name, kind, self.public())

    def sign(self, name: str, text: str) -> Signature:
        """Signs the text; raises ValueError for one that would also read as a cosignature of this key."""
        if text.startswith(_COSIGNED):
            raise ValueError("a text that begins as a cosignature does is not signed")
        return self._signature(name, ED25519, _signable(text).encode(), b"")

    def cosign(self, name: str, text: str, at: int) -> Signature:
        """Says that we have seen this text at this time (Unix seconds) and nothing that contradicts it."""
        return self._signature(name, COSIGNATURE, _cosigned(_signable(text), at), at.to_bytes(TIME_BYTES))

    def _signature(self, name: str, kind: Kind, message: bytes, before: bytes) -> Signature:
        if not _is_name(name):
            raise ValueError(f"{name!r} is not a name to sign under: no spaces, no plus, at most {NAME_CHARS_MAX}")
        return Signature(name, self.verifier(name, kind).key_id, before + self._private.sign(message))


def parse_note(data: bytes) -> Note:
    """The note in these bytes, and encoding it gives the same bytes; raises Malformed. No signature is checked."""
    text, signatures = _split(data)
    lines = signatures[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise Malformed(f"has more than {SIGNATURES_MAX} signatures")
    note = Note(text, tuple(_signature(line) for line in lines))
    if len({(one.name, one.key_id) for one in note.signatures}) < len(lines):
        raise Malformed("is signed twice with one key")
    return note


def _split(data: bytes) -> tuple[str, str]:
    """The text, and the lines under it."""
    if len(data) > NOTE_BYTES_MAX:
        raise Malformed(f"is larger than {NOTE_BYTES_MAX} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"is not UTF-8: byte {error.start}") from None
    if found := _CONTROL.search(whole):
        raise Malformed(f"has a control character at {found.start()}")
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n"):
        raise Malformed("is not a text, an empty line, and lines with signatures")
    return text + "\n", signatures


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    signed = _decoded(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or len(signed) <= KEY_ID_BYTES:
        raise Malformed("has a line that is not a signature")
    return Signature(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def _decoded(encoded: str) -> bytes:
    """The bytes of canonical base64; none for anything else."""
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return decoded if base64.b64encode(decoded).decode("ascii") == encoded else b""


def _is_name(name: str) -> bool:
    return 0 < len(name) <= NAME_CHARS_MAX and name.isprintable() and " " not in name and "+" not in name


def _signable(text: str) -> str:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise ValueError("a note is signed as whole lines without control characters")
    return text


def _cosigned(text: str, at: int) -> bytes:
    return f"{_COSIGNED}time {at}\n{text}".encode()


def _secret(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise Misconfigured(f"{path} is readable by others than its owner: chmod 600 it, or make a new key")
            return file.read(KEY_FILE_BYTES_MAX)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
