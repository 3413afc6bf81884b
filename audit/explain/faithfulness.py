"""Comprehensiveness, sufficiency, deletion and insertion AUC, tau: with the floor of random orders and the best found.

All on the probability of the target, with words removed as token ids. The random orders and the greedy searches belong
to the row, not to the method: methods compared on one row share them, and their evaluations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from audit.explain.method import Method
from audit.explain.occlusion import leave_one_out
from audit.explain.rows import Removal, Row
from audit.explain.steps import Steps, masked

BINS = (0.01, 0.05, 0.10, 0.20, 0.50)
CURVE_STEPS = 10
DEEPEST = 256
"""Steps of a search: half the words of a text of 512 tokens. Steps and their questions both grow with a text."""
LARGER_IS_BETTER = {"comprehensiveness": True, "sufficiency": False, "deletion_auc": False, "insertion_auc": True}

Order = NDArray[np.int64]


def ranking(scores: NDArray[np.float64]) -> Order:
    """Words from the highest signed score down, (m,); differences below a millionth of the largest score are ties,
    which go by position, so that the last bits of a float decide nothing."""
    unit = float(np.abs(scores).max(initial=0.0)) * 1e-6
    rounded = np.round(scores / unit) if unit > 0 else scores
    return np.argsort(-rounded, kind="stable")


def bin_sizes(m: int) -> list[int]:
    """How many words each bin takes: max(1, ceil(bin x m))."""
    return [max(1, ceil(share * m - 1e-9)) for share in BINS]


def curve_sizes(m: int) -> list[int]:
    """How many words are gone at each point of the curves: every number up to 10 words, else 11 even points."""
    if m <= CURVE_STEPS:
        return list(range(m + 1))
    return sorted({round(i * m / CURVE_STEPS) for i in range(CURVE_STEPS + 1)})


def random_orders(row: Row, count: int) -> list[Order]:
    """The row's random orders, the same for every method."""
    generator = row.generator("faithfulness")
    return [generator.permutation(len(row.words)) for _ in range(count)]


def faithfulness(explainer: Method, row: Row, scores: NDArray[np.float64]) -> Steps[dict[str, float]]:
    """The four metrics of an order and tau, each with `_random` and `_best`.

    Args:
        explainer: the method, for its parameters and name.
        row: the row.
        scores: its word scores, (m,).
    """
    removal = explainer.removal
    floor = yield from _floor(row, removal, explainer.orders)
    found_before = yield from _searched(row, removal, explainer.ceiling)
    (own,) = yield from measure_orders(row, [ranking(scores)], removal)
    metrics: dict[str, float] = {}
    for name, larger in LARGER_IS_BETTER.items():
        candidates = [own[name], *(one[name] for one in found_before)]
        metrics[name] = own[name]
        metrics[f"{name}_random"] = float(np.mean([one[name] for one in floor]))
        metrics[f"{name}_best"] = max(candidates) if larger else min(candidates)
    if explainer.name != "leave_one_out":
        effects = yield from _effects(row, removal)
        metrics |= _tau(row, scores, effects, explainer.orders)
    return metrics


def measure_orders(row: Row, orders: Sequence[Order], removal: Removal) -> Steps[list[dict[str, float]]]:
    """Comprehensiveness, sufficiency and both AUCs of several orders of the words, in one request."""
    m = len(row.words)
    sizes = sorted({*curve_sizes(m), *bin_sizes(m)})
    masks = np.concatenate([_prefix_masks(order, sizes) for order in orders])  # (orders x 2 x sizes, m)
    logits = yield from masked(row, masks, removal)
    values = row.value(logits, "probability").reshape(len(orders), 2, len(sizes))
    full = row.full("probability")
    return [_summary(full, dict(zip(sizes, gone, strict=True)), dict(zip(sizes, only, strict=True)), m)
            for gone, only in values]  # fmt: skip


