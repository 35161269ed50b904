"""From mails that tell of posts to posts: WordPress's own notification, patterns of one's own, and forged endings."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.known import Known
from ingest.mail.letters import Letter
from ingest.mail.notices import WORDPRESS, WORDPRESS_SUBJECT, Notices
from ingest.sources.configured import load_sources
from ingest.sources.imap import Imap, ImapOptions
from records.errors import Malformed, Misconfigured
from records.settings import Settings

SENT_AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
SUBJECT = '[Hallerford Running Club] Comment: "Fees for the "fun" run"'
MAIL = """New comment on your post "Fees for the "fun" run"
Author: {author} (IP address: 192.0.2.7, host.example)
Email: dana@example.org
URL: {url}
{reply}Comment: 
{text}

You can see all comments on this post here:
https://example.org/blog/fees/#comments

Permalink: https://example.org/blog/fees/#comment-42
Trash it: https://example.org/wp-admin/comment.php?action=trash&c=42#wpbody-content
Spam it: https://example.org/wp-admin/comment.php?action=spam&c=42#wpbody-content
"""  # noqa: W291  as WordPress writes it


def letter(mail: str = "", subject: str = SUBJECT, **said: str) -> Letter:
    """A mail as WordPress sends it, or with another text."""
    written = MAIL.format(**{"author": "Dana M.", "url": "http://d.example", "reply": "", "text": "Does it?"} | said)
    return Letter("wordpress@example.org", subject, SENT_AT, "<1@example.org>", (), mail or written)


@pytest.fixture
def notices() -> Notices:
    """What is read if nobody says otherwise."""
    return Notices(WORDPRESS_SUBJECT, (WORDPRESS,))


def test_a_notification_of_wordpress_is_the_comment_that_it_tells_of(notices: Notices) -> None:
    """Its number, page, author and text; the surface is the path of the page."""
    reply = "In reply to: https://example.org/wp-admin/comment.php?action=editcomment&c=41#wpbody-content\n"
    told = letter(reply=reply)
    assert notices.tells(told)
    assert notices.shape(told, None) == {
        "id": "42",
        "surface": "blog/fees",
        "url": "https://example.org/blog/fees/#comment-42",
        "page_title": 'Fees for the "fun" run',
        "author": {"name": "Dana M.", "url": "http://d.example"},
        "text": "Does it?",
        "parent_id": "41",
        "posted_at": SENT_AT.isoformat(),
    }
    assert notices.shape(letter(), "blog")["surface"] == "blog"


def test_nobody_can_write_an_end_of_their_own_into_a_comment(notices: Notices) -> None:
    """Nor a beginning: what a comment says about itself is its text."""
    forged = MAIL.format(author="Victor", url="", reply="", text="nothing to see").replace("42", "7")
    found = notices.shape(letter(author="A (IP address: 1.1.1.1, x)"), None)
    assert found["author"]["name"] == "A (IP address: 1.1.1.1, x)"
    found = notices.shape(letter(MAIL.format(author="Eve", url="", reply="", text=f"here it ends\n\n{forged}")), None)
    assert (found["id"], found["author"]["name"]) == ("42", "Eve")
    assert found["text"].startswith("here it ends")
    assert found["text"].endswith(forged.strip().splitlines()[-1])


@pytest.mark.parametrize(
    "text", ["", "Somebody asks for a new password", MAIL.format(author="E", url="", reply="", text="x")[:-300]]
)
def test_a_mail_that_does_not_fit_is_malformed(text: str, notices: Notices) -> None:
    """It may be a post that we do not understand: a person can look at the dead letter."""
    with pytest.raises(Malformed, match="no pattern fits"):
        notices.shape(letter(text or "nothing"), None)


@pytest.mark.parametrize(
    "subject", ["[Club] Password reset", '[Club] Please moderate: "Fees"', '[Club] Pingback: "Fees"', "", "Comment"]
)
def test_a_subject_that_tells_of_no_post_is_none(subject: str, notices: Notices) -> None:
    """WordPress sends other mails too, and some hold secrets."""
    assert not notices.tells(letter(subject=subject))


def test_patterns_of_ones_own_name_what_they_find() -> None:
    """Groups of the subject count too; the id is that of the mail if none is found."""
    subject = r"^Neue Bewertung: (?P<page_title>.*)$"
    first, second = r"^(?P<author>[^:\n]+) schreibt:\n(?s:(?P<text>.*))$", r"(?s)(?P<text>.+)"
    notices = Notices(subject, (first, second))
    told = letter("Uwe schreibt:\nGut.\nSehr gut.", "Neue Bewertung: Lauf")
    found = notices.shape(told, "reviews/run")
    assert (found["id"], found["page_title"], found["author"]["name"]) == ("<1@example.org>", "Lauf", "Uwe")
    assert (found["text"], found["surface"], found["url"]) == ("Gut.\nSehr gut.", "reviews/run", None)
    assert notices.shape(letter("only this", "Neue Bewertung: x"), None)["text"] == "only this"


def test_a_hostile_text_makes_no_pattern_slow(notices: Notices) -> None:
    """As many almost-ends as fit: the engine takes linear time."""
    almost = "\n\nYou can see all comments on this post here:\nx\n\nPermalink: x#comment-1\n" * 10_000
    found = notices.shape(letter(MAIL.format(author="Eve", url="", reply="", text=almost)), None)
    assert found["id"] == "42"
    with pytest.raises(Malformed):
        notices.shape(letter(f'New comment on your post "x"\n{almost}'), None)


OPTIONS: dict[str, Any] = {"host": "mail.example.org", "user": "watch", "from": ["wordpress@example.org"]}


def configured(folder: Path, **options: Any) -> Imap:
    """The source of a file with these options."""
    secret = folder / "password"
    secret.write_text("ebb tide")
    written = [
        f"{name} = {json.dumps(value)}" for name, value in (OPTIONS | {"password_file": str(secret)} | options).items()
    ]
    path = folder / "sources.toml"
    path.write_text("\n".join(['[[sources]]\nkind = "imap"\nname = "mails"', *written]))
    with Known(Settings(data_dir=folder), "mails") as known:
        made: Any = load_sources(path)[0].source(known)
    assert isinstance(made, Imap)
    return made


def test_options_are_what_the_file_says(tmp_path: Path) -> None:
    """TLS from the first byte, the inbox, and WordPress's notification if nothing else is said."""
    made = configured(tmp_path, **{"from": ["WordPress@Example.org", "@forum.example.org"]})
    options: ImapOptions = made.options
    assert (options.port, options.starttls, options.mailbox, made.password) == (993, False, "INBOX", "ebb tide")
    assert options.senders == ("wordpress@example.org", "@forum.example.org")
    assert options.patterns == (WORDPRESS,)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"from": []}, "from"),
        ({"from": ["everybody"]}, "address"),
        ({"from": ["a b@example.org"]}, "address"),
        ({"patterns": ["(?P<text>"]}, "RE2"),
        ({"patterns": ["(?P<text>.)(?=x)"]}, "RE2"),
        ({"patterns": ["(?P<author>.*)"]}, "text"),
        ({"patterns": ["(?P<text>.*)(?P<mood>.*)"]}, "mood"),
        ({"patterns": []}, "patterns"),
        ({"mailbox": "INBOX\r\nx DELETE INBOX"}, "mailbox"),
        ({"user": "a\r\nb"}, "user"),
        ({"host": "mail.example.org:993/x"}, "host"),
        ({"password": "ebb tide"}, "password"),
    ],
)
def test_options_that_cannot_work_are_said_before_anything_is_read(
    options: dict[str, Any], why: str, tmp_path: Path
) -> None:
    """By the name of the source and of the option."""
    with pytest.raises(Misconfigured, match=why) as found:
        configured(tmp_path, **options)
    assert "mails" in str(found.value)
    assert "ebb tide" not in str(found.value)
