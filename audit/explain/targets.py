"""Which output an explanation is about: a class, or the contrast of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError, UnknownName
from models.task import Task

PREDICTED = "predicted"
TRUE = "true"
CONTRAST = "-vs-"
LITERAL = "label:"


@dataclass(frozen=True, slots=True)
class Target:
    """What is explained. `weights` (n_labels,) turn logits or probabilities into the explained value by a dot product."""

    name: str
    weights: tuple[float, ...]


def check_target(spec: str, labels: Sequence[str]) -> None:
    """Raise UnknownName, with the choices, where no row of any table could be explained for `spec`."""
    if spec not in (PREDICTED, TRUE):
        _fixed(spec, labels)


def resolve_target(spec: str, task: Task, probs: NDArray[np.float32], true_label: str | None) -> Target:
    """The target of one row.

    Args:
        spec: `predicted`, `true`, a label, a contrast `A-vs-B`, or `label:NAME` for a label called like a keyword.
        task: what the model's answers are.
        probs: the row's probabilities, (n_labels,).
        true_label: the row's label; of several that it holds the most probable one is explained.

    Raises:
        UnknownName: no such label.
        InputError: target `true` for a row without a label, or with none of the labels.
    """
    labels = task.labels
    if spec == PREDICTED:
        return _of(task.foremost(probs), labels)
    if spec != TRUE:
        return _fixed(spec, labels)
    if not true_label:
        raise InputError("Target 'true' needs a label, and this row has none; give a label column or another target.")
    names = task.parts(true_label) if _position(true_label, labels) is None else (true_label,)
    if not names:
        raise InputError(
            "Target 'true' needs a label, and this row has none of the model's; name the label to explain."
        )
    return _of(max((_required(name, labels) for name in names), key=lambda i: (float(probs[i]), -i)), labels)


def _fixed(spec: str, labels: Sequence[str]) -> Target:
    if spec.startswith(LITERAL):
        return _of(_required(spec.removeprefix(LITERAL), labels), labels)
    position = _position(spec, labels)
    if position is not None:
        return _of(position, labels)
    cut = spec.find(CONTRAST)
    while cut >= 0:  # a label may itself hold "-vs-"
        first = _position(spec[:cut], labels)
        second = _position(spec[cut + len(CONTRAST) :], labels)
        if first is not None and second is not None and first != second:
            weights = [0.0] * len(labels)
            weights[first], weights[second] = 1.0, -1.0
            return Target(f"{labels[first]}{CONTRAST}{labels[second]}", tuple(weights))
        cut = spec.find(CONTRAST, cut + 1)
    raise UnknownName("target", spec, (PREDICTED, TRUE, *labels, f"LABEL{CONTRAST}LABEL"))


def _of(position: int, labels: Sequence[str]) -> Target:
    return Target(labels[position], tuple(float(i == position) for i in range(len(labels))))


def _position(name: str, labels: Sequence[str]) -> int | None:
    if name in labels:
        return list(labels).index(name)
    folded = [label.strip().casefold() for label in labels]
    wanted = name.strip().casefold()
    return folded.index(wanted) if folded.count(wanted) == 1 else None


def _required(name: str, labels: Sequence[str]) -> int:
    position = _position(name, labels)
    if position is None:
        raise UnknownName("label", name, tuple(labels))
    return position
