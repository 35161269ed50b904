"""The table that `make bench` prints, with the machine and the date, ready for the README."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure: its letter, what was measured, the figure, what was asked for, and a remark."""

    letter: str
    measured: str
    figure: str
    asked: str = ""
    remark: str = ""


def lines(rows: Iterable[Row]) -> Iterable[str]:
    """The table in Markdown."""
    yield f"Measured {datetime.now(UTC):%Y-%m-%d} on {machine()}."
    yield ""
    yield "| | measured | figure | asked | remark |"
    yield "|---|---|---|---|---|"
    for row in rows:
        yield f"| {row.letter} | {row.measured} | {row.figure} | {row.asked} | {row.remark} |"


def machine() -> str:
    """Processor, cores, memory and Python, as the operating system tells them."""
    model = next(
        (line.split(":", 1)[1].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")), "CPU"
    )
    memory = next((int(line.split()[1]) // 1_000_000 for line in _read("/proc/meminfo") if "MemTotal" in line), 0)
    return f"{os.cpu_count()} cores ({model}), {memory} GB, Python {platform.python_version()}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _read(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
