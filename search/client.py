"""The one place that knows the Elasticsearch client: a question goes out, an answer or one of our errors comes back.

Nothing is retried here: whoever gets Unavailable waits and asks again. Refused is a bug of ours, and stops the process.
"""

import io
import ipaddress
import logging
import ssl
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

import orjson
from elastic_transport import (
    AiohttpHttpNode,
    ApiError,
    ConnectionTimeout,
    HttpHeaders,
    SerializationError,
    TlsError,
    TransportError,
)
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import AsyncElasticsearch, NotFoundError, OrjsonSerializer

from records.errors import Misconfigured, Unavailable
from records.settings import Settings

REQUEST_SECONDS_MAX = 30
SERVER_WAIT = "10s"  # how long the server itself may wait for a shard, before it tells us that there is none
REASON_CHARS_MAX = 300
BODY_AT_ONCE_BYTES_MAX = 1_000_000

WHOLE = {"allow_partial_search_results": "false"}
"""What most searches send along: an answer from a part of the shards is none."""
_WHOLE_LINE = orjson.dumps(WHOLE)
_JSON = "application/vnd.elasticsearch+json; compatible-with=9"
_NDJSON = "application/vnd.elasticsearch+x-ndjson; compatible-with=9"
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_BLOCKED = "cluster_block_exception"

# While a server is away it would warn at each request; whoever gets Unavailable says so once.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)


class Refused(RuntimeError):
    """Elasticsearch did not accept what we sent, and never will: a bug here. It tells type and reason, not content."""


