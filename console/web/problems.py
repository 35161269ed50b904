"""What is answered where something is not as it should be: a page for a person, `{"problem": ...}` for a script."""

from dataclasses import dataclass

import structlog
from starlette.responses import JSONResponse, Response

from console.staff.accounts import Wait
from console.web.body import TooLarge
from console.web.rendering import page
from console.web.route import Asked, Missing
from records.errors import Malformed, Misconfigured, NotAllowed, Problem, Unavailable

RETRY_SECONDS = 5
AGAIN = (500, 503)
"""With these the very same form may be sent once more."""
_SECRET = frozenset({"csrf", "passphrase"})
KEPT_FIELDS_MAX, KEPT_CHARS_MAX = 50, 50_000


class NotSignedIn(NotAllowed):
    """Nobody is signed in here, or not any more."""


class NotThisWay(Missing):
    """There is something under this address, but for another method."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of answer: its status, its title, and what a person can do."""

    status: int
    title: str
    advice: str


KINDS: tuple[tuple[type[Problem], Kind], ...] = (
    (Wait, Kind(429, "Please wait", "Nobody can sign in here until then.")),
    (NotSignedIn, Kind(401, "Please sign in", "Sign in in another tab, and copy from here what you had typed.")),
    (NotAllowed, Kind(403, "Not allowed", "This is on record. If your work needs it, ask an administrator.")),
    (NotThisWay, Kind(405, "Not in this way", "Go to the page that the address belongs to, and use its buttons.")),
    (Missing, Kind(404, "There is nothing here", "The address may be misspelled, or what it named is gone.")),
    (TooLarge, Kind(413, "Too much at once", "Send less of it at a time.")),
    (Malformed, Kind(400, "This could not be read", "Go back, correct it, and send it again.")),
    (Unavailable, Kind(503, "Something does not answer now", "Nothing was lost: try again in a moment.")),
)
UNFIT = Kind(503, "Something is not set up", "It is in the log of the console, for whoever runs this machine.")
BUG = Kind(500, "Something went wrong here", "It is in the log of the console. Go back, and try again.")


def answer_to(asked: Asked, problem: Problem) -> Response:
    """The answer that tells of it; one that a form met shows what was typed."""
    if isinstance(problem, Misconfigured):
        structlog.get_logger().error("not set up", problem=str(problem))
        return told(asked, UNFIT, str(problem) if asked.visitor else "")
    kind = next((kind for sort, kind in KINDS if isinstance(problem, sort)), BUG)
    answer = told(asked, kind, str(problem) if kind is not BUG else "")
    if isinstance(problem, Wait | Unavailable):
        answer.headers["retry-after"] = str(problem.seconds if isinstance(problem, Wait) else RETRY_SECONDS)
    return answer


def told(asked: Asked, kind: Kind, sentence: str) -> Response:
    """The same, for a sentence that nothing was raised with."""
    if asked.wants_json:
        return JSONResponse({"problem": sentence or kind.title}, kind.status)
    typed = _typed(asked)
    again = bool(typed) and asked.visitor is not None and kind.status in AGAIN
    return page(asked, "problem.html", kind.status, kind=kind, sentence=sentence, typed=typed, again=again)


def _typed(asked: Asked) -> list[tuple[str, str]]:
    """What stood in the form, without what must not be shown."""
    lines = {name: [value.replace("\r\n", "\n") for value in values] for name, values in asked.form.items()}
    pairs = [(name, value) for name, values in lines.items() if name not in _SECRET for value in values]
    return pairs if len(pairs) <= KEPT_FIELDS_MAX and sum(map(len, map("".join, pairs))) <= KEPT_CHARS_MAX else []
