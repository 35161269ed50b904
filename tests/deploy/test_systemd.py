"""The systemd units: every process has one, what they run and set exists, and systemd itself finds nothing wrong."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.programs import POLLER, SETUP, VERIFY, WITNESS, WORKERS
from records.settings import Settings

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
DROP_INS = sorted((UNITS / "lifeguard-.service.d").glob("*.conf"))
PYTHON = "/opt/lifeguard/bin/python"
OWN = {unit: [*DROP_INS, *sorted((UNITS / f"{unit.name}.d").glob("*.conf"))] for unit in SERVICES}
"""The drop-ins of each unit, in the order in which systemd reads them: by name, whatever their folder."""
USERS = {"lifeguard-keep": "lifeguard-keeper"}
USERS |= {name: name for name in ("lifeguard-console", "lifeguard-witness")}
NAMED_IN_THE_FILE_OF_SOURCES = "sources"
EXPOSURE_MAX = 20
"""Tenths of what `systemd-analyze security` calls exposure, out of 100."""


def lines_of(unit: Path, name: str) -> list[str]:
    """Every value that a unit, with its drop-ins, gives to a name; an empty one takes back what came before it."""
    files = [unit, *sorted(OWN[unit], key=lambda file: file.name)]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    found = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
    if name in ("User", "Group", "WorkingDirectory"):
        return found[-1:]  # there is one, and the last word counts
    last = max((place for place, value in enumerate(found) if not value and len(found) > 1), default=-1)
    return found[last + 1 :]


def ids(unit: Path) -> str:
    """How a unit is called in the list of tests."""
    return unit.stem


def test_every_process_has_a_unit_and_every_unit_a_process() -> None:
    """With the same words as on a machine without systemd."""
    found = {unit.stem.removeprefix("lifeguard-").rstrip("@"): lines_of(unit, "ExecStart") for unit in SERVICES}
    wanted = {name: [f"{PYTHON} -m {' '.join(words)}"] for name, words, _ in (*WORKERS, WITNESS, POLLER, VERIFY)}
    assert found == wanted | {"setup": [f"{PYTHON} -m {' '.join(words)}" for _, words in SETUP]}
    for commands in found.values():
        for command in commands:
            assert importlib.util.find_spec(command.split()[2])


@pytest.mark.parametrize("unit", SERVICES, ids=ids)
def test_every_variable_is_a_setting(unit: Path) -> None:
    """A misspelled one would be silently ignored."""
    given = re.findall(r"LIFEGUARD_(\w+)=", " ".join(lines_of(unit, "Environment")))
    assert {name.lower() for name in given} <= set(Settings.model_fields)


@pytest.mark.parametrize("name", ["lifeguard.env", "witness.env"])
def test_the_example_of_settings_is_usable_and_has_no_secret(name: str) -> None:
    """As it stands there, with names of machines of one's own."""
    text = (UNITS / name).read_text(encoding="utf-8")
    given = {name.lower(): value for name, value in re.findall(r"^LIFEGUARD_(\w+)=(.*)$", text, re.MULTILINE)}
    Settings(**given)
    assert set(given) <= set(Settings.model_fields)
    assert not [name for name in given if re.search("password|secret|api_key", name)]


@pytest.mark.parametrize("unit", SERVICES, ids=ids)
def test_secrets_are_credentials(unit: Path) -> None:
    """Every file with a secret that a process is told of is one that systemd hands to it alone."""
    loaded = {line.partition(":")[0] for line in lines_of(unit, "LoadCredential")} - {NAMED_IN_THE_FILE_OF_SOURCES}
    told = re.findall(r"LIFEGUARD_(?!SOURCES)(\w+_FILE)=(\S+)", " ".join(lines_of(unit, "Environment")))
    unset = {name.removeprefix("LIFEGUARD_") for name in lines_of(unit, "UnsetEnvironment")}
    told = [path for name, path in told if name not in unset]
    assert {path.removeprefix("%d/") for path in told} == loaded
    assert all(path.startswith("%d/") for path in told)


