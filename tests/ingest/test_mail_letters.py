"""Mails from strangers: what is read of them, and that nothing they may be made of breaks or delays the reading."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mail.letters import DEPTH_MAX, FIELDS_BYTES_MAX, PARTS_MAX, letter_of, passes, sender_in
from ingest.mail.mailbox import MAIL_BYTES_MAX
from records.errors import Malformed

PLAIN = b"From: WordPress <wordpress@example.org>\r\n%s\r\n\r\n%s"


def mail(*fields: str, body: bytes = b"hello") -> bytes:
    """A mail with these fields."""
    return PLAIN % ("\r\n".join(fields).encode(), body)


def test_a_mail_says_who_when_what_and_which() -> None:
    """Encoded words are letters again, also those that turn the direction: whoever shows them makes them visible."""
    letter = letter_of(
        mail(
            "Subject: =?utf-8?b?4oCuZ8O8bnN0aWc=?= now",
            "Date: Wed, 25 Nov 2026 10:00:00 +0100",
            "Message-ID: <1@example.org>",
            body=b"one\r\ntwo",
        )
    )
    assert letter.sender == "wordpress@example.org"
    assert letter.subject == "\u202egünstig now"
    assert letter.sent_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert (letter.native_id, letter.text) == ("<1@example.org>", "one\ntwo")


@pytest.mark.parametrize(
    "date", ["", "Date:", "Date: soon", "Date: Wed, 99 Nov 2026 10:00:00 +0100", "Date: " + "1 " * 900]
)
def test_a_mail_without_a_date_that_is_one_has_none(date: str) -> None:
    """Nobody knows when it was sent; it is a mail all the same."""
    assert letter_of(mail(date or "X: y")).sent_at is None


def test_a_mail_without_an_id_is_named_by_its_bytes() -> None:
    """The same bytes have the same name; an id that is too long is none."""
    named = letter_of(mail("X: y")).native_id
    assert named.startswith("sha256:")
    assert named == letter_of(mail("X: y")).native_id != letter_of(mail("X: z")).native_id
    assert letter_of(mail(f"Message-ID: <{'x' * 5000}@example.org>")).native_id.startswith("sha256:")


@pytest.mark.parametrize(
    ("value", "sender"),
    [
        ("wordpress@example.org", "wordpress@example.org"),
        ('"Mallory" <WordPress@Example.org>', "wordpress@example.org"),
        ("J. Doe via the blog <wordpress@example.org>", "wordpress@example.org"),
        ("Grüße =?utf-8?b?4?= \x07 <wordpress@example.org>", "wordpress@example.org"),
        ("wordpress@example.org <mallory@evil.example>", None),
        ('"wordpress@example.org" <mallory@evil.example>', "mallory@evil.example"),
        ("mallory@evil.example, wordpress@example.org", None),
        ("<wordpress@example.org>mallory@evil.example", None),
        ("mallory@evil.example (wordpress@example.org)", "mallory@evil.example"),
        ("=?utf-8?q?wordpress=40example.org?=", None),
        ("=?utf-8?q?wordpress=40example.org?= <mallory@evil.example>", "mallory@evil.example"),
        ("wordpress@exämple.org", None),
        ("", None),
        ("<" * 1900, None),
        ("(" * 1900 + "wordpress@example.org", None),
        ('"' + "\\" * 900, None),
        ("wordpress@example.org" + "," * 100_000, None),
    ],
)
def test_a_sender_is_one_plain_address_or_nobody(value: str, sender: str | None) -> None:
    """However the field tries to look like somebody else."""
    assert sender_in(f"From: {value}\r\n\r\n".encode()) == sender


def test_two_senders_are_none() -> None:
    """One field From is what there may be."""
    assert sender_in(b"From: wordpress@example.org\r\nFrom: mallory@evil.example\r\n\r\n") is None


def test_plain_text_is_preferred_and_markup_is_read_as_a_visitor_reads_it() -> None:
    """What is attached, and mails within the mail, are not the text."""
    parts = (
        b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nattached\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner\r\n"
        b"--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>gr\xfc\xdfe <a href='http://x.example'>y</a></p>\r\n"
    )
    fields = 'Content-Type: multipart/mixed; boundary="b"'
    assert letter_of(mail(fields, body=parts + b"--b--")).text == "grüße y (http://x.example)"
    plain = b"--b\r\nContent-Type: text/plain\r\n\r\nthe plain text\r\n--b--"
    assert letter_of(mail(fields, body=parts + plain)).text == "the plain text"


@pytest.mark.parametrize(
    "charset",
    ["nonsense", "punycode", "idna", "rot13", "hex", "utf-7", "unicode_escape", '"\x00"', "*0*=x", "utf-8'en'x", ""],
)
def test_a_charset_that_is_none_is_taken_for_the_usual_one(charset: str) -> None:
    """What cannot be read in it is marked; what is no charset of text is never used."""
    found = letter_of(mail(f"Content-Type: text/plain; charset={charset}", body="grüße \\x41 -abc".encode() + b"\xff"))
    assert found.text == "grüße \\x41 -abc\ufffd"


def test_bytes_of_no_charset_in_a_field_are_read_as_utf_8() -> None:
    """Many servers write so."""
    assert letter_of(mail("Subject: grüße")).subject == "grüße"
    assert letter_of(PLAIN % (b"Subject: gr\xfc\xdfe", b"")).subject == "gr\ufffd\ufffde"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (mail(body=b"--b\r\n\r\nx\r\n" * (PARTS_MAX + 1)), "parts"),
        (mail(body=b'Content-Type: multipart/mixed; boundary = "b"\r\n\r\n' * (DEPTH_MAX + 1)), "nested"),
        (mail(body=b"Content-Type: multipart/mixed; boundary*0*=b\r\n\r\n" * (DEPTH_MAX + 1)), "nested"),
        (mail(body=b"Content-Type: Message/rfc822\r\n\r\n" * (DEPTH_MAX + 1)), "nested"),
        (mail("X: y\r\n" * FIELDS_BYTES_MAX), "fields"),
        (b"x" * (FIELDS_BYTES_MAX + 1), "fields"),
    ],
)
def test_a_mail_that_would_take_long_is_not_parsed(content: bytes, why: str) -> None:
    """It is counted first, what it may be made of."""
    with pytest.raises(Malformed, match=why):
        letter_of(content)


@pytest.mark.parametrize(
    "content",
    [
        mail('Content-Type: multipart/mixed; boundary="b"', body=b"--b\r\n\r\nx\r\n" * (PARTS_MAX - 1)),
        mail(*("X: y" for _ in range(15_000))),
        mail("Subject: x", *(" y" for _ in range(20_000))),
        mail("Subject: " + "=?utf-8?q?a?= " * 6000),
        mail("Content-Type: text/plain" + "; a*0=b" * 10_000),
        mail("Content-Transfer-Encoding: base64", body=b"!" * (MAIL_BYTES_MAX - 1000)),
        mail("Content-Transfer-Encoding: x-uuencode", body=b"begin 644 x\n" + b"!" * (MAIL_BYTES_MAX - 1000)),
        mail("Content-Type: text/html", body=b"<a href=" * 100_000),
        mail(body=b"\r" * (MAIL_BYTES_MAX - 1000)),
    ],
)
def test_as_much_as_a_mail_may_have_is_read(content: bytes) -> None:
    """Of everything that grows."""
    assert letter_of(content).sender == "wordpress@example.org"


FIELDS = b"From To Subject Date Message-ID Content-Type Content-Transfer-Encoding Content-Disposition".split()
KINDS = (
    b"text/plain text/html message/rfc822 message/delivery-status message/partial multipart/mixed;boundary=b".split()
)
VALUES = b"multipart/digest;boundary=b base64 quoted-printable x-uuencode a@b ;charset= ;charset*0*= utf-8''x".split()
WORDS = b"=?utf-8?q? =?x?b? ?= < > ( ) [ ] , : ; \" ' \\ = * % \x00 \xff \xc3\xa4".split(b" ")
BREAKS = [b"\r\n", b"\n", b"\r\n\r\n", b"\r\n--b\r\n", b"\r\n--b--\r\n", b" ", b"\t", b"1 Jan 2026 10:00 +0000"]
PIECES = st.sampled_from([*(field + b": " for field in FIELDS), *KINDS, *VALUES, *WORDS, *BREAKS])


@given(st.lists(PIECES | st.binary(max_size=4), max_size=60).map(b"".join))
def test_whatever_arrives_is_a_mail_or_malformed(content: bytes) -> None:
    """Pieces of mails in any order: no other error, and text that UTF-8 can carry."""
    sender_in(content)
    try:
        letter = letter_of(content)
    except Malformed:
        return
    for text in (letter.subject, letter.text, letter.native_id, letter.sender or "", *letter.results):
        text.encode("utf-8")
    passes(letter, "mx.example.org")


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ("mx.example.org; dmarc=pass header.from=example.org", True),
        ("mx.example.org 1; spf=pass smtp.mailfrom=x; dmarc=pass (p=none) header.from=example.org", True),
        ("mx.example.org; dmarc=fail header.from=example.org", False),
        ("mx.example.org; spf=pass smtp.mailfrom=x", False),
        ("mx.evil.example; dmarc=pass", False),
        ('mx.example.org; dkim=fail reason="; dmarc=pass"', False),
        ("mx.example.org; dkim=fail (; dmarc=pass)", False),
        ("mx.example.org; dmarc=passable", False),
        ("mx.example.org.evil.example; dmarc=pass", False),
        ("", False),
    ],
)
def test_the_word_of_our_own_server_on_the_sender_is_the_topmost(said: str, good: bool) -> None:
    """Below it may stand what the sender wrote."""
    forged = "Authentication-Results: mx.example.org; dmarc=pass"
    letter = letter_of(mail(f"Authentication-Results: {said}", forged))
    assert passes(letter, "mx.example.org") is good
    assert not passes(letter_of(mail("X: y")), "mx.example.org")