class Search:
    """A connection to Elasticsearch: `async with Search(settings) as search`. Raises Unavailable or Misconfigured."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.posts = settings.named("posts")
        self.history = settings.named("history")
        self.coverage = settings.named("coverage")
        self._client = _connect(settings)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Gives the connections back; only for whoever does not use `async with`."""
        await self._client.close()

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        may_lack: bool = False,
    ) -> Any:  # noqa: ANN401  JSON
        """The answer to one request; with `may_lack`, None where the answer is that there is no such thing."""
        try:
            return await self._send(method, path, None if body is None else orjson.dumps(body), _JSON, params)
        except NotFoundError as error:
            if may_lack:
                return None
            raise trouble(error.meta.status, *_cause(error.body)) from None

    async def ask_many(self, index: str, bodies: Iterable[Mapping[str, Any]]) -> list[Any]:
        """The answers to several searches of one index, in order, by one request; all of them whole, or none."""
        lines = [line for body in bodies for line in (_WHOLE_LINE, orjson.dumps(body))]
        if not lines:
            return []
        answer = await self._send("POST", f"/{index}/_msearch", b"\n".join(lines) + b"\n", _NDJSON, None)
        for one in answer["responses"]:
            if "error" in one:
                raise trouble(one["status"], *_cause(one))
        found: list[Any] = answer["responses"]
        return found

    async def bulk(self, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """What became of each action, in order: `status`, and `error` if it failed. `lines` are JSON."""
        wanted = "errors,items.*.status,items.*.error.type,items.*.error.reason"
        body = b"\n".join(lines) + b"\n"
        params = {"filter_path": wanted, "timeout": SERVER_WAIT}
        answer = await self._send("POST", "/_bulk", body, _NDJSON, params)
        return [result for item in answer["items"] for result in item.values()]

    async def _send(
        self, method: str, path: str, body: bytes | None, kind: str, params: Mapping[str, str] | None
    ) -> Any:  # noqa: ANN401  JSON
        headers = {"accept": _JSON} | ({} if body is None else {"content-type": kind})
        try:
            answer = await self._client.perform_request(method, path, params=params, headers=headers, body=body)
        except NotFoundError:
            raise
        except ApiError as error:
            raise trouble(error.meta.status, *_cause(error.body)) from None
        except ConnectionTimeout:
            raise Unavailable(f"Elasticsearch did not answer within {REQUEST_SECONDS_MAX} s") from None
        except TlsError as error:
            raise Unavailable(f"Elasticsearch cannot be reached by TLS: {_short(str(error.message))}") from None
        except SerializationError:
            raise Unavailable("Elasticsearch, or something before it, answered what is not JSON") from None
        except TransportError as error:
            raise Unavailable(f"Elasticsearch cannot be reached: {_short(str(error.message))}") from None
        return answer.body


def trouble(status: int, kind: str, reason: str) -> Exception:
    """Which of our errors a failed request, or a failed action of a bulk, is."""
    said = f"({status} {kind}: {_short(reason)})"
    if status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
        return Unavailable(f"Elasticsearch answers that it cannot now {said}")
    if kind == _BLOCKED:
        return Unavailable(
            "an index is closed to writes until `python -m search reindex` or `lifeguard rebuild`, whichever was "
            f"begun, has come to its end: run it again if it was interrupted {said}"
        )
    if kind == "index_not_found_exception":
        return Misconfigured(f"an index is not there: run `python -m search setup` {said}")
    if status in (401, 403):
        return Misconfigured(f"Elasticsearch refuses this process: look at LIFEGUARD_ELASTICSEARCH_API_KEY_FILE {said}")
    return Refused(f"Elasticsearch refused what was sent {said}")


def is_moved(kind: str) -> bool:
    """Is this what a write to one concrete index meets when that index is being, or has been, replaced?"""
    return kind in (_BLOCKED, "index_not_found_exception")


def _cause(body: object) -> tuple[str, str]:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "no reason", "none given"
    root = (error.get("root_cause") or [error])[0]
    return str(root.get("type")), str(root.get("reason"))


def _short(reason: str) -> str:
    # "Preview of field's value" and "Original value" are followed by content.
    for mark in ("Preview of field", "For input string", "Current token"):
        reason = reason.partition(mark)[0]
    return reason.strip()[:REASON_CHARS_MAX]


class _Node(AiohttpHttpNode):
    """Sends a large body piece by piece: in one piece it would hold up the event loop, and aiohttp warns of it."""

    async def perform_request(  # type: ignore[override]  # as in the class itself
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> Any:  # noqa: ANN401  the library's own pair, whose type it does not export
        if body and len(body) > BODY_AT_ONCE_BYTES_MAX and not self._http_compress:
            body = cast("bytes", io.BytesIO(body))
        return await super().perform_request(method, target, body, headers, request_timeout)

    def _log_request(self, *_: object, **__: object) -> None:
        """Whole bodies, which are posts, in a log of the library: never."""


def _connect(settings: Settings) -> AsyncElasticsearch:
    try:
        return AsyncElasticsearch(
            settings.elasticsearch_url,
            **_credentials(settings),
            http_compress=not _is_loopback(settings.elasticsearch_url),
            request_timeout=REQUEST_SECONDS_MAX,
            retry_on_timeout=False,
            max_retries=0,
            meta_header=False,
            node_class=_Node,
            serializers={"application/vnd.elasticsearch+json": OrjsonSerializer()},
            **_trust(settings),
        )
    except ValueError as error:
        raise Misconfigured(f"LIFEGUARD_ELASTICSEARCH_URL is not usable: {error}") from None


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _credentials(settings: Settings) -> dict[str, Any]:
    key, password = settings.elasticsearch_api_key_file, settings.elasticsearch_password_file
    if key and password:
        raise Misconfigured("LIFEGUARD_ELASTICSEARCH_API_KEY_FILE and _PASSWORD_FILE are both set: choose one")
    if bool(settings.elasticsearch_username) != bool(password):
        raise Misconfigured("LIFEGUARD_ELASTICSEARCH_USERNAME and _PASSWORD_FILE are set together or not")
    if password:
        return {"basic_auth": (settings.elasticsearch_username, _secret(password, "PASSWORD_FILE"))}
    return {"api_key": _secret(key, "API_KEY_FILE")} if key else {}


def _secret(file: Path, setting: str) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"LIFEGUARD_ELASTICSEARCH_{setting} cannot be read: {type(error).__name__}") from None
    if not secret:
        raise Misconfigured(f"LIFEGUARD_ELASTICSEARCH_{setting} is empty")
    return secret


def _trust(settings: Settings) -> dict[str, Any]:
    file = settings.elasticsearch_ca_file
    if file is None:
        return {}
    if not settings.elasticsearch_url.startswith("https:"):
        raise Misconfigured("LIFEGUARD_ELASTICSEARCH_CA_FILE is set, but LIFEGUARD_ELASTICSEARCH_URL is not https")
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # an SSLError is one, too
        raise Misconfigured(f"LIFEGUARD_ELASTICSEARCH_CA_FILE is not usable: {type(error).__name__}") from None
    return {"ca_certs": str(file)}
