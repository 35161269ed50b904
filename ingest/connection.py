"""How we reach the brokers, and what their errors mean to the rest of the product."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    UnknownTopicOrPartitionError,
)

from ingest.hidden_reasons import REFUSED, listening
from ingest.security import security
from records.errors import Malformed, Misconfigured, Problem, Unavailable
from records.settings import Settings

BOOTSTRAP_MS_MAX = 5_000
REQUEST_MS_MAX = 10_000
_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)

# While a broker is down kafka-python logs several lines a second; what matters we say ourselves, once.
logging.getLogger("kafka").setLevel(logging.CRITICAL)
_REASONS = listening()
# Its refusal and its end of the connection arrive together, and on a busy machine the client sees only the end.
_HANGS_UP = "; a broker that refuses us also hangs up: look at name, password and mechanism"


def client_options(settings: Settings) -> dict[str, Any]:
    """What every client of the brokers is told."""
    return {
        "bootstrap_servers": [server.strip() for server in settings.kafka_bootstrap.split(",")],
        "bootstrap_timeout_ms": BOOTSTRAP_MS_MAX,
        "request_timeout_ms": REQUEST_MS_MAX,
        "reconnect_backoff_max_ms": 1_000,
        "client_id": "lifeguard",
        **_security_options(settings),
    }


def _security_options(settings: Settings) -> dict[str, Any]:
    chosen = security(settings)
    return {
        "security_protocol": chosen.protocol,
        "ssl_context": chosen.tls,
        "sasl_mechanism": chosen.mechanism,
        "sasl_plain_username": chosen.username,
        "sasl_plain_password": chosen.password,
    }


def problem_of(error: Exception, settings: Settings) -> Problem:
    """The one sentence behind an error of the broker or of its client."""
    if isinstance(error, _TOO_LARGE):
        return Malformed("the record is larger than the broker takes")
    refused = type(error).__name__ if isinstance(error, REFUSED) else ""
    if isinstance(error, KafkaTimeoutError):
        refused = _REASONS.refused()
    if refused:
        return Misconfigured(f"Kafka at {settings.kafka_bootstrap} refuses us: {refused}")
    if isinstance(error, UnknownTopicOrPartitionError):
        return Unavailable(
            f"Kafka at {settings.kafka_bootstrap} does not know our topics yet: run `python -m ingest setup`",
        )
    hidden = _REASONS.failed() if settings.kafka_security_protocol != "PLAINTEXT" else ""
    said = ": ".join(part for part in (type(error).__name__, hidden) if part)
    hint = _HANGS_UP if "SASL" in settings.kafka_security_protocol and "CERTIFICATE" not in hidden else ""
    return Unavailable(f"Kafka at {settings.kafka_bootstrap} does not answer ({said}){hint}")


@contextmanager
def broker(settings: Settings) -> Iterator[None]:
    """Inside this block an error of the broker becomes one of ours."""
    _REASONS.forget()
    try:
        yield
    except (KafkaError, OSError) as error:
        raise problem_of(error, settings) from error


@contextmanager
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    """An administrator's client, closed at the end of the block."""
    with broker(settings):
        client = KafkaAdminClient(**client_options(settings))
        try:
            yield client
        finally:
            client.close()
