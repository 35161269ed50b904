"""What a keeper, a forger and a person with a full disk see of a witness."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import structlog

from ingest.witness import evidence, folder
from ingest.witness.folder import Folder
from ingest.witness.witness import SIZE, Answer, Witness
from records.errors import Misconfigured
from records.ledger.checkpoints import opened_checkpoint
from records.ledger.notes import Note, Signer, Verifier, parse_note
from records.ledger.store import public_line
from tests.records.ledger.histories import KEEPER, LEDGER, ORIGIN, History, signed

HONEST = History()
FORKED = History("forged", 10)
OTHER_LOG = History(origin=f"{LEDGER}/cluster/topic/4")


def ask(witness: Witness, log: History, old: int, size: int, *extensions: str) -> Answer:
    """One request of a keeper."""
    return witness.add_checkpoint(log.request(old, size, *extensions).encode())


def test_a_cosignature_is_one_that_others_can_check(witness: Witness) -> None:
    """The line that comes back, put under the note, verifies with the key that /about shows."""
    answer = ask(witness, HONEST, 0, 7)
    assert answer.status == 200
    note = parse_note(signed(HONEST.checkpoint(7)).encode() + answer.body.encode())
    assert Verifier.parse(witness.about()["vkey"]).cosigned_at(note) == 1_790_000_000
    (shown,) = witness.checkpoints()
    assert parse_note(shown.encode()) == note
    assert opened_checkpoint(shown.encode(), KEEPER.public())[0] == HONEST.checkpoint(7)


def test_what_was_cosigned_survives_a_start(witness: Witness, begin: Callable[[], Witness]) -> None:
    """With the same key; the log goes on from there."""
    ask(witness, HONEST, 0, 7)
    again = begin()
    assert again.vkey == witness.vkey
    assert ask(again, HONEST, 0, 9) == Answer(409, "7\n", SIZE)
    assert ask(again, HONEST, 7, 9).status == 200


@pytest.mark.parametrize(
    ("log", "old", "size", "status", "fault"),
    [
        (FORKED, 12, 12, 409, "fork"),
        (FORKED, 12, 20, 422, "inconsistent"),
        (HONEST, 12, 8, 400, "shrunk"),
        (HONEST, 3, 8, 409, "shrunk"),
    ],
)
def test_a_contradiction_is_refused_kept_and_an_alarm(
    witness: Witness, log: History, old: int, size: int, status: int, fault: str
) -> None:
    """One log line however often it comes, both notes in one file, an alarm until the file is gone; others go on."""
    ask(witness, HONEST, 0, 12)
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            assert ask(witness, log, old, size).status == status
    assert lines == [
        {"event": "refused", "log_level": "error", "origin": ORIGIN, "fault": fault, "cosigned": 12, "offered": size}
    ]
    (file,) = witness.evidence.folder.iterdir()
    case = json.loads(file.read_text(encoding="utf-8"))
    assert opened_checkpoint(case["refused"].encode(), KEEPER.public())[0] == log.checkpoint(size)
    assert opened_checkpoint(case["cosigned"].encode(), KEEPER.public())[0] == HONEST.checkpoint(12)
    assert ORIGIN in (witness.contradicted() or "")
    assert [one["origin"] for one in witness.about()["refused"]] == [ORIGIN]
    assert ask(witness, OTHER_LOG, 0, 20).status == 200
    assert ask(witness, HONEST, 12, 12).status == 200
    file.rename(file.parent.parent / "moved")
    assert witness.contradicted() is None


def test_a_smaller_checkpoint_is_explained_by_a_larger_one(witness: Witness) -> None:
    """Anybody can send an old one, and a log that lost its end may have it again: the next growth ends both."""
    ask(witness, HONEST, 0, 12)
    ask(witness, HONEST, 12, 8)
    ask(witness, FORKED, 12, 12)
    assert len(witness.evidence) == 2
    assert ask(witness, HONEST, 12, 20).status == 200
    assert [case["fault"] for case in witness.evidence.cases()] == ["fork"]


def test_a_log_that_ended_stays_ended(witness: Witness, begin: Callable[[], Witness]) -> None:
    """Also after a start; what is signed after its end is a contradiction."""
    ask(witness, HONEST, 0, 12)
    assert ask(witness, HONEST, 12, 12, "ended the topic was made anew").status == 200
    again = begin()
    assert ask(again, HONEST, 12, 12, "ended the topic was made anew").status == 200
    assert ask(again, HONEST, 12, 20).status == 409
    assert "the log ended with 12 entries" in (again.contradicted() or "")


def test_a_proof_that_somebody_else_spoiled_is_no_lasting_alarm(witness: Witness) -> None:
    """Requests are signed by nobody: once the same checkpoint comes with a proof that fits, all is well."""
    ask(witness, HONEST, 0, 12)
    request = HONEST.request(12, 20)
    spoiled = request.encode().replace(b"old 12\n", b"old 12\n" + b"A" * 43 + b"=\n")
    assert witness.add_checkpoint(spoiled).status == 422
    assert witness.contradicted()
    assert witness.add_checkpoint(request.encode()).status == 200
    assert witness.contradicted() is None


def test_evidence_is_bounded(witness: Witness) -> None:
    """A log that has forked goes on and on; the first of its checkpoints are kept."""
    ask(witness, HONEST, 0, 12)
    for size in range(13, 13 + 2 * evidence.FILES_PER_LOG_MAX):
        assert ask(witness, FORKED, 12, size).status == 422
    assert len(list(witness.evidence.folder.iterdir())) == evidence.FILES_PER_LOG_MAX == len(witness.evidence)


def test_a_full_disk_and_a_forked_log_leave_room_for_the_evidence_of_others(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is one of each log, also for what waits to be written."""
    forked_too = History("forged", 10, OTHER_LOG.origin)
    for log in (HONEST, OTHER_LOG):
        ask(witness, log, 0, 12)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        for size in range(13, 13 + 2 * evidence.FILES_PER_LOG_MAX):
            ask(witness, FORKED, 12, size)
        ask(witness, forked_too, 12, 12)
    assert {case["origin"] for case in witness.evidence.cases()} == {ORIGIN, OTHER_LOG.origin}
    assert len(witness.evidence) == evidence.FILES_PER_LOG_MAX + 1


