"""Whether stated probabilities can be believed: debiased ECE beside that of a calibrated model, Brier, NLL, temperature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from audit.score.bootstrap import Floats, Replicates
from audit.score.frames import Frames
from audit.score.intervals import wilson
from audit.score.measurer import Measurer, absent
from audit.score.measures import POINT_ROWS, Measure
from audit.score.performance import surest_errors

BINS = 15
MIN_ROWS = 2 * BINS
"""Fewer rows than this give no ECE."""
MAX_TEMPERATURE = 20.0
"""A fit beyond this, or below its inverse, has run away."""


@dataclass(frozen=True, slots=True)
class Binned:
    """Rows with a label, sorted by confidence into bins of equal mass.

    Attributes:
        confidence: stated probability of the predicted label, (n,).
        correct: whether it is right, (n,).
        weights: rows of the table per text, (n,).
        bins: bin of each row, (n,), ascending in confidence.
        count: number of bins.
    """

    confidence: Floats
    correct: Floats
    weights: Floats
    bins: NDArray[np.intp]
    count: int

    def sums(self) -> Floats:
        """What each row adds to weight, squared weight, confidence and correct of its bin, (n, 4 bins)."""
        inside = np.zeros((self.bins.size, self.count))
        inside[np.arange(self.bins.size), self.bins] = 1.0
        columns = (self.weights, self.weights**2, self.weights * self.confidence, self.weights * self.correct)
        return np.hstack([inside * column[:, None] for column in columns])


def calibration(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """The calibration scores; nothing without labels, one absent measure for multi-label models."""
    rows, probs, truth = _usable(frames)
    if rows.empty:
        return
    if frames.multi_label:
        yield absent("ece", "not defined for a model that gives several labels at once")
        return
    weights = rows["weight"].to_numpy(dtype=np.float64)
    yield from _ece(rows, measurer)
    gap = rows["confidence"].to_numpy() - rows["correct"].to_numpy()
    yield measurer.mean("confidence_gap", gap, weights)
    scored = true_probabilities(frames)
    yield measurer.mean("brier", scored["brier"], weights, bca=True)
    yield measurer.mean("nll", scored["nll"], weights, bca=True)
    yield _temperature(probs, truth, weights, measurer)


def binned(confidence: Floats, correct: Floats, weights: Floats, bins: int = BINS) -> Binned:
    """Sort rows into at most `bins` bins of equal mass; rows of one confidence may share a bin's border."""
    order = np.argsort(confidence, kind="stable")
    weight = weights[order]
    middle = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    numbers = np.minimum((middle * bins).astype(np.intp), bins - 1)
    _, numbers = np.unique(numbers, return_inverse=True)
    return Binned(confidence[order], correct[order], weight, numbers, int(numbers.max(initial=0)) + 1)


def plain_ece(sums: Floats, bins: int) -> Floats:
    """ECE without debiasing, (r,), of sums (r, 4 bins): the mass-weighted |accuracy - confidence| of the bins."""
    mass, _, confidence, correct = _split(sums, bins)
    return _shares((np.abs(correct - confidence)).sum(axis=1), mass.sum(axis=1))


def debiased_ece(sums: Floats, bins: int) -> Floats:
    """ECE less its bias under Gaussian noise of each bin's accuracy (Kumar et al. 2019, section 5), >= 0.

    A bin's gap d with standard error s is estimated as 2|d| - E|N(d, s^2)|, the folded normal mean in closed form.
    """
    mass, squares, confidence, correct = _split(sums, bins)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.abs(correct - confidence) / mass
        accuracy = (correct + 0.5) / (mass + 1.0)  # shrunk: a bin that is all right still has noise
        error = np.sqrt(accuracy * (1.0 - accuracy) * squares) / mass
        folded = error * np.sqrt(2.0 / np.pi) * np.exp(-(gap**2) / (2.0 * error**2)) + gap * (
            1.0 - 2.0 * ndtr(-gap / error)
        )
        each = np.where(mass > 0, mass * (2.0 * gap - folded), 0.0)
    return np.maximum(_shares(each.sum(axis=1), mass.sum(axis=1)), 0.0)


