"""A dossier against a ledger: what is proved, what is contradicted, and what could not be checked."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.dossier.gathering import Gathered
from console.dossier.integrity import not_checked, with_integrity
from console.dossier.making import dossier
from console.dossier.trust import Trust
from console.dossier.values import Dossier
from records.errors import Misconfigured, Unavailable
from records.ledger.keys import GrowingKeys
from records.ledger.notes import COSIGNATURE, Signer, parse_note
from records.ledger.reading import Content, Folder, LogState
from records.ledger.store import parse_public_line
from records.received import Received
from tests.console.dossiers import KNOWN, material_of, said, shown, silent
from tests.moderation.case_records import at, decide, judged, note, seen
from tests.records.ledger.kept import CLUSTER, keep, message_of

INTEGRITY = "Integrity"
pytestmark = pytest.mark.usefixtures("unsynced")


def records() -> list[Received]:
    """One post, seen, judged, decided on and noted."""
    logs: dict[str, list[Any]] = {
        "posts": [seen("hello")],
        "verdicts": [judged("hello", "spam")],
        "decisions": [decide("k1", "leave", "hello"), note("k2")],
    }
    return [
        Received(topic, f"id-of-{topic}", 0, n, at(n), one) for topic, log in logs.items() for n, one in enumerate(log)
    ]


def gathered(received: Sequence[Received]) -> Gathered:
    """As from the index."""
    material = material_of(received)
    return Gathered(dossier(material, KNOWN), material.facts)


def trusting(folder: Path, **more: Any) -> Trust:
    """With the key that lies beside the logs."""
    return Trust(parse_public_line((folder / "ledger.pub").read_text(encoding="utf-8"))[1], **more)


def check(folder: Path, found: Gathered, trust: Trust | None = None) -> Dossier:
    """Held against the ledger in a folder, and complete."""
    with closing(Folder(folder)) as reader:
        checked = with_integrity(found, reader, trust or trusting(folder))
    assert list(silent(checked.model_dump(mode="json"))) == []
    assert checked.integrity
    return checked


def test_every_fact_is_proved_below_a_signed_root(tmp_path: Path) -> None:
    """Leaf, proof and checkpoint of each, its content opened and compared; the cluster is told by the ledger."""
    received = records()
    keep(tmp_path, map(message_of, received))
    found = check(tmp_path, gathered(received))
    integrity = found.integrity
    assert integrity
    assert integrity.result == "proved"
    assert sorted((one.place, one.leaf_index, one.included, one.content) for one in integrity.facts) == [
        ("decisions-0-0", 0, True, "the same"),
        ("decisions-0-1", 1, True, "the same"),
        ("posts-0-0", 0, True, "the same"),
        ("verdicts-0-0", 0, True, "the same"),
    ]
    assert all(one.signed for one in integrity.checkpoints)
    assert found.how_it_got_in.arrivals[0].cluster == CLUSTER
    assert "no witness on file cosigned" in integrity.not_proved[0]
    assert "who the author really is" in " ".join(integrity.not_proved)
    assert said(found, INTEGRITY, "Result") == "proved"
    assert "leads to the signed root; content the same" in shown(found)


def test_a_cosignature_is_checked_and_told(tmp_path: Path) -> None:
    """Who saw which state and when; a witness that protects nobody is said to."""
    received = records()
    keep(tmp_path, map(message_of, received))
    witness = Signer.made()
    for folder in (tmp_path / "logs").iterdir():
        signed = parse_note((folder / "checkpoint").read_bytes())
        both = signed.with_signatures([witness.cosign("witness.test", signed.text, 1_790_000_000)])
        (folder / "cosigned").write_bytes(both.encode())
    why = "no protection against an administrator: it runs on the machine of the keeper"
    trust = trusting(
        tmp_path,
        verifiers=[witness.verifier("witness.test", COSIGNATURE)],
        protection={"witness.test": (False, why)},
    )
    integrity = check(tmp_path, gathered(received), trust).integrity
    assert integrity
    assert integrity.result == "proved"
    assert {one.witness for seen in integrity.checkpoints for one in seen.cosignatures} == {"witness.test"}
    assert "the witness witness.test has seen the checkpoints of 3 logs" in integrity.proved[-1]
    assert f"witness.test: {why}" in integrity.not_proved


def test_an_index_that_says_something_else_is_contradicted(tmp_path: Path) -> None:
    """By one letter, or one millisecond."""
    received = records()
    keep(tmp_path, map(message_of, received))
    found = gathered(received)
    letter = {**found.facts[0], "record": {**found.facts[0]["record"], "text": "hallo"}}
    clock = {**found.facts[0], "recorded_at": "2026-03-01T12:00:00.001+00:00"}
    for changed in (letter, clock):
        integrity = check(tmp_path, replace(found, facts=[changed, *found.facts[1:]])).integrity
        assert integrity
        assert integrity.result == "CONTRADICTED"
        assert found.facts[0]["place"] in integrity.said


def test_a_key_that_did_not_sign_is_called_out(tmp_path: Path) -> None:
    """The ledger is not the one whose key is on file."""
    received = records()
    keep(tmp_path, map(message_of, received))
    integrity = check(tmp_path, gathered(received), Trust(Signer.made().public())).integrity
    assert integrity
    assert integrity.result == "CONTRADICTED"
    assert "the checkpoint of posts-0-id-of-posts" in integrity.said


@pytest.mark.parametrize("erased", [True, False])
def test_what_was_erased_is_proved_to_have_existed(tmp_path: Path, *, erased: bool) -> None:
    """Without its key an entry stays provable; where nobody had it erased, that is said."""
    received = records()
    keep(tmp_path, map(message_of, received))
    with closing(GrowingKeys(tmp_path / "keys")) as keys:
        for slot in range(len(keys)):
            keys.erase(slot)
    found = gathered(received)
    if erased:
        material = material_of(received)
        found = replace(found, dossier=dossier(replace(material, document={**material.told, "erased": True}), KNOWN))
    integrity = check(tmp_path, found).integrity
    assert integrity
    assert {one.content for one in integrity.facts} == {"erased" if erased else "cannot be opened"}
    assert integrity.result == ("proved" if erased else "proved in part")
    told = " ".join(integrity.proved if erased else integrity.not_proved)
    assert ("4 entries existed" if erased else "nobody had them erased") in told


def test_what_is_not_in_the_ledger_yet_is_named(tmp_path: Path) -> None:
    """Proved in part: the newest facts are not signed yet."""
    received = records()
    keep(tmp_path, map(message_of, received[:-1]))
    integrity = check(tmp_path, gathered(received)).integrity
    assert integrity
    assert integrity.result == "proved in part"
    assert integrity.not_proved[0] == f"not in the ledger, or not signed yet: {received[-1].place}"


class Closed(Folder):
    """A keeper that gives no contents to whoever has no token, or is away."""

    def __init__(self, folder: Path, *, away: bool) -> None:
        super().__init__(folder)
        self._away = away

    def logs(self) -> list[LogState]:
        """As Reader says."""
        if self._away:
            raise Unavailable("the keeper does not answer")
        return super().logs()

    def contents(self, *_: object) -> "Sequence[Content]":  # type: ignore[override]
        """As Reader says."""
        raise Misconfigured("contents need the keeper's token")


def closed(folder: Path, *, away: bool) -> Callable[[Gathered], Dossier]:
    """Checks against such a keeper."""

    def checked(found: Gathered) -> Dossier:
        with closing(Closed(folder, away=away)) as reader:
            return with_integrity(found, reader, Trust(why_not="there is no ledger.pub here"))

    return checked


def test_without_token_or_keeper_it_says_what_was_not_checked(tmp_path: Path) -> None:
    """The proofs hold without contents; without a keeper nothing is proved; the rest of the dossier stands."""
    received = records()
    keep(tmp_path, map(message_of, received))
    found = gathered(received)
    sealed = closed(tmp_path, away=False)(found)
    assert sealed.integrity
    assert sealed.integrity.result == "proved in part"
    assert [one.content for one in sealed.integrity.facts] == [None] * 4
    assert sealed.integrity.why_not[0] == "there is no ledger.pub here"
    assert "contents need the keeper's token" in sealed.integrity.why_not[1]
    assert all(one.signed is None for one in sealed.integrity.checkpoints)
    for away in (closed(tmp_path, away=True)(found), not_checked(found.dossier, "the keeper does not answer")):
        assert away.integrity
        assert away.integrity.result == "NOT PROVED"
        assert "the keeper does not answer" in away.integrity.why_not[-1]
        assert list(silent(away.model_dump(mode="json"))) == []
        assert away.what == found.dossier.what
