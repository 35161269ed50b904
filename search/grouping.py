"""Which texts belong together: pairs that are near, and groups of whatever hangs together by pairs. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

NEAR = 0.88
"""From this cosine on, two texts are the same one reworded. In the sample, the variants of the scam that was posted
eleven times lie at 0.90 and above, the warning against it at 0.66. Of 30,000 real texts, pairs above 0.94 differ in a
few words, from 0.88 on they are templates with other names or one question asked anew; below, only their topic is one.
"""
ROWS_AT_ONCE = 512


def near_pairs(vectors: Mapping[str, bytes], near: float = NEAR) -> list[tuple[str, str]]:
    """Every pair of names whose vectors are at least so near, each once."""
    if len(vectors) < 2:  # noqa: PLR2004  a pair
        return []
    names = list(vectors)
    lengthened = np.stack([np.frombuffer(vectors[name], np.int8) for name in names]).astype(np.float32)
    unit = lengthened / np.maximum(np.linalg.norm(lengthened, axis=1, keepdims=True), 1)
    found = []
    for start in range(0, len(names), ROWS_AT_ONCE):
        rows, columns = np.nonzero(unit[start : start + ROWS_AT_ONCE] @ unit.T >= near)
        pairs = zip((rows + start).tolist(), columns.tolist(), strict=True)
        found += [(names[one], names[other]) for one, other in pairs if one < other]
    return found


def groups(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The names, each in the one group of all that it hangs together with; in the order in which they come."""
    leader = {name: name for name in names}
    for one, other in pairs:
        leader[_leader(leader, one)] = _leader(leader, other)
    joined: dict[str, list[str]] = defaultdict(list)
    for name in leader:
        joined[_leader(leader, name)].append(name)
    return list(joined.values())


def _leader(leader: dict[str, str], name: str) -> str:
    while leader[name] != name:
        leader[name] = leader[leader[name]]  # halves the way for whoever comes next
        name = leader[name]
    return name
