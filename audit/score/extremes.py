"""The largest of several quantities, each with an error: an interval that knows that the largest was picked by looking.

Where K quantities are measured, the largest true one is, with confidence 1 - a, at least the largest of their lower ends at
1 - a/K, and at most the largest of their upper ends at 1 - a/K (Bonferroni). Both ends are kept at every confidence, as a
confidence distribution, so that the interval can be had at any level.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from audit.score.bootstrap import Floats, Replicates, confidence_distribution, probabilities

NO_SPREAD = 1e-6
"""Standard errors below this say that all texts are alike, and nothing of what others would do."""


def largest(
    values: Floats, errors: Floats, freedom: Floats, *, resamples: int, ends: tuple[float, float] | None = None
) -> Replicates:
    """The largest of K true quantities.

    Where all texts are alike Student's interval has no width. Of n that are alike the share of others that are not is, with
    confidence 1 - p, at most 1 - p^(1/n) (Clopper & Pearson 1934), and each of those may be anywhere between the ends.

    Args:
        values: (K,) as observed, K >= 1.
        errors: (K,) standard errors.
        freedom: (K,) degrees of freedom of the errors (Student's t), one less than the texts; infinity for normal ones.
        resamples: confidences at which the ends are kept.
        ends: the least and the most one text can contribute, where it has bounds.

    Returns:
        The value is the largest as observed; its interval is never too narrow for having been picked, and wide where K is large.
    """
    confidence = probabilities(resamples)
    tail = np.minimum(confidence, 1.0 - confidence) / values.size
    least, most = ends or (0.0, 0.0)
    alike = (errors < NO_SPREAD) & (ends is not None)
    found = np.empty(resamples)
    for i, p in enumerate(tail):
        reach = np.where(
            errors > 0.0, stdtrit(np.minimum(freedom, 1e9), p) * errors, 0.0
        )  # negative, (K,); -inf * 0 is no number
        others = np.where(alike, 1.0 - p ** (1.0 / (freedom + 1.0)), 0.0)
        if confidence[i] < 0.5:
            found[i] = np.where(alike, values - others * (values - least), values + reach).max()
        else:
            found[i] = np.where(alike, values + others * (most - values), values - reach).max()
    return confidence_distribution(float(values.max()), np.sort(found))


def largest_of(parts: list[Replicates], *, resamples: int) -> Replicates:
    """The largest of quantities that are confidence distributions themselves."""
    confidence = probabilities(resamples)
    low = np.max([np.quantile(part.values, confidence / len(parts)) for part in parts], axis=0)
    high = np.max([np.quantile(part.values, 1.0 - (1.0 - confidence) / len(parts)) for part in parts], axis=0)
    value = max(part.value for part in parts)
    return confidence_distribution(
        value, np.sort(np.where(confidence < 0.5, np.minimum(low, value), np.maximum(high, value)))
    )
