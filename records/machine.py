"""Which machine and account a process has, told in digests, so that two processes can be compared from a third."""

import os
import pwd
from hashlib import sha256
from pathlib import Path

MACHINE_ID = Path("/etc/machine-id")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Of the kernel: containers share it although each has a /etc/machine-id of its own, or none."""


def whereabouts() -> dict[str, str]:
    """`machine` and `boot` (digests, empty if the system does not tell), and `account` (the user's number and name)."""
    return {"machine": _digest(MACHINE_ID), "boot": _digest(BOOT_ID), "account": account()}


def account() -> str:
    """As `997:lifeguard-witness`; system users have the same numbers on many machines, and names tell them apart."""
    number = os.geteuid()
    try:
        return f"{number}:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"{number}:"


def _digest(file: Path) -> str:
    try:
        found = file.read_bytes().strip()
    except OSError:
        return ""
    return sha256(found).hexdigest() if found else ""
