"""Killed at any instruction around an erasure: content stays gone, the rest can be read, and every proof holds."""

import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.base import Record
from records.codec import encode
from records.ledger import tree
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.opened import opened
from records.ledger.reading import Folder, entries
from tests.ingest.keeper.erasing import ErasingKeeper
from tests.records.ledger.erasing import AT_MS, act, erasure, log_id, post

TOPICS = ("posts", "decisions", "registry")
POSTS = 3
Step = tuple[str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from("seen seen stub erase other keep keep keep round round kill start".split()), st.integers(0, 60)
    ),
    max_size=30,
)


class Killed(BaseException):
    """What stands for kill -9."""


class Killing:
    """Every write, sync and rename may be the last one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = -1
        for name in ("pwrite", "fdatasync", "ftruncate"):
            monkeypatch.setattr(os, name, self._until_killed(getattr(os, name)))
        monkeypatch.setattr(Path, "replace", self._until_killed(Path.replace))

    def _until_killed(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*words: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise Killed
            return act(*words)

        return acting


class World:
    """Kafka's records, and a keeper that has kept some of them and may die."""

    def __init__(self, folder: Path, killing: Killing) -> None:
        self.records: dict[str, list[Record]] = defaultdict(list)
        self.erased: dict[int, int] = {}
        self.leaves: dict[tuple[LogId, int], bytes] = {}
        self.killing = killing
        self.keeper = ErasingKeeper(folder)

    def step(self, what: str, number: int) -> None:
        """Something that happens."""
        chosen = number % POSTS
        if what == "kill":
            self.killing.left = number + 1
        elif what in ("seen", "stub", "other", "erase"):
            self._say(what, chosen, number)
        else:
            self._living(lambda: self._work(what, number))

    def end(self) -> None:
        """Everything is kept, signed and carried out."""
        self.killing.left = -1
        for what in ("keep", "round", "start"):
            self._work(what, 10**6)
            self.check()
        assert {self.keeper.ledger.log(log_id(topic)).next for topic in TOPICS if self.records[topic]} == {
            len(self.records[topic]) for topic in TOPICS if self.records[topic]
        }

    def check(self) -> None:
        """Every signed entry stands under its checkpoint, as it did before; what is erased, and only that, is gone."""
        done = set(self.keeper.ledger.erased)
        with closing(Folder(self.keeper.folder)) as reader:
            for state in reader.logs():
                contents = reader.contents(state.log, 0, state.size)
                found = zip(entries(reader, state.log, 0, state.size), contents, strict=True)
                for number, (entry, content) in enumerate(found):
                    leaf = tree.leaf_hash(state.log.head + entry.body())
                    assert self.leaves.setdefault((state.log, number), leaf) == leaf
                    proof = tree.inclusion_proof(number, state.size, partial(reader.hashes, state.log))
                    assert tree.verify_inclusion(leaf, number, state.size, proof, state.checkpoint.root)
                    one = opened(state.log, entry, content)
                    record = self.records[state.log.topic][number]
                    assert (one.received is None) == self._is_gone(state.log.topic, number, record, done), number
                    assert one.received is None or one.received.record == record
                    assert one.why in (None, "unopened")

    def _is_gone(self, topic: str, number: int, record: Any, done: set[bytes]) -> bool:
        post_id = getattr(record, "post_id", "")
        if topic == "registry" or post_id.encode() not in done:
            return False
        if topic == "posts":
            return not record.erased or self._has_no_key(topic, number)
        return self._has_no_key(topic, number)

    def _has_no_key(self, topic: str, number: int) -> bool:
        """What came before the erasure; of what came later only content."""
        keys = self.keeper.ledger.keys
        log = self.keeper.ledger.log(log_id(topic))
        return keys.key(int(log.index(number, number + 1)["slot"][0])) is None

    def _say(self, what: str, chosen: int, number: int) -> None:
        if what == "erase":
            first = len(self.records["decisions"])
            self.records["decisions"] += [act(chosen, "requested", "ann"), act(chosen, "confirmed", "eve")]
            self.records["registry"].append(
                erasure(chosen, first + 1, first, version=1 + len(self.records["registry"]))
            )
        elif what == "other":
            self.records["decisions"].append(act(chosen, "requested", "bob"))
        else:
            made = post(chosen, f"secret {number}")
            self.records["posts"].append(made.reduced() if what == "stub" else made)

    def _work(self, what: str, number: int) -> None:
        if what == "start":
            self.keeper.again()
        elif what == "round":
            self.keeper.round()
        else:
            for topic in TOPICS:
                log = self.keeper.ledger.log(log_id(topic))
                waiting = self.records[topic][log.next : log.next + 1 + number % 5 if number < 100 else None]
                log.keep([Kept(log.next + n, AT_MS, one.key().encode(), encode(one)) for n, one in enumerate(waiting)])

    def _living(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Killed:
            self.killing.left = -1
            self.keeper.ledger.close()
            self.keeper.start()
        else:
            return
        self.check()


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_crashes_content_stays_gone_and_proofs_hold(
    steps: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Posts come, are erased and come again, in any order, while the keeper is killed at any write or sync."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, "fsync", lambda _: None)
        monkeypatch.setattr(os, "fdatasync", lambda _: None)
        world = World(tmp_path_factory.mktemp("world") / "ledger", Killing(monkeypatch))
        for what, number in steps:
            world.step(what, number)
        world.end()
        world.keeper.ledger.close()


@pytest.mark.parametrize("writes", range(1, 40))
def test_killed_at_each_write_of_an_erasure_it_is_finished(
    writes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the keeping of the Erasure to the keeper's word on it; and what came meanwhile is gone too."""
    world = World(tmp_path / "ledger", Killing(monkeypatch))
    for what in ("seen", "other", "keep", "round", "seen", "erase", "seen"):
        world.step(what, 0)
    world.killing.left = writes
    for what in ("keep", "round", "keep", "round"):
        world.step(what, 4)
    world.step("seen", 0)
    world.end()
    assert [one if isinstance(one, str) else "read" for one in world.keeper.opened("posts")] == ["unopened"] * 4
    assert len({one.record_id for one in world.keeper.kafka.published}) == 1
    world.keeper.ledger.close()
