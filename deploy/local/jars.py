"""The jars of the broker and of the node: found or downloaded, and used only if their SHA-256 is the locked one."""

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import Trouble

LOCK_FILE = Path(__file__).with_name("jars.lock")
GROUPS = ("broker", "node", "netty")
DOWNLOADS_AT_ONCE = 4
DOWNLOAD_TIMEOUT_SECONDS = 30

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a file's name and its size in bytes; the function it yields is told the bytes that arrived."""


@dataclass(frozen=True)
class Jar:
    """One line of the lock: where a jar belongs, and what its bytes must be."""

    group: str
    coordinate: str
    sha256: str

    @property
    def path(self) -> Path:
        """The jar's place below any Maven repository."""
        organisation, artifact, version = self.coordinate.split(":")
        return Path(*organisation.split("."), artifact, version, f"{artifact}-{version}.jar")


def read_lock(lock_file: Path = LOCK_FILE) -> list[Jar]:
    """Every jar that the lock names, in its order: the order of the class path."""
    tables = tomllib.loads(lock_file.read_text(encoding="utf-8"))
    return [Jar(group, coordinate, sha256) for group in GROUPS for coordinate, sha256 in tables[group].items()]


def own_cache() -> Path:
    """Where downloaded jars are kept, for every data folder of this person."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lifeguard" / "jars"


def maven_cache() -> Path:
    """Where Maven's own tools keep jars; read, never written."""
    return Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(jar: Jar, path: Path) -> Path:
    """The path again, if the file there is the locked one."""
    if digest(path) != jar.sha256:
        raise Trouble(
            f"The jar {path.name} is not the one that jars.lock names (its SHA-256 differs), so nothing was started; "
            f"delete {path} and run this again."
        )
    return path


def find(jar: Jar, caches: list[Path]) -> Path | None:
    """The verified jar, if one of the caches has it."""
    held = next((cache / jar.path for cache in caches if (cache / jar.path).is_file()), None)
    return verify(jar, held) if held else None


def ensure(jars: list[Jar], caches: list[Path] | None = None, progress: Progress | None = None) -> dict[Jar, Path]:
    """Every jar's verified file; what no cache has is downloaded into the first; with none missing, off-line."""
    caches = caches or [own_cache(), maven_cache()]
    have = {jar: find(jar, caches) for jar in jars}
    missing = [jar for jar, path in have.items() if path is None]
    fetched = dict(zip(missing, _download(missing, caches[0], progress), strict=True)) if missing else {}
    return {jar: path or fetched[jar] for jar, path in have.items()}


def class_path(group: str, jars: dict[Jar, Path]) -> list[Path]:
    """The files of one group, in the lock's order."""
    return [path for jar, path in jars.items() if jar.group == group]


def _download(jars: list[Jar], cache: Path, progress: Progress | None) -> list[Path]:
    """Fetch into a folder of its own, so that a broken-off download never looks like a jar."""
    import requests
    from jgo.maven import MavenContext, PythonResolver

    cache.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=cache, prefix=".arriving-") as arriving,
        ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool,
    ):
        context = MavenContext(
            resolver=PythonResolver(progress_callback=progress),
            repo_cache=Path(arriving),
            timeout=DOWNLOAD_TIMEOUT_SECONDS,
        )
        try:
            return list(pool.map(lambda jar: _keep(jar, _fetch(context, jar), cache), jars))
        except (requests.RequestException, RuntimeError) as error:
            pool.shutdown(cancel_futures=True)
            raise Trouble(
                f"{len(jars)} jars of the local broker and node are missing and could not be downloaded "
                f"({type(error).__name__}); connect this machine to the Internet once and run this again."
            ) from error


def _fetch(context: object, jar: Jar) -> Path:
    organisation, artifact, version = jar.coordinate.split(":")
    component = context.project(organisation, artifact).at_version(version)  # type: ignore[attr-defined]
    return Path(component.artifact().resolve())


def _keep(jar: Jar, arrived: Path, cache: Path) -> Path:
    verify(jar, arrived)
    kept = cache / jar.path
    kept.parent.mkdir(parents=True, exist_ok=True)
    return arrived.replace(kept)
