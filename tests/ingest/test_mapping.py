"""Mapping: our own shape, other shapes through TOML, and a clear sentence for everything that is no post."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.capture import capture_of
from ingest.mapping import FieldMap, load_mapping, natural
from ingest.posts import Reading
from records.codec import decode, encode
from records.errors import Malformed, Misconfigured
from records.posts import TEXT_CHARS_MAX, Post
from records.topics import POSTS

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "url", "what"]), inner),
    max_leaves=5,
)


def read(value: Any, mapping: FieldMap | None = None) -> Post:
    """The post that our mapping, or another, reads."""
    return Reading("test", mapping or natural()).post(value, capture_of(b"{}"), NOW)


def refused(value: Any, saying: str, mapping: FieldMap | None = None) -> None:
    """It is refused with this sentence."""
    with pytest.raises(Malformed, match=saying):
        read(value, mapping)


def toml(folder: Path, content: str) -> FieldMap:
    """A mapping from a file."""
    file = folder / "mapping.toml"
    file.write_text(content)
    return load_mapping(file)


def test_a_comment_an_edit_and_a_removal_are_read() -> None:
    """The three examples in the documentation are three facts about one post."""
    author = {"id": "u-7", "name": "Dana M."}
    seen = read(
        {"id": "c-1", "surface": "blog/fees", "author": author, "text": "A", "posted_at": "2026-03-02T09:14:00Z"}
    )
    edited = read({"id": "c-1", "kind": "edited", "text": "B", "edited_at": "2026-03-02T10:20:00+01:00"})
    removed = read({"id": "c-1", "kind": "removed", "removed_at": "2026-03-02T11:02:30Z"})
    assert {seen.post_id, edited.post_id, removed.post_id} == {"test:c-1"}
    assert len({seen.record_id, edited.record_id, removed.record_id}) == 3
    assert edited.site_at == datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
    assert (seen.author and seen.author.name, seen.surface, removed.text) == ("Dana M.", "blog/fees", None)


def test_a_reply_names_its_parent_and_thread_as_posts() -> None:
    """Ids of the site become ids of ours, so that a thread can be followed."""
    post = read({"id": 2, "text": "", "parent_id": 1, "thread_id": "t", "author": 9})
    assert (post.native_id, post.parent_post_id, post.thread_id) == ("2", "test:1", "test:t")
    assert post.author is not None
    assert post.author.author_id == "9"


def test_an_author_without_an_id_is_known_by_name() -> None:
    """Some sites show nothing but a name."""
    post = read({"id": "1", "text": "t", "author": {"name": "Dana"}})
    assert post.author is not None
    assert post.author.author_id == "Dana"


@pytest.mark.parametrize(
    ("changes", "saying"),
    [
        ({"id": None}, "id: is missing"),
        ({"id": True}, "id: must be a text or a whole number"),
        ({"id": 1.5}, "id: must be"),
        ({"id": "x" * 513}, "id: is longer"),
        ({"text": None}, "text: is missing"),
        ({"text": 5}, "text: must be a text"),
        ({"text": "half \ud800"}, "text: holds half"),
        ({"kind": "liked"}, "kind: must be one of"),
        ({"kind": ["seen"]}, "kind: must be one of"),
        ({"posted_at": "0000-01-01T00:00:00Z"}, "posted_at: lies outside the years"),
        ({"posted_at": "9999-12-31T23:59:59-01:00"}, "posted_at: lies outside the years"),
        ({"posted_at": "2026-03-02T09:14:00"}, "posted_at: does not say its offset"),
        ({"posted_at": "yesterday"}, "posted_at: is not a time"),
        ({"posted_at": 1614265330}, "posted_at: is not a time"),
        ({"media": "x"}, "media: must be a list"),
        ({"media": [{}]}, r"media\.0\.url: is missing"),
        ({"media": ["u"] * 33}, "media: has more than"),
        ({"kind": "reacted"}, "reaction.what: is missing"),
    ],
)
def test_what_is_no_post_is_refused_with_the_field(changes: dict[str, Any], saying: str) -> None:
    """The sentence names the field and says what it should be."""
    refused({"id": "1", "text": "t"} | changes, saying)


def test_the_years_1_and_9999_are_read() -> None:
    """The ends of the calendar are strange, and still times."""
    assert read({"id": "1", "text": "t", "posted_at": "9999-12-31T23:59:59Z"}).site_at is not None
    assert read({"id": "1", "text": "t", "posted_at": "0001-01-01T00:00:00Z"}).site_at is not None


def test_controls_and_direction_marks_are_kept() -> None:
    """NUL, controls and right-to-left overrides are evidence, and survive the way to Kafka."""
    text = "a\x00b\x1b\u202egnp.exe\u2066\ufeff"
    post = read({"id": "1", "text": text})
    assert decode(POSTS, encode(post)).text == text


def test_a_long_text_is_cut_and_marked() -> None:
    """What is longer than a record may be is cut; the capture keeps up to its own limit."""
    post = read({"id": "1", "text": "x" * (TEXT_CHARS_MAX + 1)})
    assert post.text_cut
    assert len(post.text or "") == TEXT_CHARS_MAX


def test_long_titles_are_cut_and_long_addresses_left_out() -> None:
    """Half of a title is still a title; half of an address is a wrong one."""
    post = read({"id": "1", "text": "t", "page_title": "x" * 3000, "url": "https://" + "x" * 3000})
    assert (len(post.page_title or ""), post.url) == (2048, None)


@given(st.dictionaries(st.sampled_from([*natural().fields, "author", "report", "reaction"]), VALUES), VALUES)
def test_any_json_is_a_post_or_malformed(fields: dict[str, Any], identity: Any) -> None:
    """Nothing that JSON can say crashes the mapping, and every post survives the way to Kafka."""
    try:
        post = read(fields | {"id": identity})
    except Malformed:
        return
    assert decode(POSTS, encode(post)) == post


def test_another_shape_is_read_through_a_mapping(tmp_path: Path) -> None:
    """Paths, constants, words of the site and times in its own format."""
    mapping = toml(
        tmp_path,
        """
        [fields]
        id = "comment.id"
        kind = "event"
        text = "comment.body"
        surface = { value = "forum" }
        author_id = { path = ["user.id", "user.login"] }
        posted_at = { path = "comment.times.0", time = "unix_ms" }
        edited_at = { path = "comment.changed", time = "%d.%m.%Y %H:%M", zone = "Europe/Vienna" }
        [kinds]
        "comment.created" = "seen"
        "comment.changed" = "edited"
        """,
    )
    comment = {"id": 5, "body": "hi", "times": [1614265330000], "changed": "02.03.2026 10:20"}
    seen = read({"event": "comment.created", "comment": comment, "user": {"login": "dana"}}, mapping)
    edited = read({"event": "comment.changed", "comment": comment}, mapping)
    assert seen.author is not None
    assert (seen.surface, seen.author.author_id, seen.site_at) == (
        "forum",
        "dana",
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert edited.site_at == datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
    refused({"event": "comment.created", "comment": comment | {"times": [10**400]}}, "outside the years", mapping)


@pytest.mark.parametrize(
    ("content", "saying"),
    [
        ("[fields]\ntext = 'a'", "at least `id`"),
        ("[fields]\nid = 'a'\ncolour = 'b'", "`colour` is not one of our fields"),
        ("[fields]\nid = { path = 'a', value = 'b' }", "a path or a value"),
        ("[fields]\nid = { path = 'a', zone = 'Middle/Earth' }", "Middle/Earth"),
        ("[fields]\nid = 5", "a path is a text"),
        ("[fields]\nid = 'a'\n[kinds]\nx = 'y'", "one of ours"),
        ("[fields]\nid = 'a'\n[other]", "tables that we do not know"),
        ("[fields", "not usable"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_with_a_sentence(tmp_path: Path, content: str, saying: str) -> None:
    """Mistakes in the file are found when it is read, not when posts come."""
    with pytest.raises(Misconfigured, match=saying):
        toml(tmp_path, content)


def test_a_mapping_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """A wrong path is said plainly."""
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_mapping(tmp_path / "nothing.toml")
