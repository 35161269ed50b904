"""What a check against the ledger proves and what it does not, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from console.dossier.standing import CheckpointSeen, FactProved
from console.dossier.trust import Trust
from console.words import clock, counted

Result = Literal["proved", "proved in part", "NOT PROVED", "CONTRADICTED"]

DERIVED = (
    "what is derived from facts and is none itself, such as the state of the case (`lifeguard verify` compares that)"
)
ALWAYS_NOT_PROVED = (
    "who the author really is: the name and the account are what the site says",
    "that the site showed these words to anybody: what came to us is on record, not what a reader's screen showed",
    "that the site's clock was right",
    "anything that happened where and when we did not look, or was recorded after these checkpoints",
    DERIVED,
    "the posts shown as context, and what is only counted: each such post has a dossier of its own",
)


@dataclass(frozen=True, slots=True)
class Said:
    """The result in one word, in a sentence, and both lists."""

    result: Result
    said: str
    proved: tuple[str, ...]
    not_proved: tuple[str, ...]


def said_of(facts: Sequence[FactProved], checkpoints: Sequence[CheckpointSeen], total: int, trust: Trust) -> Said:
    """Of so many facts, each with its checks; fewer where the ledger could not be read."""
    wrong = [one for one in facts if one.included is False or one.content in ("another", "missing", "not a record")]
    forged = [one for one in checkpoints if one.signed is False]
    included = [one for one in facts if one.included]
    whole = [one for one in included if one.content in ("the same", "erased")]
    if wrong or forged:
        return Said("CONTRADICTED", _contradiction(wrong, forged), (), ALWAYS_NOT_PROVED)
    signed = all(one.signed for one in checkpoints)
    complete = bool(total) and len(whole) == total and signed
    result: Result = "proved" if complete else "proved in part" if included else "NOT PROVED"
    return Said(
        result, _sentence(result, total), _proved(included, checkpoints), _not_proved(facts, checkpoints, trust)
    )


def _sentence(result: Result, total: int) -> str:
    said = {
        "proved": f"every fact of this dossier ({total}) stands in the ledger, below a signed state of it",
        "proved in part": f"the ledger was asked about {counted(total, 'fact')}, and not everything could be checked",
        "NOT PROVED": "nothing here was compared with the ledger, so that it rests on the index alone",
    }
    return said[result]


def _contradiction(wrong: Sequence[FactProved], forged: Sequence[CheckpointSeen]) -> str:
    named = [one.place for one in wrong] + [f"the checkpoint of {one.log}" for one in forged]
    return f"the ledger and what is shown here contradict one another: {', '.join(named)}"


def _proved(included: Sequence[FactProved], checkpoints: Sequence[CheckpointSeen]) -> tuple[str, ...]:
    said: list[str] = []
    signed = ", signed by the ledger's key," if checkpoints and all(one.signed for one in checkpoints) else ""
    if included:
        facts = counted(len(included), "fact")
        said.append(f"{facts} stand in the ledger where they are said to, below its checkpoints{signed} named here")
    if same := sum(one.content == "the same" for one in included):
        said.append(
            f"of {counted(same, 'fact')} the ledger holds exactly what is shown here, recorded at the same time"
        )
    if gone := sum(one.content == "erased" for one in included):
        said.append(f"{counted(gone, 'entry', 'entries')} existed, and cannot be opened since the content was erased")
    for witness in dict.fromkeys(one.witness for seen in checkpoints for one in seen.cosignatures):
        times = [one.at for seen in checkpoints for one in seen.cosignatures if one.witness == witness]
        last, logs = clock(max(times).isoformat()), counted(len(times), "log")
        said.append(
            f"the witness {witness} has seen the checkpoints of {logs}, the last at {last}: unchanged since then"
        )
    return tuple(said)


def _not_proved(facts: Sequence[FactProved], checkpoints: Sequence[CheckpointSeen], trust: Trust) -> tuple[str, ...]:
    said: list[str] = []
    if late := [one.place for one in facts if one.leaf_index is None]:
        said.append(f"not in the ledger, or not signed yet: {', '.join(late)}")
    if shut := [one.place for one in facts if one.content == "cannot be opened"]:
        said.append(f"what these say, though nobody had them erased: their key does not open them: {', '.join(shut)}")
    unwitnessed = [one.log for one in checkpoints if not one.cosignatures]
    if unwitnessed:
        said.append(
            f"that the ledger's keeper wrote no other history: no witness on file cosigned {', '.join(unwitnessed)}"
        )
    cosigned = dict.fromkeys(one.witness for seen in checkpoints for one in seen.cosignatures)
    said += [f"{name}: {trust.protection[name][1]}" for name in cosigned if not trust.protection.get(name, (True,))[0]]
    return (*said, *ALWAYS_NOT_PROVED)
