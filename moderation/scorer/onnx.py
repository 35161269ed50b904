"""The shipped model: one pass gives calibrated scores and the embedding; long texts are read in windows."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.cache import Remembered
from moderation.scorer.files import MODEL_FILE
from moderation.scorer.occlusion import occluded
from moderation.scorer.protocol import EMBEDDING_BYTES, Scored, Span
from moderation.scorer.session import OUTPUTS, Session
from moderation.scorer.settings import ModelUnusable, read_settings
from moderation.scorer.spelling import SpelledOut
from moderation.scorer.windows import Window, Windows, read_as

NO_TEXT = "no text"
EMBEDDING_SCALE = 127


class OnnxScorer:
    """The model in `folder`, on this many threads; 0 takes one per core.

    Raises ModelUnusable when the folder does not hold a working model. `score` and `explain` may be called from any
    thread, also from several at once: the session and the tokenizer are not changed after the start.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        settings = read_settings(folder)
        self.model_digest: str | None = settings.digest
        self.labels = settings.labels
        self.thresholds: Mapping[str, float] = settings.thresholds
        self.languages = settings.languages
        calibration = np.array([settings.calibration[label] for label in self.labels], np.float32)
        self._slopes, self._offsets = calibration[:, 0], calibration[:, 1]
        self._windows = Windows(folder)
        self._session = Session(folder / MODEL_FILE, threads)
        _expect_outputs(self._session, len(self.labels))
        self._remembered = Remembered()

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """Scores of each text in the same order; a text without a readable token is unscored."""
        read = [read_as(text) for text in texts]
        keys = [Remembered.key(*each) for each in zip(texts, (one.text for one in read), strict=True)]
        return self._remembered.through(keys, read, self._judge)

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, Span]]:
        """For each text and its labels, by label: the words that carry it, in the window that scored highest."""
        scored = self.score([text for text, _ in asked])
        places = [(place, label) for place, (_, labels) in enumerate(asked) for label in labels]
        starts = [scored[place].windows.get(label, (0, len(asked[place][0]))) for place, label in places]
        parts = [
            (asked[place][0][start:end], (label,)) for (place, label), (start, end) in zip(places, starts, strict=True)
        ]
        spans: list[dict[str, Span]] = [{} for _ in asked]
        for (place, label), (start, _), found in zip(places, starts, occluded(parts, self._scores), strict=True):
            if label in found:
                spans[place][label] = (start + found[label][0], start + found[label][1])
        return [MappingProxyType(one) for one in spans]

    def _scores(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Scores alone, of texts that nobody will ask for again."""
        return [scored.scores for scored in self._judge([read_as(text) for text in texts])]

    def _judge(self, read: list[SpelledOut]) -> list[Scored]:
        judged = [Scored(unscored=NO_TEXT)] * len(read)
        windows = self._windows.of(read)
        logits, embeddings = self._session.run([window.ids for window in windows])
        scores = 1.0 / (1.0 + np.exp(-(logits * self._slopes + self._offsets)))
        for text, group in groupby(range(len(windows)), key=lambda number: windows[number].text):
            at = list(group)
            judged[text] = self._scored([windows[number] for number in at], scores[at], embeddings[at])
        return judged

    def _scored(self, windows: list[Window], scores: NDArray[np.float32], embeddings: NDArray[np.float32]) -> Scored:
        """One text: by label the highest of its windows, and where that is; the mean of their embeddings."""
        highest = MappingProxyType(dict(zip(self.labels, scores.max(0).tolist(), strict=True)))
        read_chars = windows[-1].span[1] if windows[-1].cut else None
        if len(windows) == 1:
            return Scored(highest, _packed(embeddings[0]), read_chars=read_chars)
        mean = np.average(embeddings, axis=0, weights=[len(window.ids) for window in windows])
        best = [windows[place].span for place in scores.argmax(0)]
        return Scored(
            highest,
            _packed(mean / np.linalg.norm(mean)),
            windows=MappingProxyType(dict(zip(self.labels, best, strict=True))),
            read_chars=read_chars,
        )


def _packed(embedding: NDArray[np.float32]) -> bytes:
    return np.rint(embedding * EMBEDDING_SCALE).astype(np.int8).tobytes()


def _expect_outputs(session: Session, labels: int) -> None:
    expected = dict(zip(OUTPUTS, (labels, EMBEDDING_BYTES), strict=True))
    if session.shapes != expected:
        raise ModelUnusable(f"{MODEL_FILE} gives {session.shapes} where {expected} was expected")