def calibrated_null(data: Binned, simulations: int, generator: np.random.Generator) -> Floats:
    """Debiased ECE of `simulations` models whose stated probabilities are exactly right, at these rows: (simulations,)."""
    found = []
    step = max(1, min(simulations, 4_000_000 // max(data.bins.size, 1)))
    sums = data.sums()
    fixed, inside = sums.sum(axis=0), sums[:, : data.count]  # (4 bins,), weights by bin (n, bins)
    for start in range(0, simulations, step):
        size = min(step, simulations - start)
        right = (generator.random((size, data.bins.size)) < data.confidence).astype(np.float64)
        drawn = np.tile(fixed, (size, 1))
        drawn[:, 3 * data.count :] = right @ inside
        found.append(debiased_ece(drawn, data.count))
    return np.concatenate(found)


def reliability(frames: Frames, *, level: float = 0.95, bins: int = BINS) -> pd.DataFrame:
    """The reliability diagram: columns bin, confidence (mean), accuracy, low, high (Wilson), from, to, n, row_ids.

    `row_ids` are up to `POINT_ROWS` rows of the bin, wrong ones first. Empty without labels.
    """
    rows, _, _ = _usable(frames)
    columns = ["bin", "confidence", "accuracy", "low", "high", "from", "to", "n", "row_ids"]
    if rows.empty or frames.multi_label:
        return pd.DataFrame(columns=columns)
    rows = rows.sort_values("confidence", kind="stable")
    data = _bins_of(rows, bins)
    lines = []
    for number in range(data.count):
        part = rows[data.bins == number]
        weights = part["weight"].to_numpy(dtype=np.float64)
        total, effective = weights.sum(), weights.sum() ** 2 / (weights**2).sum()
        accuracy = float((part["correct"] * weights).sum() / total)
        low, high = wilson(min(accuracy * effective, effective), effective, level)
        mean = float((part["confidence"] * weights).sum() / total)
        ids = tuple(part.sort_values(["correct", "row_id"], kind="stable")["row_id"].head(POINT_ROWS))
        ends = float(part["confidence"].min()), float(part["confidence"].max())
        lines.append((number + 1, mean, accuracy, low, high, *ends, int(total), ids))
    return pd.DataFrame(lines, columns=columns)


def true_probabilities(frames: Frames) -> pd.DataFrame:
    """Columns row_id, content_id, weight, brier, nll of every labelled row; empty for multi-label models."""
    rows, probs, truth = _usable(frames)
    if frames.multi_label:
        rows, probs, truth = rows[:0], probs[:0], truth[:0]
    own = probs[np.arange(len(rows)), truth]
    scored = rows[["row_id", "content_id", "weight"]].reset_index(drop=True)
    return scored.assign(brier=(probs**2).sum(axis=1) - 2.0 * own + 1.0, nll=-np.log(np.maximum(own, 1e-12)))


def _usable(frames: Frames) -> tuple[pd.DataFrame, Floats, NDArray[np.intp]]:
    """Labelled predictions with probabilities, the probabilities (n, labels), and the index of each true label."""
    p = frames.predictions
    codes = pd.Index(frames.labels).get_indexer(pd.Index(p["label"]))
    kept = ((p["correct"] >= 0) & ~p["error"]).to_numpy(dtype=bool) & np.isfinite(frames.probs).all(axis=1)
    if not frames.multi_label:
        kept &= codes >= 0
    return p[kept], frames.probs[kept].astype(np.float64), np.asarray(codes, dtype=np.intp)[kept]


def _bins_of(rows: pd.DataFrame, bins: int = BINS) -> Binned:
    columns = (rows[name].to_numpy(dtype=np.float64) for name in ("confidence", "correct", "weight"))
    confidence, correct, weights = columns
    return binned(confidence, correct, weights, bins)


def _ece(rows: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    if len(rows) < MIN_ROWS:
        yield absent("ece", f"needs at least {MIN_ROWS} rows with a label, there are {len(rows)}")
        return
    data = _bins_of(rows)
    sums = data.sums()
    made = measurer.sums("ece", sums, lambda r: debiased_ece(r, data.count), rows=data.weights.sum())
    total = sums.sum(axis=0, keepdims=True)
    plain, value = float(plain_ece(total, data.count)[0]), float(debiased_ece(total, data.count)[0])
    null = calibrated_null(data, measurer.resamples, measurer.generator("ece_calibrated", {}))
    assert made.replicates is not None
    # Replicates carry the noise twice, so they lie too high: centre them on the estimate
    drawn = made.replicates.values if made.replicates else np.empty(0)
    moved = np.maximum(drawn - drawn.mean() + value, 0.0).astype(np.float32).astype(np.float64)
    share = float((null >= value).mean())
    often = f"{share:.0%} of such models get" if share >= 0.01 else "fewer than 1% of such models get"
    note = (
        f"a perfectly calibrated model would get {null.mean():.3f} at this n, and {often} as much as this one; "
        f"without debiasing {plain:.3f}; {data.count} bins of equal mass"
    )
    found = measurer.replicated(
        "ece",
        Replicates(value, moved, len(rows)),
        rows=data.weights.sum(),
        note=note,
        evidence=surest_errors(rows),
        context={"p_value": share},
    )
    yield replace(found, counts=(share,))
    kept = np.sort(null).astype(np.float32).astype(np.float64)
    yield Measure(
        "ece_calibrated",
        float(null.mean()),
        round(data.weights.sum()),
        "simulation",
        replicates=Replicates(float(null.mean()), kept, len(rows)),
    )


def _temperature(probs: Floats, truth: NDArray[np.intp], weights: Floats, measurer: Measurer) -> Measure:
    """Fit 1 / T on the log-probabilities by Newton steps; each replicate is one Newton step from the fit."""
    logs = np.log(np.maximum(probs, 1e-12))
    own = logs[np.arange(truth.size), truth]
    slope = 1.0
    for _ in range(50):
        gradient, curvature = _newton_terms(logs, own, slope)
        step = float((weights * gradient).sum() / max((weights * curvature).sum(), 1e-12))
        slope = float(np.clip(slope - step, slope / 3.0, slope * 3.0))
        if abs(step) < 1e-9:
            break
    if not 1.0 / MAX_TEMPERATURE < slope < MAX_TEMPERATURE:
        return absent("temperature", "no finite temperature: the model is right on every row, or no better than chance")
    gradient, curvature = _newton_terms(logs, own, slope)
    sums = np.column_stack([gradient * weights, curvature * weights])

    def refit(resampled: Floats) -> Floats:
        moved = slope - resampled[:, 0] / np.maximum(resampled[:, 1], 1e-12)
        temperature: Floats = np.where(moved > 1e-3, 1.0 / np.maximum(moved, 1e-3), np.nan)
        return temperature

    return measurer.sums("temperature", sums, refit, rows=weights.sum())


def _newton_terms(logs: Floats, own: Floats, slope: float) -> tuple[Floats, Floats]:
    """First and second derivative of each row's negative log-likelihood in the slope 1 / T, (n,) each."""
    scaled = slope * logs
    soft = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    soft /= soft.sum(axis=1, keepdims=True)
    mean = (soft * logs).sum(axis=1)
    return mean - own, (soft * logs**2).sum(axis=1) - mean**2


def _split(sums: Floats, bins: int) -> tuple[Floats, Floats, Floats, Floats]:
    return sums[:, :bins], sums[:, bins : 2 * bins], sums[:, 2 * bins : 3 * bins], sums[:, 3 * bins :]


def _shares(total: Floats, mass: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = total / mass
    return result
