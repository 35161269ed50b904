"""The head of a tag: the optimum that it should be, and what a post gets that was left out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.tags.head import Floats, fit, sigmoid

EXAMPLES = settings(max_examples=25, deadline=None)
SPREAD = 100.0


def drawn(seed: int, carried: int, others: int, apart: float) -> tuple[Floats, Floats, Floats]:
    """Rows of length 1 in two clouds this far apart, what each carries, and weights that balance the clouds."""
    random = np.random.default_rng(seed)
    rows = random.standard_normal((carried + others, 24))
    rows[:carried, 0] += apart
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    weights = np.repeat([0.5 / carried, 0.5 / others], [carried, others])
    return rows, np.repeat([1.0, 0.0], [carried, others]), weights


seeds, few, many, distances = st.integers(0, 2**32), st.integers(5, 20), st.integers(20, 60), st.floats(0, 8)


@EXAMPLES
@given(seeds, few, many, distances)
def test_the_head_is_where_the_loss_is_lowest(seed: int, carried: int, others: int, apart: float) -> None:
    """At the optimum the pull of the posts and that of the prior are equal, in every direction."""
    rows, targets, weights = drawn(seed, carried, others, apart)
    head, _ = fit(rows, targets, weights, SPREAD)
    pull = rows.T @ (weights * (targets - sigmoid(head.logits(rows))))
    assert np.allclose(pull, head.weights / SPREAD, atol=1e-5)


@EXAMPLES
@given(seeds, st.integers(5, 12), st.integers(20, 40), distances)
def test_what_a_post_gets_when_left_out_is_what_a_head_without_it_gives(
    seed: int, carried: int, others: int, apart: float
) -> None:
    """One fit tells it nearly as well as fitting again without the post does."""
    rows, targets, weights = drawn(seed, carried, others, apart)
    _, left_out = fit(rows, targets, weights, SPREAD)
    for place in (0, carried - 1, carried, carried + others - 1):
        rest = np.arange(len(rows)) != place
        without, _ = fit(rows[rest], targets[rest], weights[rest], SPREAD)
        (exact,) = without.logits(rows[place : place + 1])
        assert abs(sigmoid(left_out[place]) - sigmoid(exact)) < 0.05


@EXAMPLES
@given(seeds, few, many)
def test_clouds_far_apart_are_told_apart_also_when_left_out(seed: int, carried: int, others: int) -> None:
    """Every post of one is above every post of the other."""
    rows, targets, weights = drawn(seed, carried, others, 40.0)
    _, left_out = fit(rows, targets, weights, SPREAD)
    assert left_out[:carried].min() > left_out[carried:].max()


@EXAMPLES
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_a_score_is_always_between_0_and_1(logits: list[float]) -> None:
    """However sure."""
    scores = sigmoid(np.array(logits))
    assert np.isfinite(scores).all()
    assert ((scores >= 0) & (scores <= 1)).all()
