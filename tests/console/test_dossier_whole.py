"""Nothing in a dossier is silently empty, whatever happened to the post; and its JSON is what its schema says."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import Draft202012Validator, meta

from console.dossier.integrity import not_checked
from console.dossier.making import dossier
from console.dossier.schema import FILE, schema
from console.dossier.values import SECTIONS, Dossier, terms
from console.telling import sections
from moderation.judge import judge
from moderation.policy import load_policy
from moderation.scorer import ConstantScorer
from moderation.surroundings import Surroundings
from records.received import Received
from tests.console.dossiers import KNOWN, lines_of, material_of, silent, unexplained
from tests.console.post_histories import Logs, several_posts
from tests.console.test_sample import SAMPLE, read

RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck))
VALID = Draft202012Validator(json.loads(FILE.read_text(encoding="utf-8")))


def check(found: Dossier) -> None:
    """Complete as a value, in JSON and on the terminal, and valid."""
    assert list(unexplained(found)) == []
    told = json.loads(found.model_dump_json())
    assert list(silent(told)) == []
    assert next(iter(VALID.iter_errors(told)), None) is None
    for title, lines in lines_of(found).items():
        assert lines, title
        assert [line for line in lines if not line.text and not line.explained and line.depth == 0] == []
        heads = [line for line in lines if not line.text]
        assert all(lines[lines.index(line) + 1].depth > line.depth for line in heads), title
    assert Dossier.model_validate_json(found.model_dump_json()) == found
    assert all(_ordered(one.not_before, one.at_latest) for one in (*found.when.visible, *found.when.edits))
    assert all(_ordered(one.last_seen_at, one.missing_at) for one in found.when.visible)


def _ordered(lower: datetime | None, upper: datetime | None) -> bool:
    return lower is None or upper is None or lower <= upper


def _check_each(logs: Logs) -> int:
    about: dict[str, list[Received]] = defaultdict(list)
    for one in (one for log in logs.values() for one in log):
        about[one.record.post_id].append(one)
    for received in about.values():
        check(dossier(material_of(received), KNOWN))
    return len(about)


@settings(RANDOM, max_examples=60)
@given(several_posts())
def test_nothing_of_random_posts_is_silently_empty(logs: Logs) -> None:
    """Sightings, edits, removals, reports, reactions, verdicts, decisions, erasures, orders, outcomes, as they come."""
    _check_each(logs)


@pytest.mark.chaos
def test_nothing_of_a_thousand_random_posts_is_silently_empty() -> None:
    """The same, counted."""
    count = 0

    @settings(RANDOM, max_examples=700)
    @given(several_posts())
    def each(logs: Logs) -> None:
        nonlocal count
        count += _check_each(logs)

    each()
    assert count >= 1_000


def test_nothing_of_the_bundled_sample_is_silently_empty() -> None:
    """All 311 posts, judged, with what was watched and with no ledger to ask."""
    began = datetime(2026, 11, 24, tzinfo=UTC)
    about: dict[str, list[Received]] = defaultdict(list)
    posts = [read(line) for line in SAMPLE.read_bytes().splitlines()]
    texts = [post for post in posts if post.text is not None]
    verdicts = judge(texts, load_policy(), ConstantScorer(), Surroundings({}, {}), began)
    for number, record in enumerate([*posts, *verdicts]):
        topic = "posts" if number < len(posts) else "verdicts"
        at = began + timedelta(milliseconds=number)
        about[record.post_id].append(Received(topic, "topic-id", 0, number, at, record))
    assert len(about) == 311
    for received in about.values():
        check(not_checked(dossier(material_of(received), KNOWN), "there is no keeper"))


def test_the_sections_stand_in_the_order_in_which_an_examiner_asks() -> None:
    """What, who, when, where, by which way, what we did, how judged, what done, which rules, how proved, gaps."""
    order = [name for name in Dossier.model_fields if name in SECTIONS]
    assert tuple(order) == SECTIONS


def test_the_published_schema_is_that_of_the_values() -> None:
    """`lifeguard why --schema > console/dossier/schema.json` makes it again."""
    assert FILE.read_text(encoding="utf-8") == schema()
    assert meta.is_valid(json.loads(schema()))


def test_every_term_is_explained_where_it_stands_first() -> None:
    """And only there; the explanation is that of the schema."""
    found = dossier(
        material_of([Received("posts", "t", 0, 0, KNOWN.now, read(SAMPLE.read_bytes().splitlines()[0]))]), KNOWN
    )
    for section in sections(found):
        assert section.explained
    lines = [line for of in lines_of(found).values() for line in of]
    said = [(line.name, line.explained) for line in lines if line.explained]
    assert len(said) == len(set(said))
    first = {line.name: line for line in reversed(lines) if line.name}
    assert [name for name, line in first.items() if not line.explained] == []
    assert all(term.explained for term in terms(found))
