"""What waits where, what the policy says, and what this token may do."""

from typing import Annotated

from fastapi import Path, Query

from console.api.asked import PAGE, Cursor, Given, Limit
from console.api.cursors import WRONG, cursor, place_in
from console.api.operation import Called
from console.api.posts import post_of
from console.api.values import Clause, Label, Me, Policy, Posts, Queue, Queues
from console.web.queueing import counted, place_of, place_said, queue_of, queues_of, wanted_in
from console.web.taking import reviewer_of
from records.errors import Malformed
from search.stepping import step


async def me(call: Called) -> Me:
    """What this token may do, on whose authority, and until when."""
    return Me(
        integration=call.who.via or "",
        authority=call.who.staff_id,
        role=call.who.role,
        scopes=sorted(call.scopes),
        until=call.until.isoformat(),
        has_read_policy=reviewer_of(call.desk, call.who).has_read_policy,
    )


async def read_policy(call: Called) -> Policy:
    """The policy in force: its clauses are the reasons of decisions, its labels what can be found in a post."""
    policy = call.desk.policy
    return Policy(
        title=policy.title,
        version=policy.version,
        digest=policy.digest,
        effective_on=policy.effective_on.isoformat(),
        clauses=[Clause.model_validate(one.model_dump()) for one in policy.clauses],
        labels=[
            Label(
                name=name,
                title=one.title,
                clause=one.clause,
                owner=one.owner,
                severity=one.severity,
                clock_hours=one.clock_hours,
                retention=one.retention,
                kept_years=policy.retention[one.retention].years,
                help=one.help,
            )
            for name, one in policy.labels.items()
        ],
    )


async def list_queues(call: Called) -> Queues:
    """Every queue, ours and those that people have saved, with how many cases are in it for this person."""
    count = await counted(call.desk, call.who)
    return Queues(
        queues=[
            Queue(
                name=one.name,
                title=one.title,
                explanation=one.explanation,
                service_level_minutes=one.service_level_minutes,
                cases=count.get(one.name, 0),
            )
            for one in queues_of(call.desk)
        ]
    )


async def list_cases(
    call: Called,
    queue: Annotated[Given, Path(description="the name of a queue")],
    cursor_: Annotated[Cursor | None, Query(alias="cursor")] = None,
    limit: Limit = PAGE,
) -> Posts:
    """The cases of a queue, the most pressing first."""
    chosen = queue_of(call.desk, queue)
    question = f"queue {chosen.name} {call.who.staff_id}"
    word = place_in(question, cursor_)
    place = place_of(word)
    if word and not place:
        raise Malformed(WRONG)
    found = await step(call.desk.search, wanted_in(chosen, call.who), place, size=limit)
    await call.audit("search", f"the queue {chosen.name}")
    more = place_said(found[-1][1]) if len(found) == limit else ""
    return Posts(posts=[post_of(document) for document, _ in found], next=cursor(question, more))
