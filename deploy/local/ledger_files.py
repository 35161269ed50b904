"""What the ledger of this machine needs before its processes start: a token, and the line of its own witness."""

import secrets
from pathlib import Path

from deploy.local.webhook_secret import private_file
from ingest.witness.server import witness_line
from records.settings import Settings

TOKEN_BYTES = 32
IF_WITNESSES_SAW_MORE = (
    "If a witness has cosigned more entries than this backup holds (its /checkpoints says how many), the restored "
    "ledger cannot be continued under its name: what follows gets other entries now, for Kafka has other records "
    "there, or their subjects get new keys, and the witness refuses them for ever. Then begin a ledger before the next "
    "run, with another LIFEGUARD_LEDGER_NAME and with LIFEGUARD_LEDGER_DIR in a new folder: the keeper keeps there "
    "everything that Kafka has, from its beginning. Keep the old ledger as evidence. "
    'deploy/README.md, "A ledger begun anew", says the rest.'
)
"""What whoever restores an older copy of a ledger has to know."""


def ledger_environment(settings: Settings, data: Path) -> dict[str, str]:
    """What the processes are told; `witnesses` is written anew, for the witness may have another port than last time.

    Where the person has named witnesses, those count, and none is started here.
    """
    if has_own_witness(settings, data):
        own = settings.model_copy(update={"witness_dir": witness_folder(settings, data)})
        line = witness_line(own, f"http://127.0.0.1:{settings.witness_port}")
        said = "# Written by `make run`: a witness on the same machine, which protects against no administrator."
        (data / "witnesses").write_text(f"{said}\n{line}\n", encoding="utf-8")
    ledger = settings.witness_ledger_file or ledger_folder(settings, data) / "ledger.pub"
    return {
        "LIFEGUARD_LEDGER_URL": f"http://127.0.0.1:{settings.keeper_port}",
        "LIFEGUARD_LEDGER_TOKEN_FILE": str(settings.ledger_token_file or token_file(data)),
        "LIFEGUARD_WITNESSES_FILE": str(settings.witnesses_file or data / "witnesses"),
        "LIFEGUARD_WITNESS_LEDGER_FILE": str(ledger),
    }


def ledger_folder(settings: Settings, data: Path) -> Path:
    """Where the ledger lies."""
    return settings.ledger_dir or data / "ledger"


def witness_folder(settings: Settings, data: Path) -> Path:
    """Where the witness of this machine has its key and what it cosigned."""
    return settings.witness_dir or data / "witness"


def has_own_witness(settings: Settings, data: Path) -> bool:
    """Whether the witness is ours to start."""
    return settings.witnesses_file is None or settings.witnesses_file.resolve() == (data / "witnesses").resolve()


def token_file(data: Path) -> Path:
    """The file with the token that opens contents of the ledger, written the first time it is asked for."""
    return private_file(data / "secrets" / "ledger", lambda: f"{secrets.token_hex(TOKEN_BYTES)}\n")
