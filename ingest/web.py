"""The one door to httpx: asking a site, within limits; a site that does not answer is away, and says until when."""

import json
import re
import time
import zlib
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Any, Literal

import httpx

from records.errors import Malformed, Misconfigured, Unavailable
from records.posts import Http

BODY_BYTES_MAX = 20_000_000
CONNECT_SECONDS_MAX = 10.0
READ_SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 120.0
REDIRECTS_MAX = 5
RETRY_AFTER_SECONDS_MAX = 3600.0
HEADER_CHARS_MAX = 2048
KEPT_HEADERS = (
    "date",
    "content-type",
    "content-length",
    "content-encoding",
    "etag",
    "last-modified",
    "server",
    "x-wp-total",
    "x-wp-totalpages",
)
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_REFUSED = (401, 403)
_ASKED = "asked_host"
_LATER = (429, 503)
_UNPACKED = {"gzip", "x-gzip", "deflate"}
_PORTS = {"http": 80, "https": 443}


class SiteAway(Unavailable):
    """A site that does not answer, or says "later"; the message names the source and the reason, never a secret."""

    def __init__(self, said: str, *, retry_after_seconds: float | None = None, rate_limited: bool = False) -> None:
        super().__init__(said)
        self.retry_after_seconds = retry_after_seconds
        self.rate_limited = rate_limited


@dataclass(frozen=True)
class Answer:
    """What a site answered: headers by their names in lower case, the body unpacked, and the facts to keep with it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    http: Http

    @property
    def code(self) -> str:
        """The code of an error in JSON, if it is nothing but that: no other word of a site reaches our sentences."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        code = found.get("code") if isinstance(found, dict) else None
        return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


@dataclass(frozen=True)
class Form:
    """Fields as a browser sends them from a form."""

    fields: Mapping[str, str]


Change = Mapping[str, Any] | Form


