"""Style sheets and scripts, read once: under an address with the digest of all of them a browser keeps them for ever.

The digest is a folder of the address, so that a script that imports its neighbour gets the one of the same release.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.responses import Response

from console.web.desk import Desk
from console.web.route import Asked, Missing

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
DIGEST_CHARS = 16
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Static:
    """One file as it is served."""

    content: bytes
    media_type: str


async def static(_: Desk, asked: Asked) -> Response:
    """A file of the folder `static`; under another digest than ours it is not kept."""
    found = statics().get(asked.request.path_params["name"])
    if found is None:
        raise Missing("there is no such file")
    kept = FOR_EVER if asked.request.path_params["digest"] == digest() else "no-store"
    return Response(found.content, headers={"cache-control": kept}, media_type=found.media_type)


def address_of(name: str) -> str:
    """Where a page finds a file."""
    if name not in statics():
        raise KeyError(name)
    return f"/static/{digest()}/{name}"


@cache
def digest() -> str:
    """What changes when any of the files does."""
    whole = hashlib.sha256()
    for name, file in sorted(statics().items()):
        whole.update(f"{name} {len(file.content)}\n".encode() + file.content)
    return whole.hexdigest()[:DIGEST_CHARS]


@cache
def statics() -> dict[str, Static]:
    """Every file that may be served, by name."""
    found = {}
    for file in files("console.web").joinpath("static").iterdir():
        kind = TYPES.get(f".{file.name.rpartition('.')[2]}")
        if kind:
            found[file.name] = Static(file.read_bytes(), kind)
    return found
