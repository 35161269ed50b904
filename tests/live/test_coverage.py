"""What a person is told of our watching: heartbeats, a gap and its backfill through real servers, into the commands."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.commands import lifeguard
from console.telling_watching import between
from ingest.publisher import Publisher
from records.base import Record
from records.coverage import Coverage
from records.posts import Collector, Post, revision_of
from records.settings import Settings, settings
from records.topics import COVERAGE, POSTS
from search.client import Search
from search.coverage import statements
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

AWAY = "the site did not answer"
LOST = "what was posted and removed again within it was not seen"
PAGE = "https://www.example.com/blog/fees"
COLLECTOR = Collector(source="blog", version="1", config_digest="ab" * 32)


def iso(instant: datetime) -> str:
    """As machines read it."""
    return instant.isoformat().replace("+00:00", "Z")


@cache
def today() -> datetime:
    """Two hours before the first test of this file: others may have run long before it."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)


def at(minutes: float) -> datetime:
    """So many minutes after two hours ago."""
    return today() + timedelta(minutes=minutes)


def said(kind: str, since: float, until: float, *, source: str = "blog", **more: Any) -> Coverage:
    """A statement of a source about these minutes, made at their end."""
    bounds = {"from_at": at(since), "until_at": at(until), "happened_at": at(until)}
    return Coverage.model_validate({"kind": kind, "source": source, **bounds, **more})


def post(number: int, posted: float, seen: float, text: str, **more: Any) -> Post:
    """A post that was posted and seen at these minutes."""
    return Post.model_validate(
        {
            "kind": "seen",
            "post_id": f"blog:c-{number}",
            "source": "blog",
            "native_id": f"c-{number}",
            "surface": "blog/fees",
            "url": f"{PAGE}#c-{number}",
            "text": text,
            "revision_id": revision_of(text),
            "site_at": at(posted),
            "seen_at": at(seen),
            "collector": COLLECTOR,
            **more,
        }
    )


def minutes(since: int, until: int) -> list[Coverage]:
    """A heartbeat for each minute."""
    return [said("heartbeat", minute, minute + 1, read=1, kept=1) for minute in range(since, until)]


def their_statements() -> list[Coverage]:
    """What the sources say of these two hours."""
    return [
        *minutes(0, 30),
        said("gap", 30, 37, detail=AWAY),
        said("backfill", 30, 37, kept=1, detail=LOST, happened_at=at(38)),
        *minutes(37, 60),
        said("refused", 60, 61, read=12, detail="rate limited: 429, try again in 30 s"),
        *minutes(61, 120),
        said("compared", 119, 120, surface="blog/fees", read=3, kept=2),
        *[said("heartbeat", minute, minute + 1, source="shop") for minute in range(-120, -60)],
        said("cursor", 1, 2, source="sample", cursor="99"),
    ]


def posts_seen() -> list[Post]:
    """One that came at once, and one of the gap."""
    return [
        post(1, 10, 10.5, "Does the yearly fee change in spring, or only the card fee?"),
        post(2, 33, 38, "My transfer is still waiting, is anybody there?", backfill=True),
    ]


@pytest.fixture(scope="module")
def told(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:  # noqa: F821
    """A receiver that has run, and everything above, published twice and folded once."""
    from deploy.local.ready import free_port

    where = Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace="tcoverage.",
        partitions=2,
        data_dir=tmp_path_factory.mktemp("coverage"),
        webhook_port=free_port(),
        judge_metrics_port=free_port(),
        fold_metrics_port=free_port(),
    )
    with Pipeline(where, _environment(where)) as pipeline:
        _publish(where, their_statements(), posts_seen())
        _publish(where, their_statements()[::-1], [])
        site = Site(f"http://127.0.0.1:{where.webhook_port}", SECRET)
        site.insist({"id": "w-1", "surface": "shop/reviews", "text": "Arrived in two days, thank you"})
        site.close()
        pipeline.settle()
        wait_for(lambda: "webhook" in _sources(pipeline), "the receiver has not said that it is there")
        pipeline.settle()
        yield where


def _environment(where: Settings) -> dict[str, str]:
    chosen = where.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}


def _publish(where: Settings, said: list[Coverage], posts: list[Post]) -> None:
    publisher = Publisher(where)
    batches: list[tuple[Any, list[Record]]] = [(COVERAGE, [*said]), (POSTS, [*posts])]
    for topic, records in batches:
        publisher.publish_all(topic, records)
    publisher.close()


def _sources(pipeline: Pipeline) -> set[str]:
    hits = pipeline.ask("POST", "/{coverage}/_search", {"size": 1000})["hits"]["hits"]
    return {hit["_source"]["source"] for hit in hits}


