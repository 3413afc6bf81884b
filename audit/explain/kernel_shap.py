"""KernelSHAP (Lundberg and Lee 2017): Shapley values by weighted least squares over coalitions of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.base import PerturbationExplainer
from audit.explain.method import Scores
from audit.explain.regression import weighted_least_squares
from audit.explain.rows import Row
from audit.explain.steps import Steps, masked
from audit.language.translating import tr_later
from audit.parameters import parameter


@dataclass(frozen=True, kw_only=True)
class KernelShap(PerturbationExplainer):
    """Shapley values from `samples` coalitions, whole sizes first, the rest drawn in complementary pairs.

    The scores add up to f(text) - f(all words removed) by construction. With all coalitions within `samples` the
    values are exact; else the error bar is the heteroscedastic (HC1) standard error of the regression.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "kernel_shap")
    >>> [(word.text, round(word.score, 1)) for word in record.words if abs(word.score) > 0.07]
    [('dull', 0.9), ('superb', -0.1)]
    >>> record.steps, {word.error for word in record.words}  # all coalitions of 7 words, so nothing is left to chance
    (128, {0.0})
    """

    samples: int = parameter(
        200, tr_later("Different sets of words that the model is asked about, beside all and none."), least=2
    )

    name: ClassVar[str] = "kernel_shap"
    stochastic: ClassVar[bool] = True
    paper = "Lundberg and Lee 2017, A unified approach to interpreting model predictions"
    reads = tr_later("token ids")
    cost = tr_later("200 passes through the model")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per word."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.kernel_shap(row, self.output, self.samples, self.name))
        m = len(row.words)
        masks, weights = coalitions(m, self.samples, row.generator(self.name))
        ends = np.stack([np.zeros(m, dtype=bool), np.ones(m, dtype=bool)])
        logits = yield from masked(row, np.concatenate([ends, masks]), self.removal)
        values = row.value(logits, self.output)
        empty, full = float(values[0]), float(values[1])
        words, errors = _constrained(masks, values[2:] - empty, weights, full - empty)
        if len(masks) == 2**m - 2:
            errors = np.zeros(m)
        return Scores(
            words=words,
            word_errors=errors,
            value=full,
            baseline_value=empty,
            delta=float(words.sum()) - (full - empty),
            steps=len(masks) + 2,
            unit=self.output,
        )


def coalitions(m: int, samples: int, generator: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Distinct coalitions (n, m) of 1 to m - 1 words, and their weights (n,) in the regression.

    Sizes 1 and m - 1, then 2 and m - 2 and so on are enumerated as long as their share of the samples covers them.
    """
    if m < 2:
        return np.zeros((0, m), dtype=bool), np.zeros(0)
    sizes = list(range(1, m // 2 + 1))
    share = np.array([(m - 1) / (s * (m - s)) * (1 if 2 * s == m else 2) for s in sizes])
    share /= share.sum()
    weights: dict[bytes, float] = {}
    enumerated = 0
    for i, size in enumerate(sizes):
        count = comb(m, size) * (1 if 2 * size == m else 2)
        left = samples - len(weights)
        if left * share[i] / share[i:].sum() < count * (1 - 1e-9):
            break
        for mask in _of_size(m, size):
            weights[mask.tobytes()] = share[i] / count
        enumerated += 1
    if enumerated < len(sizes):
        drawn = _drawn(m, sizes[enumerated:], share[enumerated:], samples - len(weights), generator)
        total = sum(drawn.values())
        remaining = float(share[enumerated:].sum())
        weights |= {key: remaining * count / total for key, count in drawn.items()}
    masks = np.frombuffer(b"".join(weights), dtype=bool).reshape(len(weights), m)
    return masks, np.array(list(weights.values()))


def _of_size(m: int, size: int) -> Iterator[NDArray[np.bool_]]:
    for chosen in combinations(range(m), size):
        mask = np.zeros(m, dtype=bool)
        mask[list(chosen)] = True
        yield mask
        if 2 * size != m:
            yield ~mask


def _drawn(
    m: int, sizes: list[int], share: NDArray[np.float64], samples: int, generator: np.random.Generator
) -> dict[bytes, float]:
    """Coalitions drawn in complementary pairs, with how often each came up, until `samples` are distinct."""
    counts: dict[bytes, float] = {}
    for _ in range(4 * max(samples, 1)):
        if len(counts) >= max(samples, 2):
            break
        size = int(generator.choice(sizes, p=share / share.sum()))
        mask = np.zeros(m, dtype=bool)
        mask[generator.choice(m, size, replace=False)] = True
        for one in (mask, ~mask):
            counts[one.tobytes()] = counts.get(one.tobytes(), 0.0) + 1.0
    return counts


def _constrained(
    masks: NDArray[np.bool_], gains: NDArray[np.float64], weights: NDArray[np.float64], total: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores (m,) that add up to `total`, and their errors: the last word is expressed by the others."""
    m = masks.shape[1]
    if m < 2:
        return np.full(m, total), np.zeros(m)
    design = masks.astype(float)
    free, covariance = weighted_least_squares(
        design[:, :-1] - design[:, -1:], gains - design[:, -1] * total, weights, ridge=0.0
    )
    words = np.append(free, total - free.sum())
    variances = np.append(np.diag(covariance), covariance.sum())
    return words, np.sqrt(np.maximum(variances, 0.0))
