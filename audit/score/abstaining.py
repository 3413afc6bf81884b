"""When should the model be asked at all? The confidence from which on its answers are wrong no more often than is wanted.

Chosen by fixed-sequence Learn-then-Test (Angelopoulos et al. 2021): whether the error among the answers given is above what is
wanted is tested, exactly, at one threshold after another, each giving more answers than the last, until a test does not refuse it. The
sequence is fixed before any answer is known to be right, so the thresholds that were refused all keep the promise together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.measurer import Measurer, absent
from audit.score.measures import Measure
from audit.score.performance import labelled, surest_errors
from audit.slices import Slice

WANTED = (0.01, 0.02, 0.05, 0.10)
"""Shares of wrong answers among those given, at most."""
DOUBT = 0.05
"""How often, over tables like this, a threshold may break its promise."""
STARTS = 4
"""Places where a sequence begins, each with its part of the doubt: one early error then does not end everything."""
STEPS = 200
"""Thresholds that are looked at, at most."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold on the confidence with what it keeps.

    Attributes:
        threshold: answers are given at this confidence or more.
        answered: texts that are; errors: of these, wrong ones.
    """

    threshold: float
    answered: int
    errors: int


def promise(confidence: Floats, wrong: NDArray[np.bool_], wanted: float, *, doubt: float = DOUBT) -> Promise | None:
    """The lowest threshold at which answers are wrong no more often than wanted, but for a chance of `doubt`; None: none is.

    Args:
        confidence, wrong: (n,) of distinct texts.
        wanted: share of wrong answers among those given, between 0 and 1.
    """
    order = np.argsort(-confidence, kind="stable")
    sure = confidence[order]
    last = np.flatnonzero(np.append(sure[1:] < sure[:-1], True))  # of equal confidences all are answered or none
    answered, errors = last + 1, np.cumsum(wrong[order])[last]
    each = doubt / STARTS
    enough = answered >= fewest(wanted, each)
    last, answered, errors = last[enough], answered[enough], errors[enough]
    if not len(last):
        return None
    steps = np.unique(np.linspace(0, len(last) - 1, min(STEPS, len(last))).round().astype(int))
    refused = binom.cdf(errors[steps], answered[steps], wanted) <= each
    best = -1
    for start in np.linspace(0, len(steps), STARTS, endpoint=False).astype(int):
        stops = np.flatnonzero(~refused[start:])
        end = start + (int(stops[0]) if len(stops) else len(refused) - start) - 1
        best = max(best, end if end >= start else -1)
    if best < 0:
        return None
    at = int(steps[best])
    return Promise(float(sure[last[at]]), int(answered[at]), int(errors[at]))


def fewest(wanted: float, doubt: float = DOUBT / STARTS) -> int:
    """So many answers, all of them right, are needed to promise anything."""
    return int(np.ceil(np.log(doubt) / np.log1p(-wanted)))


def abstaining(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`answered_share` for each wanted error that the table is large enough for: the share of texts that are still answered."""
    rows = labelled(frames)
    rows = rows[np.isfinite(rows["confidence"].to_numpy(dtype=np.float64))]
    confidence = rows["confidence"].to_numpy(dtype=np.float64)
    wrong = (rows["correct"] == 0).to_numpy(dtype=bool)
    for wanted in WANTED:
        where = Slice(error_at_most=str(wanted))
        if len(rows) < fewest(wanted):
            if len(rows) and wanted == WANTED[-1]:
                yield absent(
                    "answered_share",
                    Said("note.promise_rows", {"needed": fewest(wanted), "rows": len(rows)}),
                    where=where,
                )
            continue
        found = promise(confidence, wrong, wanted)
        kept = confidence >= (2.0 if found is None else found.threshold)
        notes = (
            Said("note.no_promise", {"wanted": Number(wanted)})
            if found is None
            else Said("note.promise", {
                "threshold": Number(found.threshold), "wanted": Number(wanted), "doubt": Number(1.0 - DOUBT, "level"),
                "error": Number(found.errors / found.answered), "answered": found.answered,
            }),
        )  # fmt: skip
        yield measurer.proportion(
            "answered_share", kept, rows["weight"], where=where, notes=notes, evidence=surest_errors(rows[kept]),
            context={"error_at_most": wanted, "threshold": None if found is None else found.threshold},
        )  # fmt: skip
