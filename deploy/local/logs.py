"""The log files of the processes: one for each, with a limited size and a limited number of older pieces."""

import os
import shutil
from pathlib import Path

LOG_BYTES_MAX = 20_000_000
LOG_PIECES_MAX = 3


def rotate(log_file: Path, bytes_max: int = LOG_BYTES_MAX) -> None:
    """Move a full log's text aside: `x.log` to `x.log.1`, and so on. Its writer goes on in the same, now empty, file.

    A line written between copy and cut is lost; the writers are programs that cannot be told to open another file.
    """
    if not log_file.exists() or log_file.stat().st_size <= bytes_max:
        return
    pieces = [log_file.with_name(f"{log_file.name}.{number}") for number in range(1, LOG_PIECES_MAX + 1)]
    for older, newer in zip(reversed(pieces), [*reversed(pieces[:-1]), None], strict=True):
        if newer and newer.exists():
            newer.replace(older)
    shutil.copyfile(log_file, pieces[0])
    os.truncate(log_file, 0)
