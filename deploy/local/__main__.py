"""`python -m deploy.local run | up | down | backup | restore`: everything on this machine, and its copy."""

import argparse
import errno
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from deploy.local.screen import errors
from records.errors import Problem
from records.settings import Settings, settings

COMMANDS = {
    "run": "set up and start everything, feed the sample, and stay in the foreground",
    "serve": "start the broker and the node, and stay in the foreground",
    "up": "start the broker and the node in the background",
    "down": "stop what `run` or `up` started with this data",
    "backup": "copy the record into one file, while nothing runs",
    "restore": "bring a backup back, into an empty data folder",
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
    added["backup"].add_argument("target", type=Path, help="the file to make, or a folder to make it in")
    added["backup"].add_argument("--secrets", action="store_true", help="the webhook's secret, too")
    added["restore"].add_argument("source", type=Path, help="the file to bring back")
    return parser


def _named(options: argparse.Namespace) -> Callable[[Settings, Path], object]:
    from deploy.local import backup, detached, run

    if options.command == "backup":
        return partial(backup.backup, target=options.target.resolve(), secrets=options.secrets)
    if options.command == "restore":
        return partial(backup.restore, source=options.source.resolve())
    commands = {"run": run.everything, "serve": run.servers_only, "up": detached.up, "down": detached.down}
    return commands[options.command]


def _say(sentence: str) -> int:
    errors.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
