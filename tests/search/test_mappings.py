"""The mappings fit the documents, and nothing in them can make a document fail."""

from datetime import UTC, datetime

import pytest

from records.coverage import Coverage
from records.documents import PostDocument
from records.errors import Misconfigured, NewerVersion
from records.posts import Collector, Post, revision_of
from records.received import Received
from search.coverage_documents import hour_document, statement_document
from search.history import history_document
from search.indices import FIELDS, body_of, check_version, number_of
from search.mappings import COVERAGE, HISTORY, KEYWORD_CHARS_MAX, POSTS, SCHEMA_VERSION

LUCENE_TERM_BYTES_MAX = 32_766
NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def test_every_field_of_a_post_is_mapped_and_no_other() -> None:
    """A field that the fold writes and the mapping does not know would be refused by `dynamic: strict`."""
    assert set(POSTS) == set(PostDocument.__annotations__)


def test_every_field_of_a_fact_is_mapped_and_no_other() -> None:
    """The same for the index `history`."""
    collector = Collector(source="web", version="1", config_digest="ab" * 32)
    post = Post(
        kind="seen",
        post_id="web:1",
        source="web",
        native_id="1",
        text="hello",
        revision_id=revision_of("hello"),
        seen_at=NOW,
        collector=collector,
    )
    assert set(history_document(Received("posts", "T", 0, 0, NOW, post))) == set(HISTORY)


def test_every_field_of_a_statement_is_mapped_and_no_other() -> None:
    """The same for the index `coverage`, whose hours of heartbeats have fields of their own."""
    gap = Coverage(kind="gap", source="web", happened_at=NOW)
    beat = Coverage(kind="heartbeat", source="web", happened_at=NOW)
    assert set(statement_document(gap)) | set(hour_document(None, [beat])) == set(COVERAGE)


@pytest.mark.parametrize("name", FIELDS)
def test_no_keyword_can_exceed_what_lucene_takes(name: str) -> None:
    """A word of four-byte characters at the limit still fits, and a longer one is not indexed."""
    keywords = [field for field in FIELDS[name].values() if field["type"] == "keyword"]
    assert {field["ignore_above"] for field in keywords} == {KEYWORD_CHARS_MAX}
    assert KEYWORD_CHARS_MAX * 4 < LUCENE_TERM_BYTES_MAX


@pytest.mark.parametrize("name", FIELDS)
def test_an_index_is_strict_and_says_its_version(name: str) -> None:
    """A misspelled field fails, and a later release can tell what it finds."""
    mappings = body_of(name)["mappings"]
    assert mappings["dynamic"] == "strict"
    assert mappings["_meta"] == {"schema_version": SCHEMA_VERSION}


def test_a_newer_schema_stops_this_worker() -> None:
    """Roll-outs upgrade workers; an old one must not write into a new index."""
    with pytest.raises(NewerVersion, match="upgrade this worker first"):
        check_version("posts", SCHEMA_VERSION + 1)


def test_an_older_schema_names_the_command_that_helps() -> None:
    """The sentence says what to run."""
    with pytest.raises(Misconfigured, match="python -m search reindex"):
        check_version("posts", SCHEMA_VERSION - 1)


def test_the_number_of_an_index_is_read_from_its_name() -> None:
    """Only `alias-N` is ours; anything else counts as 0 and is left alone."""
    names = ("t.posts-12", "t.posts", "t.posts-", "t.posts-x", "t.posts-1-1", "other-3")
    assert [number_of("t.posts", name) for name in names] == [12, 0, 0, 0, 0, 0]
