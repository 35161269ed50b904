"""`python -m tests.bench [a b c d e f g h i j k l m n]`: starts servers of its own, measures, prints the table.

`n:200000` measures (n) with so many posts instead of a million.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.local.servers import Servers
from records.settings import Settings
from tests.bench import (
    dossiers,
    exporting,
    flow,
    imports,
    keeping,
    ledger,
    model,
    nearness,
    overviewing,
    questions,
    rebuilding,
    reviewing,
    verifying,
    ways_in,
)
from tests.bench.table import Row, lines
from tests.live.pipeline import Pipeline

CONSTANT_POSTS, MODEL_POSTS, IMPORTED_POSTS, SEARCHED_POSTS = 20_000, 6_000, 100_000, 1_000_000


def main() -> None:
    """Measures what the command line names, or everything."""
    wanted = sys.argv[1:] or list("abcdefghijklmn")
    with tempfile.TemporaryDirectory(prefix="lifeguard-bench-") as folder, Servers(Path(folder) / "servers") as servers:
        rows = []
        for row in _rows(wanted, servers, Path(folder)):
            print(row.letter, row.measured, row.figure, file=sys.stderr)
            rows.append(row)
    print("\n".join(lines(rows)))


def _rows(wanted: list[str], servers: Servers, folder: Path) -> Iterator[Row]:
    if "f" in wanted:
        yield from questions.find_and_why(_settings(servers, folder, "f"))
    if "h" in wanted:
        yield from nearness.nearness(_settings(servers, folder, "h"))
    scorer = model.scorer_rate() if {"c", "d"} & set(wanted) else 0.0
    if "c" in wanted:
        yield from model.beside_others(scorer)
    if "a" in wanted:
        alone = _settings(servers, folder, "alone")
        with Pipeline(alone, _environment(alone), names=("webhook",)) as pipeline:
            yield from ways_in.webhook(pipeline, alone, "the receiver alone")
    if {"a", "b"} & set(wanted):
        yield from _with_constant_scorer(wanted, servers, _settings(servers, folder, "constant"))
    if {"d", "e", "g"} & set(wanted):
        yield from _with_the_model(wanted, servers, _settings(servers, folder, "model"), scorer)
    if "j" in wanted:
        yield from ledger.proofs(folder)
        yield from keeping.kept(_settings(servers, folder, "kept"))
        yield from rebuilding.rebuild(_settings(servers, folder, "rebuilt"), folder / "rebuilt-ledger")
        yield from verifying.verifying(folder / "verified")
    yield from _for_an_examiner(wanted, servers, folder)
    yield from _of_the_console(wanted, servers, folder)
    if "i" in wanted:
        settings = _settings(servers, folder, "import")
        with Pipeline(settings, _environment(settings), scorer="onnx") as pipeline:
            yield from imports.live_beside(pipeline, settings, IMPORTED_POSTS)


def _of_the_console(wanted: list[str], servers: Servers, folder: Path) -> Iterator[Row]:
    if "m" in wanted:
        settings = _settings(servers, folder, "reviewed").model_copy(update={"console_port": 0})
        yield from reviewing.review(settings, _environment(settings))
    for posts in [int(word.partition(":")[2] or SEARCHED_POSTS) for word in wanted if word.partition(":")[0] == "n"]:
        settings = _settings(servers, folder, "many").model_copy(update={"console_port": 0})
        yield from overviewing.among(settings, _environment(settings), posts)


def _for_an_examiner(wanted: list[str], servers: Servers, folder: Path) -> Iterator[Row]:
    if "k" in wanted:
        yield from dossiers.dossiers(_settings(servers, folder, "dossiers"), folder / "dossiers-ledger")
    if "l" in wanted:
        yield from exporting.export(_settings(servers, folder, "exported"))


def _with_constant_scorer(wanted: list[str], servers: Servers, settings: Settings) -> Iterator[Row]:
    with Pipeline(settings, _environment(settings), scorer="constant") as pipeline:
        if "b" in wanted:
            rate, cpu = flow.rate(pipeline, settings, CONSTANT_POSTS, "bench", _pids(servers))
            measured = "pipeline, constant scorer, Kafka to searchable"
            yield Row("b", measured, f"{rate:,.0f} posts/s", "2,000", flow.cpu_said(cpu))
        if "a" in wanted:
            yield from ways_in.webhook(pipeline, settings, "judge and fold at work on the same posts")


def _with_the_model(wanted: list[str], servers: Servers, settings: Settings, scorer: float) -> Iterator[Row]:
    with Pipeline(settings, _environment(settings), scorer="onnx") as pipeline:
        rate, cpu = flow.rate(pipeline, settings, MODEL_POSTS, "bench", _pids(servers))
        if "d" in wanted:
            remark = f"{rate:,.0f} posts/s; {flow.cpu_said(cpu)}"
            yield Row("d", "pipeline with the scorer, as a ratio to (c)", f"{rate / scorer:.2f}", "0.85", remark)
        if "e" in wanted:
            yield from flow.latency(pipeline, settings, rate / 2)
        if "g" in wanted:
            yield from flow.memory(pipeline, _pids(servers))


def _pids(servers: Servers) -> dict[str, int]:
    return {name: process.pid for name, process in servers.processes.items()}


def _settings(servers: Servers, folder: Path, name: str) -> Settings:
    return Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=f"{name}.",
        data_dir=folder / name,
        webhook_port=0,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )


def _environment(settings: Settings) -> dict[str, str]:
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}


if __name__ == "__main__":
    main()
