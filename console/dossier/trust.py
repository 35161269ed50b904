"""Whom a dossier believes: the public key of the ledger, and those of its witnesses, with what each protects from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from records.errors import Misconfigured, Problem
from records.ledger.notes import Verifier
from records.ledger.store import parse_public_line

if TYPE_CHECKING:
    from records.settings import Settings

LINE_BYTES_MAX = 4096


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys that a person put on file here; `public` is None where `why_not` says why there is none."""

    public: bytes | None = None
    why_not: str = ""
    verifiers: Sequence[Verifier] = ()
    protection: Mapping[str, tuple[bool, str]] = field(default_factory=dict)
    """Of each witness by name: does it protect against an administrator, and why."""


def trust(settings: "Settings") -> Trust:
    """By the settings, and by what keeper and witnesses say of where they run; asked once for many dossiers."""
    from console import ledger_state
    from console.telling_ledger import protection
    from ingest.witnesses import witness_lines

    why_not, public = "", None
    try:
        public = _public(settings)
    except Problem as problem:
        why_not = str(problem)
    try:
        verifiers = [line.verifier for line in witness_lines(settings)]
    except Problem as problem:
        verifiers, why_not = [], f"{why_not}; {problem}" if why_not else str(problem)
    told = ledger_state.look(settings)["witnesses"] if verifiers else []
    said = {one["name"]: (bool(one["protects"]), protection(one)) for one in told}
    return Trust(public, why_not, verifiers, said)


def _public(settings: "Settings") -> bytes:
    file = settings.witness_ledger_file or (settings.ledger_dir or settings.data_dir / "ledger") / "ledger.pub"
    try:
        with file.open("rb") as opened:
            line = opened.read(LINE_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(
            "the ledger's signatures were not checked: there is no copy of its ledger.pub here "
            "(LIFEGUARD_WITNESS_LEDGER_FILE)"
        ) from None
    return parse_public_line(line)[1]
