"""What a person would see of the scorer: sensible scores, the same for the same text, else a reason."""

import json
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from moderation.scorer import ConstantScorer, OnnxScorer, Scored, UnscoredScorer, load_scorer
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.train import data, plan
from moderation.train.figures.carrying import carrying

INSULT = "You are a pathetic idiot, shut your stupid mouth."
NEUTRAL = "The branch in Leeds opens at nine on Saturdays."
BATCH_MATES_MAX = 1e-2


@pytest.fixture(scope="module")
def scorer() -> OnnxScorer:
    """The shipped model."""
    return OnnxScorer(SHIPPED_FOLDER, threads=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that a test may damage."""
    return Path(shutil.copytree(SHIPPED_FOLDER, tmp_path / "model"))


def check(scored: Scored, label: str, low: float, high: float) -> None:
    """Asserts that a text has a score for this label, within these bounds."""
    assert scored.unscored is None
    assert low <= scored.scores[label] <= high


def alone(text: str) -> Scored:
    """What a scorer that has seen nothing else says of this text."""
    return OnnxScorer(SHIPPED_FOLDER, threads=2).score([text])[0]


def nearness(one: Scored, other: Scored) -> float:
    """Cosine of two embeddings."""
    vectors = [np.frombuffer(scored.embedding or b"", np.int8).astype(float) for scored in (one, other)]
    return float(vectors[0] @ vectors[1] / np.linalg.norm(vectors[0]) / np.linalg.norm(vectors[1]))


def test_insult_scores_above_neutral(scorer: OnnxScorer) -> None:
    """A plain insult is above the shipped threshold for toxicity, and opening hours are far below it."""
    insult, neutral = scorer.score([INSULT, NEUTRAL])
    threshold = scorer.thresholds["toxicity"]
    check(insult, "toxicity", threshold, 1.0)
    check(insult, "insult", 0.5, 1.0)
    check(neutral, "toxicity", 0.0, threshold / 2)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("spam", "WINNER!! Claim your free £1000 prize now, text WIN to 85023 before midnight"),
        ("adverse_event", "Since I started the tablets I have had terrible headaches and a rash on both arms."),
        ("obscene", "what a fucking load of bullshit"),
    ],
)
def test_clear_examples_pass_their_threshold(scorer: OnnxScorer, label: str, text: str) -> None:
    """A clear example of a label is above that label's shipped threshold, and a neutral text is not."""
    check(scorer.score([text])[0], label, scorer.thresholds[label], 1.0)
    check(scorer.score([NEUTRAL])[0], label, 0.0, scorer.thresholds[label])


def test_civil_complaint_is_not_toxic(scorer: OnnxScorer) -> None:
    """Harsh but civil criticism stays below the shipped threshold for toxicity."""
    complaint = "I waited three weeks for a reply and the fee was still charged. I am very disappointed."
    check(scorer.score([complaint])[0], "toxicity", 0.0, scorer.thresholds["toxicity"])


def test_batch_mates_do_not_matter() -> None:
    """A text gets the same scores alone as among fifty others of other lengths."""
    others = [f"Post number {number}: " + "a few more words, " * (number % 9) for number in range(50)]
    together = OnnxScorer(SHIPPED_FOLDER, threads=2).score([*others, INSULT])[-1]
    for label, score in alone(INSULT).scores.items():
        assert together.scores[label] == pytest.approx(score, abs=BATCH_MATES_MAX)
    assert nearness(together, alone(INSULT)) > 0.98


def test_order_is_kept(scorer: OnnxScorer) -> None:
    """Scores come back in the order of the texts, duplicates included, whatever their lengths."""
    texts = [NEUTRAL * 20, INSULT, NEUTRAL, INSULT, NEUTRAL * 20]
    scored = scorer.score(texts)
    assert [one == other for one, other in zip(scored, reversed(scored), strict=True)] == [True] * 5
    assert scored[1].scores["toxicity"] > scored[0].scores["toxicity"]
    assert scorer.score([]) == []


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u200d", "\x00"])
def test_no_text_is_unscored(scorer: OnnxScorer, text: str) -> None:
    """A text without a single readable token is unscored with that reason, not harmless."""
    assert scorer.score([NEUTRAL, text])[1] == Scored(unscored="no text")


@pytest.mark.parametrize("text", ["\ud800 half a surrogate", "\u202e right to left", "🤬" * 50, "a" * 1_000_000])
def test_strange_texts_are_scored(scorer: OnnxScorer, text: str) -> None:
    """Odd characters and a megabyte without a space get scores between 0 and 1, and no crash."""
    check(scorer.score([text])[0], "toxicity", 0.0, 1.0)


def test_a_long_text_is_read_to_its_end(scorer: OnnxScorer) -> None:
    """An insult behind two pages of harmless text scores nearly as alone, and the window that holds it is named."""
    text = f"{NEUTRAL} " * 60 + INSULT
    (harmless, hidden, short) = scorer.score([NEUTRAL * 60, text, INSULT])
    assert hidden.scores["toxicity"] > max(scorer.thresholds["toxicity"] - 0.2, harmless.scores["toxicity"] + 0.3)
    start, end = hidden.windows["toxicity"]
    assert INSULT in text[start:end]
    assert end - start < len(text) / 2
    assert hidden.read_chars is None
    assert short.windows == {}


def test_a_very_long_text_says_how_much_of_it_was_read(scorer: OnnxScorer) -> None:
    """A text longer than all windows gives the characters read; what follows them changes no score."""
    text = f"{NEUTRAL} " * 2_000
    (long,) = scorer.score([text])
    assert long.read_chars is not None
    assert 10_000 < long.read_chars < len(text)
    assert scorer.score([text[: long.read_chars] + " " + INSULT])[0].scores == pytest.approx(long.scores, abs=0.05)


@pytest.mark.parametrize(
    ("text", "label", "carries"),
    [
        (f"{NEUTRAL} {INSULT} {NEUTRAL}", "toxicity", "idiot"),
        (f"{NEUTRAL} {NEUTRAL} you are a complete id\u0456\u200bot, {NEUTRAL}", "toxicity", "id\u0456\u200bot"),
        ("The parcel came on time. My rash and the headaches began with the new tablets.", "adverse_event", "rash"),
    ],
)
def test_an_explanation_names_the_words(scorer: OnnxScorer, text: str, label: str, carries: str) -> None:
    """The stretch that is named holds the words that matter, as they were posted, and not the whole text."""
    ((start, end),) = [one[label] for one in scorer.explain([(text, [label])])]
    assert carries in text[start:end]
    assert end - start < 0.8 * len(text)


def test_an_explanation_carries_the_score(scorer: OnnxScorer) -> None:
    """On held-out examples: without the stretch that is named, the score falls further than without another."""
    raw = [row for row in data.examples("held_out") if row["set"] in {"own_abuse", "own_complaint", "own_promissory"}]
    targets = np.array([[row["labels"][label] for label in plan.LABELS] for row in raw], np.float32)
    rows = data.Rows([row["text"] for row in raw], [row["set"] for row in raw], [], targets, targets)
    found = carrying(rows, scorer)
    assert found["texts"] >= 100
    assert found["falls"] > 2 * found["falls_without_another"]
    assert found["more"] > 0.7


def test_texts_that_the_model_cannot_tell_apart_are_judged_once(scorer: OnnxScorer) -> None:
    """Capitals and spacing are not read, so a campaign in other spacing costs nothing and gets the same scores."""
    assert scorer.score([f"  {INSULT.upper()}\n"])[0] is scorer.score([INSULT])[0]


@pytest.mark.parametrize(
    "disguised", ["You are a pathetic id\u0456ot", "you are a pathetic i d i o t", "You p\u0430thetic idi\u200bot"]
)
def test_a_disguise_changes_little(scorer: OnnxScorer, disguised: str) -> None:
    """Look-alike letters, spacing and what cannot be seen are read as people read them."""
    check(scorer.score([disguised])[0], "toxicity", scorer.thresholds["toxicity"], 1.0)


def test_paraphrase_is_nearer_than_another_subject(scorer: OnnxScorer) -> None:
    """The embedding of a paraphrase is nearer than that of a text about something else."""
    card, paraphrase, other = scorer.score(
        [
            "My new debit card has still not arrived in the post.",
            "I am still waiting for the bank card you were going to mail me.",
            "The film was far too long, but the music was lovely.",
        ]
    )
    assert nearness(card, paraphrase) > nearness(card, other) + 0.2


def test_threads_may_share_a_scorer() -> None:
    """Four threads that score at once get what one thread gets."""
    shared, expected, wrong = OnnxScorer(SHIPPED_FOLDER, threads=2), alone(INSULT), []

    def work(number: int) -> None:
        for turn in range(10):
            scored = shared.score([f"{NEUTRAL} {number} {turn}", INSULT])[1]
            if abs(scored.scores["toxicity"] - expected.scores["toxicity"]) > BATCH_MATES_MAX:
                wrong.append(scored)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def forget_graph(folder: Path) -> None:
    """Removes the graph."""
    (folder / "model.int8.onnx").unlink()


def break_graph(folder: Path) -> None:
    """Overwrites the graph."""
    (folder / "model.int8.onnx").write_bytes(b"not a graph")


def break_graph_and_hide_it(folder: Path) -> None:
    """Overwrites the graph where the settings name no digest."""
    break_graph(folder)
    settings = json.loads((folder / "model.json").read_text())
    settings["files"] = {}
    (folder / "model.json").write_text(json.dumps(settings))


def break_settings(folder: Path) -> None:
    """Leaves settings that are not JSON."""
    (folder / "model.json").write_text("{")


def strip_settings(folder: Path) -> None:
    """Leaves settings without labels."""
    (folder / "model.json").write_text('{"v": 1}')


def drop_label(folder: Path) -> None:
    """Leaves settings that name one label less than the graph gives."""
    settings = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**settings, "labels": settings["labels"][1:]}))


