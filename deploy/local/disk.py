"""Is there room on the disk? Asked before anything starts, and while it runs."""

import shutil
from pathlib import Path

from deploy.local.trouble import Trouble

DISK_FREE_BYTES_MIN = 1_000_000_000


def free_bytes(folder: Path) -> int:
    """Free space on the disk of a folder, which need not exist yet."""
    there = next(parent for parent in [folder, *folder.parents] if parent.exists())
    return shutil.disk_usage(there).free


def refuse_full(folder: Path, bytes_min: int = DISK_FREE_BYTES_MIN) -> None:
    """One sentence if the disk has less room than the servers need to work."""
    free = free_bytes(folder)
    if free < bytes_min:
        raise full(folder, bytes_min)


def full(folder: Path, bytes_min: int = DISK_FREE_BYTES_MIN) -> Trouble:
    """The sentence."""
    return Trouble(
        f"The disk of {folder} has {free_bytes(folder) / 1e6:,.0f} MB free and Lifeguard needs "
        f"{bytes_min / 1e6:,.0f} MB; make room, or set LIFEGUARD_DATA_DIR to a folder on "
        f"another disk. Nothing that was recorded is lost."
    )
