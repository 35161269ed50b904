"""Reads the tags of a folder and fits them to the scorer in use, with the embeddings that it gives."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np

from moderation.policy import Policy
from moderation.scorer.protocol import EMBEDDING_BYTES, Scored, Scorer
from moderation.tags.files import SHIPPED_FOLDER, Read, read_tags
from moderation.tags.fitted import NO_TAGS, FittedTag, Posts, Tags, fitted
from moderation.tags.head import Floats
from moderation.tags.published import admitted
from records.digests import sha256_hex
from records.errors import Misconfigured
from records.registry import PublishedTag

BACKGROUND = Path(__file__).with_name("background.txt")
EMBEDDING_SCALE = 127

Folder = Path | Literal["none"] | None


def load_tags(
    folder: Folder, policy: Policy, scorer: Scorer, published: Iterable[PublishedTag] = (), known: Tags = NO_TAGS
) -> Tags:
    """The tags of this folder, else those that ship with us, and those that were published.

    Raises Misconfigured where a file is wrong; a published one that cannot be used is `refused`. Where the scorer gives
    no embeddings there are none, and `unused` says why. What was `known` with the same scorer is not fitted again.
    """
    files = files_in(folder, policy, scorer.labels)
    usable, refused = admitted(published, files, policy, scorer.labels)
    if not files and not usable:
        return Tags(refused=MappingProxyType(refused)) if refused else NO_TAGS
    ordinary = scorer.score(background())
    why = _why_not(scorer, ordinary)
    if why:
        return Tags(unused=why, refused=MappingProxyType(refused))
    fits = _Fits(scorer, Posts(background(), embeddings(ordinary)), {one.digest: one for one in known.fitted})
    made = [(one, fits.of(one)) for one in files]
    for one in usable:
        try:
            made.append((one, fits.of(one)))
        except Misconfigured as problem:
            refused[one.tag.name] = str(problem)
    made.sort(key=lambda pair: pair[0].tag.name)
    digest = _digest([one for one, _ in made]) if made else None
    return Tags(tuple(tag for _, tag in made), digest, refused=MappingProxyType(refused))


def files_in(folder: Folder, policy: Policy, taken: Sequence[str] = ()) -> list[Read]:
    """The tags of this folder, else those that ship with us; none where they are switched off."""
    return [] if folder == "none" else read_tags(folder or SHIPPED_FOLDER, policy, taken)


def helps_of(folder: Folder, policy: Policy, published: Iterable[PublishedTag] = ()) -> dict[str, str]:
    """By the names of its tags and of those that were published: how the authors of such posts can be helped."""
    of_files = {one.tag.name: one.tag.help for one in files_in(folder, policy)}
    found = {one.registry_id: one.help for one in published if one.registry_id not in policy.labels} | of_files
    return {name: said for name, said in found.items() if said}


def retentions_of(folder: Folder, policy: Policy, published: Iterable[PublishedTag] = ()) -> dict[str, str]:
    """By the names of its tags, and of those that were published, also of removed ones: the retention class of each."""
    of_files = {one.tag.name: one.tag.retention for one in files_in(folder, policy)}
    return {one.registry_id: one.retention for one in published if one.registry_id not in policy.labels} | of_files


@cache
def background() -> tuple[str, ...]:
    """Ordinary posts that carry no tag."""
    lines = BACKGROUND.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def embeddings(scored: Sequence[Scored]) -> Floats:
    """Their embeddings as numbers, one a row; all of them must have one."""
    return embeddings_of([one.embedding or b"" for one in scored])


def embeddings_of(vectors: Sequence[bytes]) -> Floats:
    """The same for embeddings as bytes."""
    return np.frombuffer(b"".join(vectors), np.int8).reshape(len(vectors), EMBEDDING_BYTES) / EMBEDDING_SCALE


def _why_not(scorer: Scorer, ordinary: Sequence[Scored]) -> str | None:
    if scorer.model_digest is None:
        return ordinary[0].unscored or "there is no model"
    if not all(one.embedding and any(one.embedding) for one in ordinary):
        return "the scorer in use gives no embeddings that mean anything"
    return None


@dataclass(frozen=True, slots=True)
class _Fits:
    """Fits tags to a scorer, against ordinary posts; what was fitted before is taken as it is."""

    scorer: Scorer
    ordinary: Posts
    known: Mapping[str, FittedTag]

    def of(self, one: Read) -> FittedTag:
        """Raises Misconfigured where the model cannot read one of its posts."""
        if one.digest in self.known:
            return self.known[one.digest]
        examples, counter = (_posts(one, key, self.scorer) for key in ("examples", "counter_examples"))
        return replace(fitted(one.tag, examples, counter, self.ordinary), digest=one.digest, version=one.version)


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
