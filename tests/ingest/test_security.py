"""Security towards Kafka: what fits together is told to both clients, and what does not is one sentence."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from ingest.connection import client_options
from ingest.security import security
from records.errors import Misconfigured
from records.settings import Settings

PASSWORD = "sand and sea"


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """A file as an editor leaves it, with an end of line."""
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def settings(**chosen: Any) -> Settings:
    """Settings with `kafka_` left out of their names."""
    return Settings(**{f"kafka_{name}": value for name, value in chosen.items()})


def test_nothing_is_asked_for_by_default() -> None:
    """`make run` speaks to a broker that listens on this machine only."""
    options = client_options(Settings())
    assert options["security_protocol"] == "PLAINTEXT"
    assert options["ssl_context"] is options["sasl_mechanism"] is options["sasl_plain_password"] is None


def test_a_password_is_read_from_its_file_and_never_shown(password_file: Path) -> None:
    """The client gets it without the end of the line; no representation has it."""
    chosen = settings(security_protocol="SASL_SSL", sasl_username="judge", sasl_password_file=password_file)
    assert client_options(chosen)["sasl_plain_password"] == PASSWORD
    assert client_options(chosen)["sasl_mechanism"] == "SCRAM-SHA-512"
    assert "sand" not in repr(security(chosen)) + repr(chosen)


def test_the_brokers_certificate_is_always_verified() -> None:
    """Name and authority; the system's authorities where no file is named."""
    context = security(settings(security_protocol="SSL")).tls
    assert context is not None
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("chosen", "saying"),
    [
        ({"security_protocol": "SASL_SSL", "sasl_username": "judge"}, "set LIFEGUARD_KAFKA_SASL_PASSWORD_FILE"),
        ({"security_protocol": "SASL_SSL"}, "set LIFEGUARD_KAFKA_SASL_USERNAME"),
        ({"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN"}, "sends the password as it is"),
        ({"sasl_username": "judge"}, "LIFEGUARD_KAFKA_SASL_USERNAME is set, but .* is PLAINTEXT"),
        ({"security_protocol": "SASL_PLAINTEXT", "ca_file": "ca.pem"}, "LIFEGUARD_KAFKA_CA_FILE is set, but"),
        ({"security_protocol": "SSL", "certificate_file": "c.pem"}, "are set together or not"),
        ({"security_protocol": "SSL", "ca_file": "/not/there"}, "LIFEGUARD_KAFKA_CA_FILE is not usable: No such file"),
        (
            {"security_protocol": "SASL_SSL", "sasl_username": "judge", "sasl_password_file": "/not/there"},
            "LIFEGUARD_KAFKA_SASL_PASSWORD_FILE cannot be read: FileNotFoundError",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused_in_one_sentence(chosen: dict[str, str], saying: str) -> None:
    """Before anything is connected."""
    with pytest.raises(Misconfigured, match=saying):
        client_options(settings(**chosen))


def test_an_empty_password_and_a_file_that_is_no_certificate_are_refused(tmp_path: Path) -> None:
    """Each by the name of its setting."""
    empty = tmp_path / "empty"
    empty.write_text("\n")
    with pytest.raises(Misconfigured, match="LIFEGUARD_KAFKA_SASL_PASSWORD_FILE is empty"):
        security(settings(security_protocol="SASL_SSL", sasl_username="judge", sasl_password_file=empty))
    with pytest.raises(Misconfigured, match="LIFEGUARD_KAFKA_CA_FILE is not usable"):
        security(settings(security_protocol="SSL", ca_file=empty))
