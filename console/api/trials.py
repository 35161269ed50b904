"""What a tag or a list of words would find among the posts that came last, before anybody is judged by it."""

from pydantic import Field

from console.api.lists import entry_of as list_of
from console.api.operation import Called
from console.api.tags import entry_of as tag_of
from console.api.taught import SayWordList, TryTag
from console.api.values import Told
from console.web.trying import Sample, Tried, told_of, try_list, try_tag
from moderation.tags.fitted import Share

TRIED = "tried"
"""A list that is tried needs no name of its own."""


class Found(Told):
    """One post that would be found; its text is a stranger's."""

    post_id: str
    excerpt: str
    matched: list[str] = Field(description="the words of the list in the excerpt")
    labels: list[str]
    score: float | None


class Trial(Told):
    """Of `looked_at` posts `able` could be compared; so many would be `found`, the newest of which are `posts`."""

    looked_at: int
    able: int
    found: int
    posts: list[Found]


class Part(Told):
    """So many of so many posts."""

    count: int
    of: int


class TagTrial(Trial):
    """The same of a tag, and what it says of its own examples, each left out in its turn when it was fitted."""

    threshold: float
    weak: bool = Field(description="whether it finds too few of its examples, or too many of the ordinary posts")
    found_again: Part
    wrong_counter_examples: Part
    wrong_ordinary_posts: Part
    missed: list[str]
    mistaken: list[str]


async def try_a_tag(call: Called, asked: TryTag) -> TagTrial:
    """How well a tag tells posts apart, and which of the newest 10,000 it would find. Nothing is published."""
    said = tag_of(call, asked.name, asked)
    tried = await try_tag(call.desk, said)
    await call.audit("search", "posts", told_of(said, tried.recent))
    quality = tried.tag.quality
    return TagTrial(
        **_trial(tried.recent),
        threshold=tried.tag.threshold,
        weak=quality.weak,
        found_again=_part(quality.found),
        wrong_counter_examples=_part(quality.wrong_counter),
        wrong_ordinary_posts=_part(quality.wrong_background),
        missed=list(quality.missed),
        mistaken=list(quality.mistaken),
    )


async def try_a_word_list(call: Called, asked: SayWordList) -> Trial:
    """Which of the newest 10,000 posts a list of words would find. Nothing is published."""
    said = list_of(call, TRIED, asked)
    tried = await try_list(call.desk, said)
    await call.audit("search", "posts", told_of(said, tried))
    return Trial(**_trial(tried))


def _trial(tried: Tried) -> dict[str, object]:
    counts = {"looked_at": tried.looked_at, "able": tried.able, "found": tried.found}
    return counts | {"posts": [_found(one) for one in tried.samples]}


def _found(sample: Sample) -> Found:
    return Found(
        post_id=sample.post_id,
        excerpt="".join(piece for piece, _ in sample.pieces),
        matched=[piece for piece, matched in sample.pieces if matched],
        labels=list(sample.carried),
        score=sample.score,
    )


def _part(share: Share) -> Part:
    return Part(count=share.count, of=share.of)
