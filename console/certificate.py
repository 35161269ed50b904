"""A certificate of erasure: on what ground, by whom, what is unreadable, until when copies last; with proofs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from pydantic import Field

from console.dossier.part import NONE, Part
from console.exporting.exported import CHECK
from console.exporting.readme import readme
from console.page import render_certificate
from console.proving.anchoring import anchor, keys_of
from console.proving.prover import Prover, Where
from console.proving.writing import Export
from console.recording import registered
from console.words import counted
from records.base import Instant
from records.errors import Malformed, Unavailable
from records.registry import Erased, Erasure
from records.settings import Settings
from records.topics import REGISTRY

if TYPE_CHECKING:
    from ingest.registry import Registered

FOR_EVER = "Kafka is set up to keep it for ever: its retention has to be shortened first"
NO_BACKUP = "no backup of the keys is known to the ledger"
WHY_CLOSED = "erased: the key that opened it was overwritten"
REMAINS = (
    "our id of the post, its address and surface, and when it was seen: the stub says that it was there",
    "digests of what it said: they tell whether a text is the same as one that somebody has, and nothing else",
    "the ledger's entries about it, closed, so that every proof still holds; who decided what, and when",
    "bytes that were no record when they came (dead letters), exports made before, and copies on other systems",
    "blocks of a disk that a file system or a drive has not used again since: that is for encryption of the disk",
)


class Certificate(Part):
    """What `certificate.json` and `certificate.html` say."""

    ABSENT: ClassVar[dict[str, str]] = {
        "requested_by": "nobody: its retention period had ended",
        "kafka_until": FOR_EVER,
        "keys_until": NO_BACKUP,
        "entries": NONE,
    }

    post_id: str = Field(title="Post", description="its id in this record; what it said is gone")
    basis: str = Field(title="Ground", description="in the words of whoever asked for the erasure")
    requested_by: str | None = Field(title="Requested by", description="the first of two people, who signed in")
    confirmed_by: str = Field(title="Confirmed by", description="another person, who signed in; or the policy")
    confirmed_at: Instant = Field(title="Confirmed", description="by the clock of Kafka, in UTC")
    carried_out_at: Instant = Field(title="Keys overwritten", description="when it stood on record that it was done")
    entries: dict[str, int] = Field(
        title="Erased in the ledger", description="entries that nobody can open any more, by the log that has them"
    )
    facts: int = Field(
        title="Erased in the index", description="facts about the post, each of which lost what a person had written"
    )
    kafka_until: Instant | None = Field(
        title="End in Kafka", description="when the last segment of the transport that may hold the text is deleted"
    )
    keys_until: Instant | None = Field(
        title="End of the keys", description="until when the last known backup of the keys, which opens it, is kept"
    )
    remains: tuple[str, ...] = Field(REMAINS, title="What remains", description="by design, or out of our reach")


@dataclass(frozen=True, slots=True)
class _Done:
    """An erasure that was carried out, and the two records that say so."""

    asked: "Registered"
    told: "Registered"
    said: Erasure
    erased: Erased


async def certify(settings: Settings, post_id: str, target: Path, staff_id: str) -> list[str]:
    """Writes the file; what is to be said of it, line by line. Raises Unavailable before the keeper has done it."""
    from ingest.ledger import Remote
    from ingest.topics import content_until
    from search.client import Search
    from search.finder import facts_of

    done, keys = _done(settings, post_id), keys_of(settings)
    async with Search(settings) as search:
        facts = await facts_of(search, post_id)
    said = _certificate(done, len(facts), content_until(settings, done.told.recorded_at))
    asked = json.dumps({"certificate_of_erasure": post_id})
    with Export(target, "certificate", asked, staff_id) as file:
        file.add("certificate.json", said.model_dump_json(indent=2).encode())
        file.add("certificate.html", render_certificate(said).encode("utf-8", "backslashreplace"))
        with Remote(settings, staff_id, "export", f"certificate-{uuid4().hex}") as reader:
            prover = Prover(reader, keys.public, [verifier for verifier, _ in keys.witnesses])
            closed = _closed(facts, done)
            proven = list(prover.prove([*_registered(prover, done), *closed], closed))
            file.add_proofs(prover, proven, keys)
        file.add("README.txt", readme("certificate"))
        file.finish(partial(anchor, settings, keys, staff_id, asked))
    return [f"{target}: {counted(len(proven), 'entry', 'entries')} proved, {len(closed):,} of them erased", CHECK]


def _done(settings: Settings, post_id: str) -> _Done:
    """Raises Malformed where the post was not erased, Unavailable where its keys are not known to be gone."""
    asked: Registered | None = None
    told: Registered | None = None
    for one in registered(settings):
        if one.said.registry_id == post_id:
            asked = one if isinstance(one.said, Erasure) else asked
            told = one if isinstance(one.said, Erased) else told
    if asked is None or not isinstance(asked.said, Erasure):
        raise Malformed(f"nothing says that {post_id} was erased: `lifeguard erase list` shows what was")
    if told is None or not isinstance(told.said, Erased):
        raise Unavailable(f"the keeper has not said yet that the keys of {post_id} are gone: there is no certificate")
    return _Done(asked, told, asked.said, told.said)


def _certificate(done: _Done, facts: int, kafka_until: datetime | None) -> Certificate:
    said, erased = done.said, done.erased
    return Certificate(
        post_id=said.registry_id,
        basis=said.basis,
        requested_by=said.requested_by,
        confirmed_by=said.confirmed_by,
        confirmed_at=said.confirmed_at,
        carried_out_at=done.told.recorded_at,
        entries=erased.entries,
        facts=facts,
        kafka_until=kafka_until,
        keys_until=erased.keys_until,
    )


def _registered(prover: Prover, done: _Done) -> list[Where]:
    """Where the ledger has the Erasure and what the keeper said of it."""
    found: list[Where] = []
    for one in (done.asked, done.told):
        _, partition, offset = one.place.rsplit("-", 2)
        where = prover.newest(REGISTRY.name, int(partition), int(offset))
        if where is None:
            raise Unavailable("no checkpoint speaks of this erasure yet: ask again in a few seconds")
        found.append(where)
    return found


def _closed(facts: Sequence[Any], done: _Done) -> dict[Where, str]:
    """The entries of the post that were there when its keys went, and why nobody can open them."""
    before = done.asked.recorded_at
    return {
        (fact["topic_id"], fact["partition"], fact["offset"]): WHY_CLOSED
        for fact in facts
        if datetime.fromisoformat(fact["recorded_at"]) <= before
    }
