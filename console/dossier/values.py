"""The whole dossier of one post as one frozen value, in the order in which an examiner reads it.

How to use it: `terms(part)` of `console.dossier.part` goes through the fields of any part with their terms, their
half-sentence explanations and, for each empty one, why it is empty; a renderer that shows all of them is complete.
`Dossier.model_json_schema()` is the published schema; `model_dump_json()` is what `why --json` prints.
"""

from typing import ClassVar, Literal

from pydantic import Field

from console.dossier.content import What, When, Where, Who
from console.dossier.handling import HowItGotIn, HowItWasJudged, WhatWasDone, WhatWeDidToIt
from console.dossier.part import Part, Term, is_empty, terms
from console.dossier.standing import Gaps, Integrity, Rules
from records.base import Instant

__all__ = ["FORMAT", "SECTIONS", "AsOf", "Dossier", "Part", "Term", "is_empty", "terms"]

FORMAT: Literal["lifeguard dossier v1"] = "lifeguard dossier v1"
SECTIONS = (
    "what", "who", "when", "where", "how_it_got_in", "what_we_did_to_it", "how_it_was_judged", "what_was_done",
    "under_which_rules", "integrity", "gaps",
)  # fmt: skip
"""The sections in reading order; each is a Part, and its field's title is its heading."""


class AsOf(Part):
    """Of a past state: which time it tells of, and what of that time cannot be told any more."""

    ABSENT: ClassVar[dict[str, str]] = {
        "upto": "no entry of that time",
        "first_recorded_at": "the ledger has no record of it",
    }

    at: Instant = Field(title="As it stood on", description="without anything that was recorded later")
    upto: tuple[str, ...] = Field((), title="Up to", description="the last entry of each log that it is made from")
    first_recorded_at: Instant | None = Field(None, title="First recorded", description="by Kafka's clock")
    unreadable: int = Field(title="Cannot be opened", description="entries of that time, erased or damaged later")
    missing: int = Field(title="Not in the ledger", description="facts of that time in the index, or not signed yet")


class Dossier(Part):
    """The answer to "how did this appear on our site" for one post."""

    ABSENT: ClassVar[dict[str, str]] = {
        "as_of": "it tells how the post stands now",
        "asked": "it was asked for by its id",
        "integrity": "not compared with the ledger",
        "gaps": "what was watched was not looked up",
    }

    format: Literal["lifeguard dossier v1"] = Field(FORMAT, title="Format", description="the shape of this document")
    post_id: str = Field(title="Post id", description="our id of it: source, colon, the site's own id")
    captured: Literal[True] = Field(True, title="Captured", description="it is on record")  # noqa: FBT003
    asked: str | None = Field(None, title="Asked for", description="the id, address or text by which it was found")
    made_at: Instant = Field(title="Made", description="when this dossier was put together, by this machine's clock")
    made_by: str = Field(title="Made by", description="the version of the program")
    as_of: AsOf | None = Field(None, title="As of", description="of a past state: which time it tells of")
    what: What = Field(title="What was posted", description="each text that it has had, and the conversation around it")
    who: Who = Field(title="Who, as the site says", description="the author as the site names them")
    when: When = Field(title="When", description="posted, seen, changed and gone; where we only looked, as bounds")
    where: Where = Field(title="Where", description="the surface, its address, and what was set up about it")
    how_it_got_in: HowItGotIn = Field(title="How it got in", description="the way from the site into our record")
    what_we_did_to_it: WhatWeDidToIt = Field(
        title="What we did to it", description="reactions and replies of the company, which may make it our own"
    )
    how_it_was_judged: HowItWasJudged = Field(
        title="How it was judged", description="by a program, which advises, and by people, who decide"
    )
    what_was_done: WhatWasDone = Field(
        title="What was done on the site and observed after", description="requests, answers, and how it stands"
    )
    under_which_rules: Rules = Field(title="Under which rules", description="policy, retention, legal holds")
    integrity: Integrity | None = Field(
        None, title="Integrity", description="how far the ledger proves this, and what it does not prove"
    )
    gaps: Gaps | None = Field(None, title="Gaps", description="what of this source we were not watching around then")
