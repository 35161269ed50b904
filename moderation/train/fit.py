"""Fine-tunes the upper layers and the head within a limit of wall clock; checkpoints, and goes on where it stopped."""

import time
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
    """How far the run is: seconds spent, steps, texts seen, the pass and the batch that comes next."""

    seconds: float = 0.0
    steps: int = 0
    texts: int = 0
    number: int = 0
    batch: int = 0
    seconds_max: float = 0.0
    losses: list[float] = field(default_factory=list)


def fit(rows: Rows, work: Path, seconds_max: float) -> tuple[Network, Progress]:
    """Trains until `seconds_max` of training time is spent, resumed runs included."""
    torch.manual_seed(plan.SEED)
    network, progress = Network(), Progress(seconds_max=seconds_max)
    optimizer = _optimizer(network)
    if (work / CHECKPOINT).exists():
        progress = _resume(work, network, optimizer, seconds_max)
    teacher = base_encoder()
    started, saved, spent = time.monotonic(), time.monotonic(), progress.seconds
    while progress.seconds < seconds_max:
        batches = one_pass(rows, progress.number)
        for batch in batches[progress.batch :]:
            _step(network, teacher, optimizer, rows, batch, progress)
            progress.seconds = spent + time.monotonic() - started
            if time.monotonic() - saved > plan.CHECKPOINT_SECONDS:
                _save(work, network, optimizer, progress)
                saved = time.monotonic()
            if progress.seconds >= seconds_max:
                break
        else:
            progress.number, progress.batch = progress.number + 1, 0
    _save(work, network, optimizer, progress)
    return network.eval(), progress


def load(work: Path) -> tuple[Network, Progress]:
    """The network as the last checkpoint has it."""
    network = Network()
    return network, _resume(work, network, None, 0.0)


def progress(work: Path) -> Progress:
    """How far the last checkpoint is."""
    return Progress(**torch.load(work / CHECKPOINT, weights_only=True)["progress"])


def rate(share: float) -> float:
    """Learning rate, as a part of its peak, when this share of the time is spent: a warm-up, then down to zero."""
    return min(share / plan.WARM_UP_SHARE, 1.0) * max(1.0 - share, 0.0)


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
    )


def _step(
    network: Network, teacher: Module, optimizer: Optimizer, rows: Rows, batch: list[int], progress: Progress
) -> None:
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * rate(progress.seconds / progress.seconds_max)
    loss = _loss(network, teacher, rows, batch, progress)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), plan.CLIP_NORM)
    optimizer.step()
    progress.steps, progress.texts, progress.batch = progress.steps + 1, progress.texts + len(batch), progress.batch + 1
    progress.losses.append(float(loss))
    if progress.steps % REPORT_STEPS == 0:
        mean = sum(progress.losses) / len(progress.losses)
        print(f"{progress.seconds:6.0f} s  step {progress.steps}  {progress.texts} texts  loss {mean:.4f}", flush=True)
        progress.losses.clear()


def _loss(network: Network, teacher: Module, rows: Rows, batch: list[int], progress: Progress) -> Tensor:
    long = np.random.default_rng((plan.SEED, progress.steps)).random() < plan.LONG_SHARE
    ids, mask = (
        torch.from_numpy(part)
        for part in pad([rows.tokens[i] for i in batch], plan.TOKENS_LONG_MAX if long else plan.TOKENS_MAX)
    )
    few = max(1, int(len(batch) * plan.STAY_SHARE))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, mean = network(ids, mask)
        with torch.no_grad():
            hidden = teacher(input_ids=ids[:few], attention_mask=mask[:few]).last_hidden_state
            stay = mean_of(hidden.float(), mask[:few])
    places = [plan.BIASED_SETS.index(rows.sets[i]) + 1 if rows.sets[i] in plan.BIASED_SETS else 0 for i in batch]
    logits = logits.float() + network.set_bias(torch.tensor(places))
    targets, weights = torch.from_numpy(rows.targets[batch]), torch.from_numpy(rows.weights[batch])
    wrong = functional.binary_cross_entropy_with_logits(logits, targets, weight=weights, reduction="sum") / len(batch)
    moved = 1.0 - functional.cosine_similarity(mean[:few].float(), stay).mean()
    return wrong + plan.STAY_WEIGHT * moved


def _save(work: Path, network: Network, optimizer: Optimizer, progress: Progress) -> None:
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "progress": vars(progress)}
    torch.save(state, work / f"{CHECKPOINT}.new")
    (work / f"{CHECKPOINT}.new").replace(work / CHECKPOINT)


def _resume(work: Path, network: Network, optimizer: Optimizer | None, seconds_max: float) -> Progress:
    state = torch.load(work / CHECKPOINT, weights_only=True)
    network.load_state_dict(state["network"])
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    progress = Progress(**state["progress"])
    progress.seconds_max = seconds_max or progress.seconds_max
    return progress
