"""The source `jsonl`: every line is read once, bad ones are reported by number and kept, the place is found again."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import lines
from ingest.cursors import Cursors
from ingest.posts import Reading
from ingest.sources.jsonl import JsonLines
from ingest.sources.source import Bad, Item
from ingest.worker import Loop, Progress
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.errors import Misconfigured
from records.posts import CAPTURE_BYTES_MAX, Post
from tests.ingest.conftest import FakePublisher

SLOW_FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def line(number: int, text: str = "hello") -> bytes:
    """One good line."""
    return json.dumps({"id": f"c-{number}", "text": text}).encode()


def items(reading: Reading, content: bytes) -> list[Item]:
    """What comes out of these bytes."""
    return list(JsonLines(reading, None, io.BytesIO(content)).items(None))


def run(path: Path, reading: Reading, publisher: FakePublisher, cursors: Cursors) -> Progress:
    """One run of the loop."""
    return Loop(JsonLines(reading, path), publisher, cursors, "test").run()


def test_good_and_bad_lines_are_told_apart(reading: Reading) -> None:
    """A line that is no post is reported by its number, with the reason and its bytes."""
    found = items(reading, b"\xef\xbb\xbf" + line(1) + b"\r\n\n  \nnonsense\n\xff\xfe\n" + line(2))
    assert [type(item.what) for item in found] == [Post, Bad, Bad, Post]
    bad = [item.what for item in found if isinstance(item.what, Bad)]
    assert [(one.number, one.value) for one in bad] == [(4, b"nonsense"), (5, b"\xff\xfe")]


@given(st.binary(max_size=400))
@SLOW_FIXTURE
def test_random_bytes_never_crash(reading: Reading, content: bytes) -> None:
    """Every line that is not blank comes out exactly once, as a post or as a bad line with its own bytes."""
    expected = [n for n, one in enumerate(io.BytesIO(content), 1) if one.rstrip(b"\r\n").strip()]
    found = items(reading, content)
    assert [item.cursor["line"] for item in found] == expected
    assert all(isinstance(item.what, Bad) and item.what.number == n for item, n in zip(found, expected, strict=True))


def test_a_capture_is_the_line_as_it_stood(reading: Reading, tmp_path: Path) -> None:
    """Spaces and escapes are kept, with the digests of the line and of the whole file."""
    one = b'{ "id":"c-1",\t"text":"caf\\u00e9" }'
    file = tmp_path / "posts.jsonl"
    file.write_bytes(one + b"\r\n" + line(2))
    post = next(JsonLines(reading, file).items(None)).what
    assert isinstance(post, Post)
    assert post.capture is not None
    assert (post.capture.content, post.capture.sha256) == (one, hashlib.sha256(one).hexdigest())
    assert post.capture.whole_sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_large_line_has_a_cut_capture(reading: Reading) -> None:
    """Above the limit of a capture the text still comes through, and the digest is that of the uncut line."""
    large = json.dumps({"id": "1", "text": "t", "other": "x" * 1_000_000}).encode()
    post = items(reading, large)[0].what
    assert isinstance(post, Post)
    assert post.capture is not None
    assert post.capture.cut
    assert (len(post.capture.content), post.capture.size_bytes) == (CAPTURE_BYTES_MAX, len(large))
    assert post.capture.sha256 == hashlib.sha256(large).hexdigest()


def test_a_line_that_is_too_long_is_kept_cut(reading: Reading) -> None:
    """It is never held in memory whole; its beginning, size and digest are kept, and the next line is read."""
    long = b'{"id": "' + b"x" * (lines.LINE_BYTES_MAX * 2)
    bad, good = items(reading, long + b"\n" + line(2))
    assert isinstance(bad.what, Bad)
    assert len(bad.what.value) == DEAD_LETTER_BYTES_MAX
    assert bad.what.size_bytes == len(long) + 1
    assert bad.what.sha256 == hashlib.sha256(long + b"\n").hexdigest()
    assert isinstance(good.what, Post)


def test_a_second_run_goes_on_where_the_first_stopped(
    reading: Reading, publisher: FakePublisher, cursors: Cursors, tmp_path: Path
) -> None:
    """What was read is not read again; what was appended is."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(line(1) + b"\nbad\n")
    assert run(file, reading, publisher, cursors).posts == 1
    with file.open("ab") as more:
        more.write(line(2) + b"\nworse\n")
    assert run(file, reading, publisher, cursors).posts == 1
    assert run(file, reading, publisher, cursors).posts == 0
    assert [post.native_id for post in publisher.of("posts")] == ["c-1", "c-2"]
    assert [letter.offset for letter in publisher.of("dead-letters")] == [2, 4]


def test_another_file_under_the_same_name_is_read_from_its_beginning(
    reading: Reading, publisher: FakePublisher, cursors: Cursors, tmp_path: Path
) -> None:
    """A file that was replaced is known by its first bytes; one that became shorter, too."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(line(1) + b"\n" + line(2) + b"\n")
    run(file, reading, publisher, cursors)
    file.write_bytes(line(3) + b"\n" + line(4) + b"\n")
    assert run(file, reading, publisher, cursors).posts == 2
    file.write_bytes(line(3) + b"\n")
    assert run(file, reading, publisher, cursors).posts == 1


def test_a_file_that_is_not_there_is_a_sentence(reading: Reading, tmp_path: Path) -> None:
    """A wrong path is said plainly."""
    with pytest.raises(Misconfigured, match="cannot be read"):
        next(JsonLines(reading, tmp_path / "nothing").items(None))
