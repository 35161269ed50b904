"""Makes the API keys of our processes on a cluster with security: each may do what its process does, and no more."""

import os
import secrets
from pathlib import Path
from typing import Any

import structlog

from records.errors import Misconfigured
from records.settings import Settings
from search.client import Search
from search.indices import FIELDS

PRIVILEGES = {
    # `python -m search setup` and `reindex`
    "setup": ["manage", "read", "write"],
    # judge, fold, and whoever looks; `maintenance` makes visible at once what was written, and no more
    "work": ["read", "write", "view_index_metadata", "maintenance"],
    # `python -m console serve`: what people see; whatever they do is a record
    "console": ["read", "view_index_metadata"],
    # `python -m console retain`: reads, and rids the indices of what was erased, for which it has to change a setting
    "retain": ["read", "view_index_metadata", "monitor", "maintenance", "manage"],
}
CLUSTER = {"retain": ["monitor"]}
"""To see whether a merge has ended."""

log = structlog.get_logger()


def key_body(settings: Settings, name: str) -> dict[str, Any]:
    """The request for one key: nothing but our own indices, whatever number they have, and none of the cluster's."""
    indices = [pattern for index in FIELDS for pattern in (settings.named(index), f"{settings.named(index)}-*")]
    role = {"cluster": CLUSTER.get(name, []), "indices": [{"names": indices, "privileges": PRIVILEGES[name]}]}
    return {
        "name": settings.named(f"lifeguard-{name}"),
        "role_descriptors": {name: role},
        "metadata": {"made_by": "python -m search keys"},
    }


async def make_keys(search: Search, folder: Path) -> None:
    """Writes FOLDER/NAME/api_key for each of them; a key that works already stays."""
    for name in PRIVILEGES:
        file = folder / name / "api_key"
        if not (_is_there(file) and await _works(search.settings, file)):
            made = await search.ask("POST", "/_security/api_key", key_body(search.settings, name))
            write_private(file, made["encoded"])
            log.info("an API key was made", name=name, file=str(file))


async def make_kibana_token(search: Search, folder: Path) -> None:
    """Writes FOLDER/kibana/kibana.yml with a token of Kibana's own service account, if it is not there."""
    file = folder / "kibana" / "kibana.yml"
    if not _is_there(file):
        path = f"/_security/service/elastic/kibana/credential/token/lifeguard-{secrets.token_hex(4)}"
        made = await search.ask("POST", path)
        write_private(file, f'elasticsearch.serviceAccountToken: "{made["token"]["value"]}"')
        log.info("a token for Kibana was made", file=str(file))


async def _works(settings: Settings, file: Path) -> bool:
    with_key = {
        "elasticsearch_api_key_file": file,
        "elasticsearch_username": "",
        "elasticsearch_password_file": None,
    }
    async with Search(settings.model_copy(update=with_key)) as search:
        try:
            await search.ask("GET", "/_security/_authenticate")
        except Misconfigured:
            return False
    return True


def _is_there(file: Path) -> bool:
    return file.exists()


def write_private(file: Path, line: str) -> None:
    """A file that is whole or not there, and that only its owner may read."""
    arriving = file.with_suffix(".arriving")
    arriving.unlink(missing_ok=True)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(f"{line}\n")
            handle.flush()
            os.fsync(handle.fileno())
        arriving.rename(file)
    except OSError as error:
        raise Misconfigured(f"{file} cannot be written: {error.strerror}") from None
