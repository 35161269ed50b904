"""Many reviewers at once, during an import: no decision is lost, doubled, or left without an answer."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.reader import read_all
from records.received import Received
from records.settings import Settings
from records.topics import DECISIONS
from tests.live.pipeline import Pipeline
from tests.live.reviewer import Reviewer
from tests.live.staffed import insults, publish, staff

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

COUNTING = ("decide", "escalate", "defer", "undo")


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge, fold and console."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold", "console")) as started:
        yield started


@pytest.mark.parametrize(
    ("reviewers", "seconds", "posts"),
    [(4, 6.0, 60), pytest.param(20, 120.0, 2_000, marks=pytest.mark.chaos)],
)
def test_every_decision_ends_accepted_or_refused_with_a_reason(
    pipeline: Pipeline, live_settings: Settings, reviewers: int, seconds: float, posts: int
) -> None:
    """And no two accepted ones name the same version of a case."""
    names = [f"reviewer-{number}" for number in range(reviewers)]
    staff(live_settings, *((name, "supervisor") for name in names))
    publish(live_settings, insults(posts))
    pipeline.settle()
    ends_at = time.monotonic() + seconds
    importing = threading.Thread(target=keep_importing, args=(live_settings, posts, ends_at))
    importing.start()
    answers = together(pipeline.program("console").address, names, ends_at)
    importing.join()
    check_answers(answers)
    check_versions(pipeline, live_settings, answers)


def keep_importing(settings: Settings, first: int, ends_at: float) -> None:
    """Posts come while people decide."""
    while time.monotonic() < ends_at:
        publish(settings, insults(20, first))
        first += 20
        time.sleep(0.2)


def together(address: str, names: list[str], ends_at: float) -> list[tuple[float, dict[str, Any]]]:
    """All of them at once; what each was answered."""
    found: list[tuple[float, dict[str, Any]]] = []
    broken: list[BaseException] = []

    def work(name: str) -> None:
        rng = random.Random(name)
        try:
            with Reviewer(address, name) as one:
                while time.monotonic() < ends_at:
                    one.review("flagged", rng)
                found.extend(one.answers)
        except BaseException as error:  # noqa: BLE001  told by the test's own thread
            broken.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return found


def check_answers(answers: list[tuple[float, dict[str, Any]]]) -> None:
    """Accepted, or refused with a sentence."""
    assert answers
    for _, answer in answers:
        assert answer["accepted"] or answer["refusal"], answer


def check_versions(pipeline: Pipeline, settings: Settings, answers: list[tuple[float, dict[str, Any]]]) -> None:
    """Each published act is in its document with its result, and each version was made by one of them."""
    pipeline.settle()
    published = {
        one.record.record_id: one.record
        for one in read_all(settings, [DECISIONS])
        if isinstance(one, Received) and one.record.kind not in ("claim", "release")
    }
    entries: dict[str, dict[str, Any]] = {}
    for post_id in {record.post_id for record in published.values()}:
        document = pipeline.ask("GET", f"/{{posts}}/_doc/{post_id}")["_source"]
        known = document["parts"]["decided"]["decisions"]
        counting = [entry for entry in known if entry["kind"] in COUNTING and entry["accepted"]]
        seen = Counter(entry["case_version_seen"] for entry in counting)
        assert max(seen.values(), default=1) == 1, counting
        entries |= {entry["record_id"]: entry for entry in known}
    assert set(published) <= set(entries)
    assert sum(entries[record_id]["accepted"] for record_id in published) == sum(
        answer["accepted"] for _, answer in answers
    )
    assert all(entries[record_id]["accepted"] or entries[record_id]["refusal"] for record_id in published)
