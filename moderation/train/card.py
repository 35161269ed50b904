"""Writes CARD.md: what the model is for, what it was made from, how good it is, and what it must not be used for."""

import datetime as dt
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from moderation.scorer.files import MODEL_FILE, model_digest
from moderation.scorer.onnx import TOKENS_MAX
from moderation.train import plan
from moderation.train.fit import Progress
from moderation.train.licences import LICENCES

WIDTH = 120

TEXT = """# Model card

Written by `python -m moderation.train measure` on {date}, {machine}. Do not edit.

## What it is for

A small encoder (MiniLM, six layers) that reads one English text of up to {tokens} tokens and gives, in one pass,
calibrated scores for {labels}, and a sentence embedding of 384 dimensions.
It advises people: its scores order queues and carry findings that a person decides on.

- base: {base}; the upper {layers} layers and the head were trained, the lower layers are the original's
- training: {texts} texts seen in {minutes:.0f} minutes ({steps} steps); at most {short} tokens of a text,
  {long} in a quarter of the steps
- file: `{file}`, {size:.1f} MB, int8; digest of the model {digest}
- training data: SHA-256 {data};
  {held} rows were held out, by the digest of their text; of sets without a threshold, {side} were measured
- language: English only

## Figures

On held-out rows. Jigsaw's clean rows count {natural} times, to stand for the natural rate. Intervals are 95 %, by
bootstrap. Precision, recall and calibration error are cross-fitted: thresholds are set on one half and measured on
the other.

| label | sets | rows | positive | ROC-AUC | threshold | precision | recall | calibration error |
|---|---|---|---|---|---|---|---|---|
{label_rows}

Mean ROC-AUC over the six Jigsaw labels: **{mean:.4f}**.

Operating point: {point}.

| harmless texts | rows | flagged by any label |
|---|---|---|
{harmless_rows}

Neutral sentences that mention a group (written for this project): {mentions_flagged} of {mentions} are flagged by an
abuse label.

Where other annotators drew the line (held-out rows, one set a line):

| set | label | rows | ROC-AUC |
|---|---|---|---|
{other_rows}

int8 against float, on {compared} held-out comments: mean ROC-AUC lost {auc_lost:.4f} (worst label {auc_lost_max:.4f});
cosine of the embeddings {cosine:.4f} (first percentile {cosine_low:.4f}). Quantisation ranges are fixed, so a text's
scores do not depend on the texts that share its batch.
The embedding's mean cosine with the original encoder's: {original:.4f}.

## Data and licences

| set | origin | licence | visits of a row in one pass |
|---|---|---|---|
{licence_rows}

Labels that a set does not annotate are masked; where a set hardly ever contains a label, it was taken as absent with a
small weight (`moderation/train/plan.py` lists these). The texts contain abuse as posted; they are not part of the
project.

## Known failures

- Only the first {tokens} tokens are read; abuse diluted in a long text is scored lower than the same words alone.
- Irony, quotation (use and mention) and hate without a surface cue are often misjudged; see
  `implicit_hate_elsherief` above.
- Dialect bias of the keyword-sampled sets; reclaimed terms may be scored as abuse.
- Threat and severe toxicity rest on few positives: read the intervals.
- The operating point is the third that was tried on these held-out rows, so the precision and recall of the rare
  labels (severe_toxicity, threat, identity_hate) are mildly optimistic; the ROC-AUCs do not depend on it.
- Spam was learned from text messages, video comments and old e-mail, adverse events from reports on few drugs.
- Obligations (recommendation, promissory claim, testimonial, complaint, instruction) and self-harm are not among the
  labels.
- Evasion by look-alike letters or spacing is not undone here.

## Must not be used

- to act on a post without a person, or as evidence about an author's character;
- on languages other than English;
- to rate, profile or rank people;
- as the only means to find threats, self-harm or adverse events that a duty to report depends on.
"""


def write(model: Path, settings: dict[str, Any], found: dict[str, Any], progress: Progress, held: int) -> None:
    """Writes the card beside the model that it describes."""
    int8 = found["int8"]
    text = TEXT.format(
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        machine=_machine(),
        tokens=TOKENS_MAX,
        labels=", ".join(plan.LABELS),
        base=plan.BASE,
        layers=plan.LAYERS_TRAINED,
        texts=f"{progress.texts:,}",
        minutes=progress.seconds / 60,
        steps=f"{progress.steps:,}",
        short=plan.TOKENS_MAX,
        long=plan.TOKENS_LONG_MAX,
        file=MODEL_FILE,
        size=(model / MODEL_FILE).stat().st_size / 1e6,
        digest=f"`{model_digest(model)}`",
        data=f"`{settings['data_sha256']}`",
        held=f"{held:,}",
        natural=plan.JIGSAW_CLEAN_WEIGHT,
        label_rows=_label_rows(settings, found),
        mean=found["jigsaw_auc_mean"],
        point=fill(settings["operating_point"], WIDTH, initial_indent=" " * 17).strip(),
        harmless_rows=_table([name, row["rows"], f"{row['flagged']:.2%}"] for name, row in found["harmless"].items()),
        mentions=found["mentions"]["texts"],
        mentions_flagged=found["mentions"]["flagged"],
        other_rows=_table([row["set"], row["label"], row["rows"], f"{row['auc']:.3f}"] for row in found["other"]),
        side=plan.SIDE_ROWS_MAX,
        compared=f"{plan.COMPARED_TEXTS:,}",
        auc_lost=int8["auc_lost_mean"],
        auc_lost_max=int8["auc_lost_max"],
        cosine=int8["cosine_mean"],
        cosine_low=int8["cosine_first_percentile"],
        original=found["original_cosine"],
        licence_rows=_table([name, *LICENCES[name], plan.SET_WEIGHTS[name]] for name in plan.SET_WEIGHTS),
    )
    (model / "CARD.md").write_text(text, encoding="utf-8")


def _label_rows(settings: dict[str, Any], found: dict[str, Any]) -> str:
    return _table(
        [
            label,
            ", ".join(row["sets"]),
            row["rows"],
            row["positives"],
            f"{row['auc']:.4f} ({row['auc_95'][0]:.3f} to {row['auc_95'][1]:.3f})",
            f"{settings['thresholds'][label]:.3f}",
            f"{row['precision']:.2f}",
            f"{row['recall']:.2f}",
            f"{row['calibration_error']:.3f}",
        ]
        for label, row in found["labels"].items()
    )


def _table(rows: Iterable[Sequence[object]]) -> str:
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def _machine() -> str:
    """The processor's name and the number of cores."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"
