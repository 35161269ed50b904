"""What `make run` gives the keeper, the witness and whoever reads the ledger, before any of them starts."""

from pathlib import Path

import pytest

pytest.importorskip("psutil")

from deploy.local.ledger_files import ledger_environment
from deploy.local.programs import VERIFY, WITNESS, wanted, with_ports
from ingest.witnesses import witness_lines
from records.settings import Settings


def settings_in(data: Path, **chosen: object) -> Settings:
    """Settings of a run with this data folder."""
    return Settings.model_validate({"data_dir": data, **chosen})


def test_the_keeper_is_told_of_the_witness_beside_it(tmp_path: Path) -> None:
    """By a line with its key, which is made now, and its port; all files are for their owner alone."""
    told = ledger_environment(settings_in(tmp_path, witness_port=20_000), tmp_path)
    Settings(**{name.removeprefix("LIFEGUARD_").lower(): value for name, value in told.items()})
    (line,) = witness_lines(settings_in(tmp_path, witnesses_file=told["LIFEGUARD_WITNESSES_FILE"]))
    assert (line.verifier.name, line.url) == ("witness.local", "http://127.0.0.1:20000")
    assert told["LIFEGUARD_WITNESS_LEDGER_FILE"] == str(tmp_path / "ledger" / "ledger.pub")
    for file in (tmp_path / "witness" / "key", Path(told["LIFEGUARD_LEDGER_TOKEN_FILE"])):
        assert file.stat().st_mode & 0o777 == 0o600
    assert len(Path(told["LIFEGUARD_LEDGER_TOKEN_FILE"]).read_text(encoding="utf-8").strip()) >= 32


def test_the_second_run_has_the_same_key_and_token_and_a_new_port(tmp_path: Path) -> None:
    """Commands beside it find both without a setting."""
    first = ledger_environment(settings_in(tmp_path, witness_port=20_000), tmp_path)
    before = witness_lines(settings_in(tmp_path))
    token = Path(first["LIFEGUARD_LEDGER_TOKEN_FILE"]).read_bytes()
    again = settings_in(tmp_path, witness_port=20_001)
    assert ledger_environment(again, tmp_path) == first
    (line,) = witness_lines(settings_in(tmp_path))
    assert (line.verifier, line.url) == (before[0].verifier, "http://127.0.0.1:20001")
    found = settings_in(tmp_path).ledger_token_file
    assert found is not None
    assert found.read_bytes() == token


def test_witnesses_of_others_count_and_none_is_started(tmp_path: Path) -> None:
    """Their file stays as it is, and no key is made here."""
    theirs = tmp_path / "theirs"
    theirs.write_text("# nobody yet\n", encoding="utf-8")
    chosen = settings_in(tmp_path / "data", witnesses_file=theirs)
    (tmp_path / "data").mkdir()
    assert ledger_environment(chosen, tmp_path / "data")["LIFEGUARD_WITNESSES_FILE"] == str(theirs)
    assert not (tmp_path / "data" / "witness").exists()
    assert WITNESS not in wanted(chosen, tmp_path / "data")
    assert WITNESS in wanted(settings_in(tmp_path / "data"), tmp_path / "data")


def test_verify_is_last_and_every_process_has_a_port(tmp_path: Path) -> None:
    """Where any port will do, each gets one of its own that others can be told of."""
    assert wanted(settings_in(tmp_path), tmp_path)[-1] == VERIFY
    ports = ("webhook_port", "judge_metrics_port", "keeper_port", "witness_port", "verify_port")
    chosen = with_ports(settings_in(tmp_path, **dict.fromkeys(ports, 0)))
    found = [getattr(chosen, port) for port in ports]
    assert 0 not in found
    assert len(set(found)) == len(ports)
