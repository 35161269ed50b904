"""The names and digests of the files that make up a model folder."""

import hashlib
from pathlib import Path

MODEL_FILE = "model.int8.onnx"
SETTINGS_FILE = "model.json"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def model_digest(folder: Path) -> str:
    """SHA-256, in hex, over the names and digests of graph, tokenizer and settings: what a verdict names."""
    names = (MODEL_FILE, *TOKENIZER_FILES, SETTINGS_FILE)
    lines = "".join(f"{name} {file_digest(folder / name)}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()