def raise_version(folder: Path) -> None:
    """Leaves settings of a later version."""
    settings = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**settings, "v": 2}))


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (forget_graph, "model.int8.onnx cannot be read"),
        (break_graph, "its SHA-256 differs"),
        (break_graph_and_hide_it, "onnxruntime does not accept"),
        (break_settings, "model.json is not readable"),
        (strip_settings, "model.json is not readable"),
        (raise_version, "has version 2"),
        (drop_label, "model.int8.onnx gives"),
        (shutil.rmtree, "cannot be read"),
    ],
)
def test_broken_model_still_lets_posts_flow(folder: Path, damage: Callable[[Path], None], reason: str) -> None:
    """Whatever is wrong with the model, every post comes back unscored with the reason."""
    damage(folder)
    scorer = load_scorer(folder)
    scored = scorer.score([NEUTRAL, INSULT])
    assert isinstance(scorer, UnscoredScorer)
    assert scorer.model_digest is None
    assert [reason in (s.unscored or "") for s in scored] == [True, True]


def test_digest_names_exactly_this_model(folder: Path, scorer: OnnxScorer) -> None:
    """The digest is the same for a copy of the model and another after a threshold was changed."""
    assert load_scorer(folder).model_digest == scorer.model_digest
    settings = json.loads((folder / "model.json").read_text())
    settings["thresholds"]["toxicity"] = 0.123
    (folder / "model.json").write_text(json.dumps(settings))
    assert load_scorer(folder).model_digest not in {None, scorer.model_digest}


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two", ""]])
def test_constant_scorer_says_the_same_of_all(texts: Sequence[str]) -> None:
    """The stand-in for benches gives one value per text, with the shape of the real one."""
    scored = ConstantScorer(("spam",), 0.25).score(texts)
    assert [dict(s.scores) for s in scored] == [{"spam": 0.25}] * len(texts)
    assert all(len(s.embedding or b"") == 384 for s in scored)


@pytest.mark.parametrize(("kind", "reason"), [("none", "switched off"), ("gpt", "no scorer of the kind 'gpt'")])
def test_no_scorer_says_why(kind: str, reason: str) -> None:
    """Without a scorer, posts are unscored and the reason says whether that was wanted."""
    assert reason in (load_scorer(kind=kind).score([NEUTRAL])[0].unscored or "")
