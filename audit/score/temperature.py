"""The temperature that makes stated probabilities most likely (Guo et al. 2017): Newton steps on its inverse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.score.bootstrap import Floats

MAX_TEMPERATURE = 20.0
"""A fit beyond this, or below its inverse, has run away."""
STEPS = 50


def slope_of(logs: Floats, truth: NDArray[np.intp], weights: Floats) -> float | None:
    """1 / T of the smallest mean negative log-likelihood, which is convex in it; None where it runs away.

    Args:
        logs: log-probabilities or logits, (n, labels).
        truth: place of each true label, (n,).
        weights: rows of the table per text, (n,).
    """
    own = logs[np.arange(truth.size), truth]
    slope = 1.0
    for _ in range(STEPS):
        gradient, curvature = newton_terms(logs, own, slope)
        step = float((weights * gradient).sum() / max((weights * curvature).sum(), 1e-12))
        slope = float(np.clip(slope - step, slope / 3.0, slope * 3.0))
        if abs(step) < 1e-9:
            break
    return slope if 1.0 / MAX_TEMPERATURE < slope < MAX_TEMPERATURE else None


def newton_terms(logs: Floats, own: Floats, slope: float) -> tuple[Floats, Floats]:
    """First and second derivative of each row's negative log-likelihood in the slope 1 / T, (n,) each."""
    scaled = slope * logs
    soft = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    soft /= soft.sum(axis=1, keepdims=True)
    mean = (soft * logs).sum(axis=1)
    return mean - own, (soft * logs**2).sum(axis=1) - mean**2
