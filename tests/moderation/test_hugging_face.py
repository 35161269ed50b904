"""What a person would see of a model of their own: its labels under our names, or the reason why it does not load."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.scorer import UnscoredScorer, load_scorer
from moderation.scorer import scorer_of as configured
from moderation.scorer.hugging_face import Choice, HuggingFaceScorer
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.settings import ModelUnusable
from records.settings import Settings

torch = pytest.importorskip("torch", reason="needs the extra [torch]")

THEIRS = ("toxic", "insulting", "harmless")
OURS = {"toxic": "toxicity", "insulting": "toxicity", "harmless": "fine"}
TEXT = "The branch in Leeds opens at nine on Saturdays."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights, saved as its makers would."""
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    made = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(5)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    names = {"id2label": dict(enumerate(THEIRS)), "label2id": {label: place for place, label in enumerate(THEIRS)}}
    BertForSequenceClassification(BertConfig(**sizes, **names, initializer_range=0.5)).save_pretrained(made)
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    path = str(SHIPPED_FOLDER / "tokenizer.json")
    PreTrainedTokenizerFast(tokenizer_file=path, model_max_length=128, **special).save_pretrained(made)
    return made


def scorer_of(folder: Path, **more: str) -> HuggingFaceScorer:
    """The tiny model under our labels."""
    return HuggingFaceScorer(Choice(str(folder), OURS, **more), threads=1)  # type: ignore[arg-type]


def test_its_labels_come_under_our_names(folder: Path) -> None:
    """Each of our labels has the highest score of theirs; outputs that exclude one another sum to 1."""
    scorer = scorer_of(folder)
    (ours,), (theirs,) = scorer.score([TEXT]), HuggingFaceScorer(Choice(str(folder), {})).score([TEXT])
    assert scorer.labels == ("toxicity", "fine")
    assert sum(theirs.scores.values()) == pytest.approx(1, abs=1e-5)
    assert ours.scores["toxicity"] == max(theirs.scores["toxic"], theirs.scores["insulting"])
    assert ours.embedding is None


def test_outputs_may_stand_beside_one_another(folder: Path) -> None:
    """Where the settings say sigmoid, each label is judged alone."""
    assert sum(scorer_of(folder, outputs="sigmoid").score([TEXT])[0].scores.values()) != pytest.approx(1, abs=1e-3)


def test_long_and_empty_texts(folder: Path) -> None:
    """A text longer than the model reads at once gets the highest score of its windows; one without words none."""
    long = " ".join(f"{TEXT} {number}" for number in range(60))
    scorer = scorer_of(folder)
    empty, whole = scorer.score(["", long])
    rows, places, _ = scorer._windows(["", long])
    assert empty.unscored == "no text"
    assert set(places) == {1}
    assert whole.scores["toxicity"] == pytest.approx(scorer._run(rows)[:, 0].max(), abs=1e-5)
    assert scorer.score(["word " * 20_000])[0].read_chars is not None


def test_an_explanation_names_a_stretch_of_the_text(folder: Path) -> None:
    """Whole words of the text, without which the score is lower than before."""
    scorer = scorer_of(folder)
    (spans,) = scorer.explain([(TEXT, ["toxicity", "fine"])])
    whole = scorer.score([TEXT])[0].scores
    assert spans
    for label, (start, end) in spans.items():
        assert set(TEXT[start:end].split()) <= set(TEXT.split())
        assert scorer.score([TEXT[:start] + TEXT[end:]])[0].scores[label] < whole[label] + 0.05


def test_the_digest_names_weights_and_reading(folder: Path) -> None:
    """The same model read in the same way has the same digest; read in another way it is another judge."""
    digests = {scorer_of(folder).model_digest, scorer_of(folder).model_digest}
    assert len(digests) == 1
    assert scorer_of(folder, outputs="sigmoid").model_digest not in digests


def test_what_is_wrong_is_said(folder: Path, tmp_path: Path) -> None:
    """A label that the model does not have, and a folder without a model, are named; posts flow on unscored."""
    with pytest.raises(ModelUnusable, match="names toxin; the model has toxic, insulting, harmless"):
        HuggingFaceScorer(Choice(str(folder), {"toxin": "toxicity"}))
    scorer = load_scorer(kind="hugging_face", choice=Choice(str(tmp_path), {}))
    assert isinstance(scorer, UnscoredScorer)
    assert "as a sequence classifier" in (scorer.score([TEXT])[0].unscored or "")


def cut_weights(folder: Path) -> None:
    """Half a file of weights."""
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2_000])


def other_size(folder: Path) -> None:
    """Settings of another size than the weights."""
    change(folder, hidden_size=48)


def not_settings(folder: Path) -> None:
    """Settings of the wrong kind."""
    change(folder, num_hidden_layers="two")


def headless(folder: Path) -> None:
    """Weights without a head, as of an encoder that was never a classifier."""
    from safetensors.torch import load_file, save_file

    weights = {
        name: value for name, value in load_file(folder / "model.safetensors").items() if "classifier" not in name
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def change(folder: Path, **more: object) -> None:
    """Other settings."""
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | more))


@pytest.mark.parametrize("damage", [cut_weights, other_size, not_settings, headless])
def test_a_damaged_model_lets_posts_flow(folder: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Whatever is wrong with its files, posts are unscored with the reason, and nothing is judged by random weights."""
    damaged = Path(shutil.copytree(folder, tmp_path / "damaged"))
    damage(damaged)
    scorer = load_scorer(kind="hugging_face", choice=Choice(str(damaged), OURS))
    assert "model could not be loaded" in (scorer.score([TEXT])[0].unscored or "")


def test_no_model_named() -> None:
    """The kind alone is not enough, and the reason says what to set."""
    assert "set LIFEGUARD_MODEL" in (load_scorer(kind="hugging_face").score([TEXT])[0].unscored or "")


def test_the_settings_name_model_and_labels(folder: Path) -> None:
    """Pairs of their labels and ours, as an environment variable holds them."""
    named = Settings(scorer="hugging_face", model=str(folder), model_labels="toxic=toxicity, harmless=fine")
    scorer = configured(named)
    assert scorer.labels == ("toxicity", "fine")
    assert (
        scorer.model_digest
        == HuggingFaceScorer(Choice(str(folder), {"toxic": "toxicity", "harmless": "fine"})).model_digest
    )
