"""Where Kafka lost something: one partition of the ledger stops or ends, and every other goes on."""

from typing import TYPE_CHECKING

import pytest
from kafka import TopicPartition

from ingest.connection import admin
from records.ledger.entries import parse_leaf
from records.ledger.reading import Folder
from records.settings import Settings
from tests.live.kept import Fill, keeping, run_command, stopped
from tests.live.pipeline import wait_for

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = pytest.mark.live


def delete_until(live_settings: Settings, topic: str, partition: int, offset: int) -> None:
    """Kafka forgets what comes before an offset, as a retention time would make it."""
    with admin(live_settings) as client:
        client.delete_records({TopicPartition(live_settings.named(topic), partition): offset})


@pytest.mark.parametrize("topic", ["posts", "registry"])
def test_a_gap_stops_its_partition_until_a_named_person_accepts_it(
    topic: str, servers: "Servers", live_settings: Settings, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others go on; the offsets that are missing are absent for ever; registry's own gap is no exception."""
    partitions = range(live_settings.partitions)
    fill(topic, *partitions)
    with keeping(live_settings) as keeper:
        keeper.settle()
        keeper.stop()
        fill(topic, *partitions)
        for partition in partitions:
            delete_until(live_settings, topic, partition, 35)
        fill("verdicts", 0)
        keeper.start()
        wait_for(lambda: len(stopped(keeper)) == len(partitions), "the gap is not seen")
        wait_for(lambda: keeper.sizes().get("verdicts") == 20, "the others do not go on")
        assert run_command(monkeypatch, keeper, "ledger").exit_code == 1
        for one in stopped(keeper):
            assert one["gap"] == {"from": 20, "until": 35}
            words = ["ledger", "accept-gap", one["origin"], "--staff", "ann"]
            assert run_command(monkeypatch, keeper, *words, "--reason", "short", "--yes").exit_code == 1
            words += ["--reason", "the retention was too short in May"]
            assert run_command(monkeypatch, keeper, *words, typed="n\n").exit_code == 1
            assert run_command(monkeypatch, keeper, *words, typed="y\n").exit_code == 0
        wait_for(lambda: keeper.health().get("ok", False), "it does not go on")
        keeper.settle()
        keeper.kill()
    reader = Folder(keeper.folder)
    for state in reader.logs():
        if state.log.topic == topic:
            entries = [parse_leaf(state.log, leaf) for leaf in reader.leaves(state.log, 0, state.size)]
            assert [entry.absent for entry in entries[:40]] == [False] * 20 + [True] * 15 + [False] * 5
            assert [entry.offset for entry in entries] == list(range(state.size))
    reader.close()


def test_a_partition_that_kafka_emptied_is_a_gap_before_anything_new_comes(
    servers: "Servers", live_settings: Settings, fill: Fill
) -> None:
    """Also where the keeper has never seen anything of it, and while it runs."""
    fill("posts", 0)
    fill("verdicts", 0)
    delete_until(live_settings, "posts", 0, 20)
    with keeping(live_settings) as keeper:
        wait_for(lambda: [one["gap"] for one in stopped(keeper)] == [{"from": 0, "until": 20}], "no gap is seen")
        assert "20 records" in keeper.log() or "0 to 19" in keeper.log()


@pytest.mark.parametrize("again", [5, pytest.param(40, marks=pytest.mark.chaos)])
def test_a_broker_that_lost_the_end_of_a_partition_ends_its_log(
    again: int, servers: "Servers", live_settings: Settings, fill: Fill
) -> None:
    """Whether Kafka has fewer records now, or others at the same offsets; other partitions go on."""
    fill("posts", 0, 1)
    with keeping(live_settings) as keeper:
        keeper.settle()
        keeper.stop()
        lose_the_end(servers, live_settings, "posts", 0)
        fill("posts", 1)
        fill("posts", 0, count=again)
        keeper.start()
        wait_for(lambda: len(stopped(keeper)) == 1, "nothing was noticed")
        assert "closed for ever" in stopped(keeper)[0]["reason"]
        wait_for(lambda: keeper.sizes().get("posts") == 40, "the other partition does not go on")
        ended = next(log for log in keeper.ask("/logs") if log["ended"])
        assert (ended["partition"], ended["size"]) == (0, 20)
        keeper.kill()
        keeper.start()
        wait_for(lambda: len(stopped(keeper)) == 1, "it is forgotten after a kill")


def lose_the_end(servers: "Servers", live_settings: Settings, topic: str, partition: int) -> None:
    """The broker dies, and its disk has lost all records of a partition when it comes back."""
    servers.kill("broker")
    folder = next((servers.data / "broker").rglob(f"{live_settings.named(topic)}-{partition}"))
    for file in folder.iterdir():
        if file.suffix in (".log", ".index", ".timeindex", ".snapshot") or file.name == "leader-epoch-checkpoint":
            file.unlink()
    for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint", "log-start-offset-checkpoint"):
        file = folder.parent / name
        lines = file.read_text().splitlines()
        if not lines:
            continue  # a young broker has written none of them
        kept = [line for line in lines[2:] if not line.startswith(f"{live_settings.named(topic)} {partition} ")]
        file.write_text("\n".join([lines[0], str(len(kept)), *kept]) + "\n")
    servers.begin("broker")
