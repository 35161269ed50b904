"""What posts are judged by that nobody changes here: the rules, and the model with its card."""

import asyncio

from pydantic import Field

from console import sheets
from console.api.operation import Called
from console.api.values import Instant, Told
from console.web.model_card import model_of
from console.words import iso
from search.totals import fired, judging


class RuleSheet(Told):
    """One rule: what it looks for, under which labels of the policy, and how many posts have a finding of it now."""

    name: str
    looks_for: str
    labels: list[str]
    owners: list[str]
    posts: int
    newest_at: Instant | None


class RuleSheets(Told):
    """Every rule, in running order."""

    rules: list[RuleSheet]


class Judged(Told):
    """How many posts a model has judged as they stand."""

    model_digest: str
    posts: int
    newest_at: Instant | None


class Model(Told):
    """The model of the settings, and which have judged the posts."""

    digest: str | None
    problem: str | None = Field(description="why there is no digest")
    card: str | None = Field(description="in Markdown")
    judged: list[Judged]


async def list_rules(call: Called) -> RuleSheets:
    """The sheets of all rules; what each of their labels obliges to is in the policy."""
    found = sheets.lines(call.desk.policy, await fired(call.desk.search))
    return RuleSheets(rules=[RuleSheet(name=one.pop("rule"), **one) for one in found])


async def read_model(call: Called) -> Model:
    """The card of the model, with what it was measured on; and which models have judged the posts as they stand."""
    used, known = await asyncio.gather(asyncio.to_thread(model_of, call.desk.settings), judging(call.desk.search))
    judged = [Judged(model_digest=one.model_digest, posts=one.posts, newest_at=iso(one.last_at)) for one in known]
    return Model(digest=used.digest or None, problem=used.problem or None, card=used.text or None, judged=judged)
