"""Reads the tags of a folder and fits them to the scorer in use, with the embeddings that it gives."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from moderation.policy import Policy
from moderation.scorer.protocol import EMBEDDING_BYTES, Scored, Scorer
from moderation.tags.files import SHIPPED_FOLDER, Read, read_tags
from moderation.tags.fitted import NO_TAGS, FittedTag, Posts, Tags, fitted
from moderation.tags.head import Floats
from records.digests import sha256_hex
from records.errors import Misconfigured

BACKGROUND = Path(__file__).with_name("background.txt")
EMBEDDING_SCALE = 127

Folder = Path | Literal["none"] | None


def load_tags(folder: Folder, policy: Policy, scorer: Scorer) -> Tags:
    """The tags of this folder, else those that ship with us; raises Misconfigured where a file is wrong.

    Where the scorer gives no embeddings there are none, and `unused` says why.
    """
    if folder == "none":
        return NO_TAGS
    read = read_tags(folder or SHIPPED_FOLDER, policy, scorer.labels)
    if not read:
        return NO_TAGS
    ordinary = scorer.score(background())
    why = _why_not(scorer, ordinary)
    if why:
        return Tags(unused=why)
    others = Posts(background(), embeddings(ordinary))
    return Tags(tuple(_fitted(one, others, scorer) for one in read), _digest(read))


def helps_of(folder: Folder, policy: Policy) -> dict[str, str]:
    """By the names of its tags: how the authors of such posts can be helped, where the files say so."""
    read = [] if folder == "none" else read_tags(folder or SHIPPED_FOLDER, policy)
    return {one.tag.name: one.tag.help for one in read if one.tag.help}


def retentions_of(folder: Folder, policy: Policy) -> dict[str, str]:
    """By the names of its tags: the retention class of each."""
    read = [] if folder == "none" else read_tags(folder or SHIPPED_FOLDER, policy)
    return {one.tag.name: one.tag.retention for one in read}


@cache
def background() -> tuple[str, ...]:
    """Ordinary posts that carry no tag."""
    lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def embeddings(scored: Sequence[Scored]) -> Floats:
    """Their embeddings as numbers, one a row; all of them must have one."""
    whole = b"".join(one.embedding or b"" for one in scored)
    return np.frombuffer(whole, np.int8).reshape(len(scored), EMBEDDING_BYTES) / EMBEDDING_SCALE


def _why_not(scorer: Scorer, ordinary: Sequence[Scored]) -> str | None:
    if scorer.model_digest is None:
        return ordinary[0].unscored or "there is no model"
    if not all(one.embedding and any(one.embedding) for one in ordinary):
        return "the scorer in use gives no embeddings that mean anything"
    return None


def _fitted(one: Read, ordinary: Posts, scorer: Scorer) -> FittedTag:
    examples, counter = (_posts(one, key, scorer) for key in ("examples", "counter_examples"))
    return fitted(one.tag, examples, counter, ordinary)


def _posts(one: Read, key: str, scorer: Scorer) -> Posts:
    texts: tuple[str, ...] = getattr(one.tag, key)
    scored = scorer.score(texts)
    for place, said in enumerate(scored, 1):
        if said.embedding is None:
            raise Misconfigured(
                f"the tag {one.file} is not usable: {key}, no. {place}: the model cannot read it "
                f"({said.unscored}): write it in words, or take it out"
            )
    return Posts(texts, embeddings(scored))


def _digest(read: Sequence[Read]) -> str:
    """SHA-256 in hex over the names of the tags, the digests of their files, and that of the background."""
    lines = [f"{one.tag.name} {one.digest}\n" for one in read]
    lines.append(f"{BACKGROUND.name} {sha256_hex(BACKGROUND.read_bytes())}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()
