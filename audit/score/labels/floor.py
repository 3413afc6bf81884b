"""How many labels are wrong beyond what the model's own doubts explain.

Confident learning counts every sure contradiction, the model's own sure mistakes among them: of a table with right labels and a
model that errs on one row in ten it makes several in a hundred. What is told apart here: a model that is too sure is
wrong less often the surer it is, whatever its temperature; a wrong label does not care how sure the model is. So the chance of
a row's given label y is taken to be

    (1 - e) q(y) + e (1 - q(y)) / (k - 1),    q = softmax(log p / T),

and e is estimated by maximum likelihood with T free, its interval by the profile likelihood. Where doubts explain all
contradictions, or cannot be told from wrong labels (two classes, a weak model), the interval reaches down to 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from audit.score.bootstrap import RESAMPLES, Replicates, confidence_distribution, probabilities
from audit.score.labels.learning import Floats, Ints

LEAST = 5e-7
"""Probabilities are kept to six digits: what is stored as 0 may be so much."""
TEMPERATURES = np.geomspace(0.25, 16.0, 41)
SHARES = np.linspace(0.0, 0.9**0.5, 481) ** 2
"""Values of e that are tried, densest at 0."""
_BIN, _ENDS = 0.02, 40.0
"""Rows are counted by the logit of q: bins of this width, from minus to plus so much."""
_LIKELY = 12.0
"""By how much the logarithm of a likelihood may be below the largest for an interval of any level in use to reach there."""
_ROWS = 20_000
"""Rows at a time, so that many classes take little memory."""


def floor(probs: NDArray[np.floating], labels: Ints, weights: Floats, *, resamples: int = RESAMPLES) -> Replicates:
    """The share of labels that are wrong beyond the model's doubts, as a confidence distribution.

    Args:
        probs: (n, k) of rows the model was not trained on; labels: (n,) given ones; weights: (n,) rows each stands for.
        resamples: ends kept.
    """
    profile = profile_likelihood(probs, labels, weights)
    best = int(profile.argmax())
    root = np.sqrt(np.maximum(2.0 * (profile[best] - profile), 0.0)) * np.sign(np.arange(len(SHARES)) - best)
    root = np.maximum.accumulate(root)
    wanted = ndtri(probabilities(resamples))
    return confidence_distribution(float(SHARES[best]), np.interp(wanted, root, SHARES))


def profile_likelihood(probs: NDArray[np.floating], labels: Ints, weights: Floats) -> Floats:
    """(shares,) the largest log-likelihood over all temperatures for each of `SHARES`, on the effective number of rows.

    First over `TEMPERATURES`, then over as many between those that matter: where a share is about as likely as the likeliest.
    """
    scaled = weights * (float(weights.sum()) / float((weights**2).sum()))
    coarse = _likelihoods(probs, labels, scaled, TEMPERATURES)  # (temperatures, shares)
    profile = coarse.max(axis=0)
    chosen = coarse.argmax(axis=0)[profile >= profile.max() - _LIKELY]
    first, last = max(int(chosen.min()) - 1, 0), min(int(chosen.max()) + 1, len(TEMPERATURES) - 1)
    between = np.geomspace(TEMPERATURES[first], TEMPERATURES[last], len(TEMPERATURES))
    fine: Floats = _likelihoods(probs, labels, scaled, between).max(axis=0)
    return np.asarray(np.maximum(profile, fine), dtype=np.float64)


def _likelihoods(probs: NDArray[np.floating], labels: Ints, weights: Floats, temperatures: Floats) -> Floats:
    """(temperatures, shares)."""
    others = 1.0 / (probs.shape[1] - 1)
    found = np.empty((len(temperatures), len(SHARES)))
    for i, counts in enumerate(_counted(probs, labels, weights, temperatures)):
        held = counts > 0
        q = 1.0 / (1.0 + np.exp(-_middles()[held]))
        chance = (1.0 - SHARES)[:, None] * q + SHARES[:, None] * (1.0 - q) * others
        found[i] = np.log(chance) @ counts[held]
    return found


def _middles() -> Floats:
    return np.arange(-_ENDS + _BIN / 2, _ENDS, _BIN)


def _counted(probs: NDArray[np.floating], labels: Ints, weights: Floats, temperatures: Floats) -> Floats:
    """(temperatures, bins) the weight of rows by the logit of what the model gives the given label at each temperature."""
    bins = len(_middles())
    counts = np.zeros((len(temperatures), bins))
    for start in range(0, len(labels), _ROWS):
        part = slice(start, start + _ROWS)
        logs = np.log(np.maximum(probs[part], LEAST)).astype(np.float32)
        at = np.arange(len(logs)), labels[part]
        logs -= logs[at][:, None]  # of the given label 0
        logs[at] = -np.inf
        for i, temperature in enumerate(temperatures):
            scaled = logs / np.float32(temperature)
            highest = scaled.max(axis=1, keepdims=True)
            others = highest[:, 0] + np.log(np.exp(scaled - highest).sum(axis=1))
            place = np.clip(((_ENDS - others.astype(np.float64)) / _BIN).astype(np.intp), 0, bins - 1)
            counts[i] += np.bincount(place, weights[part], minlength=bins)
    return counts
