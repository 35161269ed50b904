"""Mails in which a site tells of its posts, read from a mailbox that nobody else has to know of.

For sites that only notify by e-mail. The mailbox is read and never changed: nothing is marked, moved or deleted. Mails
of others than the named senders are counted and not read. **The sender of a mail can be forged**: unless
`authenticated_by` names the mail server of ours whose word on it (DMARC) is wanted, whoever can write to this mailbox
can write posts into it; and what a mail says, the site may not show.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from ingest.capture import capture_of
from ingest.known import Known
from ingest.mail.letters import Letter, letter_of, passes, sender_in
from ingest.mail.mailbox import MAIL_BYTES_MAX, Access, Head, Mailbox
from ingest.mail.notices import WORDPRESS, WORDPRESS_SUBJECT, Expression, Notices, TextExpression
from ingest.posts import Reading
from ingest.sources.options import Options, secret_in
from ingest.sources.source import Bad, Cursor, Item, Looked, Missed, Polled, Refused, SourceKind
from records.base import Line
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.digests import sha256_hex
from records.errors import Malformed
from records.posts import Post

PORT = 993
SENDERS_MAX = 100
PATTERNS_MAX = 20
MEDIA_TYPE = "message/rfc822"
ANEW = "the mails of the mailbox are numbered anew (UIDVALIDITY): what was there before may have left it unread"
STRANGER = "the sender is not one of ours"
UNPROVED = "our mail server does not say that the sender is real"
OTHER = "the subject is none that tells of a post"
LARGE = f"the mail is larger than {MAIL_BYTES_MAX} bytes"


def _sender(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not at or not domain or not text.isascii() or any(char.isspace() for char in text) or '"' in name:
        raise ValueError("must be an address, or @ and a domain")
    return text.lower()


Printable = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+$")]
Sender = Annotated[str, Field(max_length=320), AfterValidator(_sender)]
"""The address of a sender, or `@` and a domain for everybody there."""


class ImapOptions(Options):
    """The mailbox and who may read it; whose mails tell of posts, and how."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65_535)] = PORT
    starttls: bool = False
    ca_file: Path | None = None
    user: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$")]
    password_file: Path
    mailbox: Printable = "INBOX"
    senders: Annotated[tuple[Sender, ...], Field(alias="from", min_length=1, max_length=SENDERS_MAX)]
    authenticated_by: Printable | None = None
    subject: Expression = WORDPRESS_SUBJECT
    patterns: Annotated[tuple[TextExpression, ...], Field(min_length=1, max_length=PATTERNS_MAX)] = (WORDPRESS,)
    surface: Annotated[Line, Field(min_length=1)] | None = None


@dataclass
class Imap:
    """The mails of one mailbox; where a pass ends is remembered by the numbering and the number of a mail."""

    options: ImapOptions
    reading: Reading
    known: Known
    notices: Notices
    password: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        return self.reading.source

    @property
    def cursor_name(self) -> str:
        """One place a source."""
        return f"imap.{self.name}"

    def items(self, cursor: Cursor | None) -> Iterator[Item]:
        """What has arrived since; a mailbox that is numbered anew is read from its beginning."""
        place, looked, read = cursor or {}, 0, 0
        with Mailbox(self.name, _access(self.options), self.password) as mailbox:
            after = place.get("uid", 0) if place.get("uidvalidity") == mailbox.validity else 0
            if place and place.get("uidvalidity") != mailbox.validity:
                yield Item(Missed(ANEW), _place(mailbox, 0))
            for head in mailbox.heads(after):
                looked, read = looked + 1, read + head.size_bytes
                found, state = self._found(mailbox, head)
                if found is not None:
                    yield Item(found, _place(mailbox, head.uid), read, state)
            yield Item(Looked(looked), _place(mailbox, mailbox.next_uid - 1), read)

    def _found(self, mailbox: Mailbox, head: Head) -> tuple[Post | Bad | Refused | None, str | None]:
        if not self._is_ours(sender_in(head.sender)):
            return Refused(STRANGER), None
        content = None if head.size_bytes > MAIL_BYTES_MAX else mailbox.content(head.uid)
        if head.size_bytes > MAIL_BYTES_MAX or (content is not None and len(content) > MAIL_BYTES_MAX):
            return Refused(LARGE), None
        if content is None:
            return None, None  # somebody deleted it just now
        try:
            return self._read(content)
        except Malformed as problem:
            return _bad(head.uid, content, str(problem)), None

    def _read(self, content: bytes) -> tuple[Post | Refused | None, str | None]:
        letter = letter_of(content)
        if why := self._unwanted(letter):
            return Refused(why), None
        shape = self.notices.shape(letter, self.options.surface)
        post = self.reading.post(shape, capture_of(content, media_type=MEDIA_TYPE), self.now())
        told = self.known.get(post.native_id) == post.revision_id
        return (None, None) if told else (post, post.revision_id)

    def _unwanted(self, letter: Letter) -> str | None:
        if not self._is_ours(letter.sender):
            return STRANGER
        if self.options.authenticated_by is not None and not passes(letter, self.options.authenticated_by):
            return UNPROVED
        return None if self.notices.tells(letter) else OTHER

    def _is_ours(self, sender: str | None) -> bool:
        domain = "@" + (sender or "").rpartition("@")[2]
        return sender is not None and (sender in self.options.senders or domain in self.options.senders)


def _access(options: ImapOptions) -> Access:
    return Access(options.host, options.port, options.user, options.mailbox, options.starttls, options.ca_file)


def _place(mailbox: Mailbox, uid: int) -> Cursor:
    return {"uidvalidity": mailbox.validity, "uid": uid}


def _bad(uid: int, content: bytes, reason: str) -> Bad:
    return Bad(uid, content[:DEAD_LETTER_BYTES_MAX], sha256_hex(content), len(content), reason)


def source(options: ImapOptions, known: Known, reading: Reading) -> Imap:
    """The source that these options describe; raises Misconfigured where its password cannot be read."""
    notices = Notices(options.subject, options.patterns)
    return Imap(options, reading, known, notices, secret_in(options.password_file))


KIND = SourceKind(
    name="imap",
    purpose="mails in which a site tells of its posts, from a mailbox",
    history=True,
    edits=False,
    removals=False,
    reactions=False,
    polled=Polled(ImapOptions, source),
)
