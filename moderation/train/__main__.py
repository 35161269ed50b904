"""`python -m moderation.train [fit|export|measure]`: without a step, the whole run from data to shipped model."""

import argparse
from pathlib import Path

THREADS = 2


def main() -> None:
    """Runs one step, or all of them in order."""
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    steps = ("fit", "export", "measure") if options.step == "all" else (options.step,)
    for step in steps:
        {"fit": _fit, "export": _export, "measure": _measure}[step](options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m moderation.train", description=__doc__)
    parser.add_argument("step", nargs="?", default="all", choices=("all", "fit", "export", "measure"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with train.jsonl.gz")
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder for checkpoints, not kept")
    parser.add_argument("--model", type=Path, default=Path("moderation/model"), help="folder that ships")
    parser.add_argument("--frozen", action="store_true", help="export the original encoder with an untrained head")
    return parser.parse_args()


def _fit(options: argparse.Namespace) -> None:
    import torch

    from moderation.train import data, fit, network

    torch.set_num_threads(THREADS)
    rows, _ = data.load(options.data, network.base_tokenizer())
    fit.fit(rows, options.work)


def _export(options: argparse.Namespace) -> None:
    from moderation.train import export

    export.export(options.data, options.work, options.model, frozen=options.frozen)


def _measure(options: argparse.Namespace) -> None:
    from moderation.train import measure

    measure.measure(options.data, options.work, options.model)


if __name__ == "__main__":
    main()
