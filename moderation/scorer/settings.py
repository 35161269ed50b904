"""Reads model.json: labels, calibration and thresholds of a model, and checks that its files are the ones it names."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from moderation.scorer.files import SETTINGS_FILE, file_digest, model_digest

SETTINGS_VERSION = 1


class ModelUnusable(Exception):
    """The files in a model folder are missing, changed, or not a model of this kind."""


@dataclass(frozen=True)
class ModelSettings:
    """What a model says about itself; calibration is label -> (slope, offset) of a logit."""

    digest: str
    labels: tuple[str, ...]
    calibration: Mapping[str, tuple[float, float]]
    thresholds: Mapping[str, float]
    languages: tuple[str, ...]


def read_settings(folder: Path) -> ModelSettings:
    """The settings in this folder; raises ModelUnusable with a sentence for a person."""
    try:
        raw = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        if raw["v"] != SETTINGS_VERSION:
            raise ModelUnusable(f"{SETTINGS_FILE} has version {raw['v']}, this program reads {SETTINGS_VERSION}")
        for name, expected in raw["files"].items():
            if file_digest(folder / name) != expected:
                raise ModelUnusable(f"{name} is not the file that {SETTINGS_FILE} names (its SHA-256 differs)")
        return _settings(raw, model_digest(folder))
    except OSError as missing:
        name = Path(str(missing.filename)).name  # where it lies is of no use in a record
        raise ModelUnusable(f"{name} cannot be read: {missing.strerror}") from missing
    except (ValueError, KeyError, TypeError, AttributeError) as broken:
        raise ModelUnusable(f"{SETTINGS_FILE} is not readable: {broken!r}") from broken


def _settings(raw: dict[str, dict[str, tuple[float, float]]], digest: str) -> ModelSettings:
    labels = tuple(raw["labels"])
    calibration = {
        label: (float(raw["calibration"][label][0]), float(raw["calibration"][label][1])) for label in labels
    }
    if not all(math.isfinite(number) for pair in calibration.values() for number in pair):
        raise ValueError("calibration is not finite")
    if not calibration or not all(slope > 0 for slope, _ in calibration.values()):
        raise ValueError("there are no labels, or the slope of one is not above zero")
    thresholds = {label: float(value) for label, value in raw["thresholds"].items()}  # type: ignore[arg-type]
    languages = tuple(str(code) for code in raw["languages"])
    return ModelSettings(digest, labels, MappingProxyType(calibration), MappingProxyType(thresholds), languages)
