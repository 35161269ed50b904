"""Sessions: what opens them, what ends them, and that nobody is signed out by a request that was under way."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from console.staff import accounts
from console.staff.accounts import Accounts
from console.web.sessions import OVERLAP_SECONDS, PER_PERSON_MAX, ROTATE_SECONDS, Sessions
from records.errors import NotAllowed
from records.settings import Settings

GOOD, OTHER = "seven lanterns by the quay", "gulls over a grey harbour"


class Clock:
    """A clock that stands until it is told."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock of its own."""
    return Clock()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With hashes that cost nothing."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Settings(staff_file=tmp_path / "staff.sqlite", session_idle_minutes=30, session_hours_max=12)


@pytest.fixture
def sessions(told: Settings, clock: Clock) -> Sessions:
    """Nobody is signed in."""
    return Sessions(told, clock)


def test_a_session_is_opened_by_its_token_alone(sessions: Sessions) -> None:
    """Also after a restart; neither by its key nor by anything else."""
    begun = sessions.begin("ann", by_passphrase=False)
    found = sessions.find(begun.new_token)
    assert found is not None
    assert (found.staff_id, found.session_key, found.csrf) == ("ann", begun.session_key, begun.csrf)
    for other in ("", begun.session_key, begun.csrf, begun.new_token[:-1], "x" * 5_000, "\ud800"):
        assert sessions.find(other) is None


def test_it_outlasts_a_restart(sessions: Sessions, told: Settings, clock: Clock) -> None:
    """Another process finds it in the file."""
    begun = sessions.begin("ann", by_passphrase=False)
    assert Sessions(told, clock).find(begun.new_token) is not None


def test_the_file_opens_nothing(sessions: Sessions, told: Settings) -> None:
    """Whoever reads it finds digests; and only its owner can."""
    begun = sessions.begin("ann", by_passphrase=False)
    assert told.staff_file is not None
    assert begun.new_token.encode() not in told.staff_file.read_bytes()
    assert told.staff_file.stat().st_mode & 0o777 == 0o600


def test_who_does_nothing_is_signed_out(sessions: Sessions, clock: Clock) -> None:
    """After 30 minutes without a request, and not before."""
    token = sessions.begin("ann", by_passphrase=False).new_token
    for _ in range(3):
        clock.now += 29 * 60
        found = sessions.find(token)
        assert found is not None
        token = found.new_token or token
    clock.now += 30 * 60
    assert sessions.find(token) is None


def test_what_a_page_asks_by_itself_keeps_no_session_open(sessions: Sessions, clock: Clock) -> None:
    """A page that lies open in an empty room."""
    token = sessions.begin("ann", by_passphrase=False).new_token
    for _ in range(6):
        clock.now += 5 * 60 - 1
        found = sessions.find(token, used=False)
        assert found is not None
        token = found.new_token or token
    clock.now += 10
    assert sessions.find(token, used=False) is None


def test_nobody_stays_signed_in_for_longer_than_the_most(sessions: Sessions, clock: Clock) -> None:
    """However busy they are."""
    token = sessions.begin("ann", by_passphrase=False).new_token
    for _ in range(12 * 6 - 1):
        clock.now += 600
        found = sessions.find(token)
        assert found is not None
        token = found.new_token or token
    clock.now += 600
    assert sessions.find(token) is None


def test_the_token_is_exchanged_and_the_old_one_ends_once_the_new_one_has_come(
    sessions: Sessions, clock: Clock
) -> None:
    """With a few seconds for the requests that were under way; the token of the forms stays."""
    old = sessions.begin("ann", by_passphrase=False)
    clock.now += ROTATE_SECONDS
    new = sessions.find(old.new_token)
    assert new is not None
    assert new.new_token not in ("", old.new_token)
    assert new.csrf == old.csrf
    beside = sessions.find(old.new_token)
    assert beside is not None
    assert beside.new_token == ""
    assert sessions.find(new.new_token) is not None
    clock.now += OVERLAP_SECONDS - 1
    assert sessions.find(old.new_token) is not None
    clock.now += 1
    assert sessions.find(old.new_token) is None
    assert sessions.find(new.new_token) is not None


def test_an_answer_that_was_lost_signs_nobody_out(sessions: Sessions, clock: Clock) -> None:
    """A browser that never got the new token gets another one for the old."""
    old = sessions.begin("ann", by_passphrase=False).new_token
    clock.now += ROTATE_SECONDS
    lost = sessions.find(old)
    clock.now += 60
    again = sessions.find(old)
    assert lost is not None
    assert again is not None
    assert again.new_token not in ("", old, lost.new_token)
    assert sessions.find(lost.new_token) is None
    assert sessions.find(again.new_token) is not None


def test_signing_out_ends_it(sessions: Sessions) -> None:
    """And no other session of the same person."""
    one, other = sessions.begin("ann", by_passphrase=False), sessions.begin("ann", by_passphrase=False)
    sessions.end(one.session_key)
    assert sessions.find(one.new_token) is None
    assert not sessions.stands(one.session_key)
    assert sessions.find(other.new_token) is not None
    assert sessions.stands(other.session_key)


@pytest.mark.parametrize("how", ["removed", "another passphrase", "removed and made anew"])
def test_a_session_ends_with_its_account(sessions: Sessions, told: Settings, how: str) -> None:
    """And with the passphrase that it was begun with; one that a provider has begun does not."""
    known = Accounts(told)
    known.add("ann", GOOD)
    local, provided = sessions.begin("ann", by_passphrase=True), sessions.begin("ann", by_passphrase=False)
    assert sessions.find(local.new_token) is not None
    if how == "another passphrase":
        known.change("ann", OTHER)
    else:
        known.remove("ann")
    if how.endswith("anew"):
        known.add("ann", GOOD)
    assert sessions.find(local.new_token) is None
    assert not sessions.stands(local.session_key)
    assert sessions.find(provided.new_token) is not None


def test_no_session_begins_by_a_passphrase_without_its_account(sessions: Sessions) -> None:
    """One that was removed while somebody signed in with it."""
    with pytest.raises(NotAllowed, match="there is no account ann any more"):
        sessions.begin("ann", by_passphrase=True)


def test_one_person_has_so_many_sessions_at_most(sessions: Sessions, clock: Clock) -> None:
    """The one that was used longest ago ends."""
    begun = []
    for _ in range(PER_PERSON_MAX + 1):
        begun.append(sessions.begin("ann", by_passphrase=False).new_token)
        clock.now += 1
    assert [sessions.find(token) is not None for token in begun] == [False] + [True] * PER_PERSON_MAX
