"""Gathers a dossier: from the indices, the registry, the policy in force, and what was being watched.

`known_now` is looked up once; `with_integrity` of `console.dossier.integrity` adds the proofs. `Gathered.facts` are the
documents of the index `history` that the dossier is made of.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from console.dossier.making import dossier
from console.dossier.material import Fact, Known, Material
from console.dossier.values import AsOf, Dossier
from console.recording import registered
from console.whereabouts import around
from records.errors import Problem, Unavailable
from records.registry import PublishedTag

if TYPE_CHECKING:
    from ingest.registry import Registered
    from moderation.policy import Policy
    from records.documents import PostDocument
    from records.settings import Settings
    from search.client import Search


@dataclass(frozen=True, slots=True)
class Gathered:
    """A dossier, and the facts that it is made of."""

    dossier: Dossier
    facts: Sequence[Fact]


def known_now(settings: "Settings", registry: "Callable[[], Sequence[Registered]] | None" = None) -> Known:
    """Registry, policy and settings as they are now; what cannot be had is said in the dossier to be missing.

    `registry` is for whoever has read it already.
    """
    entries, why = _registered(registry or partial(registered, settings))
    policy = _policy(settings)
    helps, retentions = _of_tags(settings, policy, entries or ())
    return Known(
        now=datetime.now(UTC),
        policy=policy,
        registered=entries,
        unregistered=why,
        context_posts_max=settings.dossier_context_posts,
        tag_helps=helps,
        tag_retentions=retentions,
    )


async def gather_around(search: "Search", material: Material, known: Known) -> Gathered:
    """The dossier of a post whose document and facts are there already."""
    if material.document is not None:
        material = await _surrounded(search, material, cast("PostDocument", material.document), known)
    watched = await around(search, _source_of(material), material.told, known.now)
    return Gathered(dossier(replace(material, watched=watched), known), material.facts)


def gathered_then(material: Material, known: Known, as_of: AsOf) -> Gathered:
    """The dossier of a past state, with nothing in it that was learnt later."""
    then = [one for one in known.registered or () if one.recorded_at <= as_of.at]
    known = replace(known, registered=None if known.registered is None else then, context_posts_max=0)
    return Gathered(dossier(replace(material, past=True), known, as_of), material.facts)


async def _surrounded(search: "Search", material: Material, document: "PostDocument", known: Known) -> Material:
    from search.conversation import conversation, others_at

    posts_max = 0 if material.erased else known.context_posts_max
    context, [others] = await asyncio.gather(conversation(search, document, posts_max), others_at(search, [document]))
    return replace(material, context=context, others_at_this_address=others)


def _source_of(material: Material) -> str:
    said: Any = material.told.get("source") or next((fact.get("source") for fact in material.facts), None)
    return said or material.post_id.partition(":")[0]


def _registered(look: "Callable[[], Sequence[Registered]]") -> "tuple[Sequence[Registered] | None, str]":
    try:
        return look(), ""
    except Unavailable as reason:
        return None, f"the registry, where people set things up, could not be read: {reason}"


def _policy(settings: "Settings") -> "Policy | None":
    """The policy in force; nothing where it cannot be read."""
    from moderation.policy import load_policy

    try:
        return load_policy(settings.policy_file)
    except Problem:
        return None


def _of_tags(
    settings: "Settings", policy: "Policy | None", entries: "Sequence[Registered]"
) -> tuple[dict[str, str], dict[str, str]]:
    """What the tags, as files and the registry have them now, say about helping, and their retention classes."""
    from ingest.registry import newest_of
    from moderation.tags import helps_of, retentions_of

    published, folder = newest_of(entries, PublishedTag), settings.tags_dir
    try:
        return (helps_of(folder, policy, published), retentions_of(folder, policy, published)) if policy else ({}, {})
    except Problem:
        return {}, {}