def _prefix_masks(order: Order, sizes: Sequence[int]) -> NDArray[np.bool_]:
    """First the text without the first k words of the order for each size k, then those words alone, (2 x sizes, m)."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    gone = place[None, :] < np.asarray(sizes)[:, None]
    return np.concatenate([~gone, gone])


def _summary(full: float, gone: Mapping[int, float], only: Mapping[int, float], m: int) -> dict[str, float]:
    points = curve_sizes(m)
    shares = np.array(points) / m
    return {
        "comprehensiveness": float(np.mean([full - gone[k] for k in bin_sizes(m)])),
        "sufficiency": float(np.mean([full - only[k] for k in bin_sizes(m)])),
        "deletion_auc": float(np.trapezoid([gone[k] for k in points], shares)),
        "insertion_auc": float(np.trapezoid([only[k] for k in points], shares)),
    }


def _floor(row: Row, removal: Removal, count: int) -> Steps[list[dict[str, float]]]:
    key = f"floor {removal} {count}"
    if key not in row.memo:
        row.memo[key] = yield from measure_orders(row, random_orders(row, count), removal)
    floor: list[dict[str, float]] = row.memo[key]
    return floor


def _effects(row: Row, removal: Removal) -> Steps[NDArray[np.float64]]:
    key = f"effects {removal}"
    if key not in row.memo:
        row.memo[key] = yield from leave_one_out(row, "probability", removal)
    effects: NDArray[np.float64] = row.memo[key]
    return effects


def _searched(row: Row, removal: Removal, budget: int) -> Steps[list[dict[str, float]]]:
    """The metrics of the orders found by search: greedy removal, greedy insertion, leave-one-out."""
    key = f"searched {removal} {budget}"
    if key not in row.memo:
        effects = yield from _effects(row, removal)
        removing = yield from greedy_order(row, effects, removal, budget, insert=False)
        inserting = yield from greedy_order(row, effects, removal, budget, insert=True)
        row.memo[key] = yield from measure_orders(row, [removing, inserting, ranking(effects)], removal)
    searched: list[dict[str, float]] = row.memo[key]
    return searched


def greedy_order(
    row: Row, effects: NDArray[np.float64], removal: Removal, budget: int, *, insert: bool
) -> Steps[Order]:
    """An order found word by word: the next word is the one whose removal (or insertion) changes f most.

    The search goes as deep as the largest bin, at most `DEEPEST` words; the words behind follow by their last known
    effect. A step tries the `budget / steps` most promising words, all of them in texts of up to about 25 words at the
    default of 200.
    """
    m = len(row.words)
    depth = min(max(bin_sizes(m)), DEEPEST)
    width = max(1, budget // depth)
    promise = effects.copy()
    chosen: list[int] = []
    for _ in range(depth):
        gone = set(chosen)
        left = [int(word) for word in ranking(promise) if word not in gone][:width]
        keep = np.full((len(left), m), not insert)
        keep[:, chosen] = insert
        keep[np.arange(len(left)), left] = insert
        logits = yield from masked(row, keep, removal)
        values = row.value(logits, "probability")
        gains = values if insert else -values
        promise[left] = gains - gains.max() + 1.0  # the words just tried rank by what they did now
        untried = np.setdiff1d(np.arange(m), left)
        promise[untried] = np.minimum(promise[untried], float(promise[left].min()))
        chosen.append(left[int(ranking(gains)[0])])
    gone = set(chosen)
    rest = [int(word) for word in ranking(promise) if word not in gone]
    return np.array(chosen + rest)


def _tau(row: Row, scores: NDArray[np.float64], effects: NDArray[np.float64], orders: int) -> dict[str, float]:
    own = kendall(scores, effects)
    if own is None:
        return {}
    places = [np.argsort(order).astype(float) for order in random_orders(row, orders)]
    floor = [tau for tau in (kendall(-place, effects) for place in places) if tau is not None]
    return {"tau_loo": own, "tau_loo_random": float(np.mean(floor)) if floor else 0.0, "tau_loo_best": 1.0}


def kendall(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    """Kendall's tau-b of two score vectors, None where it is not defined (fewer than two words, or all scores equal)."""
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    tau = float(kendalltau(first, second).statistic)
    return tau if np.isfinite(tau) else None
