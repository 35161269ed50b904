"""What `status` says of the ledger: what is kept, what has stopped, and who watches its keeper."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from console.telling_watching import length
from console.words import counted

SECONDS_NOT_WORTH_TELLING = 10
REASONS_SHOWN_MAX = 5

Part = Mapping[str, Any]


def of_keeper(keeper: Part) -> Iterator[str]:
    """What it keeps and up to when that is cosigned, then what has stopped."""
    if not keeper["answers"]:
        yield f"{keeper['said']}: nothing is added to the ledger; Kafka keeps what comes until the keeper runs again"
        return
    if keeper["entries"] is not None:
        yield f"{counted(int(keeper['entries']), 'entry', 'entries')} in {counted(int(keeper['logs'] or 0), 'log')}"
    yield from _lines(keeper["said"])
    if (window := keeper["window"])["seconds"] is not None:
        yield _uncosigned(window)
    yield from _cases("stopped", keeper["stopped"])


def of_witness(witness: Part) -> Iterator[str]:
    """Who runs it, whether it protects against an administrator, and what it has refused."""
    yield f"run by {witness['operator'] or 'somebody who does not say so (LIFEGUARD_WITNESS_OPERATOR)'}"
    if not witness["answers"]:
        yield f"{witness['said']}: what is new in the ledger is not cosigned by it"
    yield protection(witness)
    if (witness["uncosigned_seconds"] or 0) >= SECONDS_NOT_WORTH_TELLING:
        yield f"the oldest entry that it has not cosigned came {_ago(witness['uncosigned_seconds'])}"
    yield from _lines(witness["said"] if witness["answers"] else "")
    yield from _cases("refused", witness["refused"])


def protection(witness: Part) -> str:
    """One sentence, for people who do not know what a witness is."""
    if witness["protects"]:
        return str(witness["why"])
    if witness["protects"] is None:
        return f"whether it protects against an administrator is unknown: {witness['why']}"
    return f"no protection against an administrator: {witness['why']}"


def _uncosigned(window: Part) -> str:
    """Of the best witness that protects; who protects nobody could cosign whatever its administrator wants."""
    by = f" by {window['of']}" if window["of"] else " by at least one witness"
    but = "" if window["protects"] else ", and no witness is known to protect"
    if window["seconds"] < SECONDS_NOT_WORTH_TELLING:
        return f"everything is cosigned{by}{but}"
    return f"not everything is cosigned{by}{but}: the oldest entry that is not came {_ago(window['seconds'])}"


def _ago(seconds: float) -> str:
    return f"{length(timedelta(seconds=seconds))} ago"


def _cases(word: str, cases: list[Part]) -> Iterator[str]:
    for case in cases[:REASONS_SHOWN_MAX]:
        yield f"- {word}: {case.get('origin', '?')}: {case.get('reason', 'no reason is given')}"
    if len(cases) > REASONS_SHOWN_MAX:
        yield f"- and {len(cases) - REASONS_SHOWN_MAX} more"


def _lines(said: str) -> Iterator[str]:
    if said:
        yield said
