"""A post is erased by two people on real servers, and its words are nowhere any more, while every proof still holds."""

import json
import os
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from console.proving import verify
from ingest.reader import read_all
from records.ledger.reading import Folder
from records.ledger.tree import inclusion_proof, leaf_hash, verify_inclusion
from records.received import Received
from records.settings import Settings
from records.topics import AUDIT
from tests.live.erased import PASSPHRASES, Erasable, Person, erasable
from tests.live.pipeline import wait_for
from tests.live.remnants import remnants

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

BASIS = "a request under article 17 of the GDPR, file 2026-118"


@pytest.fixture
def stage(servers: "Servers", tmp_path: Path) -> Iterator[Erasable]:
    """Everything that runs."""
    told = Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=f"t{uuid.uuid4().hex[:12]}.",
        data_dir=tmp_path / "data",
        webhook_port=0,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )
    chosen = told.model_dump(mode="json", exclude_defaults=True)
    environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}
    with erasable(told, environment, servers.data) as started:
        yield started


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, stage: Erasable) -> Person:
    """Whoever sits at the terminal."""
    return Person(monkeypatch, stage.proved.settings)


@pytest.mark.chaos
def test_an_erased_post_is_nowhere_any_more(stage: Erasable, person: Person, tmp_path: Path) -> None:
    """Once Kafka and the indices have let go its words are in no byte, whatever comes later; and it is certified."""
    _erased(stage, person)
    stage.kafka_lets_go()
    stage.rid_of_it()
    _comes_again(stage)
    stage.kafka_lets_go()
    _is_nowhere(stage)
    _every_proof_holds(stage)
    _is_certified(stage, person, tmp_path / "data" / "certificate.zip")
    _is_exported(stage, person, tmp_path / "data" / "export.zip")
    _rebuilt(stage)
    _is_a_stub(stage.document(), stage)
    _is_nowhere(stage)


def _erased(stage: Erasable, person: Person) -> None:
    stage.site.insist(stage.event)
    stage.proved.settle()
    stage.talked_about()
    stage.proved.settle()
    _accounts(person)
    _is_everywhere(stage)
    _is_refused_while_held(stage, person)
    _is_refused_in_its_period(stage, person)
    _is_erased_by_two(stage, person)


def _comes_again(stage: Erasable) -> None:
    """The same comment, and an edit of it."""
    stage.site.insist(stage.event)
    stage.proved.settle()
    stage.site.insist({**stage.event, "kind": "edited", "text": stage.event["text"] + " More."})
    stage.proved.settle()
    _is_a_stub(stage.document(), stage)


def _rebuilt(stage: Erasable) -> None:
    program = [sys.executable, "-c", "from console.commands import main; main()", "rebuild", "--staff", "s-ann"]
    done = subprocess.run(program, env=stage.proved.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _is_certified(stage: Erasable, person: Person, target: Path) -> None:
    """In a file that a stranger checks with Python alone."""
    code, said = person.signed("ann", "erase", "certificate", stage.post_id, "--to", str(target))
    assert code == 0, said
    folder = target.with_suffix("")
    with zipfile.ZipFile(target) as opened:
        opened.extractall(folder)
    program = [sys.executable, "-I", "-S", "verify.py"]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, "PASS" in done.stdout) == (0, True), done.stdout + done.stderr
    told = json.loads((folder / "certificate.json").read_text())
    assert (told["requested_by"], told["confirmed_by"], told["basis"]) == ("ann", "ben", BASIS)
    assert sum(told["entries"].values()) >= 5


def _accounts(person: Person) -> None:
    """The first by who runs the machine, the others by that administrator."""
    root = PASSPHRASES["root"]
    assert person.says("staff", "add", "root", "--role", "administrator", typed=f"{root}\n")[0] == 0
    for name in ("ann", "ben"):
        words = ("staff", "add", name, "--role", "compliance", "--as", "root")
        code, said = person.says(*words, typed=f"{root}\n{PASSPHRASES[name]}\n")
        assert code == 0, said


def _is_everywhere(stage: Erasable) -> None:
    """Without this the search afterwards would prove nothing."""
    stage.proved.pipeline.ask("POST", "/{posts},{history}/_flush?force=true")
    found = remnants(stage.words.values(), stage.servers, since=stage.began)
    for name, word in stage.words.items():
        assert any(f"posts-{number}/" in path for path in found[word] for number in range(6)), (name, found)
        assert any("/indices/" in path and "translog" not in path for path in found[word]), (name, found)
        assert word.encode() in stage.opened(), name
    quoted = found[stage.words["text"]]
    assert any("decisions-" in path for path in quoted), quoted
    assert not any(remnants(stage.words.values(), stage.proved.settings.data_dir).values()), "nobody logs a text"