class Web:
    """One source's way to its site; with `cookies` off nothing that the site asks us to keep is kept."""

    def __init__(
        self,
        source: str,
        *,
        body_bytes_max: int = BODY_BYTES_MAX,
        read_seconds_max: float = READ_SECONDS_MAX,
        clock: Callable[[], float] = time.monotonic,
        cookies: bool = True,
    ) -> None:
        self._source = source
        self._body_bytes_max = body_bytes_max
        self._read_seconds_max = read_seconds_max
        self._clock = clock
        self._client = httpx.Client(
            timeout=httpx.Timeout(read_seconds_max, connect=CONNECT_SECONDS_MAX),
            headers={"user-agent": f"lifeguard/{version('lifeguard')}", "accept-encoding": "gzip"},
            follow_redirects=True,
            max_redirects=REDIRECTS_MAX,
            event_hooks={"request": [self._stay]},
            cookies=None if cookies else CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | None = None,
        auth: tuple[str, str] | None = None,
        answers: Container[int] = (),
    ) -> Answer:
        """Asks once; `answers` are statuses that the caller wants to see although they would be a problem.

        5xx, 429 and no answer raise SiteAway, 401 and 403 Misconfigured; 304 and 404 are answers like 200.
        """
        request = self._client.build_request("GET", url, headers=dict(headers or {}), params=dict(params or {}) or None)
        return self._answer(request, auth, answers)

    def post(self, url: str, said: Any) -> Answer:  # noqa: ANN401  whatever JSON can say
        """Asks once as `get` does, with a question in JSON: some sites want one so that changes nothing."""
        return self._answer(self._client.build_request("POST", url, json=said), None, ())

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        """Brings bytes to this address and nowhere else: the status and the headers; nobody reads what else is said."""
        request = self._client.build_request("POST", url, content=body, headers=dict(headers))
        request.extensions[_ASKED] = _bare(request.url.host)
        with self._reached(), _sent(self._client, request, None, follow=False) as response:
            return response.status_code, _lower(response)

    def change(
        self,
        method: Literal["POST", "DELETE"],
        url: str,
        said: Change,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        answers: Container[int] = (),
    ) -> Answer:
        """Asks the site once to change something, and problems are as in `get`; `said` is sent as JSON, a Form as such.

        A redirect is an answer: followed, the change would become a question. After SiteAway nobody knows whether the
        change was made.
        """
        body: dict[str, Any] = {"data": dict(said.fields)} if isinstance(said, Form) else {"json": dict(said)}
        request = self._client.build_request(method, url, headers=dict(headers or {}), **body)
        return self._answer(request, auth, answers, follow=False)

    def post_form(self, url: str, form: str, *, headers: Mapping[str, str], answers: Container[int] = ()) -> Answer:
        """Sends a form that is encoded already, and asks once as `get` does."""
        request = self._client.build_request("POST", url, content=form.encode(), headers=dict(headers))
        return self._answer(request, None, answers)

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def _answer(
        self, request: httpx.Request, auth: tuple[str, str] | None, answers: Container[int], *, follow: bool = True
    ) -> Answer:
        request.extensions[_ASKED] = _bare(request.url.host)
        with self._reached(), _sent(self._client, request, auth, follow=follow) as response:
            if response.status_code not in answers:
                self._refuse(response)
            body = self._body(response)
            return Answer(response.status_code, _lower(response), body, _shown(response.url), _facts(response))

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx.TooManyRedirects:
            raise self._away(f"sends us on more than {REDIRECTS_MAX} times") from None
        except httpx.UnsupportedProtocol:
            raise self._away("sends us to an address that is neither http nor https") from None
        except httpx.TimeoutException:
            raise self._away(f"does not answer within {self._read_seconds_max:.0f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._away(f"does not answer ({type(error).__name__})") from None

    def _stay(self, request: httpx.Request) -> None:
        """A site may send us on within itself; elsewhere it could make us ask what only our network reaches."""
        if _bare(request.url.host) != request.extensions[_ASKED]:
            raise self._away(
                f"sends us on to {request.url.host[:255]}: where that is right, name it in the sources file"
            )

    def _refuse(self, response: httpx.Response) -> None:
        status = response.status_code
        if status in _REFUSED:
            raise Misconfigured(
                f"{self._source}: the site refuses us (HTTP {status}): check the name and the secret file of the source"
            )
        if status in _LATER:
            wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            limited = status == httpx.codes.TOO_MANY_REQUESTS or wait is not None
            raise self._away(f"answers with HTTP {status}", wait, rate_limited=limited)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise self._away(f"answers with HTTP {status}")

    def _body(self, response: httpx.Response) -> bytes:
        parts, size, ends_at = [], 0, self._clock() + ANSWER_SECONDS_MAX
        for part in self._parts(response):
            parts.append(part)
            size += len(part)
            if size > self._body_bytes_max:
                raise self._away(f"answers with more than {self._body_bytes_max} bytes")
            if self._clock() > ends_at:
                raise self._away(f"does not finish its answer within {ANSWER_SECONDS_MAX:.0f} s")
        return b"".join(parts)

    def _parts(self, response: httpx.Response) -> Iterator[bytes]:
        packed = response.headers.get("content-encoding", "identity").strip().lower()
        if packed == "identity":
            yield from response.iter_raw()
            return
        if packed not in _UNPACKED:
            raise self._away("answers in an encoding that we did not ask for")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
        try:
            for part in response.iter_raw():
                yield unpacker.decompress(part, self._body_bytes_max + 1)  # a small body may unpack to a large one
        except zlib.error:
            raise self._away("answers with a body that cannot be unpacked") from None

    def _away(self, why: str, wait: float | None = None, *, rate_limited: bool = False) -> SiteAway:
        said = f"{self._source}: the site {why}"
        return SiteAway(said, retry_after_seconds=wait, rate_limited=rate_limited)


def destination(url: str) -> tuple[str, str, int]:
    """Scheme, host and port that a request to this address goes to; raises Malformed for what is none."""
    try:
        parts = httpx.URL(url)
        host = parts.raw_host.decode("ascii").lower()
    except (httpx.InvalidURL, UnicodeError):
        raise Malformed("this is not an address") from None
    if parts.scheme not in _PORTS or not host:
        raise Malformed("an address begins with https:// and a host")
    if parts.userinfo:
        raise Malformed("an address holds no name and no password")
    return parts.scheme, host, parts.port or _PORTS[parts.scheme]


def retry_after(said: str | None, now: datetime) -> float | None:
    """The seconds that `Retry-After` asks for, as seconds or as a date; at most `RETRY_AFTER_SECONDS_MAX`."""
    if said is None:
        return None
    if said.strip().isascii() and said.strip().isdigit():
        return min(float(said.strip()[:9]), RETRY_AFTER_SECONDS_MAX)
    try:
        until = parsedate_to_datetime(said)
        wait = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, 0.0), RETRY_AFTER_SECONDS_MAX)


@contextmanager
def _sent(
    client: httpx.Client, request: httpx.Request, auth: tuple[str, str] | None, *, follow: bool
) -> Iterator[httpx.Response]:
    response = client.send(request, stream=True, auth=auth, follow_redirects=follow)
    try:
        yield response
    finally:
        response.close()


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def _lower(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _shown(url: httpx.URL) -> str:
    return str(url.copy_with(username=None, password=None, fragment=None))[:HEADER_CHARS_MAX]


def _facts(response: httpx.Response) -> Http:
    headers = _lower(response)
    kept = {name: headers[name][:HEADER_CHARS_MAX] for name in KEPT_HEADERS if name in headers}
    method, url = response.request.method, _shown(response.url)
    return Http(method=method, url=url, status=response.status_code, headers=kept)
