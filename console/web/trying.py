"""What a tag or a list of words would find among the posts that came last, before anybody is judged by it."""

import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console.web.care import carried
from console.web.desk import Desk
from console.words import minute
from moderation.tags import FittedTag, Tags, load_tags
from moderation.tags.load import embeddings_of
from moderation.word_lists import WordLists, lists_of
from records.errors import Malformed, Unavailable
from records.registry import PublishedTag, WordList
from search.likeness import vector
from search.recent import recent, these

SHOWN_MAX = 20
SECONDS_MAX = 20.0
EXCERPT_CHARS, BEFORE_CHARS = 280, 60
Spans = Sequence[tuple[int, int]]
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One post that would be found: its text in pieces, each with whether it matched; a tag gives a score.

    `carried` are the labels of its text.
    """

    post_id: str
    carried: tuple[str, ...]
    address: str
    pieces: Pieces
    who: str
    surface: str
    when: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """Of `looked_at` posts `able` could be compared, and so many would be `found`: the newest of them are `samples`."""

    looked_at: int
    able: int
    found: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class TriedTag:
    """A tag as it is fitted now, and what it would find."""

    tag: FittedTag
    recent: Tried


async def try_tag(desk: Desk, said: PublishedTag) -> TriedTag:
    """Fitted in a thread, and held against the embeddings that the index has; raises Malformed, or Unavailable."""
    tags = await desk.trials.run(lambda: fitted_alone(desk, said))
    digest = desk.model().model_digest
    looked = able = 0
    found: dict[str, float] = {}
    async with aclosing(_recent(desk, "post_id", "model_digest", "embedding")) as pages:
        async for documents in pages:
            looked += len(documents)
            known = {one["post_id"]: vector(one) for one in documents if one.get("model_digest") == digest}
            scores = _scores(tags, {post_id: one for post_id, one in known.items() if one and any(one)})
            able += len(scores)
            found |= {post_id: score for post_id, score in scores.items() if score >= tags.fitted[0].threshold}
    newest = await these(desk.search, list(found)[:SHOWN_MAX])
    samples = tuple(_sample(one, (), found[one["post_id"]]) for one in newest)
    return TriedTag(tags.fitted[0], Tried(looked, able, len(found), samples))


async def try_list(desk: Desk, said: WordList) -> Tried:
    """Read post by post, as the judge would; raises Malformed, or Unavailable."""
    lists = lists_of([said])
    for problem in lists.refused.values():
        raise Malformed(problem)
    looked = 0
    found: list[str] = []
    async with aclosing(_recent(desk, "post_id", "text")) as pages:
        async for documents in pages:
            looked += len(documents)
            found += await desk.trials.run(_those_with(lists, documents))
    newest = await these(desk.search, found[:SHOWN_MAX])
    return Tried(looked, looked, len(found), tuple(_sample(one, _spans(lists, one)) for one in newest))


def told_of(said: PublishedTag | WordList, tried: Tried) -> str:
    """What was tried on how many posts, for the record."""
    sort = "tag" if isinstance(said, PublishedTag) else "list"
    return f"the {sort} {said.registry_id}, tried on the {tried.looked_at:,} posts that came last"


def fitted_alone(desk: Desk, said: PublishedTag) -> Tags:
    """The tag without any other; raises Malformed where it cannot be, and Unavailable where no model is there."""
    tags = load_tags("none", desk.policy, desk.model(), [said])
    for problem in tags.refused.values():
        raise Malformed(problem)
    if tags.unused:
        raise Unavailable(f"no tag can be tried here: {tags.unused}")
    return tags


def excerpt(text: str, spans: Spans) -> Pieces:
    """A text in pieces around its first match, each piece with whether it matched."""
    start = max(0, spans[0][0] - BEFORE_CHARS) if spans else 0
    end = min(len(text), start + EXCERPT_CHARS)
    pieces, at = [("…", False)] if start else [], start
    for begins, ends in spans:
        if at <= begins < end:
            pieces += [(text[at:begins], False), (text[begins : min(ends, end)], True)]
            at = min(ends, end)
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple((piece, matched) for piece, matched in pieces if piece)


async def _recent(desk: Desk, *fields: str) -> AsyncGenerator[list[dict[str, Any]], None]:
    """A page at a time, while there is time: whoever counts them says how many they were."""
    until = time.monotonic() + SECONDS_MAX
    async with aclosing(recent(desk.search, fields)) as pages:
        async for documents in pages:
            yield documents
            if time.monotonic() > until:
                return


def _scores(tags: Tags, known: Mapping[str, bytes]) -> dict[str, float]:
    scores = tags.scores(embeddings_of(list(known.values()))) if known else []
    return {post_id: next(iter(said.values())) for post_id, said in zip(known, scores, strict=True)}


def _those_with(lists: WordLists, documents: Sequence[Mapping[str, Any]]) -> Callable[[], list[str]]:
    return lambda: [one["post_id"] for one in documents if lists.found(one.get("text") or "")]


def _spans(lists: WordLists, document: Mapping[str, Any]) -> Spans:
    return [(place.start, place.end) for _, place in lists.found(document.get("text") or "")]


def _sample(document: Mapping[str, Any], spans: Spans, score: float | None = None) -> Sample:
    return Sample(
        post_id=document["post_id"],
        carried=carried(document),
        address=f"/case?{urlencode({'post': document['post_id']})}",
        pieces=excerpt(document.get("text") or "", spans),
        who=document.get("author_name") or document.get("author_id") or "somebody without a name",
        surface=document.get("surface") or "unknown",
        when=minute(document.get("posted_at") or document.get("first_seen_at")),
        score=score,
    )
