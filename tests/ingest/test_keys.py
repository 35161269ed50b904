"""A signing secret is rotated by changing its file: no restart, and no harm from a file that is not right."""

from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from ingest.receiver.keys import LOOK_SECONDS, KeysInFile
from ingest.receiver.receiving import Receiver
from ingest.receiver.signatures import key_of, new_secret, sign
from records.errors import Misconfigured

BODY = b'{"id": "c-1", "text": "Does the fee change?", "posted_at": "2026-03-02T09:14:00Z"}'
OLD, NEW = new_secret(), new_secret()


class Clock:
    """A clock that a test moves."""

    now = 1000.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now

    def later(self) -> None:
        """Time for another look."""
        self.now += LOOK_SECONDS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one secret."""
    file = tmp_path / "secrets"
    file.write_text(f"{OLD}\n")
    return file


async def test_a_sender_with_the_new_secret_is_taken_without_a_restart(
    file: Path, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    """First both secrets, then only the new one: each time the next look is enough."""
    clock = Clock()
    receiver.keys = KeysInFile(file, clock)

    async def status(secret: str, webhook_id: str) -> int:
        at = str(int(receiver.clock()))
        signature = sign(key_of(secret), webhook_id, at, BODY)
        headers = {"webhook-id": webhook_id, "webhook-timestamp": at, "webhook-signature": signature}
        answer = await client.post("/v1/posts", content=BODY, headers={"content-type": "application/json"} | headers)
        return answer.status_code

    def write(*secrets: str) -> None:
        file.write_text("\n".join(secrets))
        clock.later()

    assert [await status(OLD, "m1"), await status(NEW, "m2")] == [202, 401]
    write(OLD, NEW)
    assert [await status(OLD, "m3"), await status(NEW, "m4")] == [202, 202]
    write(NEW)
    assert [await status(OLD, "m5"), await status(NEW, "m6")] == [401, 202]


@pytest.mark.parametrize("content", ["", "whsec_short\n", None])
def test_a_file_that_is_not_right_leaves_the_keys_and_is_said_once(content: str | None, file: Path) -> None:
    """Empty, garbled or gone; what comes after it counts again."""
    clock = Clock()
    keys = KeysInFile(file, clock)
    _ = file.unlink() if content is None else file.write_text(content)
    with capture_logs() as logs:
        for _ in range(3):
            clock.later()
            assert list(keys) == [key_of(OLD)]
    assert [line["event"] for line in logs] == ["the signing secrets stay as they were"]
    file.write_text(f"# new\n{NEW}\n")
    clock.later()
    assert list(keys) == [key_of(NEW)]
    assert len(keys) == 1


def test_a_file_that_is_replaced_counts_although_its_time_is_old(file: Path, tmp_path: Path) -> None:
    """As `cp -p` or a restore leaves it."""
    import os

    clock = Clock()
    keys = KeysInFile(file, clock)
    assert list(keys) == [key_of(OLD)]
    other = tmp_path / "other"
    other.write_text(f"{NEW}\n")
    before = file.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert list(keys) == [key_of(OLD)]  # not looked at yet
    clock.later()
    assert list(keys) == [key_of(NEW)]


def test_a_receiver_does_not_start_without_a_secret(tmp_path: Path) -> None:
    """At the start there is nothing to stay with."""
    with pytest.raises(Misconfigured, match="python -m ingest secret"):
        KeysInFile(tmp_path / "none")
    with pytest.raises(Misconfigured, match="LIFEGUARD_WEBHOOK_SECRETS_FILE"):
        KeysInFile(None)
