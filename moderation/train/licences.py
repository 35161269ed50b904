"""Where the training sets come from and under which licences: what the model card must name."""

from types import MappingProxyType

LICENCES = MappingProxyType(
    {
        "jigsaw_toxic_train_partial": ("Jigsaw 2018, Wikipedia talk comments", "labels CC0, text CC-BY-SA-3.0"),
        "toxic_spans_civil": ("ipavlopoulos/toxic_spans, Civil Comments", "CC0"),
        "paradetox": ("s-nlp/paradetox", "CC0"),
        "davidson_hate_offensive": ("t-davidson/hate-speech-and-offensive-language", "MIT"),
        "hatexplain": ("hate-alert/HateXplain", "MIT"),
        "edos_sexism": ("rewire-online/edos", "CC0"),
        "implicit_hate_elsherief": ("SALT-NLP, implicit hate", "CC-BY-4.0"),
        "stormfront_gibert": ("Vicomtech/hate-speech-dataset", "CC-BY-SA-3.0 ES"),
        "hatemoji_build": ("HannahKirk/Hatemoji", "CC-BY-4.0"),
        "convabuse": ("amandacurry/convabuse", "CC-BY-4.0"),
        "mlma_en": ("HKUST-KnowComp/MLMA_hate_speech", "MIT"),
        "fox_news_comments": ("sjtuprog/fox-news-comments", "MIT"),
        "sms_spam": ("UCI, SMS Spam Collection", "CC-BY-4.0"),
        "youtube_spam": ("UCI, YouTube Spam Collection", "CC-BY-4.0"),
        "spamassassin": ("SpamAssassin public corpus", "PDDL / CC0"),
        "psytar_adr": ("PsyTAR, patients' sentences", "CC-BY-4.0"),
        "phee": ("ZhaoyueSun/PHEE", "MIT"),
        "banking77": ("PolyAI, banking77", "CC-BY-4.0"),
        "clinc150": ("clinc, clinc150", "CC-BY-3.0"),
        "goemotions": ("Google, GoEmotions", "CC-BY-4.0"),
        "uci_review_sentences": ("UCI, Sentiment Labelled Sentences", "CC-BY-4.0"),
    }
)
