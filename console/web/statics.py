"""Style sheet and scripts, read once: under an address with their digest a browser keeps them for ever."""

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
    digest: str


async def static(_: Desk, asked: Asked) -> Response:
    """A file of the folder `static`; without its digest in the query it is asked for anew each time."""
    found = statics().get(asked.request.path_params["name"])
    if found is None:
        raise Missing("there is no such file")
    etag = f'"{found.digest}"'
    headers = {"cache-control": FOR_EVER if asked.query("v") == found.digest else "no-cache", "etag": etag}
    if asked.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type=found.media_type)


def address_of(name: str) -> str:
    """Where a page finds a file, with its digest."""
    return f"/static/{name}?v={statics()[name].digest}"


@cache
def statics() -> dict[str, Static]:
    """Every file that may be served, by name."""
    found = {}
    for file in files("console.web").joinpath("static").iterdir():
        kind = TYPES.get(f".{file.name.rpartition('.')[2]}")
        if kind:
            content = file.read_bytes()
            found[file.name] = Static(content, kind, hashlib.sha256(content).hexdigest()[:DIGEST_CHARS])
    return found
