"""The keeper on a real broker: every record of every topic is the entry at its offset, whatever Kafka goes through."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from ingest.connection import admin
from ingest.lag import behind, lag
from ingest.ledger import Remote
from ingest.topics import create_topics
from ingest.witnesses import witness_checkpoints, witness_lines
from records.ledger import tree
from records.ledger.checkpoints import parse_checkpoint
from records.ledger.notes import parse_note
from records.ledger.reading import Folder
from records.settings import Settings
from records.topics import TOPICS
from tests.live.kept import TOKEN, Fill, KeeperProcess, check_every_entry, keeping, records_of, run_command, stopped
from tests.live.pipeline import wait_for
from tests.live.test_witness import Child as Witness

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = pytest.mark.live


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    """A witness that does not run yet."""
    made = Witness(tmp_path)
    yield made
    made.end()


def test_entry_i_is_kafkas_record_i_over_every_topic(
    servers: "Servers", live_settings: Settings, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read back from the folder and over HTTP, without keys, without values; the lag of the group is what is left."""
    for topic in TOPICS:
        fill(topic.name, *range(live_settings.partitions), count=3)
    fill("audit", 1, count=4, key=None)
    fill("posts", 2, count=700)
    with keeping(live_settings) as keeper:
        keeper.settle()
        wait_for(lambda: behind(lag(keeper.settings, "keep", TOPICS)) == 0, "the group has a lag")
        assert keeper.health()["ok"]
        with Remote(keeper.settings, "ann", "verify") as remote:
            check_remote(remote, Folder(keeper.folder))
        listed = run_command(monkeypatch, keeper, "ledger")
        assert listed.exit_code == 0
        assert listed.output.count("audit") >= live_settings.partitions
        keeper.settle()  # the audit record of what was read just now
        assert keeper.stop() == 0
    assert check_every_entry(keeper.settings, keeper.folder) == 9 * live_settings.partitions * 3 + 704 + 1


def check_remote(remote: Remote, folder: Folder) -> None:
    """Over HTTP there is what the folder has: states, leaves, slots, contents, and proofs made out of tiles."""
    states = remote.logs()
    assert states == folder.logs()
    for state in states:
        log, size = state.log, state.size
        leaves = list(remote.leaves(log, 0, size))
        assert leaves == list(folder.leaves(log, 0, size))
        assert leaves[1:-1] == list(remote.leaves(log, 1, size - 1))
        assert list(remote.slots(log, 0, size)) == list(folder.slots(log, 0, size))
        proof = tree.inclusion_proof(1, size, lambda places, log=log: remote.hashes(log, places))
        assert tree.verify_inclusion(tree.leaf_hash(leaves[1]), 1, size, proof, state.checkpoint.root)
        assert list(remote.contents(log, 0, size)) == list(folder.contents(log, 0, size))
    folder.close()


def test_contents_need_the_token_and_leave_one_audit_record_a_job(
    servers: "Servers", live_settings: Settings, fill: Fill
) -> None:
    """Without the token not a byte; with it the record is on Kafka before."""
    fill("posts", 0)
    with keeping(live_settings) as keeper:
        keeper.settle()
        path = keeper.ask("/logs")[0]["path"]
        asked = {"staff_id": "ann", "purpose": "dossier", "job": "j-1", "places": [[path, 0, 5], [path, 7, 9]]}
        for given in ("", "Bearer", "Bearer wrong", f"Basic {TOKEN}"):
            refused = httpx.post(
                f"{keeper.settings.ledger_url}/plaintext", json=asked, headers={"authorization": given}
            )
            assert refused.status_code == 401
        assert list(records_of(live_settings, "audit", 0)) == []
        authorization = {"authorization": f"Bearer {TOKEN}"}
        for _ in range(2):
            opened = httpx.post(f"{keeper.settings.ledger_url}/plaintext", json=asked, headers=authorization)
            assert opened.status_code == 200
            assert opened.content.count(b"record ") == 7
        beyond = asked | {"places": [[path, 0, 10_000]]}
        assert httpx.post(f"{keeper.settings.ledger_url}/plaintext", json=beyond, headers=authorization).is_client_error
    written = [record for n in range(live_settings.partitions) for record in records_of(live_settings, "audit", n)]
    assert [b'"plaintext"' in record.value and b'"j-1 dossier"' in record.value for record in written] == [True]


def test_without_a_token_file_contents_are_given_to_nobody(
    servers: "Servers", live_settings: Settings, fill: Fill
) -> None:
    """And that is said in a sentence."""
    fill("posts", 0)
    with keeping(live_settings, ledger_token_file=None) as keeper:
        keeper.settle()
        refused = httpx.post(f"{keeper.settings.ledger_url}/plaintext", headers={"authorization": f"Bearer {TOKEN}"})
        assert refused.status_code == 403
        assert "LIFEGUARD_LEDGER_TOKEN_FILE" in refused.json()["problem"]


