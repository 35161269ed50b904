"""(c) The scorer alone, on the length mix, beside other models on the same texts in the same run."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from moderation.scorer import load_scorer
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.session import Session, cores
from moderation.scorer.windows import Windows, read_as
from tests.bench.mix import texts
from tests.bench.table import Row

TEXTS, BATCH = 4000, 256
BERT_TEXTS, BERT_BATCH = 256, 32
TIMES = 3
LABELS = 15
LAYERS, WIDTH, WIDE = 6, 384, 1536
OPERATIONS_OF_TOKEN = 2 * LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * WIDE)
TERA = 1e12
PEAK_SIDE, PEAK_PRODUCTS = 2048, 64
NEEDED = ("torch", "onnx")


def scorer_rate() -> float:
    """Posts a second of the shipped model, in batches like the judge's."""
    scorer = load_scorer()
    assert scorer.model_digest, "the model cannot be loaded"
    scorer.score(texts(BATCH, 11))
    return best_rate(lambda number: texts(TEXTS, 12 + number), scorer.score, BATCH)


def beside_others(ours: float) -> Iterator[Row]:
    """The scorer, its encoder unquantised, and a BERT-base classifier in PyTorch and in onnxruntime."""
    asked = "700; aim 1,000"
    yield Row("c", "the scorer alone, length mix", f"{ours:,.0f} posts/s", asked, "median 22 tokens, p90 66; int8")
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        yield Row("c", "others beside it", "not measured", "", f"needs the extra [train] ({', '.join(missing)})")
        return
    yield _of_the_peak(ours)
    for measured, rate, remark in _others():
        yield Row("c", measured, f"{rate:,.0f} posts/s", "", f"{remark}; ours is {ours / rate:,.1f} times as fast")


def _of_the_peak(ours: float) -> Row:
    """How near the scorer comes to what onnxruntime reaches with one large product in int8 on all cores."""
    windows = Windows(SHIPPED_FOLDER).of([read_as(text) for text in texts(TEXTS, 12)])
    tokens = sum(len(window.ids) for window in windows) / TEXTS
    reached, peak = ours * tokens * OPERATIONS_OF_TOKEN / TERA, _int8_peak() / TERA
    remark = (
        f"{tokens:.0f} tokens a post, {OPERATIONS_OF_TOKEN / 1e6:.0f} million operations each, in products of weights"
    )
    return Row(
        "c", "int8 operations of the scorer, and of one large product", f"{reached:.2f} of {peak:.1f} TOPS", "", remark
    )


def _int8_peak() -> float:
    """Operations a second of a product of `PEAK_SIDE` in each direction, one on each core."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from onnxruntime import InferenceSession, SessionOptions

    side = PEAK_SIDE
    shape = [side, side]
    given = helper.make_tensor_value_info("given", TensorProto.UINT8, shape)
    made = helper.make_tensor_value_info("made", TensorProto.INT32, shape)
    weight = numpy_helper.from_array(np.ones(shape, np.int8), "weight")
    node = helper.make_node("MatMulInteger", ["given", "weight"], ["made"])
    graph = helper.make_graph([node], "peak", [given], [made], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(model.SerializeToString(), options)
    ones = np.ones(shape, np.uint8)
    with ThreadPoolExecutor(cores()) as pool:
        began = time.perf_counter()
        list(pool.map(lambda _: session.run(None, {"given": ones}), range(PEAK_PRODUCTS)))
        return PEAK_PRODUCTS * 2 * side**3 / (time.perf_counter() - began)


def best_rate(make: Callable[[int], Sequence[str]], score: Callable[[list[str]], object], batch: int) -> float:
    """Texts a second, the best of a few rounds, each with other texts so that nothing is remembered."""
    rates = []
    for number in range(TIMES):
        made = list(make(number))
        began = time.perf_counter()
        for start in range(0, len(made), batch):
            score(made[start : start + batch])
        rates.append(len(made) / (time.perf_counter() - began))
    return max(rates)


def _others() -> Iterator[tuple[str, float, str]]:
    """What was measured, its rate, and how. Random weights: the cost is the same."""
    import torch
    from transformers import BertConfig

    small = BertConfig(hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=12, intermediate_size=WIDE)
    with TemporaryDirectory() as folder:
        encoder = _in_onnxruntime(small, Path(folder) / "small.onnx")
        yield "the same encoder unquantised", best_rate(_few(1000), encoder, BATCH), "float, our graph and batches"
        base = _in_onnxruntime(BertConfig(), Path(folder) / "base.onnx")
        yield "BERT-base in onnxruntime", best_rate(_few(BERT_TEXTS), base, BATCH), "float, our graph and batches"
    threads = cores()
    torch.set_num_threads(threads)
    remark = f"float, batches of {BERT_BATCH} sorted by length, {threads} threads"
    yield "BERT-base in PyTorch", best_rate(_few(BERT_TEXTS), _in_pytorch(), BERT_TEXTS), remark


def _few(count: int) -> Callable[[int], list[str]]:
    return lambda number: texts(count, 20 + number)


def _in_onnxruntime(config: Any, path: Path) -> Callable[[list[str]], object]:
    import onnx
    from transformers import BertModel

    from moderation.train import graph

    model = BertModel(config, add_pooling_layer=False)
    weights = {f"encoder.{name}": value.detach().numpy() for name, value in model.state_dict().items()}
    weights["head.weight"] = np.zeros((LABELS, 3 * config.hidden_size), np.float32)
    weights["head.bias"] = np.zeros(LABELS, np.float32)
    onnx.save(graph.build(graph.Graph(), weights, config.num_hidden_layers, LABELS), path)
    session, windows = Session(path, 0), Windows(SHIPPED_FOLDER)
    return lambda made: session.run([window.ids for window in windows.of([read_as(text) for text in made])])


def _in_pytorch() -> Callable[[list[str]], object]:
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    model = BertForSequenceClassification(BertConfig(num_labels=6)).eval()
    windows = Windows(SHIPPED_FOLDER)

    def score(made: list[str]) -> None:
        rows = sorted((window.ids for window in windows.of([read_as(text) for text in made])), key=len)
        with torch.inference_mode():
            for start in range(0, len(rows), BERT_BATCH):
                batch = [torch.tensor(row) for row in rows[start : start + BERT_BATCH]]
                ids = torch.nn.utils.rnn.pad_sequence(batch, batch_first=True)
                model(input_ids=ids, attention_mask=(ids > 0).long())

    return score
