"""What a person sees: a few posts through the real broker into the real node, and the commands about them."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator
from typer.testing import CliRunner, Result

from console.commands import lifeguard
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.publisher import Publisher
from ingest.reader import Unreadable, read_all
from ingest.sources.jsonl import JsonLines
from ingest.topics import create_topics
from moderation.cases import fold_post
from records.digests import revision_digest
from records.received import Received
from records.settings import Settings, settings
from records.topics import POSTS, VERDICTS
from records.verdicts import Finding, Span, Verdict
from search.client import Search
from search.indexer import Indexer
from search.indices import setup

pytestmark = pytest.mark.live

PAGE = "https://www.example.com/blog/fees"
CARD = "Sort it out: 4111 1111 1111 1111 [bold]now[/bold]"
LINES = [
    {
        "id": "c-1",
        "surface": "blog/fees",
        "url": f"{PAGE}#c-1",
        "page_title": "Fees",
        "text": "A \x1b[31mred\u202e question about fees",
        "author": {"id": "u-1", "name": "Dana M."},
        "posted_at": "2026-10-26T09:14:00Z",
    },
    {"id": "c-1", "kind": "edited", "text": CARD, "edited_at": "2026-10-26T09:20:00Z"},
    {"id": "c-1", "kind": "reported", "report": {"reporter": "u-2", "reason": "a card number"}},
    {
        "id": "c-2",
        "surface": "blog/fees",
        "text": "The yearly fee is in the summary box",
        "posted_at": "2026-10-27T10:00:00Z",
    },
    {"id": "c-2", "kind": "removed", "removed_at": "2026-10-27T11:00:00Z"},
]


@pytest.fixture(scope="module")
def _module_settings(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Settings:  # noqa: F821
    return Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace="tcommands.",
        partitions=2,
        data_dir=tmp_path_factory.mktemp("commands"),
    )


@pytest.fixture(scope="module")
def _indexed(_module_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The lines are published, judged by hand, folded and indexed, once for all tests here."""
    create_topics(_module_settings)
    _publish(_module_settings, tmp_path_factory.mktemp("lines") / "posts.jsonl")
    asyncio.run(_fold(_module_settings))
    return _module_settings


