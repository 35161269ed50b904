"""Signing in: by passphrase and by the newest role, and what stands on record of it."""

import io
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner

import ingest.publisher
import ingest.registry
from console.commands import lifeguard
from console.staff import accounts as module
from console.staff.accounts import Accounts
from console.staff.authentication import Staff, signed_in
from ingest.registry import Registered
from records.audit import Audit
from records.base import Record
from records.errors import Misconfigured, NotAllowed
from records.registry import RoleGrant
from records.settings import Settings, settings

GOOD, OTHER = "seven lanterns by the quay", "gulls over a grey harbour"
NOW = datetime.now(UTC)


class Broker:
    """A broker of ten lines: what was published, and the registry as it grows."""

    def __init__(self) -> None:
        self.said: list[Record] = []

    def publish(self, _topic: object, said: Record) -> None:
        """It is there at once."""
        self.said.append(said)

    def look(self) -> list[Registered]:
        """Everything that was set up, in its order."""
        grants = [one for one in self.said if isinstance(one, RoleGrant)]
        return [Registered(one, f"registry-0-{number}", number) for number, one in enumerate(grants)]

    def close(self) -> None:
        """Nothing to give back."""

    @property
    def audits(self) -> list[tuple[str, str, str]]:
        """Kind, who, and the detail of what is on record."""
        return [(one.kind, one.staff_id, str(one.detail)) for one in self.said if isinstance(one, Audit)]


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Broker:
    """Instead of Kafka; with hashes that cost nothing."""
    found = Broker()
    monkeypatch.setattr(ingest.publisher, "Publisher", lambda _: found)
    monkeypatch.setattr(ingest.registry, "Registry", lambda _: found)
    monkeypatch.setattr(module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setenv("LIFEGUARD_STAFF_FILE", str(tmp_path / "staff.sqlite"))
    settings.cache_clear()
    return found


@pytest.fixture
def sign_in(record: Broker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Staff]:
    """`sign_in("ann", GOOD)` where ann has an account; with roles as they are granted."""
    told = Settings(staff_file=tmp_path / "staff.sqlite")
    Accounts(told).add("ann", GOOD)

    def given(name: str, passphrase: str, *grants: RoleGrant) -> Staff:
        record.said += grants
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{passphrase}\n"))
        return signed_in(told, name, ("compliance",), "erasing")

    return given


def grant(role: str = "compliance", *, until: datetime | None = None, granted: bool = True) -> RoleGrant:
    """Of ann."""
    said = {"registry_id": "ann", "staff_id": "root", "set_at": NOW, "role": role, "until": until, "granted": granted}
    return RoleGrant.model_validate(said)


def test_whoever_gives_the_passphrase_and_has_the_role_is_signed_in(
    record: Broker, sign_in: Callable[..., Staff]
) -> None:
    """And it is on record, without the passphrase."""
    assert sign_in("ann", GOOD, grant()) == Staff("ann", "compliance")
    [(kind, who, detail)] = record.audits
    assert (kind, who) == ("sign_in", "ann")
    assert "as compliance" in detail
    assert GOOD not in str(record.said)


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        ([], "ann is a person without a role, and this needs compliance"),
        ([grant("examiner")], "ann is an examiner, and this needs compliance"),
        ([grant(), grant("reviewer")], "ann is a reviewer"),
        ([grant(), grant(granted=False)], "without a role"),
        ([grant(until=NOW - timedelta(seconds=1))], "without a role"),
    ],
)
def test_the_newest_role_that_stands_now_counts(
    record: Broker, sign_in: Callable[..., Staff], grants: list[RoleGrant], told: str
) -> None:
    """Anything else is refused, on record."""
    with pytest.raises(NotAllowed, match=told):
        sign_in("ann", GOOD, *grants)
    [(kind, _, detail)] = record.audits
    assert kind == "refusal"
    assert told in detail