def test_a_topic_made_anew_is_a_new_log_and_the_old_one_has_a_signed_end(
    servers: "Servers", live_settings: Settings, fill: Fill
) -> None:
    """While the keeper runs: nothing of the new topic is in the old log, though its offsets would fit."""
    fill("coverage", 0, count=30)
    fill("posts", 0, count=10)
    with keeping(live_settings) as keeper:
        keeper.settle()
        with admin(live_settings) as client:
            client.delete_topics([live_settings.named("coverage")])
        wait_for(lambda: any("no topic coverage" in one["reason"] for one in stopped(keeper)), "it is not missed")
        wait_for(lambda: _created(live_settings), "the topic is not made again")
        fill("coverage", 0, count=50)
        fill("posts", 0, count=10)
        keeper.settle()
        logs = [log for log in keeper.ask("/logs") if log["topic"] == "coverage" and log["partition"] == 0]
        assert sorted((log["size"], log["ended"] is not None) for log in logs) == [(30, True), (50, False)]
        assert keeper.health()["ok"]
        keeper.stop()
    assert check_every_entry(keeper.settings, keeper.folder) == 70


def _created(live_settings: Settings) -> bool:
    create_topics(live_settings)
    return True


def test_a_broker_that_is_away_is_waited_for_and_said(servers: "Servers", live_settings: Settings, fill: Fill) -> None:
    """The health says for what; then everything goes on by itself."""
    fill("posts", 0)
    with keeping(live_settings) as keeper:
        keeper.settle()
        with servers.down("broker"):
            wait_for(lambda: keeper.health().get("waiting_for") is not None, "it does not say that it waits")
            assert not keeper.health()["ok"]
        fill("posts", 0)
        keeper.settle()
        wait_for(lambda: keeper.health().get("ok", False), "it still waits")
    assert check_every_entry(keeper.settings, keeper.folder) == 40


def test_another_cluster_ends_nothing_by_mistake(servers: "Servers", live_settings: Settings, fill: Fill) -> None:
    """A wrong address of the brokers must not close every log of the ledger."""
    fill("posts", 0)
    with keeping(live_settings) as keeper:
        keeper.settle()
        keeper.stop()
        for file in keeper.folder.glob("logs/*/log.json"):
            file.write_text(file.read_text().replace('"cluster": "', '"cluster": "other-'))
        keeper.start()
        wait_for(lambda: keeper.exit_code is not None, "it goes on")
        assert keeper.exit_code == 1


def test_what_is_signed_is_cosigned_and_a_witness_that_is_away_never_stops_keeping(
    servers: "Servers", live_settings: Settings, fill: Fill, tmp_path: Path, witness: Witness
) -> None:
    """The group's lag, and the health, say what no witness has seen; afterwards it is led on from where it was."""
    fill("posts", 0, 1)
    with keeping(live_settings) as keeper:
        keeper.settle()
        keeper.stop()
        shutil.copy(keeper.folder / "ledger.pub", witness.ledger_file)
        witness.begin()
        file = tmp_path / "witnesses"
        file.write_text(f"{json.loads(witness.ask('/about')[1])['vkey']} http://127.0.0.1:{witness.port}\n")
        keeper.settings = Settings(**keeper.settings.model_dump(exclude_defaults=True) | {"witnesses_file": file})
        keeper.start()
        wait_for(lambda: cosigned(keeper) == 40, "what was signed before is not cosigned")
        (line,) = witness_lines(keeper.settings)
        assert sorted(parse_checkpoint(note.text).size for note in witness_checkpoints(line)) == [20, 20]
        witness.process.kill()
        witness.process.wait()
        fill("posts", 0, 2)
        keeper.settle()
        assert cosigned(keeper) == 40
        assert behind(lag(keeper.settings, "keep", TOPICS)) == 40
        wait_for(lambda: keeper.health()["uncosigned_seconds"] > 1, "the window does not grow")
        assert keeper.health()["ok"]
        witness.begin()
        wait_for(lambda: cosigned(keeper) == 80, "it is not led on")
        wait_for(lambda: behind(lag(keeper.settings, "keep", TOPICS)) == 0, "the group still has a lag")
        assert keeper.health()["uncosigned_seconds"] == 0
        note = httpx.get(f"{keeper.settings.ledger_url}/{keeper.ask('/logs')[0]['path']}/checkpoint").content
        assert line.verifier.cosigned_at(parse_note(note)) is not None
        assert (keeper.folder / "logs" / keeper.ask("/logs")[0]["path"] / "history").exists()


def cosigned(keeper: KeeperProcess) -> int:
    """How many entries are cosigned."""
    return sum(log["cosigned"] or 0 for log in keeper.ask("/logs") or [])
