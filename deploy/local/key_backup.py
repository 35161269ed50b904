"""The keys of the ledger in a file of their own: whoever has it can open what was erased, so it has an end.

It is made apart from the record, and kept apart from it. How long it will be kept is said when it is made, for a
certificate of erasure must name the day from which nobody can open a content any more.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local import archive
from deploy.local.at_rest import at_rest
from deploy.local.ledger_files import IF_WITNESSES_SAW_MORE, ledger_folder, witness_folder
from deploy.local.screen import console
from deploy.local.trouble import Trouble
from records.ledger.key_backups import note_backup
from records.ledger.keys import NO_SLOT
from records.ledger.log import INDEX
from records.ledger.sealing import KEY_BYTES
from records.ledger.subjects import DIGEST_BYTES
from records.settings import Settings

WHAT = "keys of the ledger"
KEEP_DAYS_MAX = 36_500
STAGING = ".restoring-keys"


def backup_keys(settings: Settings, data: Path, target: Path, *, keep_days: int) -> Path:
    """Copy every key into one file, and note beside the ledger until when that file is kept."""
    if not 1 <= keep_days <= KEEP_DAYS_MAX:
        raise Trouble(f"--keep-days is how long you will keep the file: 1 to {KEEP_DAYS_MAX:,} days.")
    file = archive.new_file(target, "lifeguard-keys")
    made_at = datetime.now(UTC)
    until = made_at + timedelta(days=keep_days)
    facts = {"what": WHAT, "made_at": made_at.isoformat(timespec="seconds"), "keep_days": str(keep_days)}
    facts["kept_until"] = until.isoformat(timespec="seconds")
    with at_rest(data, "Keys are backed up while nothing runs"):
        kept = dict(_files(settings, data))
        if "ledger/key" not in kept:
            raise Trouble(f"There are no keys to back up in {ledger_folder(settings, data)}: the keeper has not run.")
        made = archive.write(file, kept.items(), facts)
        note_backup(ledger_folder(settings, data), {**made.facts, "manifest_sha256": made.sha256})
    console.print(
        f"{file}\n{len(made.entries)} files; sha256 of its manifest: {made.sha256}\nDestroy it by {until:%Y-%m-%d}, "
        f"{keep_days} days from now: until then it can open what is erased meanwhile.",
        highlight=False,
        soft_wrap=True,
    )
    return file


def restore_keys(settings: Settings, data: Path, source: Path) -> None:
    """Bring keys back to a ledger that has none; what came after this backup can be proved, and not be opened."""
    if not source.is_file():
        raise Trouble(f"There is no backup {source}.")
    folder, witness = ledger_folder(settings, data), witness_folder(settings, data)
    with at_rest(data, "A restore needs a ledger at rest"):
        if there := [path for path in (folder / "key", folder / "keys", witness / "key") if path.exists()]:
            raise Trouble(f"{there[0]} is there: a restore never writes over keys; move them away first.")
        manifest = archive.verify(source)
        if manifest.facts.get("what") != WHAT:
            raise Trouble(f"{source} is no backup of keys; it is made by `backup --keys FILE`.")
        staging = data / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        archive.unpack(source, staging)
        lost = _filled_up(staging / "ledger" / "keys", folder)
        _move(staging, folder, witness)
        note_backup(folder, {**manifest.facts, "manifest_sha256": manifest.sha256})
    said = [f"Restored the keys as of {manifest.facts['made_at']}.", _what_is_lost(lost)]
    said += [
        "What was erased after that has its key again until the keeper starts: it erases it once more by itself.",
        IF_WITNESSES_SAW_MORE,
    ]
    console.print("\n".join(line for line in said if line), highlight=False, soft_wrap=True)


def _files(settings: Settings, data: Path) -> Iterator[tuple[str, Path]]:
    folder = ledger_folder(settings, data)
    named = {"ledger/key": settings.ledger_key_file or folder / "key"}
    named |= {f"ledger/keys/{name}": folder / "keys" / name for name in ("slots", "subjects")}
    named["witness/key"] = witness_folder(settings, data) / "key"
    yield from ((name, path) for name, path in named.items() if path.is_file())


def _filled_up(keys: Path, folder: Path) -> int:
    """Gives every slot that the logs know and this backup does not a key that opens nothing; how many these are.

    Else a new subject would get the slot of another one, whose entries would then look damaged.
    """
    slots, subjects = keys / "slots", keys / "subjects"
    known = slots.stat().st_size // KEY_BYTES if slots.exists() else 0
    used = max((_slots_of(file) for file in (folder / "logs").glob("*/index")), default=0)
    if used > known:
        for file, width in ((slots, KEY_BYTES), (subjects, DIGEST_BYTES)):
            with file.open("r+b" if file.exists() else "wb") as opened:
                opened.truncate(used * width)
    return max(0, used - known)


def _slots_of(index: Path) -> int:
    import numpy as np

    entries = index.stat().st_size // INDEX.itemsize
    if not entries:
        return 0
    slots = np.memmap(index, dtype=INDEX, mode="r", shape=(entries,))["slot"]
    found = slots[slots != NO_SLOT]
    return int(found.max()) + 1 if len(found) else 0


def _move(staging: Path, folder: Path, witness: Path) -> None:
    # The ledger's own key last: without it the keeper does not start, with it everything else is there.
    for name, place in (
        ("witness/key", witness / "key"),
        ("ledger/keys", folder / "keys"),
        ("ledger/key", folder / "key"),
    ):
        if (staging / name).exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (staging / name).rename(place)
    (folder / "keys").chmod(0o700)
    shutil.rmtree(staging)


def _what_is_lost(count: int) -> str:
    return f"{count:,} subjects came after it: their entries can be proved, and their content is lost." if count else ""
