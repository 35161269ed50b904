"""(j) Records kept a second, synced and signed, beside a bare consumer of the same topics in the same run."""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from kafka import KafkaConsumer, TopicPartition

from ingest.connection import client_options
from ingest.keeper.broker import Broker
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.erasing import Erasing
from ingest.keeper.gaps import Acceptances
from ingest.keeper.keeper import Keeper
from ingest.keeper.standing import Standing
from ingest.lag import ends
from ingest.publisher import Publisher
from ingest.registry import Registry
from ingest.topics import create_topics
from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer.constant import ConstantScorer
from moderation.surroundings import Surroundings
from records.ledger.entries import LogId
from records.ledger.store import Ledger
from records.settings import Settings
from records.topics import MESSAGE_BYTES_MAX, POSTS, TOPICS, VERDICTS
from tests.bench.mix import posts
from tests.bench.table import Row

KEPT_POSTS, BATCH, TIMES = 60_000, 2_000, 3
ROUNDS_MIN = 3
CHECKPOINT_SECONDS = 0.5
"""Oftener than by default, so that there are enough checkpoints to measure between."""
LOOK_SECONDS = 0.02


def kept(settings: Settings) -> Iterator[Row]:
    """The medians of three times each, one after the other."""
    create_topics(settings)
    _publish(settings)
    total = sum(ends(settings).values())
    bare, keeper, cpu = [], [], []
    for number in range(TIMES):
        began = time.process_time()
        bare.append(total / _consumed(settings, total))
        between = time.process_time()
        keeper.append(total / _kept(settings, total, settings.data_dir / f"ledger-{number}"))
        cpu.append(((time.process_time() - between) / total * 1e6, (between - began) / total * 1e6))
    ratio = median(one / other for one, other in zip(keeper, bare, strict=True))
    of_keeper, of_bare = (median(each) for each in zip(*cpu, strict=True))
    remark = (
        f"{median(keeper):,.0f} records/s, and {median(bare):,.0f} by a bare kafka-python consumer; {total:,} records; "
        f"CPU a record: {of_keeper:.0f} and {of_bare:.0f} µs"
    )
    yield Row("j", "records kept, synced and signed, as a ratio to a bare consumer", f"{ratio:.2f}", "0.6", remark)


def _publish(settings: Settings) -> None:
    policy, scorer, now = load_policy(None), ConstantScorer(), datetime.now(UTC)
    publisher, waiting = Publisher(settings), posts(KEPT_POSTS, 11)
    while batch := list(islice(waiting, BATCH)):
        publisher.publish_all(POSTS, batch)
        publisher.publish_all(VERDICTS, judge(batch, policy, scorer, Surroundings({}, {}), now))
    publisher.close()


def _consumed(settings: Settings, total: int) -> float:
    """Seconds of a consumer that does nothing with what it gets."""
    options = client_options(settings) | {"enable_auto_commit": False, "max_partition_fetch_bytes": MESSAGE_BYTES_MAX}
    consumer = KafkaConsumer(**options, max_poll_records=5_000)
    places = [TopicPartition(settings.named(topic.name), n) for topic in TOPICS for n in range(settings.partitions)]
    gc.collect()
    began = time.perf_counter()
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    seen = 0
    while seen < total:
        seen += sum(map(len, consumer.poll(timeout_ms=1_000).values()))
    took = time.perf_counter() - began
    consumer.close(autocommit=False)
    return took


def _kept(settings: Settings, total: int, folder: Path) -> float:
    """Seconds that the keeper would take for all of them, by its pace from one checkpoint to another."""
    stop, signed = threading.Event(), [(time.perf_counter(), 0)]
    with closing(Ledger(folder, "bench.local")) as ledger:
        _begin_logs(settings, ledger)
        cosigner = Cosigner(())
        standing = Standing(ledger, cosigner)
        erasing = Erasing(ledger, Publisher(settings), Registry(settings), standing)
        keeper = Keeper(Broker(settings), ledger, Acceptances(settings), erasing, cosigner, standing)
        threading.Thread(target=_watch, args=(ledger, total, stop, signed), daemon=True).start()
        gc.collect()
        keeper.run(CHECKPOINT_SECONDS, stop)
        cosigner.close()
    # Before the first one it connects, and the last one waits for its time although nothing is left to be kept.
    whole = signed[1:-1] if len(signed) > ROUNDS_MIN else signed
    (first_at, first), (last_at, last) = whole[0], whole[-1]
    return (last_at - first_at) * total / (last - first)


def _begin_logs(settings: Settings, ledger: Ledger) -> None:
    """Making the folders of the logs is done once in their life, and is not what is measured."""
    with closing(Broker(settings)) as broker:
        found = broker.look()
    for topic, (topic_id, count) in found.topics.items():
        for number in range(count):
            ledger.log(LogId(found.cluster, topic, topic_id, number))


def _watch(ledger: Ledger, total: int, stop: threading.Event, signed: list[tuple[float, int]]) -> None:
    """Notes how much was signed when, once all logs of a round are; ends the keeper when everything is."""
    before = 0
    while signed[-1][1] < total:
        time.sleep(LOOK_SECONDS)
        found = sum(log.signed.size for log in ledger)
        if before == found > signed[-1][1]:
            signed.append((time.perf_counter(), found))
        before = found
    stop.set()
