"""People for a live test of the console: accounts, roles and the statement of having read the policy; and posts."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from console.staff.accounts import Accounts
from ingest.publisher import Publisher
from moderation.policy import load_policy
from records.posts import Post
from records.registry import Attestation, RegistryEntry, RoleGrant
from records.settings import Settings
from records.topics import REGISTRY
from tests.live.generator import natural_post

PASSPHRASE = "river lantern orchard 41"
START = datetime(2026, 11, 20, 9, tzinfo=UTC)


def staff(settings: Settings, *names_and_roles: tuple[str, str], attested: bool = True) -> None:
    """Each may sign in with PASSPHRASE, has the role, and has read the policy in force."""
    known = [one for name, role in names_and_roles for one in enrolled(settings, name, role)[: 1 + attested]]
    with closing(Publisher(settings)) as publisher:
        publisher.publish_all(REGISTRY, known)
    for name, _ in names_and_roles:
        Accounts(settings).add(name, PASSPHRASE)


def enrolled(settings: Settings, name: str, role: str, *, granted: bool = True) -> list[RegistryEntry]:
    """A role, or that it is taken away; and that this person has read the policy in force."""
    policy, now = load_policy(settings.policy_file), datetime.now(UTC)
    until = now + timedelta(days=1) if role == "examiner" else None
    said: dict[str, Any] = {"registry_id": name, "staff_id": "root", "set_at": now}
    read = {"policy_version": policy.version, "policy_digest": policy.digest, "version": policy.version}
    return [
        RoleGrant.model_validate(said | {"role": role, "until": until, "granted": granted}),
        Attestation.model_validate(said | {"staff_id": name} | read),
    ]


def posts(events: list[dict[str, Any]], source: str = "site") -> list[Post]:
    """In our natural shape, as a source brings them."""
    return [natural_post(json.loads(json.dumps(event)), source) for event in events]


def insults(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Posts that wait for a person: each holds a card's number, which a rule finds."""
    return [
        {
            "id": f"c-{number}",
            "surface": "blog/fees",
            "url": f"https://www.example.com/blog/fees#c-{number}",
            "page_title": "What our fees are",
            "author": {"id": f"u-{number % 7}", "name": f"Visitor {number % 7}"},
            "text": f"Remark {number}: my card is 4111 1111 1111 1111, call me.",
            "posted_at": (START + timedelta(minutes=number)).isoformat(),
        }
        for number in range(first, first + count)
    ]
