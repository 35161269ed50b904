"""What the server answers becomes the right one of our errors, and says nothing of the content."""

from pathlib import Path

import pytest

from records.errors import Misconfigured, Unavailable
from records.settings import Settings
from search.client import Refused, Search, trouble


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (429, "es_rejected_execution_exception", Unavailable),
        (429, "cluster_block_exception", Unavailable),
        (500, "already_closed_exception", Unavailable),
        (502, "no reason", Unavailable),
        (503, "no_shard_available_action_exception", Unavailable),
        (504, "no reason", Unavailable),
        (403, "cluster_block_exception", Unavailable),
        (401, "security_exception", Misconfigured),
        (403, "security_exception", Misconfigured),
        (404, "index_not_found_exception", Misconfigured),
        (400, "document_parsing_exception", Refused),
        (409, "version_conflict_engine_exception", Refused),
    ],
)
def test_an_answer_becomes_one_of_our_errors(status: int, kind: str, expected: type[Exception]) -> None:
    """Wait, or set it right, or it is a bug."""
    assert type(trouble(status, kind, "why")) is expected


def test_an_error_never_quotes_a_post() -> None:
    """Elasticsearch likes to show a preview of the value that it could not read."""
    reason = "failed to parse field [text] of type [text]. Preview of field's value: '{secret=1}'"
    assert "secret" not in str(trouble(400, "document_parsing_exception", reason))


def test_a_key_file_that_is_not_there_is_named_by_its_setting(tmp_path: Path) -> None:
    """The sentence names the setting, so that a person knows where to look."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_ELASTICSEARCH_API_KEY_FILE"):
        Search(Settings(elasticsearch_api_key_file=tmp_path / "none"))


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    """An empty key would be sent as no key at all."""
    (tmp_path / "key").write_text("\n")
    with pytest.raises(Misconfigured, match="is empty"):
        Search(Settings(elasticsearch_api_key_file=tmp_path / "key"))


def test_an_authority_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Better now than at the first request."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_ELASTICSEARCH_CA_FILE"):
        Search(Settings(elasticsearch_ca_file=tmp_path / "none"))


@pytest.mark.parametrize("url", ["", "localhost:9200", "http://localhost", "http://a:b:c"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """Scheme, host and port, all three."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_ELASTICSEARCH_URL"):
        Search(Settings(elasticsearch_url=url))


def test_an_authority_without_tls_is_refused(tmp_path: Path) -> None:
    """Who names an authority means https; plain http would leave everybody thinking that it is used."""
    (tmp_path / "ca.pem").write_text("")
    with pytest.raises(Misconfigured, match="https"):
        Search(Settings(elasticsearch_ca_file=tmp_path / "ca.pem"))


def test_an_authority_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    """The file is there, and is not what it should be."""
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(Misconfigured, match="LIFEGUARD_ELASTICSEARCH_CA_FILE"):
        Search(Settings(elasticsearch_url="https://localhost:9200", elasticsearch_ca_file=tmp_path / "ca.pem"))


async def test_nobody_there_is_unavailable() -> None:
    """A port on which nothing listens: wait, and try again."""
    async with Search(Settings(elasticsearch_url="http://127.0.0.1:9")) as search:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await search.ask("GET", "/_cluster/health")
