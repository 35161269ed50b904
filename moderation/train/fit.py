"""Fine-tunes encoder and head through the phases of the plan; checkpoints, and goes on where it stopped."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from torch.nn import functional

from moderation.train import plan
from moderation.train.batches import one_pass, pad
from moderation.train.data import Rows
from moderation.train.network import Module, Network, Tensor, base_encoder, mean_of

REPORT_STEPS = 50
CHECKPOINT = "checkpoint.pt"

Optimizer: TypeAlias = Any


@dataclass
class Progress:
    """How far the run is: seconds spent, steps, texts seen, the phase and the batch of it that comes next."""

    seconds: float = 0.0
    steps: int = 0
    texts: int = 0
    phase: int = 0
    batch: int = 0
    losses: list[float] = field(default_factory=list)


@dataclass
class _Run:
    """What one run works on."""

    rows: Rows
    network: Network
    teacher: Module
    optimizer: Optimizer
    progress: Progress


def fit(rows: Rows, work: Path, phases: Sequence[plan.Phase] = plan.PHASES) -> tuple[Network, Progress]:
    """Trains through the phases; where a checkpoint is found, from there on. On a GPU where there is one."""
    torch.manual_seed(plan.SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = Network().to(device)
    run = _Run(rows, network, base_encoder().to(device), _optimizer(network), Progress())
    if (work / CHECKPOINT).exists():
        run.progress = _resume(work, network, run.optimizer)
    network.dropout.train()  # the encoder learns without: dropout costs a third of the time on a CPU
    for number, phase in enumerate(phases[run.progress.phase :], run.progress.phase):
        _go_through(run, work, number, phase)
        run.progress.phase, run.progress.batch = number + 1, 0
        _save(work, run)
        if phase.name in plan.AVERAGED:
            shutil.copyfile(work / CHECKPOINT, work / f"{phase.name}.pt")
    return network.eval(), run.progress


def _go_through(run: _Run, work: Path, number: int, phase: plan.Phase) -> None:
    """One phase, or what is left of it."""
    progress, spent = run.progress, run.progress.seconds
    batches = [batch for one in range(phase.passes) for batch in one_pass(run.rows, phase, one)]
    print(f"{phase.name}: {len(batches)} steps, {sum(map(len, batches))} texts", flush=True)
    started = saved = time.monotonic()
    for batch in batches[progress.batch :]:
        _step(run, batch, rate(number, phase, progress.batch / len(batches)))
        progress.seconds = spent + time.monotonic() - started
        if time.monotonic() - saved > plan.CHECKPOINT_SECONDS:
            _save(work, run)
            saved = time.monotonic()


def load(work: Path) -> tuple[Network, Progress]:
    """The network with the average of the weights that are kept, ready to be used; and how far the run went."""
    network, kept = Network(), [_read(work / f"{name}.pt") for name in plan.AVERAGED]
    weights = [state["network"] for state in kept]
    network.load_state_dict({name: sum(each[name] for each in weights) / len(weights) for name in weights[0]})
    return network.eval(), Progress(**kept[-1]["progress"])


def _read(path: Path) -> Any:  # noqa: ANN401  what PyTorch saved
    return torch.load(path, weights_only=True, map_location="cpu")


def rate(number: int, phase: plan.Phase, share: float) -> float:
    """Learning rate, as a part of its peak, when this share of a phase is done."""
    warm = min(share / plan.WARM_UP_SHARE, 1.0) if number == 0 else 1.0
    return warm * (phase.rate_start + (phase.rate_end - phase.rate_start) * share)


def _optimizer(network: Network) -> Optimizer:
    upper = [p for p in network.encoder.parameters() if p.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": upper, "peak": plan.ENCODER_RATE},
            {"params": list(network.head.parameters()), "peak": plan.HEAD_RATE},
            {"params": list(network.set_bias.parameters()), "peak": plan.HEAD_RATE},
        ],
        lr=0.0,
        weight_decay=plan.DECAY,
        fused=True,
    )


def _step(run: _Run, batch: list[int], rate: float) -> None:
    progress = run.progress
    for group in run.optimizer.param_groups:
        group["lr"] = group["peak"] * rate
    loss = _loss(run, batch)
    run.optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), plan.CLIP_NORM)
    run.optimizer.step()
    progress.steps, progress.texts, progress.batch = progress.steps + 1, progress.texts + len(batch), progress.batch + 1
    progress.losses.append(loss.item())
    if progress.steps % REPORT_STEPS == 0:
        mean = sum(progress.losses) / len(progress.losses)
        print(f"{progress.seconds:6.0f} s  step {progress.steps}  {progress.texts} texts  loss {mean:.4f}", flush=True)
        progress.losses.clear()


def _loss(run: _Run, batch: list[int]) -> Tensor:
    rows, network = run.rows, run.network
    device = network.head.weight.device
    long = np.random.default_rng((plan.SEED, run.progress.steps)).random() < plan.LONG_SHARE
    ids, mask = (
        torch.from_numpy(part).to(device)
        for part in pad([rows.tokens[i] for i in batch], plan.TOKENS_LONG_MAX if long else plan.TOKENS_MAX)
    )
    few = max(1, int(len(batch) * plan.STAY_SHARE))
    with torch.autocast(device.type, dtype=torch.bfloat16):
        logits, mean = network(ids, mask)
        with torch.no_grad():
            hidden = run.teacher(input_ids=ids[:few], attention_mask=mask[:few]).last_hidden_state
            stay = mean_of(hidden.float(), mask[:few])
    places = [plan.BIASED_SETS.index(rows.sets[i]) + 1 if rows.sets[i] in plan.BIASED_SETS else 0 for i in batch]
    logits = logits.float() + network.set_bias(torch.tensor(places, device=device))
    targets, weights = (torch.from_numpy(part[batch]).to(device) for part in (rows.targets, rows.weights))
    wrong = functional.binary_cross_entropy_with_logits(logits, targets, weight=weights, reduction="sum") / len(batch)
    moved = 1.0 - functional.cosine_similarity(mean[:few].float(), stay).mean()
    return wrong + plan.STAY_WEIGHT * moved


def _save(work: Path, run: _Run) -> None:
    state = {
        "network": run.network.state_dict(),
        "optimizer": run.optimizer.state_dict(),
        "progress": vars(run.progress),
    }
    torch.save(state, work / f"{CHECKPOINT}.new")
    (work / f"{CHECKPOINT}.new").replace(work / CHECKPOINT)


def _resume(work: Path, network: Network, optimizer: Optimizer) -> Progress:
    state = _read(work / CHECKPOINT)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])
