"""Random histories of one post over all topics, for properties of the fold."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from records.base import Record
from records.decisions import Decide
from records.posts import Post
from records.received import Received
from tests.moderation import case_records as make

TEXTS = ("buy now", "buy later", "hello")
STAFF = ("ann", "bob", "cyd")
RECORDS_MAX = 14
DECISIONS_MAX = 14

minutes = st.integers(0, 12)
site_minutes = st.none() | minutes
texts = st.sampled_from(TEXTS)
staff = st.sampled_from(STAFF)
scopes = st.sampled_from(["post", "post", "author", "report"])

sightings = st.builds(
    make.seen,
    texts,
    minutes,
    site_minutes,
    kind=st.sampled_from(["seen", "edited"]),
    author=st.none() | staff.map(make.author),
    language=st.sampled_from([None, "en", "de"]),
    url=st.sampled_from([None, "https://forum.example/1"]),
)
observations = st.one_of(
    sightings,
    sightings,
    sightings.map(Post.reduced),
    st.builds(make.removed, minutes, site_minutes),
    st.builds(make.reported, staff, minutes),
    st.builds(make.reacted, staff, minutes),
)
verdicts = st.builds(
    lambda text, labels, severity, policy, hours, **said: make.judged(
        text, *labels, severity=severity, policy=policy, hours=hours, **said
    ),
    texts,
    st.sets(st.sampled_from(["scam", "spam"])),
    st.integers(0, 3),
    st.integers(1, 3),
    st.sampled_from([None, 1, 24]),
    unscored=st.sampled_from([None, None, "no model"]),
    embedding=st.sampled_from([None, bytes(384), bytes(range(256)) + bytes(128)]),
)
places = st.integers(0, DECISIONS_MAX - 1).map(lambda offset: f"decisions-0-{offset}")
orders = st.builds(make.order, places, st.just(make.note("n")), st.sampled_from(["hide", "remove", "restore", "reply"]))
outcomes = st.builds(
    make.outcome,
    places,
    st.sampled_from(["done", "failed", "refused", "observed"]),
    st.integers(1, 3),
    minutes,
    st.sampled_from([None, True, False]),
)


def _undo(draw: st.DrawFn, key: str, by: str, saw: int, decided: list[Decide]) -> Record:
    return make.undo(key, draw(st.sampled_from(decided)), by, saw) if decided else make.note(key, by)


def _decide(draw: st.DrawFn, key: str, by: str, saw: int, _decided: list[Decide]) -> Record:
    scope = draw(scopes)
    action = draw(
        st.sampled_from(["leave", "hide", "remove", "reply"] if scope == "post" else ["leave", "leave", "hide"])
    )
    return make.decide(key, action, draw(texts), by, saw, draw(st.sampled_from([0, 60, 300])), scope=scope)


_PLACED = st.sampled_from(["placed", "released"])
_ACTS: list[Any] = [
    *[_decide] * 3,
    *[_undo] * 3,
    lambda draw, key, by, saw, _: make.escalate(key, by, saw, scope=draw(scopes)),
    lambda draw, key, by, saw, _: make.defer(key, draw(minutes), by, saw, scope=draw(scopes)),
    lambda draw, key, by, _saw, _: make.claim(key, by, draw(st.sampled_from([0, 60, 600]))),
    lambda _draw, key, by, _saw, _: make.release(key, by),
    lambda _draw, key, by, _saw, _: make.note(key, by),
    lambda draw, key, _by, _saw, _: make.hold(key, draw(st.sampled_from("xy")), draw(_PLACED)),
    lambda draw, key, by, _saw, _: make.erase(key, draw(st.sampled_from(["requested", "confirmed"])), by),
]


def _act(draw: st.DrawFn, key: str, decided: list[Decide], version: int) -> Record:
    saw = draw(st.sampled_from([version, version, version, max(version - 1, 0), version + 1]))
    made: Record = draw(st.sampled_from(_ACTS))(draw, key, draw(staff), saw, decided)
    return made


@st.composite
def decisions(draw: st.DrawFn) -> list[Record]:
    """Acts whose authors mostly saw about the version that the case may have had."""
    acts: list[Record] = []
    for number in range(draw(st.integers(0, DECISIONS_MAX))):
        counting = sum(1 for act in acts if getattr(act, "kind", "") in ("decide", "undo", "escalate", "defer"))
        version = draw(st.integers(0, counting))
        acts.append(_act(draw, f"k{number}", [act for act in acts if isinstance(act, Decide)], version))
    return acts


def _logged(draw: st.DrawFn, topic: str, records: Sequence[Record]) -> list[Received]:
    """Append times never go back in one log; now and then a fact is published again."""
    copies = draw(st.lists(st.sampled_from(records), max_size=3)) if records else []
    recorded, log = 0, []
    for offset, record in enumerate([*records, *copies]):
        recorded += draw(st.integers(0, 3))
        log.append(Received(topic, f"id-of-{topic}", 0, offset, make.at(recorded), record))
    return log


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[Received]]:
    """The log of each topic, all about one post."""
    records: dict[str, Any] = {
        "posts": draw(st.lists(observations, max_size=RECORDS_MAX)),
        "verdicts": draw(st.lists(verdicts, max_size=6)),
        "decisions": draw(decisions()),
        "orders": draw(st.lists(orders, max_size=4)),
        "outcomes": draw(st.lists(outcomes, max_size=4)),
    }
    logs = {topic: _logged(draw, topic, of_topic) for topic, of_topic in records.items()}
    return logs if any(logs.values()) else {**logs, "posts": _logged(draw, "posts", [make.seen("hello")])}


def interleaved(draw: st.DrawFn, logs: dict[str, list[Received]]) -> list[Received]:
    """One of the orders in which a worker may meet these logs."""
    turns = draw(st.permutations([topic for topic, log in logs.items() for _ in log]))
    heads: dict[str, Iterator[Received]] = {topic: iter(log) for topic, log in logs.items()}
    return [next(heads[topic]) for topic in turns]


def batches(draw: st.DrawFn, received: Sequence[Received]) -> list[list[Received]]:
    """One of the ways in which they may be cut into batches."""
    cuts = sorted(draw(st.lists(st.integers(0, len(received)), max_size=5)))
    bounds = [0, *cuts, len(received)]
    return [list(received[start:end]) for start, end in pairwise(bounds) if start < end]


def published_again(logs: dict[str, list[Received]]) -> list[Received]:
    """Every fact once more, further down its log."""
    again: dict[str, list[Received]] = defaultdict(list)
    for topic, log in logs.items():
        for one in log:
            offset = len(log) + len(again[topic])
            again[topic].append(Received(topic, one.topic_id, 0, offset, make.at(99), one.record))
    return [one for log in again.values() for one in log]
