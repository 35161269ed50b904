"""An observation whose fields contradict one another is refused, with the reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from records.codec import decode
from records.errors import Malformed
from records.posts import MEDIA_MAX, TEXT_CHARS_MAX, revision_of
from records.topics import POSTS

SEEN: dict[str, Any] = {
    "kind": "seen",
    "post_id": "forum:1",
    "source": "forum",
    "native_id": "1",
    "text": "hello",
    "revision_id": revision_of("hello"),
    "seen_at": "2026-03-01T12:00:00Z",
    "collector": {"source": "forum", "version": "1", "config_digest": "0" * 64},
}


def _decoded(**changes: Any) -> Any:
    return decode(POSTS, json.dumps({**SEEN, **changes}).encode())


def test_a_sighting_needs_no_more_than_this() -> None:
    """The record_id is computed."""
    assert len(_decoded().record_id) == 40


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"native_id": "2"}, "post_id does not follow"),
        ({"text": None}, "text belongs to the kinds seen and edited"),
        ({"kind": "removed"}, "text belongs to the kinds seen and edited"),
        ({"revision_id": None}, "revision_id is not the digest"),
        ({"text": "other"}, "revision_id is not the digest"),
        ({"kind": "reported", "text": None, "revision_id": None}, "report belongs"),
        ({"kind": "reacted", "text": None, "revision_id": None}, "reaction belongs"),
        ({"report": {}}, "report belongs"),
        ({"reaction": {"what": "like"}}, "reaction belongs"),
        ({"seen_at": "2026-03-01T12:00:00"}, "seen_at"),
        ({"seen_at": "0001-01-01T00:00:00+14:00"}, "seen_at"),
        ({"seen_at": "9999-12-31T23:59:59-14:00"}, "seen_at"),
        ({"seen_at": "0000-01-01T00:00:00Z"}, "seen_at"),
        ({"source": "Not A Name"}, "source"),
        ({"text": "x" * (TEXT_CHARS_MAX + 1)}, "text"),
        ({"media": [{"url": "u"}] * (MEDIA_MAX + 1)}, "media"),
        ({"native_id": ""}, "native_id"),
    ],
)
def test_an_observation_that_contradicts_itself_is_malformed(changes: dict[str, Any], reason: str) -> None:
    """Nobody downstream has to wonder."""
    with pytest.raises(Malformed, match=reason):
        _decoded(**changes)


def test_half_of_a_surrogate_pair_is_not_text() -> None:
    """It could not be written as UTF-8 again."""
    line = json.dumps({**SEEN, "text": "?"}).replace('"?"', '"\\ud800"').encode()
    with pytest.raises(Malformed):
        decode(POSTS, line)


@pytest.mark.parametrize("text", ["", "\x00", "a\u202eb", "\u0007", "e\u0301", "👩\u200d🚀"])
def test_any_text_that_utf_8_can_carry_is_kept_as_it_came(text: str) -> None:
    """NUL, controls and direction marks are evidence."""
    assert _decoded(text=text, revision_id=revision_of(text)).text == text


def test_the_first_and_the_last_year_are_instants() -> None:
    """A site's clock may say anything."""
    assert _decoded(site_at="0001-01-01T00:00:00Z").site_at == datetime(1, 1, 1, tzinfo=UTC)
    assert _decoded(site_at="9999-12-31T23:59:59Z").site_at.year == 9999
