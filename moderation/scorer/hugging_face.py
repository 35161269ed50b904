"""Any sequence-classification model in Hugging Face format, run by PyTorch (the extra [torch]), as a scorer."""

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moderation.scorer.batches import by_length, pad
from moderation.scorer.cache import Remembered
from moderation.scorer.occlusion import occluded
from moderation.scorer.protocol import Scored, Span
from moderation.scorer.settings import ModelUnusable
from moderation.scorer.windows import OVERLAP_TOKENS, WINDOWS_MAX, read_as

WINDOW_TOKENS_MAX = 512
POSITIONS_SPARE = 2
"""Positions that some kinds of models (RoBERTa's) keep for padding."""
NO_TEXT = "no text"
ANY_TEXT = "any text"

Model: TypeAlias = Any
"""A model of transformers, which ships no types."""


@dataclass(frozen=True)
class Choice:
    """Which model, by id or folder, and how its outputs are read.

    `labels` maps its labels to ours; those that are not named are not used, and where none is, its own names are ours.
    `outputs` says whether its labels exclude one another (softmax) or not (sigmoid); None takes what its own settings
    say, and softmax where they say nothing.
    """

    model: str
    labels: Mapping[str, str]
    outputs: Literal["sigmoid", "softmax"] | None = None


class HuggingFaceScorer:
    """The chosen model, on this many threads, without an embedding. Raises ModelUnusable, with what to do."""

    thresholds: Mapping[str, float] = MappingProxyType({})
    languages: tuple[str, ...] = ()

    def __init__(self, choice: Choice, threads: int = 0) -> None:
        self._model, self._tokenizer = _load(choice.model, threads)
        settings = self._model.config
        theirs = [settings.id2label[number] for number in range(settings.num_labels)]
        self._columns, self.labels = _mapped(theirs, choice)
        several = settings.problem_type == "multi_label_classification" or settings.num_labels == 1
        self._sigmoid = choice.outputs == "sigmoid" if choice.outputs else several
        positions = getattr(settings, "max_position_embeddings", None) or WINDOW_TOKENS_MAX + POSITIONS_SPARE
        self._window = min(self._tokenizer.model_max_length, positions - POSITIONS_SPARE, WINDOW_TOKENS_MAX)
        self.model_digest: str | None = _digest(self._model, self._tokenizer, choice)
        self._remembered = Remembered()
        self._turn = threading.Lock()  # the tokenizer's limits are set by each call
        _expect_to_run(self, self._window)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """Scores of each text in the same order; a text without a readable token is unscored."""
        return self._remembered.through([Remembered.exact(text) for text in texts], texts, self._judge)

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, Span]]:
        """The words without which the score is lowest."""
        return occluded([(text, tuple(labels)) for text, labels in asked], self._scores)

    def _scores(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        return [scored.scores for scored in self._judge(list(texts))]

    def _judge(self, texts: list[str]) -> list[Scored]:
        judged = [Scored(unscored=NO_TEXT)] * len(texts)
        if not texts:
            return judged
        rows, places, reads = self._windows(texts)
        scores = self._run(rows)
        for text, group in groupby(range(len(rows)), key=places.__getitem__):
            highest = dict(zip(self.labels, scores[list(group)].max(0).tolist(), strict=True))
            judged[text] = Scored(MappingProxyType(highest), read_chars=reads.get(text))
        return judged

    def _windows(self, texts: list[str]) -> tuple[list[list[int]], list[int], dict[int, int]]:
        """Rows of token ids, the text that each is part of, and how far too long texts are read."""
        read = [read_as(text) for text in texts]
        encoded = self._encoded([one.text for one in read])
        places = encoded["overflow_to_sample_mapping"]
        rows: list[list[int]] = []
        of_rows: list[int] = []
        reads: dict[int, int] = {}
        for text, group in groupby(range(len(places)), key=places.__getitem__):
            full = [number for number in group if not all(encoded["special_tokens_mask"][number])]
            rows.extend(encoded["input_ids"][number] for number in full[:WINDOWS_MAX])
            of_rows.extend([text] * len(full[:WINDOWS_MAX]))
            if full and (len(full) > WINDOWS_MAX or not read[text].whole):
                ends = encoded["offset_mapping"][full[:WINDOWS_MAX][-1]]
                reads[text] = read[text].span(0, max(end for _, end in ends))[1]
        return rows, of_rows, reads

    def _encoded(self, texts: list[str]) -> Mapping[str, Any]:
        with self._turn:
            encoded: Mapping[str, Any] = self._tokenizer(
                texts,
                truncation=True,
                max_length=self._window,
                stride=min(OVERLAP_TOKENS, self._window // 4),
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_special_tokens_mask=True,
            )
        return encoded

    def _run(self, rows: list[list[int]]) -> NDArray[np.float32]:
        import torch

        scores = np.zeros((len(rows), len(self.labels)), np.float32)
        for batch in by_length(rows):
            padded, mask = (torch.from_numpy(part) for part in pad([rows[place] for place in batch]))
            ids = padded.masked_fill(mask == 0, self._tokenizer.pad_token_id)
            with torch.inference_mode():
                logits = self._model(input_ids=ids, attention_mask=mask).logits.float()
            shares = logits.sigmoid() if self._sigmoid else logits.softmax(-1)
            scores[batch] = np.stack([shares.numpy()[:, of_label].max(1) for of_label in self._columns], 1)
        return scores


def _load(model: str, threads: int) -> tuple[Model, Any]:
    import torch
    from huggingface_hub.errors import StrictDataclassError
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    if threads:
        torch.set_num_threads(threads)
    broken = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)
    try:
        # Only weights without code: neither the model's own Python nor pickles are run.
        loaded, told = AutoModelForSequenceClassification.from_pretrained(
            model, use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True, trust_remote_code=False)
    except (*broken, SafetensorError, StrictDataclassError) as failed:
        reason = (str(failed).strip() or type(failed).__name__).splitlines()[0]
        raise ModelUnusable(f"transformers does not load {model!r} as a sequence classifier: {reason}") from failed
    if told["missing_keys"]:
        raise ModelUnusable(f"{model!r} has no trained weights for {', '.join(sorted(told['missing_keys'])[:3])}")
    if not tokenizer.is_fast or tokenizer.pad_token_id is None:
        raise ModelUnusable(f"{model!r} needs a fast tokenizer with a token for padding, and has none")
    return loaded.eval(), tokenizer


def _expect_to_run(scorer: HuggingFaceScorer, window: int) -> None:
    """Scores one full window, so that what cannot run is told at the start."""
    try:
        scorer.score([f"{ANY_TEXT} " * window])
    except (RuntimeError, IndexError, ValueError, AttributeError) as failed:
        reason = (str(failed).strip() or type(failed).__name__).splitlines()[0]
        raise ModelUnusable(f"the model does not run on {window} tokens: {reason}") from failed


def _mapped(theirs: list[str], choice: Choice) -> tuple[list[list[int]], tuple[str, ...]]:
    """Columns of the model's outputs for each of our labels (the highest counts), and these labels."""
    unknown = sorted(set(choice.labels) - set(theirs))
    if unknown:
        raise ModelUnusable(f"LIFEGUARD_MODEL_LABELS names {', '.join(unknown)}; the model has {', '.join(theirs)}")
    chosen = choice.labels or {label: label for label in theirs}
    labels = tuple(dict.fromkeys(chosen[label] for label in theirs if label in chosen))
    return [[column for column, label in enumerate(theirs) if chosen.get(label) == ours] for ours in labels], labels


def _digest(model: Model, tokenizer: Any, choice: Choice) -> str:  # noqa: ANN401  a tokenizer of transformers
    """SHA-256 over weights, tokenizer and how the outputs are read, wherever the model lies."""
    whole = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        whole.update(name.encode())
        whole.update(np.ascontiguousarray(value.float().numpy()).tobytes())
    settings = [model.config.to_dict()["id2label"], dict(choice.labels), choice.outputs]
    whole.update(json.dumps(settings, sort_keys=True, default=str).encode())
    whole.update(tokenizer.backend_tokenizer.to_str().encode())
    return whole.hexdigest()
