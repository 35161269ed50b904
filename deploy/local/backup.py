"""`make backup` and `make restore`: the record that this machine holds, in one file, and back on an empty machine.

The copy is cold: the broker is at rest, and its log folders are copied as they are. Only so do offsets, topic ids and
append times stay what they were, and they are evidence; records that are published again get new ones. Elasticsearch is
a view and is not copied: after a restore the fold reads again what Kafka has, and `lifeguard rebuild` brings the rest.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from deploy.local import archive, disk
from deploy.local.at_rest import at_rest
from deploy.local.ledger_files import IF_WITNESSES_SAW_MORE, ledger_folder, witness_folder
from deploy.local.screen import DownloadBar, console
from deploy.local.servers import Servers
from deploy.local.trouble import Trouble
from ingest.rewind import rewind
from records.ledger.key_backups import KNOWN
from records.settings import Settings

TOPICS = "broker/topics"
POLICY, TAGS = "policy.toml", "tags"
STAFF = "staff.sqlite"
VIEWS_OF = "fold"
"""The consumer group that makes the views."""
STAGING = ".restoring"
NOT_DATA = ("run", "logs", STAGING)


@dataclass(frozen=True)
class Part:
    """A folder or file below the data folder that a backup keeps, and what is in it."""

    folder: str
    what: str
    secret: bool = False


KEPT = (
    Part(TOPICS, "Kafka's log folders: every record, with its offset, topic id and append time; what groups have read"),
    Part("cursors", "how far each source has been read"),
    Part("known", "what each source that we ask has told already"),
    Part("ledger/logs", "the ledger: sealed entries, hashes, signed checkpoints; its keys are backed up apart"),
    Part(f"ledger/{KNOWN}", "until when each backup of the keys is kept"),
    Part("witness/cosigned", "what the witness of this machine has cosigned"),
    Part("witness/refused", "what it has refused, as evidence"),
    Part(STAFF, "accounts of staff, with hashes of their passphrases", secret=True),
    Part("secrets", "the secrets that sign webhooks and open contents of the ledger", secret=True),
)
PRIVATE = ("secrets", "ledger", "witness")


def backup(settings: Settings, data: Path, target: Path, *, secrets: bool = False) -> Path:
    """Copy everything that cannot be made again into one file; refused while anything runs on it."""
    file = archive.new_file(target, "lifeguard")
    if not (data / TOPICS / "meta.properties").exists():
        raise Trouble(f"There is nothing to back up in {data}: Lifeguard has not run with it.")
    began = time.monotonic()
    with at_rest(data, "A backup is made of a broker at rest"):
        made = archive.write(file, _files(settings, data, secrets=secrets), _facts())
    with_secrets = "with" if secrets else "without"
    console.print(
        f"{file}\n{len(made.entries)} files, {made.size / 1e6:,.1f} MB, {with_secrets} secrets, "
        f"in {time.monotonic() - began:.1f} s\nsha256 of its manifest: {made.sha256}",
        highlight=False,
        soft_wrap=True,
    )
    return file


def restore(settings: Settings, data: Path, source: Path) -> None:
    """Verify a backup, lay it out in an empty data folder, and have the views made again by the next run."""
    if not source.is_file():
        raise Trouble(f"There is no backup {source}.")
    with at_rest(data, "A restore needs an empty folder"):
        _refuse_data(data)
        manifest = archive.verify(source)
        if not any(entry.name.startswith(f"{TOPICS}/") for entry in manifest.entries):
            raise Trouble(f"{source} holds no topics: it is no backup of Lifeguard.")
        disk.refuse_full(data, manifest.size + disk.DISK_FREE_BYTES_MIN)
        staging = data / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        archive.unpack(source, staging)
        forget_views(settings, staging)
        _move_into_place(staging, data)
    console.print(_what_was_restored(settings, data, manifest), highlight=False, soft_wrap=True)


def _refuse_data(data: Path) -> None:
    if there := sorted(path.name for path in data.iterdir() if path.name not in NOT_DATA):
        raise Trouble(
            f"{data} is not empty (it has {', '.join(there)}): a restore never writes over data; "
            f"move it away, or set LIFEGUARD_DATA_DIR to another folder."
        )


def _move_into_place(staging: Path, data: Path) -> None:
    # The topics first: should we be killed here, sources without their cursors only tell again what is known.
    for name in [*(part.folder for part in KEPT), POLICY, TAGS]:
        if (staging / name).exists():
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (staging / name).rename(data / name)
    for name in PRIVATE:
        if (data / name).exists():
            (data / name).chmod(0o700)
    if (data / STAFF).exists():
        (data / STAFF).chmod(0o600)
    shutil.rmtree(staging)


def _what_was_restored(settings: Settings, data: Path, manifest: archive.Manifest) -> str:
    said = [
        f"Restored {len(manifest.entries)} files as of {manifest.facts['made_at']} into {data}.",
        f"sha256 of the manifest: {manifest.sha256}",
    ]
    if (data / "ledger").exists():
        said.append(
            "The ledger's keys are in a file of their own: before the next run bring them back by "
            "`python -m deploy.local restore --keys FILE`."
        )
        said.append(IF_WITNESSES_SAW_MORE)
    if settings.ledger_dir and (data / "ledger").exists():
        said.append(f"LIFEGUARD_LEDGER_DIR names {settings.ledger_dir}: move {data / 'ledger'} there.")
    if not (data / "secrets").exists():
        said.append(f"Secrets are not in this backup: put the webhook's into {data / 'secrets' / 'webhook'}.")
    if (data / POLICY).exists():
        said.append(f"The policy that was in force is {data / POLICY}: set LIFEGUARD_POLICY_FILE.")
    if (data / TAGS).exists():
        said.append(f"The tags that were in force are in {data / TAGS}: set LIFEGUARD_TAGS_DIR.")
    said.append("The next run makes the views in Elasticsearch again, from what Kafka has of the record.")
    return "\n".join([*said, "Run `lifeguard rebuild` then: the ledger has what Kafka had let go before this backup."])


def _files(settings: Settings, data: Path, *, secrets: bool) -> Iterator[tuple[str, Path]]:
    roots = {"ledger": ledger_folder(settings, data), "witness": witness_folder(settings, data)}
    roots |= {STAFF: settings.staff_file or data / STAFF}
    for part in KEPT:
        root, _, below = part.folder.partition("/")
        folder = roots.get(root, data / root) / below
        if secrets or not part.secret:
            for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
                if path.is_file() and not path.is_symlink():
                    yield (Path(part.folder) / path.relative_to(folder)).as_posix(), path
    if settings.policy_file:
        yield POLICY, settings.policy_file
    if isinstance(settings.tags_dir, Path):
        yield from ((f"{TAGS}/{path.name}", path) for path in sorted(settings.tags_dir.glob("*.toml")))


def _facts() -> dict[str, str]:
    return {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "release": version("lifeguard")}


def forget_views(settings: Settings, data: Path) -> None:
    """Start the broker alone, and let the fold's group begin at the first record."""
    servers = Servers(data)
    with DownloadBar() as bar:
        servers.prepare(bar)
    try:
        servers.begin("broker")
        rewind(settings.model_copy(update={"kafka_bootstrap": servers.kafka_bootstrap}), VIEWS_OF, alone=True)
    finally:
        servers.stop()
