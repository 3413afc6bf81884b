"""The largest of several quantities, each with an error: an interval that knows that the largest was picked by looking.

Where K quantities are measured, the largest true one is, with confidence 1 - a, at least the largest of their lower ends at
1 - a/K, and at most the largest of their upper ends at 1 - a/K (Bonferroni). Both ends are kept at every confidence, as a
confidence distribution, so that the interval can be had at any level.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities


def largest(values: Floats, errors: Floats, freedom: Floats, *, resamples: int) -> Replicates:
    """The largest of K true quantities.

    Args:
        values: (K,) as observed, K >= 1.
        errors: (K,) standard errors.
        freedom: (K,) degrees of freedom of the errors (Student's t); infinity for normal ones.
        resamples: confidences at which the ends are kept.

    Returns:
        The value is the largest as observed; its interval is never too narrow for having been picked, and wide where K is large.
    """
    confidence = probabilities(resamples)
    tail = np.minimum(confidence, 1.0 - confidence) / values.size
    ends = np.empty(resamples)
    for i, p in enumerate(tail):
        reach = np.where(
            errors > 0.0, stdtrit(np.minimum(freedom, 1e9), p) * errors, 0.0
        )  # negative, (K,); -inf * 0 is no number
        ends[i] = (values + reach).max() if confidence[i] < 0.5 else (values - reach).max()
    return confidence_distribution(float(values.max()), np.sort(ends))


def largest_of(parts: list[Replicates], *, resamples: int) -> Replicates:
    """The largest of quantities that are confidence distributions themselves."""
    confidence = probabilities(resamples)
    low = np.max([np.quantile(part.values, confidence / len(parts)) for part in parts], axis=0)
    high = np.max([np.quantile(part.values, 1.0 - (1.0 - confidence) / len(parts)) for part in parts], axis=0)
    value = max(part.value for part in parts)
    return confidence_distribution(
        value, np.sort(np.where(confidence < 0.5, np.minimum(low, value), np.maximum(high, value)))
    )
