"""What can be asked of an integration, and what its token opens."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.staff.integrations import (
    DAYS_MAX,
    SCOPES,
    refuse_taken,
    refuse_unable,
    removal,
    stands,
    wanted,
)
from console.staff.tokens import TOKEN, Tokens
from records.errors import Malformed, NotAllowed
from records.registry import Integration
from records.settings import Settings

NOW = datetime(2026, 11, 3, 9, 14, tzinfo=UTC)


def integration(**changes: Any) -> Integration:
    """One that stands for nine days more."""
    said = {"registry_id": "tool", "staff_id": "root", "set_at": NOW, **wanted("tool", "ann", ["read"], 9, NOW)}
    return Integration.model_validate(said | changes)


def test_what_it_may_do_is_said_once_and_in_order() -> None:
    """Until a time."""
    said = wanted("desk-tool", "ann", ["decide", "read", "read"], DAYS_MAX, NOW)
    assert said == {"authority": "ann", "scopes": ("read", "decide"), "until": NOW + timedelta(days=DAYS_MAX)}
    assert set(SCOPES) >= set(said["scopes"])


@pytest.mark.parametrize(
    ("name", "authority", "scopes", "days"),
    [
        ("Tool", "ann", ["read"], 9),
        ("to:ol", "ann", ["read"], 9),
        ("", "ann", ["read"], 9),
        ("t" * 65, "ann", ["read"], 9),
        ("tool", "", ["read"], 9),
        ("tool", "ann", [], 9),
        ("tool", "ann", ["read", "everything"], 9),
        ("tool", "ann", ["read"], 0),
        ("tool", "ann", ["read"], DAYS_MAX + 1),
    ],
)
def test_what_cannot_be_is_refused(name: str, authority: str, scopes: list[str], days: int) -> None:
    """A name with a colon, no scope, no end."""
    with pytest.raises(Malformed):
        wanted(name, authority, scopes, days, NOW)


def test_a_name_is_free_again_when_it_ended_or_was_removed() -> None:
    """And not before."""
    for said, when in ((None, NOW), (integration(removed=True), NOW), (integration(), NOW + timedelta(days=9))):
        refuse_taken(said, when)
    with pytest.raises(NotAllowed):
        refuse_taken(integration(), NOW)
    ended = integration(**removal(integration()))
    assert (stands(integration(), NOW), stands(ended, NOW)) == (True, False)


def test_nobody_lends_what_they_do_not_have() -> None:
    """A person without a role."""
    refuse_unable("ann", "reviewer")
    with pytest.raises(NotAllowed):
        refuse_unable("ann", "")


def test_a_token_is_that_of_its_integration_until_another_one_is_made(tmp_path: Path) -> None:
    """Or it is removed; a text that is none is not even looked for."""
    tokens = Tokens(Settings(data_dir=tmp_path))
    first, other = tokens.add("tool", "e" * 40), tokens.add("other", "f" * 40)
    assert TOKEN.fullmatch(first)
    assert [(one.name, one.entry) for one in (tokens.find(first), tokens.find(other)) if one] == [
        ("tool", "e" * 40),
        ("other", "f" * 40),
    ]
    second = tokens.add("tool", "d" * 40)
    assert tokens.find(first) is None
    tokens.remove("tool")
    assert tokens.find(second) is None
    assert tokens.find("lgt_ü") is None
    assert [one.name for one in tokens.all()] == ["other"]