def test_a_wrong_passphrase_is_on_record_and_is_not_what_is_recorded(
    record: Broker, sign_in: Callable[..., Staff]
) -> None:
    """Of a name without an account, too."""
    for name in ("ann", "eve"):
        with pytest.raises(NotAllowed, match=f"not the passphrase of {name}"):
            sign_in(name, OTHER, grant())
    assert [(kind, who) for kind, who, _ in record.audits] == [("refusal", "ann"), ("refusal", "eve")]
    assert OTHER not in str(record.said)


def test_a_passphrase_file_is_its_owners_alone(record: Broker, tmp_path: Path) -> None:
    """One that others may read is refused before anything is asked."""
    file = tmp_path / "passphrase"
    file.write_text(f"{GOOD}\n")
    file.chmod(0o600)
    told = Settings(staff_file=tmp_path / "staff.sqlite", passphrase_file=file)
    Accounts(told).add("ann", GOOD)
    record.said.append(grant())
    assert signed_in(told, "ann", ("compliance",), "erasing").staff_id == "ann"
    file.chmod(0o644)
    with pytest.raises(Misconfigured, match="open to others: chmod 600"):
        signed_in(told, "ann", ("compliance",), "erasing")


def test_accounts_are_made_by_an_administrator_and_the_first_by_whoever_runs_the_machine(record: Broker) -> None:
    """Their roles are on record; each refusal is one sentence."""

    def says(*words: str, typed: str = "") -> str:
        return " ".join(CliRunner().invoke(lifeguard(), ["staff", *words], input=typed).output.split())

    assert "the first account is an administrator's" in says("add", "ann", "--role", "reviewer")
    assert "made by no administrator" in says("add", "root", "--role", "administrator", typed=f"{OTHER}\n")
    assert "say who with --as NAME" in says("add", "ann", "--role", "reviewer")
    assert "say --until" in says("add", "ann", "--role", "examiner", "--as", "root")
    by = ("--as", "root")
    assert "easy to guess" in says("add", "ann", "--role", "reviewer", *by, typed=f"{OTHER}\nannannannann\n")
    assert "may sign in as reviewer" in says("add", "ann", "--role", "reviewer", *by, typed=f"{OTHER}\n{GOOD}\n")
    assert "an account ann already" in says("add", "ann", "--role", "reviewer", *by, typed=f"{OTHER}\n")
    assert "and this needs administrator" in says("remove", "root", "--as", "ann", typed=f"{GOOD}\n")
    assert "another one does" in says("remove", "root", *by, typed=f"{OTHER}\n")
    assert "ann may sign in as compliance" in says("role", "ann", "--role", "compliance", *by, typed=f"{OTHER}\n")
    assert "compliance" in says("list")
    assert "cannot sign in any more" in says("remove", "ann", *by, typed=f"{OTHER}\n")
    roles = [(one.registry_id, one.role, one.granted) for one in record.said if isinstance(one, RoleGrant)]
    assert roles == [
        ("root", "administrator", True),
        ("ann", "reviewer", True),
        ("ann", "compliance", True),
        ("ann", "compliance", False),
    ]


def test_whoever_signs_in_with_a_provider_has_a_role_and_no_account(
    record: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a provider is set up; the list says so, and the role can be taken away again."""

    def says(*words: str, typed: str = f"{OTHER}\n") -> str:
        return " ".join(CliRunner().invoke(lifeguard(), ["staff", *words], input=typed).output.split())

    says("add", "root", "--role", "administrator")
    ann = ("ann@example.com", "--as", "root")
    assert "there is no account ann@example.com" in says("role", *ann, "--role", "reviewer")
    monkeypatch.setenv("LIFEGUARD_OIDC_ISSUER", "https://sso.example.com")
    settings.cache_clear()
    assert "a name has letters, digits" in says("role", "Ann Smith", "--as", "root", "--role", "reviewer")
    assert "ann@example.com may sign in as reviewer" in says("role", *ann, "--role", "reviewer")
    assert "ann@example.com reviewer no local account: signs in with the provider" in says("list")
    assert "cannot sign in any more" in says("remove", *ann)
    assert "there is no account ann@example.com" in says("remove", *ann)
    assert "ann@example.com" not in says("list")
    settings.cache_clear()
