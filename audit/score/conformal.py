"""Sets of labels that hold the true one as often as is asked, whatever the model: split conformal prediction.

Half of the texts tell how unlikely a true label may look (Vovk et al. 2005; Sadinle et al. 2019: one less the probability of the
true label); the other half tells how large the sets are, and, class by class, how often they hold the truth.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.performance import labelled
from audit.score.splitting import halves
from audit.slices import Slice

WANTED = 0.90
"""How often a set is to hold the true label."""
FEWEST = 100
"""Labelled texts from which on there are sets: half of them to fit, half to judge."""
OF_A_CLASS = 20
"""Judged texts of a class from which on its coverage is told."""


def least_likely(true_probabilities: Floats, wanted: float) -> float:
    """The probability from which on a label belongs to a set, so that sets hold the true label with at least `wanted`.

    Args:
        true_probabilities: (n,) what the model gave the true label of texts that are exchangeable with those to come.

    Returns:
        The k-th smallest with k = floor((n + 1) (1 - wanted)); 0.0, every label, where n is too small for a promise.
    """
    k = int(np.floor((len(true_probabilities) + 1) * (1.0 - wanted) + 1e-9))
    return float(np.sort(true_probabilities)[k - 1]) if k >= 1 else 0.0


def conformal(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """`set_size` and `set_coverage`, the latter also of each class; nothing where an answer may hold several labels."""
    if "calibration" not in frames.task.families:
        return
    rows = labelled(frames)
    place = {label: number for number, label in enumerate(frames.labels)}
    truth = np.asarray(rows["label"].map(place).fillna(-1), dtype=np.intp)
    probs = frames.probs[rows.index.to_numpy()].astype(np.float64)
    usable = (truth >= 0) & np.isfinite(probs).all(axis=1)
    rows, truth, probs = rows[usable], truth[usable], probs[usable]
    fit = halves(rows["content_id"], measurer.seed)
    if len(rows) < FEWEST or min(fit.sum(), (~fit).sum()) < FEWEST / 4:
        return
    own = probs[np.arange(len(rows)), truth]
    least = least_likely(own[fit], WANTED)
    judged, inside = rows[~fit], own[~fit] >= least
    sizes = (probs[~fit] >= least).sum(axis=1).astype(np.float64)
    weight = judged["weight"].to_numpy(dtype=np.float64)
    about = {
        "notes": told(Said("note.sets", {"wanted": Number(WANTED), "least": Number(least), "fitted": int(fit.sum())})),
        "context": {"wanted": WANTED, "least": least},
    }
    yield measurer.mean("set_size", sizes, weight, **about)  # type: ignore[arg-type]
    missed = judged.loc[~inside, "row_id"]
    yield measurer.proportion("set_coverage", inside, weight, evidence=missed.head(10), **about)  # type: ignore[arg-type]
    for number, label in enumerate(frames.labels):
        of_class = truth[~fit] == number
        if of_class.sum() >= OF_A_CLASS:
            yield measurer.proportion(
                "set_coverage", inside[of_class], weight[of_class], where=Slice(label=label), context={"label": label, "wanted": WANTED},
                evidence=judged.loc[of_class & ~inside, "row_id"].head(10),
            )  # fmt: skip
