"""Scores texts with the transformer: one pass gives calibrated labels and a sentence embedding."""

from moderation.scorer.constant import ConstantScorer
from moderation.scorer.load import load_scorer, scorer_of
from moderation.scorer.onnx import OnnxScorer
from moderation.scorer.protocol import Scored, Scorer
from moderation.scorer.unscored import UnscoredScorer

__all__ = ["ConstantScorer", "OnnxScorer", "Scored", "Scorer", "UnscoredScorer", "load_scorer", "scorer_of"]
