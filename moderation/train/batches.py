"""Cuts one weighted pass over the rows into batches of similar length, the same for the same seed and pass."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows


def one_pass(rows: Rows, phase: plan.Phase, number: int) -> list[list[int]]:
    """The batches of pass `number` of a phase: places of rows, each row as often as the weight of its set says."""
    chance = np.random.default_rng((plan.SEED, sum(phase.name.encode()), number))
    of_set = np.array([phase.set_weights.get(name, 0.0) for name in rows.sets])
    wanted = np.flatnonzero(of_set)
    visits = np.floor(of_set[wanted] + chance.random(len(wanted))).astype(int)
    order = np.repeat(wanted, visits)
    chance.shuffle(order)
    lengths = [min(len(row), plan.TOKENS_MAX) for row in rows.tokens]
    batches = [
        batch
        for start in range(0, len(order), plan.BUCKET_ROWS)
        for batch in by_length(order[start : start + plan.BUCKET_ROWS].tolist(), lengths, plan.BATCH_TOKENS_MAX)
    ]
    chance.shuffle(batches)
    return batches


def by_length(chosen: Sequence[int], lengths: Sequence[int], tokens_max: int) -> Iterator[list[int]]:
    """Groups of rows, shortest first, none of which is padded to more than `tokens_max` tokens."""
    batch: list[int] = []
    for i in sorted(chosen, key=lengths.__getitem__):
        if batch and lengths[i] * (len(batch) + 1) > tokens_max:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def pad(tokens: Sequence[NDArray[np.uint16]], tokens_max: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask, [rows, longest row], padded with zeros and cut at `tokens_max`."""
    width = min(max(len(row) for row in tokens), tokens_max)
    ids = np.zeros((len(tokens), width), np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(tokens):
        cut = row[:width]
        if len(row) > width:  # keep the closing special token
            cut = np.append(row[: width - 1], row[-1])
        ids[i, : len(cut)] = cut
        mask[i, : len(cut)] = 1
    return ids, mask