@pytest.mark.parametrize("unit", SERVICES, ids=ids)
def test_each_process_may_do_the_least(unit: Path) -> None:
    """The words that matter most; the number that systemd gives for all of them is below."""
    for name, value in {
        "User": USERS.get(unit.stem, "lifeguard"), "NoNewPrivileges": "yes", "CapabilityBoundingSet": "",
        "ProtectSystem": "strict", "PrivateTmp": "yes", "ProtectHome": "yes", "MemoryDenyWriteExecute": "yes",
    }.items():  # fmt: skip
        assert lines_of(unit, name) == [value], name
    assert lines_of(unit, "SystemCallFilter") == ["@system-service", "~@privileged"]
    assert len(lines_of(unit, "MemoryMax")) == 1


@pytest.mark.parametrize("unit", [unit for unit in SERVICES if "setup" not in unit.name], ids=ids)
def test_what_dies_is_started_again_for_ever(unit: Path) -> None:
    """As the supervisor does; and a worker's slot is its instance."""
    assert lines_of(unit, "Restart") == ["always"]
    assert lines_of(unit, "StartLimitIntervalSec") == ["0"]
    assert ("LIFEGUARD_WORKER_SLOT=%i" in lines_of(unit, "Environment")) == ("@" in unit.name)


def test_the_target_wants_one_of_each() -> None:
    """And nothing that is not there."""
    wanted = re.findall(r"lifeguard-\S+", (UNITS / "lifeguard.target").read_text(encoding="utf-8"))
    assert sorted(name.replace("@0", "@") for name in wanted) == [
        unit.name for unit in SERVICES if unit.stem not in ("lifeguard-setup", "lifeguard-witness")
    ]


def test_keeper_witness_and_console_have_a_user_and_a_folder_that_nobody_else_has() -> None:
    """In one are the keys of the ledger, the word of the witness in another, and who may sign in in the third."""
    by_folder: dict[str, set[str]] = {}
    for unit in SERVICES:
        (folder,) = lines_of(unit, "StateDirectory")
        (user,) = lines_of(unit, "User")
        told = re.findall(r"LIFEGUARD_DATA_DIR=(\S+)", " ".join(lines_of(unit, "Environment")))
        assert told[-1] == f"%S/{folder}"
        by_folder.setdefault(folder, set()).add(user)
    assert by_folder == {
        name: {name} for name in ("lifeguard", "lifeguard-console", "lifeguard-keeper", "lifeguard-witness")
    }
    made = (UNITS / "lifeguard.sysusers").read_text(encoding="utf-8")
    assert set(re.findall(r"^u (\S+) - .* (/\S+)$", made, re.MULTILINE)) == {
        (name, f"/var/lib/{name}") for name in by_folder
    }


def test_a_witness_is_no_part_of_the_machine_of_the_ledger() -> None:
    """It begins by itself, reads settings of its own, and is given no password."""
    unit = UNITS / "lifeguard-witness.service"
    assert lines_of(unit, "EnvironmentFile") == ["/etc/lifeguard/witness.env"]
    assert (lines_of(unit, "LoadCredential"), lines_of(unit, "PartOf")) == ([], [])
    assert lines_of(unit, "WantedBy") == ["multi-user.target"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as on a machine, with a Python that is here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here (Debian and Ubuntu: the package systemd)")
    for file in {*SERVICES, *(file for files in OWN.values() for file in files), UNITS / "lifeguard.target"}:
        place = tmp_path / file.relative_to(UNITS)
        place.parent.mkdir(exist_ok=True)
        place.write_text(file.read_text(encoding="utf-8").replace(PYTHON, sys.executable), encoding="utf-8")
    return tmp_path


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`systemd-analyze` with these units before the machine's own."""
    return subprocess.run(
        [shutil.which("systemd-analyze") or "systemd-analyze", *words],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_systemd_finds_nothing_wrong(installed: Path) -> None:
    """`systemd-analyze verify` on the target and on one instance of each."""
    names = ["lifeguard.target", *(unit.name.replace("@", "@0") for unit in SERVICES)]
    done = analyze(installed, "verify", "--man=no", *names)
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "lifeguard" in line]
    assert ours == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=ids)
def test_systemd_calls_the_exposure_low(unit: Path, installed: Path) -> None:
    """Its own count of what a process could still do."""
    name = unit.name.replace("@", "@0")
    done = analyze(installed, "security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", "--no-pager", name)
    assert done.returncode == 0, done.stdout + done.stderr