def _is_refused_while_held(stage: Erasable, person: Person) -> None:
    """By one person's hold, until two have released it; the attempt is on record."""
    hold = ("hold", "place", "case-7", "--post", stage.post_id, "--reason", "a letter of their lawyer")
    code, said = person.signed("ann", *hold)
    assert code == 0, said
    code, said = _request(stage, person, "ann")
    assert (code, "a legal hold is in force: case-7" in said) == (1, True), said
    assert "a legal hold is in force: case-7" in _refusals(stage)[-1]
    wait_for(lambda: stage.document()["holds"] == ["case-7"], "the hold is not put on it")
    assert person.signed("ann", "hold", "release", "case-7", "--reason", "the matter is settled")[0] == 0
    assert person.signed("ben", "hold", "confirm", "case-7")[0] == 0
    wait_for(lambda: stage.document()["holds"] == [], "the hold is not taken off")


def _is_refused_in_its_period(stage: Erasable, person: Person) -> None:
    """By the policy that ships with us, with the day from which it may be asked for again."""
    code, said = person.signed("ann", "erase", "request", stage.post_id, "--basis", BASIS)
    year = int(stage.document()["recorded_at"][:4]) + 1
    kept = [f"it is kept until {year + years}-01-01" for years in (3, 7, 10)]
    assert code == 1
    assert any(one in said for one in kept), said
    assert any(one in _refusals(stage)[-1] for one in kept)


def _is_erased_by_two(stage: Erasable, person: Person) -> None:
    """Not by one alone, nor by somebody who is not of compliance, nor with a wrong passphrase."""
    confirm = ("erase", "confirm", stage.post_id, "--yes")
    chosen = {"policy_file": stage.without_periods}
    code, said = person.signed("ben", *confirm, **chosen)
    assert (code, "nobody has requested" in said) == (1, True), said
    code, said = _request(stage, person, "ann")
    assert (code, "Requested" in said) == (0, True), said
    code, said = person.signed("ann", *confirm, **chosen)
    assert (code, "another person than the one who requested it" in said) == (1, True), said
    code, said = person.says(*confirm, "--as", "ben", typed=f"{PASSPHRASES['ann']}\n", **chosen)
    assert (code, "not the passphrase" in said) == (1, True), said
    assert len(_refusals(stage)) == 5
    code, said = person.signed("ben", *confirm, **chosen)
    assert (code, "Erased" in said) == (0, True), said
    assert "2 facts" not in said
    wait_for(lambda: "keys overwritten 2" in person.says("erase", "list")[1], "the keeper does not erase")


def _request(stage: Erasable, person: Person, name: str) -> tuple[int, str]:
    words = ("erase", "request", stage.post_id, "--basis", BASIS)
    return person.signed(name, *words, policy_file=stage.without_periods)


def _is_a_stub(document: dict[str, Any], stage: Erasable) -> None:
    """It says that it was erased, where and when it was, and nothing of what it said."""
    assert document["erased"] is True
    assert (document["text"], document["author_name"], document["page_title"]) == (None, None, None)
    assert not any(word in str(document) for word in stage.words.values())


def _is_nowhere(stage: Erasable) -> None:
    """Nor is a passphrase."""
    told = stage.proved.settings
    stage.rid_of_it()
    found = remnants([*stage.words.values(), *PASSPHRASES.values()], stage.servers, told.data_dir, since=stage.began)
    assert not any(found.values()), found
    opened = stage.opened()
    assert not any(word.encode() in opened for word in stage.words.values())


def _every_proof_holds(stage: Erasable) -> None:
    """Of every entry, those that nobody can open among them; and `lifeguard verify` finds no difference."""
    reader, closed = Folder(stage.proved.folder), 0
    try:
        for state in reader.logs():
            root, size, log = state.checkpoint.root, state.size, state.log
            closed += sum(content is None for content in reader.contents(log, 0, size))
            for offset, leaf in enumerate(reader.leaves(log, 0, size)):
                proof = inclusion_proof(offset, size, partial(reader.hashes, log))
                assert verify_inclusion(leaf_hash(leaf), offset, size, proof, root), (log.path, offset)
    finally:
        reader.close()
    assert closed >= 5
    outcome = stage.proved.verify()
    assert outcome.ok, outcome.line()


def _is_exported(stage: Erasable, person: Person, target: Path) -> None:
    """As a stub, with its entries proved and closed; unpacked, so that its bytes are searched with all others."""
    code, said = person.says("export", "--post", stage.post_id, "--to", str(target))
    assert code == 0, said
    done = verify.Verification(verify.files_of(str(target)))
    assert done.run(), done.wrong
    assert any(entry.why and entry.why.startswith("erased") for entry in done.entries)
    with zipfile.ZipFile(target) as opened:
        opened.extractall(target.with_suffix(""))


def _refusals(stage: Erasable) -> list[str]:
    """What the record says of attempts that were refused, the newest last."""
    found = [one for one in read_all(stage.proved.settings, [AUDIT]) if isinstance(one, Received)]
    said = [one.record for one in sorted(found, key=lambda one: one.recorded_at) if one.record.kind == "refusal"]
    return [str(one.detail) for one in said]
