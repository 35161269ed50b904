"""`python -m deploy.local run | up | down`: everything, or the two servers alone, on this machine."""

import argparse
import errno
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local.screen import errors
from records.errors import Problem
from records.settings import Settings, settings

COMMANDS = {
    "run": "set up and start everything, feed the sample, and stay in the foreground",
    "serve": "start the broker and the node, and stay in the foreground",
    "up": "start the broker and the node in the background",
    "down": "stop what `run` or `up` started with this data",
}


def main() -> int:
    """Run one command; whatever a person can set right is one sentence and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in COMMANDS.items():
        commands.add_parser(name, help=purpose).add_argument(
            "--data", type=Path, help="data folder (LIFEGUARD_DATA_DIR)"
        )
    options = parser.parse_args()
    try:
        chosen = settings()
        _named(options.command)(chosen, (options.data or chosen.data_dir).resolve())
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


def _named(command: str) -> Callable[[Settings, Path], None]:
    from deploy.local import detached, run

    commands = {"run": run.everything, "serve": run.servers_only, "up": detached.up, "down": detached.down}
    return commands[command]


def _say(sentence: str) -> int:
    errors.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
