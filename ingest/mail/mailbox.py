"""The one door to imaplib: a mailbox that is read and never changed, within limits, over TLS."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ingest.web import SiteAway
from records.errors import Misconfigured

ANSWER_SECONDS_MAX = 30.0
MAIL_BYTES_MAX = 1_000_000
SENDER_BYTES_MAX = 4_000
HEADS_AT_ONCE = 100
UIDS_AT_ONCE = 100_000
_HEAD = re.compile(rb"\bUID ([0-9]{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,19})\b")


@dataclass(frozen=True)
class Access:
    """Where a mailbox is, and who reads it; without `starttls` the connection is encrypted from its first byte."""

    host: str
    port: int
    user: str
    mailbox: str
    starttls: bool = False
    ca_file: Path | None = None


@dataclass(frozen=True)
class Head:
    """What is known of a mail before it is read: its number, its size, and its field From as it came."""

    uid: int
    size_bytes: int
    sender: bytes


class _Bounded:
    """A server cannot make us read more at once than a mail may have."""

    def read(self, size: int) -> bytes:
        if size > 2 * MAIL_BYTES_MAX:
            raise imaplib.IMAP4.abort("the literal is too large")
        return super().read(size)  # type: ignore[misc,no-any-return]


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Encrypted(_Bounded, imaplib.IMAP4_SSL):
    pass


class Mailbox:
    """One mailbox, opened for reading only: `validity` names its numbering, `next_uid` is above all its mails."""

    def __init__(self, source: str, access: Access, password: str) -> None:
        self._source = source
        with self._reached():
            self._server = _connected(access)
        try:
            self._sign_in(access, password)
            self.validity, self.next_uid = self._open(access)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Says goodbye, if anybody is still there."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._server.logout()

    def heads(self, after: int) -> Iterator[Head]:
        """The mails numbered above `after`, in order; of each no more than the field From is read."""
        for begins in range(after + 1, self.next_uid, UIDS_AT_ONCE):
            ends = min(begins + UIDS_AT_ONCE, self.next_uid) - 1
            found = self._ask("SEARCH", "UID", f"{begins}:{ends}")
            uids = sorted(int(uid) for line in found if isinstance(line, bytes) for uid in line.split())
            uids = [uid for uid in uids if begins <= uid <= ends]
            for first in range(0, len(uids), HEADS_AT_ONCE):
                yield from self._heads(uids[first : first + HEADS_AT_ONCE])

    def content(self, uid: int) -> bytes | None:
        """A whole mail, or one byte more than `MAIL_BYTES_MAX` of it; None if it is not there any more."""
        found = self._ask("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{MAIL_BYTES_MAX + 1}>)")
        return next(
            (literal for head, literal in _answers(found) if literal is not None and _number(_HEAD, head) == uid), None
        )

    def _heads(self, uids: list[int]) -> Iterator[Head]:
        wanted = f"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM)]<0.{SENDER_BYTES_MAX}>)"
        found: dict[int, Head] = {}
        for head, literal in _answers(self._ask("FETCH", ",".join(map(str, uids)), wanted)):
            uid, size = _number(_HEAD, head), _number(_SIZE, head)
            if uid is not None and size is not None:
                found[uid] = Head(uid, size, literal or b"")
        yield from (found[uid] for uid in uids if uid in found)

    def _sign_in(self, access: Access, password: str) -> None:
        key = f"\0{access.user}\0{password}".encode()
        with self._reached():
            try:
                if "AUTH=PLAIN" in self._server.capabilities:
                    self._server.authenticate("PLAIN", lambda _: key)
                else:
                    self._server.login(access.user, password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise Misconfigured(
                    f"{self._source}: the mail server refuses us: check the user and the password file of the source"
                ) from None

    def _open(self, access: Access) -> tuple[int, int]:
        quoted = access.mailbox.replace("\\", "\\\\").replace('"', '\\"')
        with self._reached():
            said, _ = self._server.select(f'"{quoted}"', readonly=True)
            if said != "OK":
                raise Misconfigured(f"{self._source}: the mail server has no mailbox {access.mailbox} for this user")
            return self._told("UIDVALIDITY"), self._told("UIDNEXT")

    def _told(self, name: str) -> int:
        _, (said, *_) = self._server.response(name)
        if not isinstance(said, bytes) or not said.isdigit():
            raise SiteAway(f"{self._source}: the mail server does not say the {name} of the mailbox")
        return int(said)

    def _ask(self, *command: str) -> list[Any]:
        with self._reached():
            said, found = self._server.uid(*command)
            if said != "OK":
                raise SiteAway(f"{self._source}: the mail server does not do {command[0]}")
            return found

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise Misconfigured(
                f"{self._source}: the certificate of the mail server is not trusted ({error.verify_message}): "
                "if it is your own, name the file of its authority with ca_file"
            ) from None
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise SiteAway(f"{self._source}: the mail server does not answer ({type(error).__name__})") from None


def _connected(access: Access) -> imaplib.IMAP4:
    trust = ssl.create_default_context(cafile=access.ca_file)
    if not access.starttls:
        return _Encrypted(access.host, access.port, ssl_context=trust, timeout=ANSWER_SECONDS_MAX)
    server = _Plain(access.host, access.port, timeout=ANSWER_SECONDS_MAX)
    try:
        server.starttls(ssl_context=trust)
    except BaseException:
        server.shutdown()
        raise
    return server


def _answers(found: list[Any]) -> Iterator[tuple[bytes, bytes | None]]:
    """Each answer about a mail: what stands around the literal, and the literal, if there is one."""
    around, literal = b"", None
    for piece in found:
        if isinstance(piece, tuple):
            around, literal = around + piece[0], piece[1]
        elif isinstance(piece, bytes):
            around += piece
            if piece.endswith(b")"):
                yield around, literal
                around, literal = b"", None


def _number(pattern: re.Pattern[bytes], around: bytes) -> int | None:
    found = pattern.search(around)
    return None if found is None else int(found[1])
