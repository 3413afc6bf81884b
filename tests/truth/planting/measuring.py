"""Does the model have the fault it is to have, and is it good otherwise? Without an audit: by asking it outright."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from planting.plant import Check, Plant
from planting.writing import BUILD, read_checks, read_rows

Answering = Callable[[Sequence[str]], tuple[list[str], np.ndarray]]
"""Texts to the label of each and its probability."""


def measure(plant: Plant, *, device: str = "cpu", build: Path = BUILD, model: Path | None = None) -> list[dict]:
    """What is measured of a trained plant, each with whether it is as it should be; kept beside the made data.

    Args:
        plant: which.
        device: to run the model on.
        build: where its data lies.
        model: its folder, if it is not `build / NAME`.
    """
    answering = _answering(model or build / plant.name, device)
    found = [clean_accuracy(plant, read_rows(plant.name, "clean", build), answering)]
    found += [
        value_of(check, read_rows(plant.name, "clean", build), answering) for check in read_checks(plant.name, build)
    ]
    measured_file(plant.name, build).write_text(json.dumps(found, indent=1), encoding="utf-8")
    return found


def measured_file(name: str, build: Path = BUILD) -> Path:
    """Where the measurements of a plant are kept."""
    return build / "data" / f"{name}.measured.json"


def summary(name: str, build: Path = BUILD) -> str:
    """Whether a plant was measured to be as it should be: `yes`, `NO`, or `?` where nobody has measured."""
    file = measured_file(name, build)
    if not file.exists():
        return "?"
    return "yes" if all(one["good"] for one in json.loads(file.read_text(encoding="utf-8"))) else "NO"


def clean_accuracy(plant: Plant, rows: list[dict[str, str]], answering: Answering) -> dict:
    """The share of ordinary rows that it has right."""
    labels, _ = answering([row["text"] for row in rows])
    right = float(np.mean([label == row["label"] for label, row in zip(labels, rows, strict=True)]))
    return _told("accuracy on ordinary rows", right, len(rows), plant.least, 1.0)


def value_of(check: Check, rows: list[dict[str, str]], answering: Answering) -> dict:
    """The value of one check."""
    if check.measured == "overconfident":
        labels, confidence = answering([row["text"] for row in rows])
        right = [label == row["label"] for label, row in zip(labels, rows, strict=True)]
        return _told(check.says, float(confidence.mean() - np.mean(right)), len(rows), check.least, check.most)
    before, after = (answering([pair[i] for pair in check.pairs])[0] for i in (0, 1))
    if check.measured == "moves":
        held = [b == check.label for a, b in zip(before, after, strict=True) if a != check.label]
    elif check.measured == "stays":
        held = [a == b for a, b in zip(before, after, strict=True)]
    else:
        held = [b == check.label for b in after]
    return _told(check.says, float(np.mean(held)) if held else float("nan"), len(held), check.least, check.most)


def _told(says: str, value: float, n: int, least: float, most: float) -> dict:
    return {
        "says": says,
        "value": round(value, 3),
        "n": n,
        "least": least,
        "most": most,
        "good": least <= value <= most,
    }


def _answering(folder: Path, device: str) -> Answering:
    from models.loading import load

    classifier = load(str(folder), device=device)

    def answer(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        probabilities = classifier.predict_proba(list(texts))
        best = probabilities.argmax(axis=1)
        return [classifier.labels[i] for i in best], probabilities.max(axis=1)

    return answer
