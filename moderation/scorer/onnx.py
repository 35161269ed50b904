"""Runs the shipped model: tokenised by transformers, computed by onnxruntime on the CPU, in micro-batches by length."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from moderation.scorer.batches import by_length, pad
from moderation.scorer.cache import Remembered
from moderation.scorer.files import MODEL_FILE, TOKENIZER_FILES
from moderation.scorer.protocol import EMBEDDING_BYTES, Scored
from moderation.scorer.settings import ModelUnusable, read_settings

TOKENS_MAX = 512
"""Tokens the model reads of a text; what follows is not seen, and `read_chars` says so."""
TEXT_CHARS_MAX = 16_384
"""Characters that are tokenised at all; more than TOKENS_MAX tokens of any ordinary text."""
NO_TEXT = "no text"
SPECIAL_TOKENS = 2
EMBEDDING_SCALE = 127

Tokenizer: TypeAlias = Any
"""tokenizers.Tokenizer, which ships no types."""
Session: TypeAlias = Any
"""onnxruntime.InferenceSession, which ships no types."""


class OnnxScorer:
    """The model in `folder`, on this many threads; 0 takes one per core.

    Raises ModelUnusable when the folder does not hold a working model. `score` may be called from any
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
        self._tokenizer = open_tokenizer(folder)
        self._session = open_session(folder / MODEL_FILE, threads)
        _expect_outputs(self._session, len(self.labels))
        self._remembered = Remembered()

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """Scores of each text in the same order; a text without a readable token is unscored."""
        keys = [Remembered.key(text) for text in texts]
        known = {key: found for key in set(keys) if (found := self._remembered.get(key)) is not None}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for key, scored in zip(new, self._judge(list(new.values())), strict=True):
            self._remembered.put(key, scored)
            known[key] = scored
        return [known[key] for key in keys]

    def _judge(self, texts: list[str]) -> list[Scored]:
        encoded = self._tokenizer.encode_batch_fast([_readable(text) for text in texts]) if texts else []
        rows = [one.ids for one in encoded]
        reads = [self._read_chars(one, text) for one, text in zip(encoded, texts, strict=True)]
        judged = [Scored(unscored=NO_TEXT)] * len(texts)
        full = [place for place, row in enumerate(rows) if len(row) > SPECIAL_TOKENS]
        for batch in by_length([rows[place] for place in full]):
            places = [full[i] for i in batch]
            scored = self._pass([rows[i] for i in places], [reads[i] for i in places])
            for place, one in zip(places, scored, strict=True):
                judged[place] = one
        return judged

    def _read_chars(self, encoded: Any, text: str) -> int | None:  # noqa: ANN401  tokenizers' Encoding
        if not encoded.overflowing and len(text) <= TEXT_CHARS_MAX:
            return None
        # The fast way keeps no places of tokens, so the few long texts are tokenised once more.
        places = self._tokenizer.encode(_readable(text)).offsets
        return max((end for _, end in places), default=0)

    def _pass(self, rows: list[list[int]], reads: list[int | None]) -> list[Scored]:
        ids, mask = pad(rows)
        logits, embeddings = self._session.run(("scores", "embedding"), {"input_ids": ids, "attention_mask": mask})
        scores = (1.0 / (1.0 + np.exp(-(logits * self._slopes + self._offsets)))).tolist()
        packed = np.rint(embeddings * EMBEDDING_SCALE).astype(np.int8)
        return [
            Scored(MappingProxyType(dict(zip(self.labels, row, strict=True))), vector.tobytes(), read_chars=read)
            for row, vector, read in zip(scores, packed, reads, strict=True)
        ]


def _expect_outputs(session: Session, labels: int) -> None:
    shapes = {output.name: output.shape[-1] for output in session.get_outputs()}
    expected = {"scores": labels, "embedding": EMBEDDING_BYTES}
    if shapes != expected:
        raise ModelUnusable(f"{MODEL_FILE} gives {shapes} where {expected} was expected")


def _readable(text: str) -> str:
    """The beginning of a text, with what is not encodable (lone surrogates) replaced."""
    return text[:TEXT_CHARS_MAX].encode("utf-8", "replace").decode("utf-8")


def open_tokenizer(folder: Path) -> Tokenizer:
    """The fast tokenizer; its limits are set once, as changing them per call is not safe between threads."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # it would advise to install PyTorch
    from transformers import PreTrainedTokenizerFast

    whole = PreTrainedTokenizerFast(tokenizer_file=str(folder / TOKENIZER_FILES[0]), model_max_length=TOKENS_MAX)
    tokenizer = whole.backend_tokenizer
    tokenizer.enable_truncation(TOKENS_MAX)
    tokenizer.no_padding()
    return tokenizer


def open_session(path: Path, threads: int) -> Session:
    """The graph, ready to run on this many threads; 0 leaves the number to onnxruntime, which takes one per core."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as failures

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_mem_pattern = False  # shapes differ from batch to batch
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    broken = (failures.Fail, failures.InvalidProtobuf, failures.InvalidGraph, failures.InvalidArgument)
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (*broken, failures.NoSuchFile, failures.NotImplemented, failures.RuntimeException) as failed:
        raise ModelUnusable(f"onnxruntime does not accept {path.name}: {failed}") from failed
