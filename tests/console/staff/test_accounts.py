"""Local accounts: who gets in, who has to wait, and what the file gives away."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from console.staff import accounts as module
from console.staff.accounts import FAILURES_FREE, WAIT_SECONDS_MAX, Accounts, wait_seconds
from records.errors import Malformed, Misconfigured, NotAllowed
from records.settings import Settings

GOOD, OTHER = "seven lanterns by the quay", "gulls over a grey harbour"
NOW = 1_790_000_000.0


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """With a hash that costs nothing: what it costs is the library's."""
    monkeypatch.setattr(module, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    module._nobody.cache_clear()
    found = Accounts(Settings(staff_file=tmp_path / "staff.sqlite"))
    found.add("ann", GOOD)
    return found


def test_the_passphrase_and_no_other_opens(accounts: Accounts) -> None:
    """And the sentence is the same for a name without an account."""
    accounts.check("ann", GOOD, NOW)
    with pytest.raises(NotAllowed, match="not the passphrase of ann, or there is no such account"):
        accounts.check("ann", OTHER, NOW)
    with pytest.raises(NotAllowed, match="not the passphrase of eve, or there is no such account"):
        accounts.check("eve", GOOD, NOW)


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_who_guesses_has_to_wait_ever_longer(accounts: Accounts, name: str) -> None:
    """Whether there is such an account or not; the right passphrase does not help before the time."""
    for _ in range(FAILURES_FREE):
        with pytest.raises(NotAllowed, match="not the passphrase"):
            accounts.check(name, OTHER, NOW)
    with pytest.raises(NotAllowed, match=r"too many wrong passphrases for [a-z]+: wait 30 seconds"):
        accounts.check(name, GOOD, NOW)
    with pytest.raises(NotAllowed, match="not the passphrase"):
        accounts.check(name, OTHER, NOW + 31)
    with pytest.raises(NotAllowed, match="wait 60 seconds"):
        accounts.check(name, GOOD, NOW + 31)


def test_whoever_signs_in_begins_anew(accounts: Accounts) -> None:
    """The failures before are forgotten."""
    for _ in range(FAILURES_FREE - 1):
        with pytest.raises(NotAllowed):
            accounts.check("ann", OTHER, NOW)
    assert [one.failures for one in accounts.all()] == [FAILURES_FREE - 1]
    accounts.check("ann", GOOD, NOW)
    assert [one.failures for one in accounts.all()] == [0]


def test_the_wait_grows_to_its_limit() -> None:
    """Nothing at first, then it doubles."""
    assert [wait_seconds(count) for count in (0, 4, 5, 6, 7)] == [0, 0, 30, 60, 120]
    assert wait_seconds(1_000) == WAIT_SECONDS_MAX


@pytest.mark.parametrize("weak", ["", "short", "ann is my own name", "aaaaaaaaaaaaaaaa", "ababababababab", "x" * 1_001])
def test_what_is_easy_to_guess_is_refused(accounts: Accounts, weak: str) -> None:
    """In a sentence, and nothing changes."""
    with pytest.raises(Malformed):
        accounts.change("ann", weak)
    accounts.check("ann", GOOD, NOW)


def test_names_are_taken_changed_and_removed(accounts: Accounts) -> None:
    """Each with a sentence where it cannot be."""
    with pytest.raises(NotAllowed, match="there is an account ann already"):
        accounts.add("ann", OTHER)
    accounts.change("ann", OTHER)
    accounts.check("ann", OTHER, NOW)
    accounts.remove("ann")
    assert not accounts.has("ann")
    with pytest.raises(NotAllowed, match="there is no account ann"):
        accounts.remove("ann")
    with pytest.raises(NotAllowed, match="there is no account ann"):
        accounts.change("ann", GOOD)


def test_a_hash_of_other_parameters_is_made_anew(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the passphrase is next given."""
    before = _hash(accounts.file)
    monkeypatch.setattr(module, "_HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    accounts.check("ann", GOOD, NOW)
    assert _hash(accounts.file) != before
    assert "m=16,t=2,p=1" in _hash(accounts.file)
    accounts.check("ann", GOOD, NOW)


def test_the_file_is_its_owners_alone(accounts: Accounts) -> None:
    """It is made so, has no passphrase in it, and one that is open to others is refused."""
    assert accounts.file.stat().st_mode & 0o777 == 0o600
    assert GOOD.encode() not in accounts.file.read_bytes()
    accounts.file.chmod(0o640)
    with pytest.raises(Misconfigured, match="open to others: chmod 600"):
        accounts.check("ann", GOOD, NOW)


def test_a_file_of_something_else_is_told(accounts: Accounts) -> None:
    """In a sentence."""
    accounts.file.write_bytes(b"no database at all, but long enough to look like one" * 100)
    with pytest.raises(Misconfigured, match="is no file of accounts"):
        accounts.all()


def test_hashes_are_of_argon2id_with_the_parameters_of_the_rfc(tmp_path: Path) -> None:
    """RFC 9106, section 4: 64 MiB, three passes, four lanes."""
    found = Accounts(Settings(staff_file=tmp_path / "staff.sqlite"))
    found.add("ann", GOOD)
    assert _hash(found.file).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_killed_while_it_writes_every_account_is_whole_or_not_there(tmp_path: Path) -> None:
    """Kill -9 in the middle of many changes."""
    program = f"""
from argon2 import PasswordHasher
from console.staff import accounts as module
from records.settings import Settings
module._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
accounts = module.Accounts(Settings(staff_file={str(tmp_path / "staff.sqlite")!r}))
for number in range(100_000):
    accounts.add(f"p{{number}}", {GOOD!r})
    print(number, flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as said:
        for line in said:
            if line.strip() == "20":
                child.kill()
                break
    assert child.wait() == -signal.SIGKILL
    found = Accounts(Settings(staff_file=tmp_path / "staff.sqlite"))
    assert len(found.all()) > 20
    rows = sqlite3.connect(found.file)
    assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows.close()


def _hash(file: Path) -> str:
    rows = sqlite3.connect(file)
    try:
        return str(rows.execute("SELECT hash FROM accounts").fetchone()[0])
    finally:
        rows.close()
