"""Model cards (`card.json`): what a model was trained on, how, and how well it does, with intervals."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.card_form import fitting
from models.files import read_json_if_there
from models.writing import write_whole

CARD_VERSION = 1
PACKAGES = ("torch", "transformers", "peft", "tokenizers", "numpy")


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a model folder, empty where there is none or it is no JSON object; see `models.card_form.fitting`."""
    return fitting(read_json_if_there(folder / "card.json"))


def write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """Write a card with the sha256 of every other file of the folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name != "card.json")
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    text = json.dumps({"card_version": CARD_VERSION, **card, "files": hashes}, indent=2, ensure_ascii=False)
    write_whole(folder / "card.json", text + "\n")


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that decide a training run."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def classification_report(
    targets: Sequence[int], predicted: NDArray[np.int64], labels: Sequence[str], level: float = 0.95
) -> dict[str, Any]:
    """Accuracy with its Wilson interval, macro-F1 over the classes present, and precision/recall/F1 per label.

    Args:
        targets: position of the true label of each row, length n.
        predicted: position of the predicted label of each row, length n.
        labels: label names.
        level: confidence level of the Wilson (1927) interval.
    """
    from scipy.stats import binomtest
    from sklearn.metrics import precision_recall_fscore_support

    true = np.asarray(targets)
    correct = int((true == predicted).sum())
    interval = binomtest(correct, len(true)).proportion_ci(level, method="wilson")
    precision, recall, f1, support = precision_recall_fscore_support(
        true, predicted, labels=list(range(len(labels))), zero_division=0.0
    )
    present = support > 0
    return {
        "n": len(true),
        "accuracy": {
            "value": round(correct / len(true), 6),
            "low": round(float(interval.low), 6),
            "high": round(float(interval.high), 6),
            "level": level,
            "method": "wilson",
        },
        "macro_f1": round(float(f1[present].mean()), 6),
        "classes": {
            label: {
                "precision": round(float(precision[i]), 6),
                "recall": round(float(recall[i]), 6),
                "f1": round(float(f1[i]), 6),
                "n": int(support[i]),
            }
            for i, label in enumerate(labels)
        },
    }
