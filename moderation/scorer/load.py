"""Chooses the scorer that the settings name; a model that cannot be loaded becomes a scorer that says so."""

from pathlib import Path

from moderation.scorer.constant import ConstantScorer
from moderation.scorer.onnx import OnnxScorer
from moderation.scorer.protocol import Scorer
from moderation.scorer.settings import ModelUnusable
from moderation.scorer.unscored import UnscoredScorer

SHIPPED_FOLDER = Path(__file__).parent.parent / "model"
KINDS = ("onnx", "constant", "none")


def load_scorer(folder: Path | None = None, kind: str = "onnx", threads: int = 0) -> Scorer:
    """The scorer of this kind; never raises for a bad model, whose reason every text then carries."""
    if kind == "onnx":
        return _loaded(folder or SHIPPED_FOLDER, threads)
    if kind == "constant":
        return ConstantScorer()
    if kind == "none":
        return UnscoredScorer("the scorer is switched off")
    return UnscoredScorer(f"no scorer of the kind {kind!r}; there are {', '.join(KINDS)}")


def _loaded(folder: Path, threads: int) -> Scorer:
    try:
        return OnnxScorer(folder, threads)
    except ModelUnusable as unusable:
        return UnscoredScorer(f"model could not be loaded: {unusable}")
    except ImportError as missing:
        return UnscoredScorer(f"model could not be loaded: {missing.name} is not installed")
