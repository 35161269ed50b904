"""Fits the head of a tag: logistic regression over few embeddings, and what each of them gets when it is left out.

In the dual form, so that the work grows with the examples and not with the dimensions. What one left out would get
follows from a single fit, as in section 3.6 of Rasmussen and Williams, Gaussian Processes for Machine Learning, and
arXiv 1801.10243: the left-out score of row i is its working response less its dual weight over a diagonal element.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS_MAX = 5_000
LOGIT_STEP_MIN = 1e-7
BIAS_SPREAD = 100.0
"""Variance of the offset before anything is seen: hardly held back."""
CURVATURE_MAX = 0.25
"""The steepest that the logistic function can be."""
CURVATURE_MIN = 1e-9


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head: the logit of an embedding is its product with `weights`, and `offset`."""

    weights: Floats
    offset: float

    def logits(self, rows: Floats) -> Floats:
        """One for each row."""
        logits: Floats = rows @ self.weights + self.offset
        return logits


def sigmoid(logits: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)))


def fit(rows: Floats, targets: Floats, weights: Floats, spread: float) -> tuple[Head, Floats]:
    """The head for rows with targets in 0 to 1, and the logit that each row gets from the head fitted without it.

    Minimises the weighted loss and the squared head over twice its `spread`, the variance that it is expected to have.
    """
    kernel = spread * rows @ rows.T + BIAS_SPREAD
    dual, logits = _solve(kernel, targets, weights)
    head = Head(spread * rows.T @ dual, float(BIAS_SPREAD * dual.sum()))
    return head, _left_out(kernel, logits, targets, weights)


def _solve(kernel: Floats, targets: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Dual weights and logits. Each round lowers the loss: its curvature is bounded (Boehning and Lindsay 1988)."""
    inverse = np.linalg.inv(kernel + np.diag(1.0 / (CURVATURE_MAX * weights)))
    smoother = kernel @ inverse
    logits = response = np.zeros(len(targets))
    for _ in range(ROUNDS_MAX):
        response = logits + (targets - sigmoid(logits)) / CURVATURE_MAX
        # not @, whose threads take longer to meet on busy cores than this takes
        before, logits = logits, np.einsum("ij,j->i", smoother, response)
        if np.abs(logits - before).max() < LOGIT_STEP_MIN:
            break
    return inverse @ response, logits


def _left_out(kernel: Floats, logits: Floats, targets: Floats, weights: Floats) -> Floats:
    said = sigmoid(logits)
    curvature = np.maximum(said * (1.0 - said), CURVATURE_MIN)
    response = logits + (targets - said) / curvature
    root = np.sqrt(weights * curvature)
    inverse = root[:, None] * np.linalg.inv(np.eye(len(root)) + root[:, None] * kernel * root) * root
    return np.asarray(response - (inverse @ response) / np.diag(inverse))
