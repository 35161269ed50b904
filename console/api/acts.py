"""Acts on one case, by the same gate as those of a page; what does not count says how the case stands."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Body

from console.api.asked import AnyAct, Claim, Defer, OnCase
from console.api.operation import Call, Called
from console.api.problems import Conflict
from console.api.values import Became, Standing
from console.web import acting
from console.web.forming import FIELDS, Said
from console.web.taking import hold, take
from moderation.gate import Refusal
from search.handled import part_of

_SAID = {"revision_id": "revision"}


async def act_on_case(call: Called, asked: Annotated[AnyAct, Body()]) -> Became:
    """Claims a case, gives it back, decides on it, passes it on, puts it off, notes something, or takes back.

    It is answered when the act counts. Where it does not, since somebody decided in between, holds the case, or since
    it may not be done, the answer is a 409 that says why and how the case stands. After a 503 send the same request
    again, with the same key: it is done once.
    """
    if isinstance(asked, Claim):
        became: acting.Became | Refusal = await hold(call.desk, call.who, asked.post_id, call.key)
    else:
        became = await take(call.desk, call.who, said_of(call, asked))
    if isinstance(became, Refusal):
        raise Conflict(became.reason, await _standing(call, asked.post_id))
    if not became.accepted:
        raise Conflict(became.refusal or "", standing_of(became.document))
    return Became(
        record_id=became.entry["record_id"],
        post_id=asked.post_id,
        act=asked.act,
        wants_after=became.document.get("wants_after"),
        **standing_of(became.document),
    )


def said_of(call: Call, asked: OnCase) -> Said:
    """As a form of a case says it."""
    given = asked.model_dump(exclude={"act", "post_id", "version", "scope"}, exclude_none=True)
    fields = {_SAID.get(name, name): str(value) for name, value in given.items()}
    if isinstance(asked, Defer):
        fields["until"] = asked.until.isoformat()
    known = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    scope = getattr(asked, "scope", "post")
    return Said(asked.post_id, getattr(asked, "act", ""), scope, asked.version, call.key, known)


def standing_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document says of how its case stands."""
    return {name: document.get(name) for name in Standing.model_fields}


async def _standing(call: Call, post_id: str) -> dict[str, Any]:
    return standing_of(await part_of(call.desk.search, post_id, *Standing.model_fields) or {})
