"""The witnesses of a ledger: their lines in the settings' file, and how each of them is asked to cosign."""

import re
from dataclasses import dataclass
from pathlib import Path

import httpx

from ingest.answers import is_address, whole
from records.codec import parse_json
from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger.notes import COSIGNATURE, SIGNATURES_MAX, Note, Signature, Verifier, parse_note
from records.ledger.witnessing import Request
from records.settings import Settings

WITNESSES_MAX = SIGNATURES_MAX - 1
"""The ledger's own signature stands under the same note."""
FILE_BYTES_MAX = 100_000
ANSWER_BYTES_MAX = 100_000
CHECKPOINTS_BYTES_MAX = 50_000_000
SECONDS_MAX = 5.0
ANSWER_SECONDS_MAX = 10.0
CHECKPOINTS_SECONDS_MAX = 120.0
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")
CONFLICT = 409


@dataclass(frozen=True)
class WitnessLine:
    """A witness as the file names it: the key that its cosignatures are checked with, and its address."""

    verifier: Verifier
    url: str


@dataclass(frozen=True)
class Question:
    """What a witness can be asked, and what its answer may take."""

    method: str
    path: str
    bytes_max: int
    seconds_max: float


ADD = Question("POST", "/add-checkpoint", ANSWER_BYTES_MAX, ANSWER_SECONDS_MAX)
LIST = Question("GET", "/checkpoints", CHECKPOINTS_BYTES_MAX, CHECKPOINTS_SECONDS_MAX)


class Behind(Exception):
    """The witness has cosigned another size last than we believed: the proof must begin there."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it has cosigned {size} entries")
        self.size = size


def witness_lines(settings: Settings) -> list[WitnessLine]:
    """The witnesses of the settings' file, `{vkey} {url}` a line; raises Misconfigured with the number of the line."""
    if settings.witnesses_file is None:
        return []
    lines = [line.partition("#")[0].split() for line in _text(settings.witnesses_file).splitlines()]
    found = [_line(words, settings.witnesses_file, number) for number, words in enumerate(lines, 1) if words]
    if len(found) > WITNESSES_MAX:
        raise Misconfigured(f"{settings.witnesses_file} names more than {WITNESSES_MAX} witnesses")
    if len({(one.verifier.name, one.verifier.key_id) for one in found}) < len(found):
        raise Misconfigured(f"{settings.witnesses_file} names a witness twice")
    return found


def cosigned_by(line: WitnessLine, client: httpx.Client, request: Request) -> list[Signature]:
    """The cosignature of a witness, checked; raises Behind, Unavailable, or Malformed with what it refuses or sends."""
    status, body = _answer(line, client, ADD, request.encode())
    if status == CONFLICT and (size := _SIZE.fullmatch(body)):
        raise Behind(int(size[1]))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(f"the witness {line.verifier.name} answers {status}")
    if status != httpx.codes.OK:
        raise Malformed(f"the witness {line.verifier.name} refuses with {status}")
    return _checked(line, request.note, body)


def witness_checkpoints(line: WitnessLine) -> list[Note]:
    """The newest checkpoint of each log that a witness has cosigned, checked with its key; no other is given.

    Raises Unavailable where it is away, Malformed where it sends something else.
    """
    name = line.verifier.name
    with httpx.Client(trust_env=False) as client:
        status, body = _answer(line, client, LIST)
    if status != httpx.codes.OK:
        raise Unavailable(f"the witness {name} answers {status}")
    told = parse_json(body)
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise Malformed(f"the witness {name} sent no list of checkpoints")
    notes = [parse_note(one.encode("utf-8", "surrogatepass")) for one in told]
    if not all(line.verifier.cosigned_at(note) is not None for note in notes):
        raise Malformed(f"the witness {name} sent a checkpoint that its key has not cosigned")
    return notes


def _answer(
    line: WitnessLine, client: httpx.Client, question: Question, body: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body of an answer; raises Unavailable, and Malformed for one that is too long."""
    name = line.verifier.name
    try:
        with client.stream(question.method, line.url + question.path, content=body, timeout=SECONDS_MAX) as answer:
            return answer.status_code, whole(answer, question.bytes_max, question.seconds_max)
    except httpx.HTTPError as error:
        raise Unavailable(f"the witness {name} does not answer ({type(error).__name__})") from None
    except Malformed as problem:
        raise Malformed(f"the witness {name} {problem}") from None


def _checked(line: WitnessLine, note: Note, body: bytes) -> list[Signature]:
    try:
        sent = parse_note(note.text.encode() + b"\n" + body).signatures
    except Malformed as problem:
        raise Malformed(f"the witness {line.verifier.name} sent what {problem}") from None
    if line.verifier.cosigned_at(Note(note.text, sent)) is None:
        raise Malformed(f"the witness {line.verifier.name} sent no cosignature by the key that we know")
    return [one for one in sent if (one.name, one.key_id) == (line.verifier.name, line.verifier.key_id)]


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(FILE_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"LIFEGUARD_WITNESSES_FILE, {file}, cannot be read ({type(error).__name__})") from None


def _line(words: list[str], file: Path, number: int) -> WitnessLine:
    wrong = f"line {number} of {file} is not a witness: its key (`python -m ingest witness-key`), and its address"
    if len(words) != 2:  # noqa: PLR2004  key and address
        raise Misconfigured(wrong)
    if not is_address(words[1]):
        raise Misconfigured(f"{wrong}, like http://10.0.0.5:8475; this address is none")
    try:
        verifier = Verifier.parse(words[0])
    except Malformed as problem:
        raise Misconfigured(f"{wrong}; the key {problem}") from None
    if verifier.kind != COSIGNATURE:
        raise Misconfigured(f"{wrong}; the key is not one for cosignatures")
    return WitnessLine(verifier, words[1].rstrip("/"))
