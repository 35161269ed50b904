"""A real mail server under watch: what a site only tells by e-mail is judged, searchable, and told once."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.cursors import Cursors
from ingest.known import Known
from ingest.mail.mailbox import MAIL_BYTES_MAX
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.reader import read_all
from ingest.sources.imap import LARGE, OTHER, UNPROVED, ImapOptions, source
from ingest.sources.source import Looked, Refused
from records.coverage import Coverage
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import COVERAGE, DEAD_LETTERS, POSTS, Topic
from tests.live.imap_server import MAILBOX, PASSWORD, USER, ImapServer, missing
from tests.live.pipeline import Pipeline, wait_for
from tests.live.poller import Poller

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

TEXT = "Collins Reed promises that 500 becomes 6,200 in one week with no risk at all."
MANY = 1800
OURS = "wordpress@example.org"
BODY = """New comment on your post "Hello world!"
Author: {author} (IP address: 192.0.2.7, host.example)
Email: somebody@example.org
URL: http://somebody.example
Comment:
{text}

You can see all comments on this post here:
https://example.org/2026/11/hello-world/#comments

Permalink: https://example.org/2026/11/hello-world/#comment-{number}
Trash it: https://example.org/wp-admin/comment.php?action=trash&c={number}#wpbody-content
Spam it: https://example.org/wp-admin/comment.php?action=spam&c={number}#wpbody-content
"""
WATCHED = """
[[sources]]
kind = "imap"
name = "mails"
host = "127.0.0.1"
port = {port}
starttls = {starttls}
ca_file = "{ca_file}"
user = "{user}"
password_file = "{password_file}"
mailbox = "{mailbox}"
from = ["wordpress@example.org"]
every_seconds = 1
"""


@pytest.fixture
def server() -> Iterator[ImapServer]:
    """The server; where this machine cannot run one, the sentence that says what to install."""
    sentence = missing()
    if sentence and os.environ.get("CI") == "true":
        pytest.fail(sentence)
    if sentence:
        pytest.skip(sentence)
    with ImapServer() as started:
        yield started


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge and fold."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold")) as started:
        yield started


def watching(server: ImapServer, environment: dict[str, str], folder: Path, *, starttls: bool = False) -> Poller:
    """The process that reads the mailbox; not started yet."""
    secret = folder / "password"
    secret.write_text(PASSWORD)
    chosen = {"port": server.starttls_port if starttls else server.port, "starttls": str(starttls).lower()}
    named = {"ca_file": server.ca_file, "user": USER, "password_file": secret, "mailbox": MAILBOX}
    return Poller(folder, environment, WATCHED.format(**chosen, **named))


@pytest.fixture
def poller(server: ImapServer, pipeline: Pipeline, live_environment: dict[str, str], tmp_path: Path) -> Poller:
    """The process that reads the mailbox, encrypted from the first byte."""
    return watching(server, live_environment, tmp_path)


def notification(number: int, text: str, author: str = "Dana M.", sender: str = OURS) -> bytes:
    """The mail that WordPress sends about a comment."""
    mail = EmailMessage()
    mail["From"] = f'"{author}" <{sender}>'
    mail["Subject"] = '[Hallerford Running Club] Comment: "Hello world!"'
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{number}.{sender}>"
    mail.set_content(BODY.format(author=author, text=text, number=number))
    return mail.as_bytes()


def records(settings: Settings, topic: Topic) -> list[Any]:
    """What has been published on a topic."""
    return [one.record for one in read_all(settings, [topic]) if isinstance(one, Received)]


def coverage(settings: Settings, kind: str) -> list[Coverage]:
    """What the source said of its watching."""
    return [said for said in records(settings, COVERAGE) if said.kind == kind]


def document(pipeline: Pipeline, number: int) -> dict[str, Any]:
    """The document of a post, or nothing yet."""
    hits = pipeline.ask("POST", "/{posts}/_search", {"query": {"ids": {"values": [f"mails:{number}"]}}})["hits"]["hits"]
    return hits[0]["_source"] if hits else {}


def judged(pipeline: Pipeline, number: int) -> bool:
    """Whether a post can be found with its verdict."""
    return bool(document(pipeline, number).get("judged", False))


def test_a_notification_becomes_a_judged_post_and_the_mailbox_stays_as_it_was(
    server: ImapServer, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """The capture is the mail, byte for byte; others' mails are counted, what does not fit is a dead letter."""
    mail = notification(42, TEXT, author="Jörg \u202eEvil")
    odd = notification(43, "x").replace(b"Permalink", b"Permanent link")
    server.deliver(mail, notification(7, "forged", sender="mallory@evil.example"), odd, b"no mail at all\r\n")
    with poller:
        wait_for(lambda: judged(pipeline, 42), "it was not judged")
        wait_for(lambda: bool(coverage(live_settings, "refused")), "the others were not counted")
    found = document(pipeline, 42)
    assert (found["text"], found["author_name"], found["surface"]) == (TEXT, "Jörg \u202eEvil", "2026/11/hello-world")
    assert (found["page_title"], found["url"]) == (
        "Hello world!",
        "https://example.org/2026/11/hello-world/#comment-42",
    )
    assert "promissory" in found["labels"]
    [post] = records(live_settings, POSTS)
    check_capture(post, mail)
    [letter] = records(live_settings, DEAD_LETTERS)
    assert "no pattern fits" in letter.reason
    assert letter.sha256 == hashlib.sha256(odd.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).hexdigest()
    assert [(said.read, said.detail) for said in coverage(live_settings, "refused")] == [
        (2, "the sender is not one of ours")
    ]
    assert not any(b"Seen" in flags for flags in server.flags())
    assert len(server.flags()) == 4
    assert PASSWORD not in poller.said


