"""Whether stated probabilities can be believed: debiased ECE beside that of a calibrated model, Brier, NLL, temperature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.language.written import SETTING
from audit.said import Number, Said
from audit.score.bootstrap import Floats, Replicates
from audit.score.ece import BINS, Binned, binned, calibrated_null, debiased_ece, plain_ece, resampled_ece
from audit.score.frames import Frames
from audit.score.intervals import share_interval
from audit.score.measurer import FEW, Measurer, absent
from audit.score.measures import POINT_ROWS, Measure
from audit.score.performance import surest_errors
from audit.score.sparse import of_share
from audit.score.temperature import newton_terms, slope_of

MIN_ROWS = 2 * BINS
"""Fewer rows than this give no ECE."""
RARELY = 0.01
"""A smaller share of calibrated models than this is not told more closely."""


def calibration(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """The calibration scores; nothing without labels, one absent measure for multi-label models."""
    rows, probs, truth = _usable(frames)
    if rows.empty:
        return
    if not _applies(frames):
        yield absent("ece", Said("note.several_labels"))
        return
    weights = rows["weight"].to_numpy(dtype=np.float64)
    yield from _ece(rows, measurer)
    yield _gap(rows, weights, measurer)
    scored = true_probabilities(frames)
    yield measurer.mean("brier", scored["brier"], weights, bca=True)
    yield measurer.mean("nll", scored["nll"], weights, bca=True)
    yield _temperature(probs, truth, weights, measurer)


def reliability(frames: Frames, *, level: float = 0.95, bins: int = BINS) -> pd.DataFrame:
    """The reliability diagram: columns bin, confidence (mean), accuracy, low, high (of a share), from, to, n, row_ids.

    `row_ids` are up to `POINT_ROWS` rows of the bin, wrong ones first. Empty without labels.
    """
    rows, _, _ = _usable(frames)
    columns = ["bin", "confidence", "accuracy", "low", "high", "from", "to", "n", "row_ids"]
    if rows.empty or not _applies(frames):
        return pd.DataFrame(columns=columns)
    rows = rows.sort_values("confidence", kind="stable")
    data = _bins_of(rows, bins)
    lines = []
    for number in range(data.count):
        part = rows[data.bins == number]
        weights = part["weight"].to_numpy(dtype=np.float64)
        total, effective = weights.sum(), weights.sum() ** 2 / (weights**2).sum()
        accuracy = float((part["correct"] * weights).sum() / total)
        low, high = share_interval(min(accuracy * effective, effective), effective, level)
        mean = float((part["confidence"] * weights).sum() / total)
        ids = tuple(part.sort_values(["correct", "row_id"], kind="stable")["row_id"].head(POINT_ROWS))
        ends = float(part["confidence"].min()), float(part["confidence"].max())
        lines.append((number + 1, mean, accuracy, low, high, *ends, int(total), ids))
    return pd.DataFrame(lines, columns=columns)


def true_probabilities(frames: Frames) -> pd.DataFrame:
    """Columns row_id, content_id, weight, brier, nll of every labelled row; empty for multi-label models."""
    rows, probs, truth = _usable(frames)
    if not _applies(frames):
        rows, probs, truth = rows[:0], probs[:0], truth[:0]
    own = probs[np.arange(len(rows)), truth]
    scored = rows[["row_id", "content_id", "weight"]].reset_index(drop=True)
    return scored.assign(brier=(probs**2).sum(axis=1) - 2.0 * own + 1.0, nll=-np.log(np.maximum(own, 1e-12)))


def _applies(frames: Frames) -> bool:
    return "calibration" in frames.task.families


def _usable(frames: Frames) -> tuple[pd.DataFrame, Floats, NDArray[np.intp]]:
    """Labelled predictions with probabilities, the probabilities (n, labels), and the index of each true label."""
    p = frames.predictions
    codes = pd.Index(frames.labels).get_indexer(pd.Index(p["label"]))
    kept = ((p["correct"] >= 0) & ~p["error"]).to_numpy(dtype=bool) & np.isfinite(frames.probs).all(axis=1)
    if _applies(frames):
        kept &= codes >= 0
    return p[kept], frames.probs[kept].astype(np.float64), np.asarray(codes, dtype=np.intp)[kept]


def _bins_of(rows: pd.DataFrame, bins: int = BINS) -> Binned:
    columns = (rows[name].to_numpy(dtype=np.float64) for name in ("confidence", "correct", "weight"))
    confidence, correct, weights = columns
    return binned(confidence, correct, weights, bins)


def _ece(rows: pd.DataFrame, measurer: Measurer) -> Iterator[Measure]:
    if len(rows) < MIN_ROWS:
        yield absent("ece", Said("note.labelled_rows", {"needed": MIN_ROWS, "rows": len(rows)}))
        return
    data = _bins_of(rows)
    sums, generator = data.sums(), measurer.generator("ece", {"probe": "accuracy of the bins"})
    made = measurer.sums("ece", sums, lambda r: resampled_ece(data, r, generator), rows=data.weights.sum())
    total = sums.sum(axis=0, keepdims=True)
    plain, value = float(plain_ece(total, data.count)[0]), float(debiased_ece(total, data.count)[0])
    null = calibrated_null(data, measurer.resamples, measurer.generator("ece_calibrated", {}))
    # Replicates carry the noise twice, so they lie too high: centre them on the estimate
    drawn = made.replicates.values if made.replicates else np.empty(0)
    moved = np.maximum(drawn - drawn.mean() + value, 0.0).astype(np.float32).astype(np.float64)
    share = float((null >= value).mean())
    often = Number(share) if share >= RARELY else Number(RARELY, f"{SETTING}share")
    of_calibrated = {"ece": Number(float(null.mean())), "share": often}
    notes = (
        Said("note.calibrated" if share >= RARELY else "note.calibrated_rarely", of_calibrated),
        Said("note.without_debiasing", {"ece": Number(plain)}),
        Said("note.bins", {"bins": data.count}) if data.count > 1 else Said("note.one_bin"),
    )
    found = measurer.replicated(
        "ece",
        Replicates(value, moved, len(rows)),
        rows=data.weights.sum(),
        notes=notes,
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


def _gap(rows: pd.DataFrame, weights: Floats, measurer: Measurer) -> Measure:
    """Mean confidence less accuracy: bootstrap over texts, or, with few of them right or wrong, from the interval of each.

    A sample with hardly an error says little of how many others would hold; resampling it would make that a certainty.
    """
    stated, right = (rows[name].to_numpy(dtype=np.float64) for name in ("confidence", "correct"))
    if min(int(right.sum()), int((1.0 - right).sum())) >= FEW:
        return measurer.mean("confidence_gap", stated - right, weights)
    total = float(weights.sum())
    texts = total**2 / float((weights**2).sum())
    mean, share = (float((column * weights).sum()) / total for column in (stated, right))
    spread = float((weights * (stated - mean) ** 2).sum()) / total
    error = float(np.sqrt(spread / max(texts - 1.0, 1.0)))
    return Measure(
        "confidence_gap",
        mean - share,
        round(total),
        "gap",
        counts=(mean, error, texts, min(share * texts, texts), texts),
        notes=(Said("note.few_right", {"interval": of_share(texts)}),),
    )


def _temperature(probs: Floats, truth: NDArray[np.intp], weights: Floats, measurer: Measurer) -> Measure:
    """Fit 1 / T on the log-probabilities; each replicate is one Newton step from the fit."""
    logs = np.log(np.maximum(probs, 1e-12))
    slope = slope_of(logs, truth, weights)
    if slope is None:
        return absent("temperature", Said("note.no_temperature"))
    gradient, curvature = newton_terms(logs, logs[np.arange(truth.size), truth], slope)
    sums = np.column_stack([gradient * weights, curvature * weights])

    def refit(resampled: Floats) -> Floats:
        moved = slope - resampled[:, 0] / np.maximum(resampled[:, 1], 1e-12)
        temperature: Floats = np.where(moved > 1e-3, 1.0 / np.maximum(moved, 1e-3), np.nan)
        return temperature

    return measurer.sums("temperature", sums, refit, rows=weights.sum())
