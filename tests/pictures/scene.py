"""What people and sites have done before the pictures are taken, so that no page of the console is empty."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from kafka import KafkaProducer

from console.web.personal import Personal, PersonalFile
from ingest.reader import read_all
from moderation.policy import load_policy
from records.base import Record
from records.coverage import Coverage
from records.decisions import Defer, Escalate, Note
from records.received import Received
from records.registry import PublishedTag, ReplyTemplate, SavedQueue, Subscription, WordList
from records.topics import COVERAGE, DEAD_LETTERS, POSTS, REGISTRY
from tests.live.consoles import Console
from tests.live.pipeline import wait_for

EDITED, SCAM, PROMISE, COMPLAINT, RUDE = "r-5008", "f-88139", "c-1019", "c-1012", "h-732"
SPREAD = ("r-5102", "n-71", "h-802")
"""Three of the twelve that say the same."""
UNMASKED = "cora"
"""Who wants to see every text at once."""
AWAY = "the site did not answer"
UNREADABLE = (b'{"kind": "seen", "post_id": "shop:17", "text": "Where is my parc', b"\xff\xfe\x00\x17 not a record")
WIRED = (
    "They had me wire the deposit, and now nobody picks up the phone.",
    "I transferred 2,000 to the account in the mail and the money is gone.",
    "A man from the bank rang, and I gave him the code. My savings are empty.",
    "Paid the release fee twice, still no pay-out. Am I being robbed?",
    "My mother sent them her pension. Is there any way to get it back?",
    "Fell for it. Sent the fee, the page has vanished and so has my money.",
)
NOT_WIRED = ("I wired the deposit for the flat today, so happy.", "Paid the yearly fee, thank you for the reminder.")


def set_up(console: Console) -> None:
    """Everything at once, and everything in the index when it returns."""
    console.publisher.publish_all(REGISTRY, _registered())
    console.publisher.publish_all(COVERAGE, _watched())
    PersonalFile(console.settings).keep(UNMASKED, Personal(masks=dict.fromkeys(load_policy().labels, False)))
    decide(console)
    unread(console)
    console.pipeline.settle()


def decide(console: Console) -> None:
    """Cases that are decided, passed on, put off, remarked on, open before somebody, and back again."""
    post = {name: f"sample:{name}" for name in (EDITED, SCAM, PROMISE, COMPLAINT, RUDE, *SPREAD)}
    note = "Its author has taken the number out. Nothing more to do."
    console.publish(
        console.decision(post[EDITED], "alex", reason="4.3", note=note),
        console.decision(post[PROMISE], "kim", action="hide", reason="2.1"),
        *(console.decision(post[one], "kim", action="remove", reason="4.4") for one in SPREAD),
        console.decision(post[SCAM], "kim", revision_id=_first_text(console, post[SCAM])),
        Escalate.model_validate(
            console.common(post[COMPLAINT], "kim", 0) | {"to": "compliance", "reason": "2.3", "note": "Third time."}
        ),
        Defer.model_validate(console.common(post[RUDE], "alex", 0) | {"until": datetime.now(UTC) + timedelta(days=1)}),
        Note.model_validate(console.common(post[COMPLAINT], "sam", 0) | {"note": "Asked the savings desk."}),
    )


def unread(console: Console) -> None:
    """Bytes that are no record, past every source; they are put aside when it returns."""
    with closing(KafkaProducer(bootstrap_servers=console.settings.kafka_bootstrap)) as producer:
        for value in UNREADABLE:
            producer.send(console.settings.named(POSTS.name), value, key=b"shop:17").get(30)
    wait_for(lambda: len(letters(console)) >= len(UNREADABLE), "nothing is put aside")


def letters(console: Console) -> list[str]:
    """Where dead letters stand, as an address has it."""
    found = [one for one in read_all(console.settings, [DEAD_LETTERS]) if isinstance(one, Received)]
    return sorted(f"{one.partition}-{one.offset}" for one in found)


def _first_text(console: Console, post_id: str) -> str:
    """The revision that stood before its author changed it."""
    return str(console.document(post_id)["parts"]["observed"]["revisions"][0]["revision_id"])


def _registered() -> list[Record]:
    by: dict[str, Any] = {"staff_id": "sam", "set_at": datetime.now(UTC)}
    policy = load_policy()
    return [
        SavedQueue(
            registry_id="scams",
            title="Scams and promises",
            explanation="What promises money, whoever says it",
            query={"labels": ["promissory", "spam"], "waiting": True},
            service_level_minutes=240,
            owner="sam",
            **by,
        ),
        ReplyTemplate(
            registry_id="sorry",
            title="We have passed it on",
            text="Dear {name}, thank you for telling us. A colleague will write to you within two days.",
            **by,
        ),
        PublishedTag(
            registry_id="lost_money",
            title="Has lost money to a scam",
            examples=WIRED,
            counter_examples=NOT_WIRED,
            severity=2,
            clause="4.1",
            owner=policy.labels["complaint"].owner,
            retention="moderation",
            help="Ask them to ring the number on the back of their card at once.",
            **by,
        ),
        WordList(
            registry_id="names-of-scams",
            title="Names of scams",
            label="spam",
            terms=("prime ledger", "adelaide crown"),
            **by,
        ),
        Subscription(registry_id="desk", url="https://desk.example.com/lifeguard", events=("case.opened",), **by),
    ]


def _watched() -> list[Record]:
    """A site with a gap that was read afterwards, and one that has fallen silent."""
    now = datetime.now(UTC).replace(microsecond=0)

    def said(kind: str, since: int, until: int, source: str = "blog", **more: Any) -> Coverage:
        bounds = {name: now - timedelta(minutes=ago) for name, ago in (("from_at", since), ("until_at", until))}
        return Coverage.model_validate(
            {"kind": kind, "source": source, "happened_at": bounds["until_at"], **bounds, **more}
        )

    beats = [
        said("heartbeat", minute, minute - 1, read=1, kept=1)
        for minute in range(180, 0, -1)
        if minute not in range(61, 68)
    ]
    silent = [said("heartbeat", minute, minute - 1, source="shop") for minute in range(600, 540, -1)]
    return [*beats, said("gap", 67, 60, detail=AWAY), said("backfill", 67, 60, kept=3), *silent]
