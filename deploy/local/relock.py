"""Write jars.lock anew: resolve what the broker and the node need, and record the SHA-256 of every jar.

Run as `python -m deploy.local.relock` after changing a version below; the difference is read before it is committed.
"""

from pathlib import Path
from typing import Any

from deploy.local.jars import LOCK_FILE, digest

WANTED = {
    "broker": ["org.apache.kafka:kafka_2.13:4.4.0", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5"],
    "node": ["org.elasticsearch:elasticsearch:9.5.3", "org.elasticsearch:elasticsearch-ssl-config:9.5.3"],
    "netty": ["org.elasticsearch.plugin:transport-netty4:9.5.3"],
}
HEADER = """\
# The jars of the local broker and node, each with its SHA-256; written by `python -m deploy.local.relock`.
# broker: its class path. node: its class path. netty: the folder of the node's one module.
"""


def resolve(context: Any, coordinate: str) -> dict[str, Path]:  # noqa: ANN401 - jgo's context has no published type
    """A package and all its run-time dependencies: coordinate to file."""
    wanted, needed = context.resolver.resolve([context.create_dependency(coordinate)])
    return {
        f"{one.groupId}:{one.artifactId}:{one.version}": Path(one.artifact.resolve())
        for one in [*wanted, *needed]
        if one.scope not in ("test", "provided")
    }


def tables() -> dict[str, dict[str, Path]]:
    """Every group's jars; a jar of the node's class path is not repeated in its module (the node refuses that)."""
    from jgo.maven import MavenContext

    context = MavenContext()
    found: dict[str, dict[str, Path]] = {}
    for group, coordinates in WANTED.items():
        found[group] = {}
        for coordinate in coordinates:
            artifacts = {one.rsplit(":", 1)[0] for one in found[group]}
            more = resolve(context, coordinate)
            found[group] |= {one: path for one, path in more.items() if one.rsplit(":", 1)[0] not in artifacts}
    found["netty"] = {one: path for one, path in found["netty"].items() if one not in found["node"]}
    return found


def main() -> None:
    """Replace the lock."""
    lines = [HEADER]
    for group, jars in tables().items():
        lines += [f"[{group}]", *(f'"{one}" = "{digest(path)}"' for one, path in jars.items()), ""]
    LOCK_FILE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
