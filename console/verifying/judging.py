"""A log against what was signed and cosigned: what was cut off, rewritten or replayed, and from which entry on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.verifying.differences import Difference
from console.verifying.roots import Read
from console.verifying.witnessed import Cosigned, cosigned, split_views, told
from records.errors import Malformed
from records.ledger.checkpoints import Checkpoint, opened_checkpoint, parse_checkpoint
from records.ledger.notes import Verifier, parse_note
from records.ledger.reading import LogState


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a verification believes: the ledger's name and public key, and the witnesses' keys."""

    ledger_name: str
    public: bytes
    verifiers: tuple[Verifier, ...] = ()


def of_state(state: LogState, trust: Trust) -> list[Difference]:
    """Is the newest checkpoint signed by the ledger's key, and that of this log?"""
    path = state.log.path
    try:
        found, _ = opened_checkpoint(state.note, trust.public)
    except Malformed as reason:
        return [Difference("checkpoint", path, f"the checkpoint of {path} {reason}")]
    if found != state.checkpoint or found.origin != state.log.origin(trust.ledger_name):
        return [Difference("checkpoint", path, f"the checkpoint of {path} is that of another log, {found.origin}")]
    return []


def of_log(read: Read, said: Sequence[Cosigned], old_notes: Sequence[bytes], trust: Trust) -> list[Difference]:
    """The log that was read against its own checkpoint and against every witness's.

    Where the stored hashes of the entries give what was signed, those that are named are all that differs.
    """
    state = read.state
    found = of_state(state, trust)
    if not read.agrees(state.checkpoint):
        text = (
            f"the {state.size:,} entries of {state.log.path} do not give the root that its checkpoint was signed with, "
            "and others may differ than those that are named"
        )
        found.append(Difference("checkpoint", state.log.path, text))
    found += split_views(state.log.path, said, read.agrees)
    for one in said:
        if one.checkpoint.size > state.size:
            found.append(_shorter(state, one))
        elif not read.agrees(one.checkpoint):
            found.append(_rewritten(read, one, old_notes, trust))
        elif one.checkpoint.ended is not None and state.size > one.checkpoint.size:
            found.append(_after_its_end(state, one))
    return found


def of_logs(states: Sequence[LogState], said: Mapping[str, Sequence[Cosigned]], trust: Trust) -> list[Difference]:
    """Logs that are gone although a witness knows them, and logs of one partition that both go on."""
    own = {state.log.origin(trust.ledger_name) for state in states}
    gone = [
        Difference("truncated", origin, f"the ledger has no log {origin}, of which {several[0].said}")
        for origin, several in said.items()
        if origin not in own and several[0].checkpoint.size
    ]
    return gone + _recreated(states)


def sizes(old_notes: Iterable[bytes]) -> list[int]:
    """The sizes that old notes speak of, not checked yet."""
    return [checkpoint.size for checkpoint in map(_checkpoint, old_notes) if checkpoint]


def _shorter(state: LogState, one: Cosigned) -> Difference:
    first, last = state.size, one.checkpoint.size - 1
    return Difference(
        "truncated",
        state.log.path,
        f"{state.log.path} has {state.size:,} entries, and {one.said}: the entries {first} to {last} were cut off, or "
        "an old checkpoint was put back",
        first,
    )


def _rewritten(read: Read, one: Cosigned, old_notes: Sequence[bytes], trust: Trust) -> Difference:
    """Old cosigned notes say up to where the log still agrees, and from where on it does not."""
    log = read.state.log
    known = [one, *_believed(old_notes, log.origin(trust.ledger_name), trust)]
    held = [each for each in known if read.agrees(each.checkpoint) is not None]
    held.sort(key=lambda each: (each.checkpoint.size, each.witness != one.witness))
    bad = next(each for each in held if not read.agrees(each.checkpoint))
    good = [each for each in held if read.agrees(each.checkpoint)]
    last = next((each for each in reversed(good) if each.witness == one.witness), good[-1] if good else None)
    least, latest = last.checkpoint.size if last else 0, bad.checkpoint.size - 1
    since = f"entry {least}" if least == latest else f"one of the entries {least} to {latest}"
    said = (
        f"{log.path} was rewritten: from {since} on nothing is as {bad.witness} cosigned it at {told(bad.at)} "
        f"({bad.checkpoint.size:,} entries)"
    )
    if last and least:
        but = "" if read.roots[least] == last.checkpoint.root else ", but for those that are named,"
        said += f"; the {least:,} entries before{but} are as {last.witness} cosigned them at {told(last.at)}"
    return Difference("rewritten", log.path, said, least)


def _after_its_end(state: LogState, one: Cosigned) -> Difference:
    said = f"{state.log.path} goes on with entry {one.checkpoint.size} after its end: {one.said} as its last"
    return Difference("rewritten", state.log.path, said, one.checkpoint.size)


def _believed(old_notes: Iterable[bytes], origin: str, trust: Trust) -> Iterator[Cosigned]:
    for note in old_notes:
        try:
            found = cosigned(note, trust.public, trust.verifiers)
        except Malformed:
            continue  # it lies in the ledger's own folder: what cannot be believed narrows nothing
        yield from (one for one in found if one.checkpoint.origin == origin)


def _recreated(states: Sequence[LogState]) -> list[Difference]:
    going_on: dict[tuple[str, int], list[LogState]] = {}
    for state in states:
        if state.checkpoint.ended is None:
            going_on.setdefault((state.log.topic, state.log.partition), []).append(state)
    return [
        Difference(
            "recreated",
            several[0].log.path,
            f"{topic}-{partition} has {len(several)} logs and none but one may go on: its topic was made anew, and "
            f"{' and '.join(state.log.path for state in several)} have no signed end",
        )
        for (topic, partition), several in going_on.items()
        if len(several) > 1
    ]


def _checkpoint(note: bytes) -> Checkpoint | None:
    try:
        return parse_checkpoint(parse_note(note).text)
    except Malformed:
        return None
