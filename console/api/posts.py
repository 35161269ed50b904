"""What is known of posts: one of them whole, its facts, its dossier, and those that a search finds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import Query
from pydantic import AwareDatetime

from console.api.asked import PAGE, Cursor, Limit, Search, SearchAsked
from console.api.cursors import WRONG, cursor, place_in
from console.api.operation import Call, Called
from console.api.values import Act, Author, Facet, Fact, Facts, FoundPost, FoundPosts, Post, Reason, Share, WholePost
from console.dossier.asking import Answer, ask
from console.dossier.values import Dossier
from console.web import asked_for
from console.web.as_of import stood
from console.web.gathering import document_of
from console.web.route import Missing
from console.web.taking import reviewer_of
from console.whereabouts import Missing as Asking
from moderation.cases.judged import of_revision
from moderation.gate import may_act
from moderation.policy import Policy
from records.base import Id
from records.errors import Malformed
from search import overview
from search.finder import Found, as_asked, facts_page, find
from search.queries import Wanted

PostId = Annotated[Id, Query(description="our id of a post, which may have any character")]
At = Annotated[AwareDatetime | None, Query(description="as it stood then, from the ledger")]


async def search(call: Called, asked: Annotated[SearchAsked, Query()]) -> FoundPosts:
    """The posts that a search finds, by words and filters; what was written within the last second may be missing.

    With `at` they are told as they stood then, by the facts in the index.
    """
    given, then = given_of(asked), f"as of: {asked.at.isoformat()}; " if asked.at else ""
    wanted = replace(asked_for.looked_for(given), size=asked.limit, seen_until=asked.at)
    question = f"search {then}{asked_for.query_of(given)}"
    found = await _found(call, wanted, place_in(question, asked.cursor))
    hits = await stood(call.desk, found.hits, asked.at)
    await call.audit("search", "posts", then + asked_for.in_words(given))
    counted = asked.facets == "yes" and asked.cursor is None
    told = {hit.document["post_id"] for hit in hits}
    return FoundPosts(
        posts=[FoundPost(**dict(post_of(hit.document)), says=None if asked.at else hit.says) for hit in hits],
        untold=[post_id for hit in found.hits if (post_id := hit.document["post_id"]) not in told],
        next=cursor(question, asked_for.after_of(found)),
        total=found.total,
        at_least=found.at_least,
        nearest=found.nearest,
        facets=await _facets(call, replace(wanted, nearest=found.nearest)) if counted else None,
    )


async def read_post(call: Called, post_id: PostId) -> WholePost:
    """A post as it stands this moment, with why it is a case and which acts can be taken on it. Looking is on record.

    No lease is taken: claim the case before you decide on it, if people work beside you.
    """
    document = await document_of(call.desk, post_id)
    await call.audit("view", post_id)
    verdict = of_revision(document["parts"]["judged"], document.get("revision_id"))
    decision = document["parts"]["decided"]["decision"]
    may = may_act(document, reviewer_of(call.desk, call.who), datetime.now(UTC))
    return WholePost(
        **post_of(document).model_dump(),
        parent_post_id=document.get("parent_post_id"),
        thread_id=document.get("thread_id"),
        revisions=document["revisions"],
        reasons=[_reason(one, call.desk.policy) for one in (verdict["findings"] if verdict else ())],
        acts=[Act(act=act, refusal=refusal.reason if refusal else None) for act, refusal in may.items()],
        undoes=decision["record_id"] if decision else None,
    )


async def read_facts(
    call: Called, post_id: PostId, cursor_: Annotated[Cursor | None, Query(alias="cursor")] = None, limit: Limit = PAGE
) -> Facts:
    """Every record about a post, in the order in which they were recorded, without captures."""
    await document_of(call.desk, post_id)
    question = f"facts {post_id}"
    found = await facts_page(call.desk.search, post_id, limit, _sorted_by(place_in(question, cursor_)))
    await call.audit("view", f"the facts of {post_id}")
    more = orjson.dumps(found[-1][1]).hex() if len(found) == limit else ""
    return Facts(facts=[_fact(fact) for fact, _ in found], next=cursor(question, more))


async def read_dossier(call: Called, post_id: PostId, at: At = None) -> Dossier:
    """How this came to be on our site, as `lifeguard why --json` tells it; with `at`, as it stood then."""
    now = datetime.now(UTC)
    await document_of(call.desk, post_id)
    await call.audit("view", f"the dossier of {post_id}", f"as it stood at {at.isoformat()}" if at else "")
    if at and at > now:
        raise Malformed("that time is still to come")
    answer = await ask(call.desk.settings, Asking(post_id, None, None, None), at, now)
    if not isinstance(answer, Answer) or answer.dossier is None:
        raise Missing("nothing was known of this post then" if at else "there is no such post")
    return answer.dossier


def given_of(asked: Search) -> asked_for.Given:
    """The search as the fields of the page say it."""
    said = asked.model_dump(by_alias=True, exclude={"cursor", "limit", "facets"}, exclude_none=True)
    pairs = [
        (name, str(one)) for name, value in said.items() for one in (value if isinstance(value, list) else [value])
    ]
    return asked_for.given_in(pairs)


def post_of(document: Mapping[str, Any]) -> Post:
    """A document of the index as a value of the API."""
    fields = set(Post.model_fields) - {"author", "labels", "reopened_because", "erased", "reports", "version"}
    said = {name: document.get(name) for name in fields}
    return Post(
        **said,
        author=Author(author_id=document.get("author_id"), name=document.get("author_name")),
        labels=list(document.get("labels") or ()),
        reopened_because=list(document.get("reopened_because") or ()),
        erased=bool(document.get("erased")),
        reports=document.get("reports") or 0,
        version=document.get("version") or 0,
    )


async def _found(call: Call, wanted: Wanted, place: str) -> Found:
    if not place:
        return await find(call.desk.search, wanted)
    following = asked_for.page_of(wanted, place)
    if following is None:
        raise Malformed(WRONG)
    return await as_asked(call.desk.search, following)


async def _facets(call: Call, wanted: Wanted) -> dict[str, Facet]:
    counted = await overview.facets(call.desk.search, wanted)
    return {
        name: Facet(values=[Share(value=one.value, posts=one.posts) for one in facet.shares], others=facet.others)
        for name, facet in counted.items()
    }


def _sorted_by(place: str) -> list[Any] | None:
    """What the facts before were sorted by: a time, the topic, partition and offset."""
    if not place:
        return None
    try:
        found = orjson.loads(bytes.fromhex(place))
    except ValueError:
        raise Malformed(WRONG) from None
    shape = [type(one) for one in found] if isinstance(found, list) else []
    if shape != [int, str, int, int] or any(abs(one) >= asked_for.NUMBER_MAX for one in found if type(one) is int):
        raise Malformed(WRONG)
    return list(found)


def _fact(fact: Mapping[str, Any]) -> Fact:
    return Fact(**{name: fact[name] for name in Fact.model_fields})


def _reason(finding: Mapping[str, Any], policy: Policy) -> Reason:
    label = policy.labels.get(finding["label"])
    return Reason(
        label=finding["label"],
        title=label.title if label else finding["label"],
        rule=finding["rule"],
        score=finding["score"],
        threshold=finding["threshold"],
        severity=finding["severity"],
        clause=finding["clause"],
        span=list(finding["span"]) if finding["span"] else None,
        detail=finding.get("detail"),
        help=label.help if label else None,
    )
