"""Whether a case holds: pure arithmetic on the probabilities of its texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audit.behave.suites.model import Case, Expectation
from models.task import Task

State = Literal["pass", "fail", "left_out"]
Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case. `text` is the place of the text that failed most clearly."""

    state: State
    text: int | None = None


PASS, LEFT_OUT = Verdict("pass"), Verdict("left_out")


def judge(case: Case, wanted: Expectation, probs: Probabilities, task: Task, names: Mapping[str, str]) -> Verdict:
    """Whether a case holds. It fails if any of its texts does (Ribeiro et al. 2020).

    Args:
        case, wanted: what was asked and what is expected.
        probs: of its texts, (n_texts, n_labels).
        task: how an answer is read from them.
        names: label of the suite -> label of the model, for all that the case speaks of.
    """
    answers = [task.answer(row) for row in probs]
    if any(task.same(answers[0], names[label]) for label in wanted.unless if label in names):
        return LEFT_OUT
    if "label" in wanted.wanted:
        faults = _of_labels(case, wanted, answers, task, names)
    else:
        faults = _against_first(wanted, probs, answers, task, names)
    worst = max(faults, key=lambda fault: fault[1], default=None)
    return PASS if worst is None else Verdict("fail", worst[0])


Faults = Sequence[tuple[int, float]]
"""Texts that do not hold, each with how clearly."""


def _of_labels(case: Case, wanted: Expectation, answers: Sequence[str], task: Task, names: Mapping[str, str]) -> Faults:
    """Texts that are answered by another label than theirs, or by the one that they may not be answered by."""
    right = wanted.wanted == "label"
    return [
        (place, 1.0)
        for place, (answer, label) in enumerate(zip(answers, case.labels, strict=True))
        if label is not None and task.right(answer, names[label]) is not right
    ]


def _against_first(
    wanted: Expectation, probs: Probabilities, answers: Sequence[str], task: Task, names: Mapping[str, str]
) -> Faults:
    """Further texts that are not to the first as they should be."""
    if wanted.wanted in {"same", "other"}:
        moved = np.abs(probs[1:] - probs[0])[:, task.foremost(probs[0])]
        other = [not task.same(answer, answers[0]) for answer in answers[1:]]
        if wanted.wanted == "other":
            return [(place, 1.0) for place, is_other in enumerate(other, 1) if not is_other]
        return [
            (place, float(by))
            for place, (is_other, by) in enumerate(zip(other, moved, strict=True), 1)
            if is_other and (by > wanted.tolerance or wanted.tolerance == 0.0)
        ]
    score = _score(wanted, probs, task, names)
    falls = score[0] - score[1:] if wanted.wanted in {"no_less_sure", "no_less"} else score[1:] - score[0]
    return [(place, float(by)) for place, by in enumerate(falls, 1) if by > wanted.tolerance + 1e-9]


def _score(wanted: Expectation, probs: Probabilities, task: Task, names: Mapping[str, str]) -> Probabilities:
    """What may not fall or rise, of each text: (n_texts,)."""
    if wanted.wanted in {"no_less_sure", "no_surer"}:
        sure: Probabilities = probs[:, task.foremost(probs[0])]
        return sure
    total = np.zeros(len(probs))
    for sign, labels in ((1.0, wanted.towards), (-1.0, wanted.away)):
        for label in labels:
            total += sign * probs[:, task.labels.index(names[label])]
    return total
