"""Asks the keeper over HTTP, with a limit on whatever it answers, and turns what goes wrong into a sentence."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from ingest.answers import hurried, is_address, whole
from records.codec import parse_json
from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger.sealing import SALT_BYTES
from records.settings import Settings

SECONDS_MAX = 30.0
ANSWER_SECONDS_MAX = 300.0
VALUE_BYTES_MAX = 16_000_000
HEALTH_BYTES_MAX = 10_000_000
PROBLEM_BYTES_MAX = 10_000
TOKEN_BYTES_MAX = 1_000
UNOPENED, ABSENT = 0xFFFFFFFF, 0xFFFFFFFE
LENGTH_BYTES = 4


class TooMuch(Exception):
    """More was asked for than one answer may hold."""


class Asking:
    """The keeper, over connections that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.ledger_url.rstrip("/")
        if not is_address(self._url):
            raise Misconfigured("LIFEGUARD_LEDGER_URL is not the address of a keeper, like http://10.0.0.5:8474")
        self._token_file = settings.ledger_token_file
        # To read the authorities that this machine trusts takes 20 ms, and only https asks for them.
        encrypted = self._url.startswith("https:")
        self._client = httpx.Client(timeout=SECONDS_MAX, trust_env=False, verify=encrypted)

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def got(self, path: str, bytes_max: int) -> bytes:
        """The body of an answer; raises Unavailable, and Malformed for anything else than it."""
        found = self.got_if_there(path, bytes_max)
        if found is None:
            raise Malformed(f"the keeper at {self._url} has no {path}")
        return found

    def got_if_there(self, path: str, bytes_max: int) -> bytes | None:
        """The same; None where there is nothing."""
        try:
            with self._client.stream("GET", self._url + path) as answer:
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                self._refuse(answer)
                return _limited(answer, bytes_max)
        except httpx.HTTPError as error:
            raise self._away(error) from None
        except TooMuch as problem:
            raise Malformed(str(problem)) from None

    def health(self) -> Mapping[str, Any]:
        """How the keeper says that it stands, whether that is well or not; raises Unavailable."""
        try:
            with self._client.stream("GET", f"{self._url}/healthz") as answer:
                told = parse_json(_limited(answer, HEALTH_BYTES_MAX))
        except httpx.HTTPError as error:
            raise self._away(error) from None
        if not isinstance(told, dict):
            raise Malformed(f"what answers at {self._url} is no keeper")
        return told

    def contents(self, asked: Mapping[str, Any], count: int) -> Iterator[tuple[bytes, bytes] | None]:
        """Salt and value of so many entries; raises TooMuch before the first where they are too large together."""
        headers = {"authorization": f"Bearer {self._token()}"}
        try:
            with self._client.stream("POST", f"{self._url}/plaintext", json=dict(asked), headers=headers) as answer:
                self._refuse(answer)
                yield from _contents(hurried(answer, ANSWER_SECONDS_MAX), count)
        except httpx.HTTPError as error:
            raise self._away(error) from None

    def _refuse(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.OK:
            return
        problem = _problem(answer)
        said = f"the keeper at {self._url} says: {problem}"
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooMuch(said)
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise Misconfigured(said)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Unavailable(said)
        raise Malformed(said)

    def _away(self, error: httpx.HTTPError) -> Unavailable:
        return Unavailable(f"the keeper at {self._url} does not answer ({type(error).__name__})")

    def _token(self) -> str:
        if self._token_file is None:
            raise Misconfigured("contents of the ledger need the keeper's token: set LIFEGUARD_LEDGER_TOKEN_FILE")
        try:
            with self._token_file.open("rb") as opened:
                return opened.read(TOKEN_BYTES_MAX).strip().decode("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"LIFEGUARD_LEDGER_TOKEN_FILE cannot be read ({type(error).__name__})") from None


def _limited(answer: httpx.Response, bytes_max: int) -> bytes:
    try:
        return whole(answer, bytes_max, ANSWER_SECONDS_MAX)
    except Malformed as problem:
        raise Malformed(f"the keeper {problem}") from None


def _problem(answer: httpx.Response) -> str:
    try:
        told = parse_json(_limited(answer, PROBLEM_BYTES_MAX))
    except Malformed:
        told = None
    problem = told.get("problem") if isinstance(told, dict) else None
    return problem if isinstance(problem, str) else f"status {answer.status_code}"


def _contents(parts: Iterator[bytes], count: int) -> Iterator[tuple[bytes, bytes] | None]:
    waiting = bytearray()
    for number in range(count):
        _fill(waiting, parts, LENGTH_BYTES)
        length = int.from_bytes(waiting[:LENGTH_BYTES])
        del waiting[:LENGTH_BYTES]
        if length in (UNOPENED, ABSENT):
            yield None
            continue
        if not SALT_BYTES <= length <= VALUE_BYTES_MAX:
            raise Malformed(f"the keeper sent content {number} of {count} with {length} bytes")
        _fill(waiting, parts, length)
        yield bytes(waiting[:SALT_BYTES]), bytes(waiting[SALT_BYTES:length])
        del waiting[:length]
    if waiting or next(parts, b""):
        raise Malformed("the keeper sent more contents than were asked for")


def _fill(waiting: bytearray, parts: Iterator[bytes], size: int) -> None:
    while len(waiting) < size:
        part = next(parts, None)
        if part is None:
            raise Malformed("the keeper's contents end before the last")
        waiting += part