@pytest.fixture(autouse=True)
def _as_a_person(told: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in told.model_dump(mode="json", exclude_defaults=True).items():
        monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", str(value))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str) -> Result:
    """The command as a person would run it."""
    return CliRunner().invoke(lifeguard(), list(arguments))


def check(result: Result, exit_code: int, *expected: str) -> None:
    """The command ended so, and said all of this, wherever its lines break."""
    output = " ".join(result.output.split())
    assert result.exit_code == exit_code, result.output
    for sentence in expected:
        assert sentence in output, result.output


async def _read_of(where: Settings, source: str) -> tuple[int, int]:
    async with Search(where) as search:
        found = await statements(search, at(-600), at(600), sources=[source])
    return len(found), sum(one["read"] for one in found if one["kind"] == "heartbeat")


def test_heartbeats_are_counted_once_and_kept_by_the_hour(told: Settings) -> None:
    """112 heartbeats, each published twice in another order: two or three documents, beside four statements."""
    documents, read = asyncio.run(_read_of(told, "blog"))
    assert documents in (4 + 2, 4 + 3)
    assert read == 112


def test_status_tells_what_was_watched_and_what_was_not() -> None:
    """A gap with its bounds, its reason and what was read afterwards; a silent source is an alarm; an import is not."""
    check(
        run("status"),
        1,
        "blog up watched since",
        f"{between(at(0), at(120))} everything was seen except 8 minutes; 7 minutes of that read",
        f"{between(at(30), at(37))} nothing was seen: {AWAY}; read afterwards at {at(38):%H:%M}",
        f"{between(at(60), at(61))} nothing says that anybody watched",
        f"1 post ({LOST})",
        "refused (12 times)",
        "the site says that it has 3 posts on blog/fees, and we have 2 of them: 1 is missing",
        "sample import read from a file",
        "shop SILENT nobody watches",
        "webhook up watched since",
    )


def test_status_lists_every_stretch_of_one_source() -> None:
    """And no other source, whose silence is not its affair; machines get the same."""
    listed = run("status", "--coverage", "--source", "blog")
    check(listed, 0, f"{between(at(0), at(30))} everything was seen")
    assert "shop" not in listed.output
    until = at(37).isoformat()
    (part,) = json.loads(run("status", "--source", "blog", "--until", until, "--json").stdout)["coverage"]
    states = [(one["state"], one["from_at"]) for one in part["periods"]]
    assert states == [(state, iso(at(since))) for state, since in (("watched", 0), ("backfilled", 30))]
    assert (part["not_seen_seconds"], part["read_afterwards_seconds"]) == (420, 420)


def test_why_tells_whether_we_were_watching_when_it_was_posted() -> None:
    """One that came at once, and one that was posted while the site did not answer."""
    check(run("why", "blog:c-1"), 0, "Gaps", "30 seconds lie between posted and first seen", "Came as history no")
    check(
        run("why", "blog:c-2"),
        0,
        f"{between(at(33), at(37))} nothing was seen: {AWAY}",
        "Came as history yes",
    )
    told = json.loads(run("why", "blog:c-2", "--json").stdout)["gaps"]
    assert (told["backfill"], told["standing"]) == (True, "alive")


@pytest.mark.parametrize(
    ("asked", "address"),
    [(f"{PAGE}/other?x=1", PAGE), ("http://www.example.com/elsewhere", "https://www.example.com")],
)
def test_an_address_never_captured_is_answered_with_the_watch_over_its_surface(asked: str, address: str) -> None:
    """Found by the other posts on the same address, or the nearest above it."""
    check(
        run("why", asked),
        1,
        "not captured: nothing at this address",
        f"posts were captured at {address}",
        "blog/fees 2 posts by the source blog",
        f"watched since {at(0):%Y-%m-%d %H:%M} UTC",
        AWAY,
    )
    (place,) = json.loads(run("why", asked, "--json").stdout)["surfaces"]
    assert (place["surface"], place["posts"], place["first_seen_at"]) == ("blog/fees", 2, iso(at(10.5)))


def test_a_text_never_captured_is_answered_with_what_comes_nearest() -> None:
    """A reader's retyping differs; the text itself, however spaced, is the post."""
    retyped = "Does the yearly fe change in spring or only card fees"
    check(run("why", retyped), 1, "nothing that says just this", "The nearest that were captured blog:c-1")
    check(run("why", "does the yearly fee change in spring,  or only the card fee"), 0, "blog:c-1", "says just this")


def test_a_time_and_a_surface_narrow_the_answer() -> None:
    """Within a gap, before anybody watched, and for an id of a source that nobody knows."""
    within = run("why", "Nobody has this text", "--surface", "blog/fees", "--at", at(33).isoformat())
    check(within, 1, f"{between(at(30), at(37))} nothing was seen: {AWAY}")
    check(run("why", "blog:c-9", "--at", at(-900).isoformat()), 1, "at that time nobody watched yet")
    check(run("why", "nobody:c-9"), 1, "no source has said that it was watching there")