def test_strangers_are_told_apart(witness: Witness) -> None:
    """Another ledger is not found, another key is forbidden, rubbish is a bad request; nothing is kept of any."""
    assert ask(witness, History(origin="other.example/a/b/1"), 0, 5).status == 404
    assert ask(witness, History(origin=f"{LEDGER}.evil.example/a/b/1"), 0, 5).status == 404
    assert witness.add_checkpoint(HONEST.request(0, 5, signer=Signer.made()).encode()).status == 403
    assert witness.add_checkpoint(b"old 0\n\nhello\n").status == 400
    assert (witness.checkpoints(), witness.contradicted()) == ([], None)


def full(_: int) -> NoReturn:
    """What a sync says on a full disk."""
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_cosigns_nothing(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, no cosignature, and said in one line; when there is room, it goes on by itself."""
    assert witness.vkey
    with structlog.testing.capture_logs() as lines:
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", full)
            for _ in range(3):
                answer = ask(witness, HONEST, 0, 7)
                assert (answer.status, "full" in answer.body, "\u2014" in answer.body) == (503, True, False)
            assert "full" in (witness.trouble() or "")
        assert ask(witness, HONEST, 0, 9).status == 200
    assert [line["event"] for line in lines] == ["waiting", "going on", "new log"]
    assert witness.trouble() is None


def test_what_is_not_surely_on_the_disk_is_shown_to_nobody(
    witness: Witness, begin: Callable[[], Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file has its name, but the folder could not be synced: it counts, and is not told."""
    ask(witness, HONEST, 0, 7)
    with monkeypatch.context() as disk:
        disk.setattr(folder, "replace", lambda file, content: (file.write_bytes(content), full(0)))
        assert ask(witness, HONEST, 7, 9).status == 503
    assert witness.checkpoints() == []
    assert ask(witness, FORKED, 7, 20).status == 409
    assert ask(witness, HONEST, 9, 9).status == 200
    assert witness.checkpoints() == begin().checkpoints() != []


def test_a_full_disk_loses_no_evidence(witness: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm stands although the file cannot be written, and the file comes when there is room."""
    ask(witness, HONEST, 0, 12)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        assert ask(witness, FORKED, 12, 12).status == 409
        assert witness.contradicted()
        assert not list(witness.evidence.folder.glob("*.json"))
    assert len(witness.evidence.cases()) == 1
    assert len(list(witness.evidence.folder.glob("*.json"))) == 1


def test_the_ledger_is_waited_for(begin: Callable[[], Witness], ledger_file: Path) -> None:
    """Its line is made by the keeper at its first start; until then 503 with that sentence."""
    ledger_file.rename(ledger_file.with_suffix(".later"))
    witness = begin()
    answer = ask(witness, HONEST, 0, 7)
    assert (answer.status, "there is no" in answer.body) == (503, True)
    ledger_file.with_suffix(".later").rename(ledger_file)
    assert ask(witness, HONEST, 0, 7).status == 200
    assert witness.trouble() is None


def test_another_key_of_the_ledger_is_another_ledger(
    witness: Witness, begin: Callable[[], Witness], ledger_file: Path
) -> None:
    """Whoever puts a new key into the file gets nothing cosigned that continues the old logs."""
    ask(witness, HONEST, 0, 7)
    thief = Signer.made()
    ledger_file.write_text(public_line(LEDGER, thief), encoding="utf-8")
    assert ask(witness, HONEST, 7, 8).status == 200
    answer = begin().add_checkpoint(HONEST.request(7, 9, signer=thief).encode())
    assert (answer.status, "another key" in answer.body) == (503, True)


def test_a_record_that_cannot_be_believed_is_never_taken_for_none(witness: Witness) -> None:
    """Cut off, or of another log: 503 for this log, and others go on."""
    ask(witness, HONEST, 0, 12)
    ask(witness, OTHER_LOG, 0, 3)
    mine, other = (witness.folder._file(log.origin) for log in (HONEST, OTHER_LOG))
    for content in (mine.read_bytes()[:-3], other.read_bytes(), b""):
        mine.write_bytes(content)
        assert ask(witness, FORKED, 0, 5).status == 503
        assert "cannot believe" in (witness.trouble() or "")
        with pytest.raises(Misconfigured, match=mine.name):
            list(witness.folder.notes())
    assert ask(witness, OTHER_LOG, 3, 5).status == 200


def test_a_lost_key_is_not_made_again(witness: Witness, begin: Callable[[], Witness]) -> None:
    """A new one would hide that somebody took the old one away."""
    ask(witness, HONEST, 0, 12)
    (witness.folder.path / "key").unlink()
    with pytest.raises(Misconfigured, match="is gone: bring it back"):
        _ = begin().vkey


def test_the_key_is_for_its_owner_alone(witness: Witness) -> None:
    """And a folder that others may enter is made for nobody else either."""
    assert witness.vkey
    assert (witness.folder.path / "key").stat().st_mode & 0o777 == 0o600
    assert witness.folder.path.stat().st_mode & 0o777 == 0o700


def test_a_half_made_key_is_made_anew(tmp_path: Path) -> None:
    """Killed while the key was written: nothing was signed with it."""
    made = Folder(tmp_path / "witness", "w")
    (made.path / "key.arriving").write_bytes(b"-----BEGIN")
    assert made.verifier.vkey.startswith("w+")


def test_there_is_one_process_to_a_folder(tmp_path: Path) -> None:
    """Two could cosign two histories."""
    first = Folder(tmp_path / "witness", "w")
    first.lock()
    with pytest.raises(Misconfigured, match="another process"):
        Folder(tmp_path / "witness", "w").lock()
    first.close()
    Folder(tmp_path / "witness", "w").lock()


def test_only_what_was_checked_is_kept(witness: Witness) -> None:
    """Lines of unknown keys under a note are not passed on under our name."""
    request = HONEST.request(0, 7)
    stranger = Signer.made().cosign("stranger.example", request.note.text, 1)
    body = type(request)(0, (), Note(request.note.text, (stranger, *request.note.signatures))).encode()
    assert witness.add_checkpoint(body).status == 200
    (shown,) = witness.checkpoints()
    assert {one.name for one in parse_note(shown.encode()).signatures} == {ORIGIN, "witness.example/w1"}
