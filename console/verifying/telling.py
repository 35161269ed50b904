"""The outcome of a verification in sentences: every difference, what is proved, and what is not."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.verifying.outcome import Outcome, Proved
from console.verifying.witnessed import told
from console.words import counted

LOGS_SHOWN_MAX = 60


def sentences(outcome: Outcome) -> Iterator[tuple[str, list[str]]]:
    """Titles, each with its lines."""
    if outcome.named.count:
        lines = [one.said for one in outcome.named.first]
        more = [f"and {outcome.named.more:,} more"] if outcome.named.more else []
        yield "What differs", lines + more
    if outcome.not_done:
        yield "What was not done", outcome.not_done
    yield "What is proved", list(_proved(outcome))
    yield "What is not proved", list(_not_proved(outcome))
    yield "Outcome", [_verdict(outcome)]


def _proved(outcome: Outcome) -> Iterator[str]:
    for log in outcome.logs[:LOGS_SHOWN_MAX]:
        yield _of_log(log)
    if len(outcome.logs) > LOGS_SHOWN_MAX:
        yield f"and {len(outcome.logs) - LOGS_SHOWN_MAX} more logs"
    if (found := outcome.contents) is not None:
        erased = f"; the keys of {found.erased:,} were erased" if found.erased else ""
        yield f"{counted(found.opened, 'entry opens', 'entries open')} to what they commit to{erased}"
    if (indexed := outcome.indexed) is not None:
        yield (
            f"the indices were compared with the ledger: {counted(indexed.posts, 'post')}, "
            f"{counted(indexed.facts, 'fact')}, {counted(indexed.watched, 'statement')} of what was watched"
        )
        if indexed.erased:
            yield f"the documents of {counted(indexed.erased, 'erased post')} are stubs"


def _of_log(log: Proved) -> str:
    said = f"{log.path}: {counted(log.size, 'entry', 'entries')}"
    if log.absent:
        said += f", {log.absent:,} of them absent from Kafka as somebody accepted"
    if log.ended is not None:
        said += f", ended: {log.ended}"
    by = [f"{one.checkpoint.size:,} cosigned by {one.witness} at {told(one.at)}" for one in log.cosigned]
    return f"{said}; {', '.join(by) or 'no witness has cosigned them'}"


def _not_proved(outcome: Outcome) -> Iterator[str]:
    yield from _window(outcome)
    if outcome.protection:
        yield outcome.protection
    for witness in outcome.witnesses:
        yield _of_witness(witness)
    if outcome.contents is None:
        yield "that the entries open to what they commit to: no keys were there, or none were asked for"
    if outcome.indexed is None:
        yield "that the indices say what the ledger says: they were not compared"
    elif outcome.indexed.on_their_way:
        yield f"{counted(outcome.indexed.on_their_way, 'entry', 'entries')} on the way to the indices"
    if outcome.indexed is not None and outcome.indexed.skipped:
        said = counted(outcome.indexed.skipped, "post")
        yield f"the documents of {said}, some of whose entries cannot be opened: they were not folded again"
    yield "who the authors really are, and that the sites showed these bytes to anyone"


def _window(outcome: Outcome) -> Iterator[str]:
    """Whoever protects nobody could cosign whatever its administrator wants: what counts is the best of the others."""
    name, seconds = outcome.window
    best = "the best of those that protect" if name in outcome.protecting else "and none is known to protect"
    yield (
        f"what is newer than the last cosigned checkpoint: at the moment {seconds:,.1f} s, usually "
        f"{outcome.usual_window_seconds:g} s and the time of asking the witnesses"
        + (f"; this is {name}, {best}" if name else "")
    )
    if len(outcome.windows) > 1:
        each = (f"{witness} {behind:,.1f} s" for witness, behind in sorted(outcome.windows.items()))
        yield f"the same of each witness: {', '.join(each)}"


def _of_witness(witness: Mapping[str, Any]) -> str:
    operator = f", run by {witness['operator']}" if witness.get("operator") else ""
    return f"witness {witness['name']}{operator}: {witness['why']}"


def _verdict(outcome: Outcome) -> str:
    rate = outcome.entries / outcome.seconds if outcome.seconds else 0
    took = f"{counted(outcome.entries, 'entry', 'entries')} in {outcome.seconds:.1f} s ({rate:,.0f} a second)"
    if outcome.named.count:
        return f"{counted(outcome.named.count, 'thing differs', 'things differ')}; {took}"
    return f"not everything could be done; {took}" if outcome.not_done else f"nothing differs; {took}"
