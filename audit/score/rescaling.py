"""Calibrated probabilities of a finished run: a scaling fitted on some of its labelled texts, judged on others.

Temperature scaling and vector scaling of Guo et al. (2017). What was fitted is judged on texts that had no part in it: the other
half of the run's, or those of a second run that the first has not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from audit.errors import InputError
from audit.language.translating import tr_later
from audit.score.bootstrap import Floats, Replicates, of_mean
from audit.score.calibration import calibration
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import Measure
from audit.score.scoring import measure_families
from audit.score.splitting import halves
from audit.score.temperature import MAX_TEMPERATURE, slope_of
from audit.scored import Score
from audit.seeds import row_generator
from models.scaling import Method, Scaling

FEWEST = 100
"""Labelled texts that a fit and its judgement take together; of two runs, each."""
LEAST = 1e-12
"""What a probability of 0 counts as."""
SHOWN = ("ece", "ece_calibrated", "nll", "brier", "confidence_gap", "accuracy")
"""Scores that are held side by side, in this order."""


@dataclass(frozen=True, slots=True)
class Rescaled:
    """A scaling, and what it does to texts that had no part in finding it.

    Attributes:
        scaling: as it is to be saved.
        fitted, judged: how many distinct texts it was fitted and judged on.
        before, after: scores of the judged texts by the model as it is and as it would be, those of `SHOWN`.
        better: how much less the mean negative log-likelihood of the judged texts is, with its interval.
        changed: how many of the judged texts get another answer.
    """

    scaling: Scaling
    fitted: int
    judged: int
    before: tuple[Score, ...]
    after: tuple[Score, ...]
    better: tuple[float, float, float]
    changed: int

    @property
    def helps(self) -> bool | None:
        """Whether its probabilities are better; None where that is open."""
        _, low, high = self.better
        return True if low > 0.0 else False if high < 0.0 else None


def rescale(
    frames: Frames, *, method: Method = "temperature", judge: Frames | None = None, seed: int = 0, level: float = 0.95
) -> Rescaled:
    """Fit a scaling on half of a run's labelled texts and judge it on the others, or on those of a second run.

    Args:
        frames: predictions of the run.
        method: one factor for all labels, or a factor and a shift each.
        judge: predictions of the second run, by the same model; texts that both have are left out of it.
        seed: which texts belong to which half.
        level: of the intervals.

    Raises:
        InputError: there is nothing to fit by, or not by this method, or too little.
    """
    if frames.task.several:
        raise InputError(
            "The model gives several labels a text, and says each from a threshold of its own: scaled probabilities would mean "
            "another thing there. Only models of one label a text can be calibrated."
        )
    if method == "vector" and not frames.task.exclusive:
        raise InputError(
            "The model has one output for both of its labels, so that there is nothing to scale for each; choose the method "
            "temperature."
        )
    rows = _labelled(frames, tr_later("The run"))
    first = (
        halves(frames.predictions["content_id"].iloc[rows], seed) if judge is None else np.ones(len(rows), dtype=bool)
    )
    fit = rows[first]
    if judge is None:
        judge, held = frames, rows[~first]
    else:
        held = _labelled(judge, tr_later("The run that is to judge"))
        known = frames.predictions["content_id"].iloc[rows]
        held = held[~judge.predictions["content_id"].iloc[held].isin(known).to_numpy()]
        if len(held) < FEWEST:
            raise InputError(
                f"Only {len(held)} texts of the run that is to judge are not in the other one, and {FEWEST} are needed; choose a "
                "run on another table, or none: then one half judges the other."
            )
    scaling = _fit(frames, fit, method)
    plain, scaled = _part(judge, held, None), _part(judge, held, scaling)
    return Rescaled(
        scaling, len(fit), len(held), _scores(plain, seed, level), _scores(scaled, seed, level), _better(plain, scaled, seed, level),
        int((~frames.task.sames(plain.predictions["predicted"], scaled.predictions["predicted"])).sum()),
    )  # fmt: skip


def fit_vector(logs: Floats, truth: NDArray[np.intp], weights: Floats) -> Scaling:
    """A factor and a shift for each label, of the smallest penalised negative log-likelihood.

    Args:
        logs: log-probabilities, (n, labels); truth: place of each true label, (n,); weights: rows per text, (n,).

    Returns:
        Factors near 1 and shifts near 0 where the texts say little: both have a Gaussian prior of deviation 1, so that a label with
        a handful of texts is not fitted to them.
    """
    n, k = logs.shape
    hot = np.zeros((n, k))
    hot[np.arange(n), truth] = 1.0
    share = weights / weights.sum()

    def loss(values: Floats) -> tuple[float, Floats]:
        scale, shift = values[:k], values[k:]
        scores = logs * scale + shift
        top = scores.max(axis=1)
        norm = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        off = (np.exp(scores - norm[:, None]) - hot) * share[:, None]
        penalty = 0.5 * (((scale - 1.0) ** 2).sum() + (shift**2).sum()) / n
        slopes = np.concatenate([(off * logs).sum(axis=0) + (scale - 1.0) / n, off.sum(axis=0) + shift / n])
        return float((share * (norm - scores[np.arange(n), truth])).sum() + penalty), slopes

    start = np.concatenate([np.ones(k), np.zeros(k)])
    bounds = [(1.0 / MAX_TEMPERATURE, MAX_TEMPERATURE)] * k + [(None, None)] * k
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return Scaling("vector", _kept(found.x[:k]), _kept(found.x[k:]))


def _labelled(frames: Frames, what: str) -> NDArray[np.intp]:
    """Places of predictions with a label that the model has, without an error."""
    p = frames.predictions
    known = (p["correct"] >= 0) & ~p["error"] & p["label"].isin(frames.labels)
    rows = np.flatnonzero(known.to_numpy(dtype=bool) & np.isfinite(frames.probs).all(axis=1))
    if not len(rows):
        raise InputError(
            f"{what} has no labelled texts, so that there is nothing to calibrate by; audit a table with labels."
        )
    classes = p["label"].iloc[rows].unique()
    if len(classes) < 2:
        raise InputError(
            f"{what} has texts of one label only ('{classes[0]}'), by which no probability can be told right or wrong; audit a "
            "table with texts of at least two."
        )
    if len(rows) < FEWEST:
        raise InputError(
            f"{what} has {len(rows)} distinct labelled texts, and {FEWEST} are needed to calibrate a model; audit more."
        )
    return rows


def _logs(frames: Frames, rows: NDArray[np.intp]) -> Floats:
    logs: Floats = np.log(np.maximum(frames.probs[rows].astype(np.float64), LEAST))
    return logs


def _fit(frames: Frames, rows: NDArray[np.intp], method: Method) -> Scaling:
    p = frames.predictions.iloc[rows]
    logs, weights = _logs(frames, rows), p["weight"].to_numpy(dtype=np.float64)
    truth = np.asarray(pd.Index(frames.labels).get_indexer(pd.Index(p["label"])), dtype=np.intp)
    if method == "vector":
        return fit_vector(logs, truth, weights)
    slope = slope_of(logs, truth, weights)
    if slope is None:
        raise InputError(
            "No temperature fits these texts: the model is right, or wrong, in nearly all of them, whatever it is sure of; audit "
            "a larger table, or one that it finds harder."
        )
    return Scaling("temperature", _kept([slope]))


def _kept(values: Floats | list[float]) -> tuple[float, ...]:
    """With the digits that a card keeps, so that what is judged is what is saved."""
    return tuple(round(float(value), 9) for value in values)


def _part(frames: Frames, rows: NDArray[np.intp], scaling: Scaling | None) -> Frames:
    """The predictions of some rows alone, scaled or as they are."""
    p, probs = frames.predictions.iloc[rows].reset_index(drop=True), frames.probs[rows]
    if scaling is not None:
        probs = scaling.of_logs(_logs(frames, rows)).astype(np.float32)
        said = [frames.task.answer(row) for row in probs] if scaling.method == "vector" else p["predicted"]
        p = p.assign(predicted=said, confidence=probs.max(axis=1).astype(np.float64))
        p = p.assign(correct=frames.task.rights(p["predicted"], p["label"]).astype(np.int64))
    return replace(frames, predictions=p, probs=probs)


def _measures(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    yield from calibration(frames, measurer)
    yield measurer.proportion("accuracy", frames.predictions["correct"], frames.predictions["weight"])


def _scores(frames: Frames, seed: int, level: float) -> tuple[Score, ...]:
    found = {score.name: score for score in measure_families(frames, [_measures], seed=seed).scores(level)}
    return tuple(found[name] for name in SHOWN if name in found)


def _better(plain: Frames, scaled: Frames, seed: int, level: float) -> tuple[float, float, float]:
    """By how much the mean negative log-likelihood falls: paired, bootstrap over texts."""
    place = pd.Index(plain.labels).get_indexer(pd.Index(plain.predictions["label"]))
    own = [np.maximum(part.probs[np.arange(len(place)), place].astype(np.float64), LEAST) for part in (plain, scaled)]
    weights = plain.predictions["weight"].to_numpy(dtype=np.float64)
    made: Replicates = of_mean(np.log(own[1]) - np.log(own[0]), weights, row_generator(seed, "rescaling", "bootstrap"))
    ends = made.interval(level)
    return made.value, ends.low, ends.high
