"""The witnesses: the file that names them, line by line, and the limits on what they answer."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from ingest import witnesses
from ingest.witnesses import WitnessLine, cosigned_by, witness_checkpoints, witness_lines
from records.errors import Misconfigured, Unavailable
from records.ledger.notes import COSIGNATURE, ED25519, SIGNATURES_MAX, Signer, Verifier
from records.settings import Settings
from tests.ingest import dripping
from tests.records.ledger.histories import History

SIGNER = Signer.made()
VKEY = SIGNER.verifier("witness.example", COSIGNATURE).vkey


def lines_of(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    """Name and address of each witness in a file with this text."""
    file = tmp_path / "witnesses"
    file.write_text(text, encoding="utf-8")
    return [(line.verifier.name, line.url) for line in witness_lines(Settings(witnesses_file=file))]


def test_each_line_is_a_key_and_an_address(tmp_path: Path) -> None:
    """Remarks and empty lines are passed over; no file, no witnesses."""
    text = f"# ours\n\n{VKEY} http://10.0.0.9:8475/ # in the other house\n"
    assert lines_of(tmp_path, text) == [("witness.example", "http://10.0.0.9:8475")]
    assert witness_lines(Settings()) == []


@pytest.mark.parametrize(
    "line",
    [
        VKEY,
        f"{VKEY} ftp://there",
        f"{VKEY} http://a http://b",
        "witness+00000000+AAAA http://a",
        f"{SIGNER.verifier('w', ED25519).vkey} http://a",
        f"{VKEY} http://a\n{VKEY} http://b",
        f"{VKEY} http://127.0.0.1:bad",
        f"{VKEY} http://127.0.0.1:99999",
        f"{VKEY} http://[bad",
        f"{VKEY} http://a..b",
        f"{VKEY} http://{'a' * 64}",
        f"{VKEY} http://",
        f"{VKEY} http://a?b",
    ],
    ids=range(13),  # the key is another one in each process
)
def test_another_line_is_refused_with_what_is_wrong(line: str, tmp_path: Path) -> None:
    """Also a key that signs checkpoints instead of cosigning them, a witness that counts twice, and a bad port."""
    with pytest.raises(Misconfigured, match="witnesses"):
        lines_of(tmp_path, line)


def test_an_address_that_is_none_is_named_by_its_line(tmp_path: Path) -> None:
    """Whoever mistyped it must find it."""
    with pytest.raises(Misconfigured, match=r"line 3 .*this address is none"):
        lines_of(tmp_path, f"# ours\n\n{VKEY} http://10.0.0.9:84750\n")


def test_no_more_witnesses_than_fit_under_a_note_beside_the_ledger_itself(tmp_path: Path) -> None:
    """One more, and what they cosign could never be read again."""
    vkeys = [SIGNER.verifier(f"w{number}", COSIGNATURE).vkey for number in range(SIGNATURES_MAX)]
    assert len(lines_of(tmp_path, "".join(f"{vkey} http://a\n" for vkey in vkeys[1:]))) == SIGNATURES_MAX - 1
    with pytest.raises(Misconfigured, match="more than 15"):
        lines_of(tmp_path, "".join(f"{vkey} http://a\n" for vkey in vkeys))


def test_a_witness_that_never_ends_its_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps every limit on silence."""
    monkeypatch.setattr(witnesses, "LIST", replace(witnesses.LIST, seconds_max=0.2))
    monkeypatch.setattr(witnesses, "ADD", replace(witnesses.ADD, seconds_max=0.2))
    with dripping.site() as url, httpx.Client(trust_env=False) as client:
        line = WitnessLine(Verifier.parse(VKEY), url)
        with pytest.raises(Unavailable, match=r"does not answer .TooSlow"):
            witness_checkpoints(line)
        with pytest.raises(Unavailable, match=r"does not answer .TooSlow"):
            cosigned_by(line, client, History().request(0, 12))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A keeper without its witnesses must not start as if there were none."""
    with pytest.raises(Misconfigured, match="LIFEGUARD_WITNESSES_FILE"):
        witness_lines(Settings(witnesses_file=tmp_path / "nothing"))
