"""The file of sources: which sites we ask, checked whole, with every problem in one message."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ingest.enforcing.site import Site
from ingest.known import Known
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.sources import SOURCES
from ingest.sources.options import Options
from ingest.sources.source import Polled, Source, SourceKind
from records.codec import explain
from records.digests import sha256_hex
from records.errors import Malformed, Misconfigured
from records.orders import Action
from records.settings import Settings

SOURCES_BYTES_MAX = 1_000_000
SOURCES_MAX = 200


@dataclass(frozen=True)
class Configured:
    """One source of the file: its options, how it is made, and which orders its site can carry out for us."""

    options: Options
    polled: Polled
    orders: frozenset[Action] = frozenset()

    def source(self, known: Known) -> Source:
        """The source; raises Misconfigured, as for a secret that cannot be read."""
        digest = sha256_hex(self.options.model_dump_json().encode("utf-8"))
        return self.polled.source(self.options, known, Reading(self.options.name, replace(natural(), digest=digest)))

    def site(self) -> Site | None:
        """What carries out orders on its site; None for one that takes none, Misconfigured as above."""
        return self.polled.site(self.options) if self.orders and self.polled.site is not None else None


def configured(settings: Settings, names: Sequence[str] = ()) -> tuple[Configured, ...]:
    """The sources of `LIFEGUARD_SOURCES_FILE`, or those of them with these names."""
    path = settings.sources_file
    if path is None:
        raise Misconfigured("LIFEGUARD_SOURCES_FILE does not name a file: it says which sites to ask, see README.md")
    found = load_sources(path)
    known = {one.options.name: one for one in found}
    if unknown := [name for name in names if name not in known]:
        raise Misconfigured(f"{path} has no source {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    return tuple(known[name] for name in names) if names else found


def sites(settings: Settings) -> tuple[Configured, ...]:
    """The same for whoever may find that there are none: also where no file is named, or is not there yet."""
    path = settings.sources_file
    return load_sources(path) if path is not None and path.exists() else ()


def abilities(settings: Settings) -> Mapping[str, frozenset[Action]]:
    """Which orders can be carried out on the sites of the configured sources, by the name of the source.

    A source that is not among them takes none: what is decided on its posts, a person does on the site by hand.
    """
    return {one.options.name: one.orders for one in sites(settings)}


def load_sources(path: Path, kinds: Sequence[SourceKind] = SOURCES) -> tuple[Configured, ...]:
    """Every source of a file; raises Misconfigured with all that is wrong, by the names of the sources."""
    polled = {kind.name: kind for kind in kinds if kind.polled is not None}
    found, problems = [], []
    for number, table in enumerate(_tables(path), 1):
        try:
            found.append(_one(table, polled))
        except Malformed as problem:
            problems.append(f"{_called(table, number)}: {problem}")
    names = [one.options.name for one in found]
    problems += [f"{name}: several sources have this name" for name in sorted(set(names)) if names.count(name) > 1]
    if problems:
        raise Misconfigured(f"the sources in {path} are not usable:\n" + "\n".join(f"  {said}" for said in problems))
    return tuple(found)


def _tables(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            content = file.read(SOURCES_BYTES_MAX + 1)
        if len(content) > SOURCES_BYTES_MAX:
            raise Misconfigured(f"the sources in {path} are more than {SOURCES_BYTES_MAX} bytes")
        found = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise Misconfigured(f"the sources in {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"the sources in {path} are not TOML: {error}") from None
    tables = found.pop("sources", None)
    if found or not isinstance(tables, list) or not 0 < len(tables) <= SOURCES_MAX:
        raise Misconfigured(f"{path} must hold 1 to {SOURCES_MAX} tables [[sources]], and nothing else")
    return tables


def _one(table: Any, kinds: Mapping[str, SourceKind]) -> Configured:  # noqa: ANN401  whatever stands in the file
    name = table.get("kind") if isinstance(table, dict) else None
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None or kind.polled is None:
        raise Malformed(f"kind: must be one of {', '.join(sorted(kinds))}")
    try:
        options = kind.polled.options.model_validate(table)
    except ValidationError as error:
        raise Malformed(explain(error)) from None
    return Configured(options, kind.polled, frozenset(kind.orders if options.takes_orders else ()))


def _called(table: Any, number: int) -> str:  # noqa: ANN401  as above
    name = table.get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) and name else f"source {number}"