@pytest.fixture(autouse=True)
def _as_a_person(_indexed: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("kafka_bootstrap", "elasticsearch_url", "namespace"):
        monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", getattr(_indexed, name))
    monkeypatch.setenv("LIFEGUARD_PARTITIONS", "2")
    monkeypatch.setenv("LIFEGUARD_LEDGER_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def _publish(where: Settings, path: Path) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    publisher = Publisher(where)
    try:
        items = JsonLines(Reading("site", natural()), path).items(None)
        publisher.publish_all(POSTS, [item.what for item in items])
        publisher.publish_all(VERDICTS, [_verdict()])
    finally:
        publisher.close()


def _verdict() -> Verdict:
    span = Span(start=CARD.index("4111"), end=CARD.index("4111") + 19)
    card = Finding(
        label="personal_data", rule="payment_card", score=1.0, threshold=1.0, severity=2, clause="4.3", span=span
    )
    return Verdict(
        post_id="site:c-1",
        revision_id=revision_digest(CARD),
        policy_version=1,
        policy_digest="d" * 64,
        model_digest="a" * 64,
        judge_version="test",
        findings=(card,),
        language="en",
        judged_at=datetime(2026, 10, 26, 9, 21, tzinfo=UTC),
    )


async def _fold(where: Settings) -> None:
    facts: dict[str, list[Received]] = defaultdict(list)
    for received in read_all(where, [POSTS, VERDICTS]):
        assert not isinstance(received, Unreadable)
        facts[received.record.post_id].append(received)
    async with Search(where) as search:
        await setup(search)
        documents = {post_id: fold_post(None, received) for post_id, received in facts.items()}
        history = [one for received in facts.values() for one in received]
        assert await Indexer(search).write(documents, {}, history) == set()
        await search.ask("POST", f"/{search.posts},{search.history}/_refresh")


def run(*arguments: str) -> Result:
    """The command as a person would run it."""
    return CliRunner().invoke(lifeguard(), list(arguments))


def test_find_shows_what_matched_and_how_it_stands() -> None:
    """A misspelt word finds the post; id, surface, state and what became of it are in the table."""
    result = run("find", "sumnary box")
    assert result.exit_code == 0, result.output
    for said in ("site:c-2", "2026-10-27 10:00", "blog/fees", "unjudged, gone", "summary box", "1 post found."):
        assert said in result.output


def test_find_narrows_by_label_and_day() -> None:
    """Filters narrow; markup that a stranger wrote is shown as written."""
    result = run("find", "--label", "personal_data", "--from", "2026-10-26", "--until", "2026-10-26")
    assert "site:c-1" in result.output
    assert "[bold]now[/bold]" in result.output
    assert "site:c-2" not in result.output
    assert "Nothing found" in run("find", "--until", "2026-10-25").output


def test_find_says_how_to_see_more() -> None:
    """The newest come first where nothing is asked for."""
    result = run("find", "--limit", "1")
    assert "site:c-2" in result.output
    assert "2 posts found, the first 1 is shown: see more with --limit 2" in result.output


def test_find_tells_machines_the_same() -> None:
    """The fragments carry what matched."""
    told = json.loads(run("find", "summary", "--json").stdout)
    assert told["total"] == 1
    assert told["posts"][0]["post_id"] == "site:c-2"
    assert ["summary", True] in told["posts"][0]["fragments"][0]


def test_find_counts_instead_of_showing() -> None:
    """By the options that narrow, and by time; posts only where a number of them is asked for."""
    result = run("find", "--facets", "--by", "day")
    assert result.exit_code == 0, result.output
    for said in (
        "--surface   blog/fees 2",
        "--author    Dana M. (u-1) 1",
        "--severity  2 serious 1",
        "2026-10-26 Mon",
        "█",
    ):
        assert said in result.output
    assert "site:c-1" not in result.output
    assert "site:c-1" in run("find", "--facets", "--limit", "5").output
    told = json.loads(run("find", "--facets", "--by", "month", "--json").stdout)
    assert told["facets"]["label"]["values"] == [{"value": "personal_data", "posts": 1, "name": None}]
    assert told["histogram"]["bars"] == [{"from": "2026-10-01T00:00:00Z", "posts": 2}]


def test_find_goes_on_from_page_to_page() -> None:
    """The token alone is enough; with another search it is refused in one sentence; the last page has none."""
    first = run("find", "--pages", "--limit", "1").stdout
    token = first.strip().rpartition("lifeguard find --after ")[2]
    assert "site:c-2" in first
    assert "\n" not in token
    second = run("find", "--after", token, "--limit", "1").stdout
    assert "site:c-1" in second
    refused = run("find", "fees", "--after", token)
    assert refused.exit_code == 1
    assert "belongs to another search" in refused.stderr
    assert "not the token of a page" in run("find", "--after", "nonsense").stderr


def test_find_tells_everything_line_by_line() -> None:
    """One post a line."""
    lines = run("find", "--all").stdout.splitlines()
    assert [json.loads(line)["post_id"] for line in lines] == ["site:c-2", "site:c-1"]


def test_find_says_why_nothing_can_be_compared() -> None:
    """A post that no model has judged, one that is not there, and a model that cannot be loaded."""
    assert "nothing can be compared with site:c-2" in run("find", "--like", "site:c-2").stderr
    assert "there is no post with the id or address site:never" in run("find", "--like", "site:never").stderr


def test_find_without_a_model_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In one sentence, and without a stack trace."""
    monkeypatch.setenv("LIFEGUARD_MODEL_DIR", str(tmp_path))
    settings.cache_clear()
    result = run("find", "--like", "some text")
    assert result.exit_code == 1
    assert "the text cannot be compared: model could not be loaded" in result.stderr
    assert result.stderr.count("\n") == 1


def test_find_by_a_pasted_text_loads_the_model() -> None:
    """Nothing here has an embedding, so nothing is alike; that is said, with what may help."""
    assert "Nothing is like it" in run("find", "--like", "a question about fees").output


def test_duplicates_says_where_there_are_none() -> None:
    """And what may help."""
    assert "Nothing was posted twice" in run("duplicates").output
    assert json.loads(run("duplicates", "--json").stdout) == []


@pytest.mark.parametrize("asked", ["site:c-1", f"{PAGE}#c-1"])
def test_why_tells_the_whole_story(asked: str) -> None:
    """By id and by address: both texts, the author, three clocks, the way in, the reason with its span, the report."""
    result = run("why", asked)
    assert result.exit_code == 0, result.output
    for said in (
        "A ␛[31mred⟨U+202E⟩ question about fees",
        "[bold]now[/bold]",
        "Dana M.",
        "2026-10-26 09:14:00 UTC",
        "Unchanged yes",
        "payment_card",
        "“4111 1111 1111 1111”",
        "report: 1 time",
        "The yearly fee is in the summary box",
        "waits for a person to look at it",
        "NOT PROVED",
        "the keeper at http://127.0.0.1:1 does not answer",
    ):
        assert said in " ".join(result.output.split()), said
    assert "u-2" not in result.output
    assert not set(result.output) & {"\x1b", "\u202e"}


def test_why_tells_machines_the_same() -> None:
    """One JSON document in ASCII, with ISO times and the place in Kafka."""
    stdout = run("why", "site:c-1", "--json").stdout
    told = json.loads(stdout)
    assert stdout.isascii()
    assert [revision["text"] for revision in told["what"]["revisions"]] == [LINES[0]["text"], CARD]
    assert told["when"]["observations"][0]["site_at"] == "2026-10-26T09:14:00Z"
    assert told["how_it_got_in"]["arrivals"][0]["topic"] == "posts"
    assert told["how_it_was_judged"]["verdicts"][0]["findings"][0]["span"]["text"] == "4111 1111 1111 1111"
    assert told["what_was_done"]["state"] == "open"
    assert [(one["relation"], one["post_id"]) for one in told["what"]["context"]] == [("after", "site:c-2")]
    assert list(Draft202012Validator(json.loads(run("why", "--schema").stdout)).iter_errors(told)) == []


def test_why_writes_a_page(tmp_path: Path) -> None:
    """One file, and one sentence where it cannot be written."""
    page = tmp_path / "dossier.html"
    assert run("why", "site:c-1", "--html", str(page)).stdout == f"written: {page}\n"
    assert "4111 1111 1111 1111" in page.read_text(encoding="utf-8")
    refused = run("why", "site:c-1", "--html", str(tmp_path / "none" / "dossier.html"))
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


def test_why_shows_no_context_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the setting."""
    monkeypatch.setenv("LIFEGUARD_DOSSIER_CONTEXT_POSTS", "0")
    settings.cache_clear()
    assert "summary box" not in run("why", "site:c-1").output


def test_why_says_plainly_what_was_never_captured() -> None:
    """Not knowing is an answer, with exit code 1."""
    result = run("why", "site:never")
    assert result.exit_code == 1
    assert "not captured: nothing with this id is in the index" in result.output
    assert json.loads(run("why", "site:never", "--json").stdout)["captured"] is False


def test_rules_tells_what_each_has_found() -> None:
    """From the index: one post with a card number, and no other rule has fired."""
    told = json.loads(run("rules", "--json").stdout)["rules"]
    assert {one["rule"]: one["posts"] for one in told if one["posts"]} == {"payment_card": 1}
    assert next(one["newest_at"] for one in told if one["posts"])
    shown = run("rules").output
    assert "card numbers" in shown
    assert "none now" in shown


def test_status_counts_what_there_is() -> None:
    """Servers are up, our processes are not, and the groups have all of it before them."""
    result = run("status", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert all(server["ok"] for server in told["servers"])
    assert (told["posts"], told["facts"], told["dead_letters"]) == (2, 6, 0)
    assert told["lag"]["judge"] == {"posts": 5}
    assert told["states"] == {"open": 1, "unjudged": 1}
    assert told["languages"] == {"en": 1, "unknown": 1}
    assert "up" in run("status").output
