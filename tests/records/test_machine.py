"""Two processes on one machine tell the same of it; what cannot be told is empty, and never alike."""

import os
from pathlib import Path

import pytest

from records import machine


def test_two_processes_of_one_machine_say_the_same() -> None:
    """And neither the machine's id nor anything else that is secret."""
    assert machine.whereabouts() == machine.whereabouts()
    assert set(machine.whereabouts()) == {"machine", "boot", "account"}
    for file, said in ((machine.MACHINE_ID, "machine"), (machine.BOOT_ID, "boot")):
        if file.exists() and file.read_text().strip():
            assert file.read_text().strip() not in machine.whereabouts()[said]
            assert len(machine.whereabouts()[said]) == 64


def test_what_the_system_does_not_tell_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container without a machine id."""
    (tmp_path / "empty").touch()
    monkeypatch.setattr(machine, "MACHINE_ID", tmp_path / "empty")
    monkeypatch.setattr(machine, "BOOT_ID", tmp_path / "none")
    found = machine.whereabouts()
    assert (found["machine"], found["boot"]) == ("", "")


def test_an_account_has_its_number_even_without_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container whose user stands in no file."""
    monkeypatch.setattr(os, "geteuid", lambda: 123_456)
    assert machine.account() == "123456:"
