"""Who runs a command, for the record that it leaves."""

import getpass
import os


def account() -> str:
    """The name of this account; its number where it has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"
