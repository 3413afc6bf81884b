"""Infidelity (Yeh et al. 2019): how well the scores foretell what removing words does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audit.explain.faithfulness import curve_sizes, random_orders
from audit.explain.method import Method
from audit.explain.rows import Row
from audit.explain.steps import Steps, masked

SHUFFLES = 5


def infidelity(explainer: Method, row: Row, scores: NDArray[np.float64]) -> Steps[dict[str, float]]:
    """Infidelity of the scores, of shuffled scores, and of the least-squares scores that no other can beat.

    The perturbations are the prefixes of the row's random orders, which the floor of faithfulness evaluates anyway.
    """
    from audit.explain import _captum

    m = len(row.words)
    sizes = np.array([k for k in curve_sizes(m) if k > 0])
    places = [np.argsort(order) for order in random_orders(row, explainer.orders)]
    removed = np.unique(np.concatenate([place[None, :] < sizes[:, None] for place in places]), axis=0)  # (n, m)
    logits = yield from masked(row, ~removed, explainer.removal)
    drops = row.full("probability") - row.value(logits, "probability")  # (n,)
    generator = row.generator("infidelity")
    shuffled = [generator.permutation(scores) for _ in range(SHUFFLES)]
    best, *_ = np.linalg.lstsq(removed.astype(float), drops, rcond=None)
    found = _captum.infidelity(removed, drops, np.stack([scores, best, *shuffled]))
    return {
        "infidelity": float(found[0]),
        "infidelity_random": float(found[2:].mean()),
        "infidelity_best": float(min(found[0], found[1])),
    }