def check_capture(post: Post, mail: bytes) -> None:
    """Mail travels with CR and LF at the ends of its lines."""
    sent = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert post.capture is not None
    assert post.capture.content == sent
    assert post.capture.sha256 == hashlib.sha256(sent).hexdigest()
    assert post.capture.media_type == "message/rfc822"


def test_a_restart_goes_on_and_numbers_that_begin_anew_are_said(
    server: ImapServer, pipeline: Pipeline, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """Also by STARTTLS; what was told is not told again, and the break is a gap that cannot be made good."""
    server.deliver(notification(1, "the first"), notification(2, "the second"))
    with watching(server, live_environment, tmp_path, starttls=True):
        wait_for(lambda: judged(pipeline, 2), "the second was not judged")
    server.deliver(notification(3, "the third"))
    with watching(server, live_environment, tmp_path, starttls=True):
        wait_for(lambda: judged(pipeline, 3), "the third was not judged")
        server.number_anew()
        server.deliver(notification(2, "the second"), notification(4, "the fourth"))
        wait_for(lambda: judged(pipeline, 4), "the fourth was not judged")
        wait_for(lambda: bool(coverage(live_settings, "gap")), "nobody said that the numbers began anew")
    assert sorted(post.native_id for post in records(live_settings, POSTS)) == ["1", "2", "3", "4"]
    assert any("numbered anew" in (gap.detail or "") for gap in coverage(live_settings, "gap"))


@pytest.mark.chaos
def test_a_kill_in_the_middle_makes_no_second_fact(
    server: ImapServer, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """At most one batch is told again, as the same records; the history has each once."""
    server.drop(*(notification(number, f"mail number {number}") for number in range(1, MANY + 1)))
    place = Cursors(live_settings)
    with poller:
        wait_for(lambda: place.load("imap.mails") is not None, "nothing was read")
        poller.kill()
    assert 0 < len(records(live_settings, POSTS)) < MANY
    with poller:
        wait_for(lambda: (place.load("imap.mails") or {})["cursor"]["uid"] == MANY, "it did not go on")
    pipeline.settle()
    assert len({post.record_id for post in records(live_settings, POSTS)}) == MANY
    count = pipeline.ask("POST", "/{history}/_count", {"query": {"term": {"topic": "posts"}}})["count"]
    assert count == MANY


def test_a_mail_server_that_was_away_leaves_a_gap_that_is_filled(
    server: ImapServer, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """Mails wait in the mailbox meanwhile."""
    server.deliver(notification(1, "before"))
    with poller:
        wait_for(lambda: judged(pipeline, 1), "the first was not judged")
        wait_for(lambda: bool(coverage(live_settings, "heartbeat")), "there is no heartbeat")
        down_at = datetime.now(UTC)
        missed = notification(2, "during")
        server.down()
        wait_for(lambda: "does not answer" in poller.said, "nobody noticed")
        up_at = datetime.now(UTC)
        server.up()
        server.deliver(missed)
        wait_for(lambda: judged(pipeline, 2), "what was missed was not judged")
        wait_for(lambda: bool(coverage(live_settings, "backfill")), "the gap was not filled")
    [gap] = coverage(live_settings, "gap")
    assert gap.from_at is not None
    assert gap.until_at is not None
    assert gap.from_at <= down_at < up_at <= gap.until_at


def test_the_limits_of_what_is_read_hold_against_a_real_server(server: ImapServer, tmp_path: Path) -> None:
    """Too large, without a word on its sender, about something else: counted and not kept."""
    vouched = b"Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\r\n"
    other = notification(5, "x").replace(b"Comment:", b"Password reset", 1)
    server.deliver(vouched + notification(1, "y" * MAIL_BYTES_MAX), notification(2, "x"), vouched + other)
    server.deliver(vouched + notification(3, "this one counts"))
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    options = ImapOptions.model_validate(
        {"kind": "imap", "name": "mails", "host": "localhost", "port": server.port, "ca_file": server.ca_file}
        | {"user": USER, "password_file": password, "mailbox": MAILBOX, "from": ["@example.org"]}
        | {"authenticated_by": "mx.example.org"}
    )
    with Known(Settings(data_dir=tmp_path), "mails") as known:
        *found, looked = list(source(options, known, Reading("mails", natural())).items(None))
    assert [item.what for item in found[:3]] == [Refused(LARGE), Refused(UNPROVED), Refused(OTHER)]
    assert isinstance(found[3].what, Post)
    assert found[3].what.text == "this one counts"
    assert (looked.what, [item.cursor["uid"] for item in (*found, looked)]) == (Looked(4), [1, 2, 3, 4, 4])
