"""`python -m deploy.local run | up | down | backup | restore`: everything on this machine, and its copy."""

import argparse
import errno
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local.screen import errors
from deploy.local.trouble import Trouble
from records.errors import Problem
from records.settings import Settings, settings

COMMANDS = {
    "run": "set up and start everything, feed the sample, and stay in the foreground",
    "serve": "start the broker and the node, and stay in the foreground",
    "up": "start the broker and the node in the background",
    "down": "stop what `run` or `up` started with this data",
    "backup": "copy the record into one file, or the ledger's keys into another one, while nothing runs",
    "restore": "bring the record back into an empty data folder, or the keys back to a ledger without",
}


def main() -> int:
    """Run one command; whatever a person can set right is one sentence and exit code 1."""
    options = _parser().parse_args()
    try:
        chosen = settings()
        _named(options)(chosen, (options.data or chosen.data_dir).resolve())
    except Problem as problem:
        return _say(str(problem))
    except ModuleNotFoundError as missing:
        return _say(f"{missing.name} is not installed: local servers need the extra [local]; `make run` installs it.")
    except KeyboardInterrupt:
        return _say("Stopped before anything was started.")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return _say("The disk is full; make room and run this again. Nothing that was recorded is lost.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    added = {name: commands.add_parser(name, help=purpose) for name, purpose in COMMANDS.items()}
    for command in added.values():
        command.add_argument("--data", type=Path, help="data folder (LIFEGUARD_DATA_DIR)")
    _backup_options(added["backup"].add_argument)
    added["restore"].add_argument("source", type=Path, nargs="?", help="the file to bring back")
    added["restore"].add_argument("--keys", type=Path, metavar="FILE", help="the file with the ledger's keys")
    return parser


def _backup_options(add: Callable[..., object]) -> None:
    add("target", type=Path, nargs="?", help="the file to make, or a folder to make it in")
    add("--secrets", action="store_true", help="the webhook's secret and the ledger's token, too")
    add("--keys", type=Path, metavar="FILE", help="only the ledger's keys, into this file or folder")
    add("--keep-days", type=int, metavar="DAYS", help="with --keys: for how long you will keep that file")


def _named(options: argparse.Namespace) -> Callable[[Settings, Path], object]:
    from deploy.local import detached, run

    if options.command == "backup":
        return partial(_back_up, options)
    if options.command == "restore":
        return partial(_restore, options)
    commands = {"run": run.everything, "serve": run.servers_only, "up": detached.up, "down": detached.down}
    return commands[options.command]


def _back_up(options: argparse.Namespace, chosen: Settings, data: Path) -> None:
    from deploy.local import backup, key_backup

    if bool(options.target) == bool(options.keys):
        raise Trouble("Name the file to make, or with --keys the one for the ledger's keys: they never share a file.")
    if options.keys is None:
        backup.backup(chosen, data, options.target.resolve(), secrets=options.secrets)
    elif options.keep_days is None:
        raise Trouble(
            "Say with --keep-days for how long you will keep the keys: until then what is erased can still be opened, "
            "and a certificate of erasure must name that day."
        )
    else:
        key_backup.backup_keys(chosen, data, options.keys.resolve(), keep_days=options.keep_days)


def _restore(options: argparse.Namespace, chosen: Settings, data: Path) -> None:
    from deploy.local import backup, key_backup

    if not options.source and not options.keys:
        raise Trouble("Name the file to bring back, or with --keys the one with the ledger's keys, or both.")
    if options.source:
        backup.restore(chosen, data, options.source.resolve())
    if options.keys:
        key_backup.restore_keys(chosen, data, options.keys.resolve())


def _say(sentence: str) -> int:
    errors.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
