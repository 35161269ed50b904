"""Writes CARD.md: what the model is for, what it was made from, how good it is, and what it must not be used for."""

import datetime as dt
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from moderation.scorer.files import MODEL_FILE, model_digest
from moderation.scorer.spelling import READ_CHARS_MAX
from moderation.scorer.windows import OVERLAP_TOKENS, WINDOW_TOKENS_MAX, WINDOWS_MAX
from moderation.train import plan
from moderation.train.figures.baselines import LEXICON_WORDS
from moderation.train.figures.nearness import NEAREST
from moderation.train.licences import LICENCES

WIDTH = 120
TEMPLATE = Path(__file__).with_name("card.md")


def write(model: Path, settings: dict[str, Any], found: dict[str, Any]) -> None:
    """Writes the card beside the model that it describes."""
    text = TEMPLATE.read_text(encoding="utf-8").format(
        **_of_the_file(model, settings, found),
        **_of_labels(settings, found),
        **_of_the_rest(found),
    )
    (model / "CARD.md").write_text(text, encoding="utf-8")


def _of_the_file(model: Path, settings: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": _machine(),
        "labels": fill(", ".join(f"`{label}`" for label in plan.LABELS), WIDTH),
        "base": plan.BASE,
        "texts": f"{settings['texts_seen']:,}",
        "steps": f"{settings['steps']:,}",
        "minutes": settings["minutes"],
        "file": MODEL_FILE,
        "size": f"{(model / MODEL_FILE).stat().st_size / 1e6:.1f}",
        "digest": model_digest(model),
        **{name: settings[name] for name in ("data_sha256", "examples_sha256", "code_sha256")},
        "trained": f"{found['trained']:,}",
        "held": f"{found['held_out']:,}",
        "seed": plan.SEED,
        "window": WINDOW_TOKENS_MAX,
        "overlap": OVERLAP_TOKENS,
        "windows": WINDOWS_MAX,
        "chars": f"{READ_CHARS_MAX:,}",
        "tokens_short": plan.TOKENS_MAX,
        "tokens_long": plan.TOKENS_LONG_MAX,
        "long_share": f"{plan.LONG_SHARE:.0%}",
        "side": plan.SIDE_ROWS_MAX,
        "natural": plan.JIGSAW_CLEAN_WEIGHT,
        "licence_rows": _table([name, *LICENCES[name], *_visits(name)] for name in plan.BROAD),
        "own_visits": _visits(plan.OWN_SETS[0])[1],
    }


def _visits(name: str) -> tuple[float, float]:
    """Of a row of this set: visits in the first phase, and in those that follow."""
    broad, *later = plan.PHASES
    after = sum(phase.set_weights[name] * phase.passes for phase in later)
    return round(broad.set_weights.get(name, 0) * broad.passes, 2), round(after, 2)


def _of_labels(settings: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    by_label = found["labels"]
    return {
        "auc_rows": _table(_areas(label, by_label[label], found["baselines"][label]) for label in plan.LABELS),
        "point_rows": _table(_point(label, by_label[label], settings["thresholds"]) for label in plan.LABELS),
        "mean": f"{found['jigsaw_auc_mean']:.4f}",
        **{f"mean_{name}": f"{_mean_area(found, name):.4f}" for name in ("frozen", "words", "lexicon")},
        "lexicon_words": LEXICON_WORDS,
        "point": fill(f"Operating point: {settings['operating_point']}.", WIDTH),
        "own_rows": _table(_beside_rules(label, by_label[label], found["rules_alone"][label]) for label in plan.OWN),
        "rule_only": _rule_only(settings["thresholds"]),
    }


def _mean_area(found: dict[str, Any], baseline: str) -> float:
    areas = [found["baselines"][label][baseline]["auc"] for label in plan.ABUSE]
    return float(sum(areas) / len(areas))


def _areas(label: str, row: dict[str, Any], others: dict[str, dict[str, float]]) -> list[object]:
    return [
        label,
        f"{row['rows']:,}",
        row["positives"],
        _with_interval(row, "auc", 4),
        *(f"{others[name]['auc']:.4f}" for name in ("frozen", "words", "lexicon")),
        _with_interval(row, "precision_auc"),
        *(f"{others[name]['precision_auc']:.2f}" for name in ("frozen", "words", "lexicon")),
    ]


def _point(label: str, row: dict[str, Any], thresholds: dict[str, float]) -> list[object]:
    threshold = f"{thresholds[label]:.3f}" if label in thresholds else "rules only"
    figures = _with_interval(row, "precision"), _with_interval(row, "recall")
    return [label, threshold, *figures, f"{row['calibration_error']:.3f}"]


def _beside_rules(label: str, row: dict[str, Any], rules: dict[str, Any]) -> list[object]:
    names = ("precision", "recall")
    return [label, *(_with_interval(row, name) for name in names), *(_with_interval(rules, name) for name in names)]


def _rule_only(thresholds: dict[str, float]) -> str:
    without = [f"`{label}`" for label in plan.LABELS if label not in thresholds]
    if not without:
        return "Every label has an interval narrow enough to be of use; none ships as a rule only."
    return f"Too uncertain to be of use, and therefore found by rules only: {', '.join(without)}."


def _of_the_rest(found: dict[str, Any]) -> dict[str, Any]:
    int8, near, carried, mentions = found["int8"], found["nearness"], found["carrying"], found["mentions"]
    return {
        "harmless_rows": _table(
            [name, row["rows"], f"{row['flagged']:.2%}", f"{row['by_any']:.2%}"]
            for name, row in found["harmless"].items()
        ),
        "mentions": f"{mentions['flagged']} of {mentions['texts']}",
        "other_rows": _table(
            [row["set"], row["label"], row["rows"], row["positives"], f"{row['auc']:.3f}"] for row in found["other"]
        ),
        "identity_rows": _table(
            [group, row["rows"], row["toxic"], *(f"{area:.3f}" for area in row["areas"])]
            for group, row in found["identity"].items()
        ),
        "evasion_rows": _table(
            [name, f"{row['as_it_stands']:.4f}", f"{row['spelled_out']:.4f}"] for name, row in found["evasion"].items()
        ),
        "near_rows": _table(
            [kind, row["pairs"], f"{row['ours']:.3f}", f"{row['original']:.3f}", _ratio(row)]
            for kind, row in (*near["kinds"].items(), ("all", {"pairs": near["pairs"], **near["all"]}))
        ),
        "nearest": NEAREST,
        "distractors": f"{near['distractors']:,}",
        "original": f"{found['original_cosine']:.4f}",
        "carried_texts": carried["texts"],
        "carried_share": f"{carried['span_share']:.0%}",
        "carried_falls": f"{carried['falls']:.2f}",
        "carried_other": f"{carried['falls_without_another']:.2f}",
        "carried_more": f"{carried['more']:.0%}",
        "compared": f"{plan.COMPARED_TEXTS:,}",
        "auc_lost": f"{int8['auc_lost_mean']:.4f}",
        "auc_lost_max": f"{int8['auc_lost_max']:.4f}",
        "cosine": f"{int8['cosine_mean']:.4f}",
        "cosine_low": f"{int8['cosine_first_percentile']:.4f}",
    }


def _ratio(row: dict[str, Any]) -> str:
    return f"{row['ours'] / row['original']:.3f}"


def _with_interval(row: dict[str, Any], name: str, places: int = 2) -> str:
    low, high = row[f"{name}_95"]
    return f"{row[name]:.{places}f} ({low:.{min(places, 3)}f} to {high:.{min(places, 3)}f})"


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
