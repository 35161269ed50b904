"""Hand-made facts and documents, as the index of the history holds them."""

import base64
import os
from collections.abc import Callable
from typing import Any

import pytest

from records.digests import sha256_hex

CONTENT = b'{"id":"c-1","text":"Call 4111 1111 1111 1111"}'
COLLECTOR = {"source": "site", "version": "0.1.0", "config_digest": "c" * 64}
Fact = dict[str, Any]


def _capture(content: bytes = CONTENT) -> Fact:
    return {
        "content": base64.urlsafe_b64encode(content).decode(),
        "sha256": sha256_hex(CONTENT),
        "size_bytes": len(CONTENT),
        "cut": False,
        "whole_sha256": "e" * 64,
        "whole_size_bytes": 5_000,
        "media_type": "application/json",
        "http": {"method": "POST", "url": "/v1/posts", "headers": {"User-Agent": "site/2"}, "remote": "127.0.0.1"},
    }


@pytest.fixture
def observed() -> Callable[..., Fact]:
    """One observation: `observed("seen", offset=3, text=..., author=...)`."""

    def make(kind: str = "seen", *, offset: int = 0, kept: bytes = CONTENT, **said: Any) -> Fact:
        record = {
            "kind": kind,
            "post_id": "site:c-1",
            "source": "site",
            "native_id": "c-1",
            "surface": "blog/fees",
            "url": "https://www.example.com/blog/fees#c-1",
            "seen_at": "2026-10-26T09:15:00Z",
            "collector": COLLECTOR,
            "capture": _capture(kept),
        }
        return _fact("posts", kind, offset, record | said)

    return make


@pytest.fixture
def judged() -> Callable[..., Fact]:
    """One verdict: `judged("r1", findings=[...])`."""

    def make(revision_id: str, *, offset: int = 0, **said: Any) -> Fact:
        record = {
            "post_id": "site:c-1",
            "revision_id": revision_id,
            "policy_version": 1,
            "policy_digest": "d" * 64,
            "judge_version": "0.1.0",
            "findings": [],
            "scores": {},
            "judged_at": "2026-10-26T09:15:01Z",
        }
        return _fact("verdicts", "verdict", offset, record | said)

    return make


@pytest.fixture
def acted() -> Callable[..., Fact]:
    """One act of a member of staff: `acted("decide", action="hide", reason=...)`."""

    def make(kind: str, *, offset: int = 0, **said: Any) -> Fact:
        record = {
            "kind": kind,
            "post_id": "site:c-1",
            "staff_id": "s-ana",
            "idempotency_key": "k",
            "made_at": "2026-10-26T10:00:00Z",
            "scope": "post",
            "case_version_seen": 0,
        }
        return _fact("decisions", kind, offset, record | said)

    return make


@pytest.fixture
def carried_out() -> Callable[..., Fact]:
    """One order or outcome: `carried_out("orders", action="hide")`."""

    def make(topic: str, *, offset: int = 0, **said: Any) -> Fact:
        return _fact(topic, topic.removesuffix("s"), offset, {"order_id": "decisions-1-7", **said})

    return make


def _fact(topic: str, kind: str, offset: int, record: Fact) -> Fact:
    record_id = f"{topic}{offset}"
    return {
        "topic": topic,
        "kind": kind,
        "record_id": record_id,
        "recorded_at": f"2026-10-26T09:15:{10 + offset}+00:00",
        "topic_id": "TOPICID",
        "partition": 1,
        "offset": offset,
        "place": f"{topic}-1-{offset}",
        "record": record | {"record_id": record_id},
    }


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk: many small ledgers are made, and none has to outlive a crash of the machine."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(os, "fdatasync", lambda _: None)
