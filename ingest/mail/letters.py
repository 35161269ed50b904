"""A mail as bytes from a stranger, read within limits: who says to have sent it, when, about what, and its text.

The standard library's parser is slow on many parts, deep nesting and long fields, and raises a dozen kinds of errors
on what nobody should send. So what a mail may consist of is counted before it is parsed, fields are cut before they are
read, and every error of the parser means that this is no mail.
"""

import codecs
import email.utils
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import InvalidHeaderDefect, MessageError
from email.headerregistry import Address
from email.message import Message
from email.policy import compat32, default
from typing import Any

import re2

from ingest.markup import plain_text
from records.digests import sha256_hex
from records.errors import Malformed
from records.posts import TEXT_CHARS_MAX

FIELDS_BYTES_MAX = 100_000
FIELD_CHARS_MAX = 2_000
PARTS_MAX = 2_000
DEPTH_MAX = 20
ID_CHARS_MAX = 400
_DASHES = re2.compile(rb"(?m)^--")
_NESTING = re2.compile(rb"(?i)\bboundary[\s*0-9]*=|message/")
_NO_MORE = re2.compile(rb"\r?\n\r?\n")
_ASIDE = re2.compile(r"\"(?:[^\"\\]|\\.)*\"|\([^()]*\)")
# What fits in no text, and what takes quadratic time or gives halves of characters.
_CHARSETS = ("utf-8", "ascii", "iso8859", "cp", "koi8", "mac-", "gb", "big5", "euc", "shift_jis", "iso2022", "utf-16")
_PARSER_ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


@dataclass(frozen=True)
class Letter:
    """What a mail says of itself; nothing of it is proved. `sender` is None unless exactly one is named."""

    sender: str | None
    subject: str
    sent_at: datetime | None
    native_id: str
    results: tuple[str, ...]
    text: str


def letter_of(content: bytes) -> Letter:
    """The mail that these bytes are; raises Malformed."""
    _countable(content)
    try:
        message = message_from_bytes(content, policy=compat32)
        return Letter(
            sender=_sender(message),
            subject=_first(message, "subject"),
            sent_at=_sent_at(message),
            native_id=_id(message, content),
            results=tuple(_readable(value) for value in _raw(message, "authentication-results")),
            text=_text(message),
        )
    except _PARSER_ERRORS as error:
        raise Malformed(f"is a mail that cannot be parsed ({type(error).__name__})") from None


def sender_in(fields: bytes) -> str | None:
    """The address that a field From names, in lower case; None where there is not exactly one, written plainly."""
    try:
        return _sender(message_from_bytes(fields, policy=compat32))
    except _PARSER_ERRORS:
        return None


def passes(letter: Letter, server: str) -> bool:
    """Whether this mail server of ours says, in the topmost such field, that the sender's domain sent it (DMARC)."""
    if not letter.results:
        return False
    name, *said = _ASIDE.sub(" ", letter.results[0]).split(";")
    first = name.split()[:1]
    return first == [server] and any(one.split()[:1] == ["dmarc=pass"] for one in said)


def _countable(content: bytes) -> None:
    ends = _NO_MORE.search(content, 0, FIELDS_BYTES_MAX)
    if ends is None and len(content) > FIELDS_BYTES_MAX:
        raise Malformed(f"has fields of more than {FIELDS_BYTES_MAX} bytes")
    if _more(_DASHES.finditer(content), PARTS_MAX):
        raise Malformed(f"may have more than {PARTS_MAX} parts")
    if _more(_NESTING.finditer(content), DEPTH_MAX):
        raise Malformed(f"may be nested more than {DEPTH_MAX} deep")


def _more(found: Iterator[Any], most: int) -> bool:
    return any(number >= most for number, _ in enumerate(found))


def _sender(message: Message) -> str | None:
    values = _raw(message, "from")
    if len(values) != 1 or len(values[0]) > FIELD_CHARS_MAX:
        return None
    header: Any = default.header_factory("from", values[0])
    addresses: tuple[Address, ...] = header.addresses
    if len(addresses) != 1 or any(isinstance(defect, InvalidHeaderDefect) for defect in header.defects):
        return None
    address = addresses[0].addr_spec
    return address.lower() if address.isascii() and address in values[0] else None


def _first(message: Message, name: str) -> str:
    values = _raw(message, name)
    if not values:
        return ""
    return _readable(str(default.header_factory(name, values[0][:FIELD_CHARS_MAX])))


def _sent_at(message: Message) -> datetime | None:
    """The instant of the field Date; without one, or with one that is none, nobody knows."""
    try:
        sent_at = email.utils.parsedate_to_datetime(_raw(message, "date")[0][:FIELD_CHARS_MAX])
        return sent_at.replace(tzinfo=sent_at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _id(message: Message, content: bytes) -> str:
    """Its Message-ID, or a name made of its bytes."""
    said = "".join(_raw(message, "message-id")[:1]).strip()
    plain = said.isascii() and said.isprintable() and 0 < len(said) <= ID_CHARS_MAX
    return said if plain else f"sha256:{sha256_hex(content)}"


def _raw(message: Message, name: str) -> list[str]:
    return [value.replace("\r", "").replace("\n", "") for field, value in message.raw_items() if field.lower() == name]


def _readable(value: str) -> str:
    """A field that may hold bytes of no charset: UTF-8, if they are."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:FIELD_CHARS_MAX]


def _text(message: Message) -> str:
    """The first part in plain text that says anything, else the first in HTML, as a reader sees it."""
    markup = None
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "text/plain" and (text := _decoded(part)).strip():
            return text
        if kind == "text/html" and markup is None:
            markup = part
    return "" if markup is None else plain_text(_decoded(markup))


def _parts(message: Message) -> Iterator[Message]:
    """The parts that are shown, in order; what is attached is not, and neither are mails within the mail."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed([one for one in part.get_payload() if isinstance(one, Message)])
        elif not part.is_multipart() and part.get_content_disposition() != "attachment":
            yield part


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    text = content.decode(_charset(part), "replace") if isinstance(content, bytes) else ""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")[: 2 * TEXT_CHARS_MAX]


def _charset(part: Message) -> str:
    """The charset that a part names if it is one of text, else UTF-8, which most are."""
    try:
        name = codecs.lookup(part.get_content_charset("utf-8")).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if name.startswith(_CHARSETS) else "utf-8"
