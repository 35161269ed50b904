"""Chooses the scorer that the settings name; a model that cannot be loaded becomes a scorer that says so."""

from collections.abc import Callable
from pathlib import Path

from moderation.scorer.constant import ConstantScorer
from moderation.scorer.hugging_face import Choice, HuggingFaceScorer
from moderation.scorer.onnx import OnnxScorer
from moderation.scorer.protocol import Scorer
from moderation.scorer.settings import ModelUnusable
from moderation.scorer.unscored import UnscoredScorer
from records.settings import Settings

SHIPPED_FOLDER = Path(__file__).parent.parent / "model"
KINDS = ("onnx", "hugging_face", "constant", "none")


def scorer_of(settings: Settings) -> Scorer:
    """The scorer that the settings name."""
    pairs = (pair.strip().partition("=") for pair in settings.model_labels.split(",") if pair)
    labels = {theirs: ours for theirs, _, ours in pairs}
    choice = settings.model and Choice(settings.model, labels, settings.model_outputs)
    return load_scorer(settings.model_dir, settings.scorer, settings.scorer_threads, choice or None)


def load_scorer(
    folder: Path | None = None, kind: str = "onnx", threads: int = 0, choice: Choice | None = None
) -> Scorer:
    """The scorer of this kind; never raises for a bad model, whose reason every text then carries."""
    if kind == "onnx":
        return _loaded(lambda: OnnxScorer(folder or SHIPPED_FOLDER, threads))
    if kind == "hugging_face":
        if choice is None:
            return UnscoredScorer("no model is named: set LIFEGUARD_MODEL to an id or a folder")
        return _loaded(lambda: HuggingFaceScorer(choice, threads))
    if kind == "constant":
        return ConstantScorer()
    if kind == "none":
        return UnscoredScorer("the scorer is switched off")
    return UnscoredScorer(f"no scorer of the kind {kind!r}; there are {', '.join(KINDS)}")


def _loaded(load: Callable[[], Scorer]) -> Scorer:
    try:
        return load()
    except ModelUnusable as unusable:
        return UnscoredScorer(f"model could not be loaded: {unusable}")
    except ImportError as missing:
        return UnscoredScorer(f"model could not be loaded: {missing.name or missing} is not installed")
