"""Shapley values of words by antithetic permutation sampling (Strumbelj and Kononenko 2014; Mitchell et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.base import PerturbationExplainer
from audit.explain.method import Scores
from audit.explain.rows import Row
from audit.explain.steps import Steps, masked
from audit.language.translating import tr_later
from audit.parameters import parameter


@dataclass(frozen=True, kw_only=True)
class Shapley(PerturbationExplainer):
    """Mean marginal contribution of each word over random orders, each order taken forwards and backwards.

    Where all coalitions are no more work than the sample (few words), the values are exact and their error is 0;
    else the error bar is the standard error over the pairs of orders.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "shapley")
    >>> max(record.words, key=lambda word: word.score).text
    'dull'
    >>> round(record.value - record.baseline_value, 3) == round(sum(word.score for word in record.words), 3)
    True
    """

    permutations: int = parameter(
        10,
        tr_later("Orders in which the words are added; half of them are drawn, the others are their reverses."),
        least=2,
        even=True,
    )

    name: ClassVar[str] = "shapley"
    stochastic: ClassVar[bool] = True
    paper = "Strumbelj and Kononenko 2014; antithetic pairs: Mitchell et al. 2022"
    reads = tr_later("token ids")
    cost = tr_later("up to 10 passes through the model for each word")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per word, which add up to f(text) - f(all words removed)."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.shapley(row, self.output, self.permutations, self.name))
        m = len(row.words)
        exact = m <= 20 and 2**m <= self.permutations * max(m - 1, 0) + 2
        masks = _all_masks(m) if exact else self._walks(row)
        logits = yield from masked(row, masks, self.removal)
        values = row.value(logits, self.output)
        if exact:
            words, errors = exact_shapley(values, m), np.zeros(m)
        else:
            words, errors = _mean_marginals(masks, values, self.permutations)
        full, empty = float(values[-1]), float(values[0])
        return Scores(
            words=words,
            word_errors=errors,
            value=full,
            baseline_value=empty,
            delta=float(words.sum()) - (full - empty),
            steps=len(np.unique(masks, axis=0)),
            unit=self.output,
        )

    def _walks(self, row: Row) -> NDArray[np.bool_]:
        """Coalitions met on every order, (permutations x (m + 1), m), each walk from the empty text to the full one."""
        m, generator = len(row.words), row.generator(self.name)
        walks = []
        for _ in range(self.permutations // 2):
            order = generator.permutation(m)
            walks += [_walk(order), _walk(order[::-1])]
        return np.concatenate(walks)


def exact_shapley(values: NDArray[np.float64], m: int) -> NDArray[np.float64]:
    """Shapley values (m,) from the values of all 2^m coalitions, in the order of `_all_masks`."""
    masks = _all_masks(m)
    sizes = masks.sum(axis=1)
    scores = np.zeros(m)
    for word in range(m):
        without = np.flatnonzero(~masks[:, word])
        weights = np.array([1.0 / (m * comb(m - 1, int(size))) for size in sizes[without]])
        scores[word] = float(weights @ (values[without | (1 << word)] - values[without]))
    return scores


def _all_masks(m: int) -> NDArray[np.bool_]:
    """All coalitions of m words, (2^m, m); bit i of a row's number is word i."""
    masks: NDArray[np.bool_] = (np.arange(2**m)[:, None] >> np.arange(m)[None, :]) & 1 == 1
    return masks


def _walk(order: NDArray[np.int64]) -> NDArray[np.bool_]:
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    walk: NDArray[np.bool_] = position[None, :] < np.arange(len(order) + 1)[:, None]  # (m + 1, m)
    return walk


def _mean_marginals(
    masks: NDArray[np.bool_], values: NDArray[np.float64], permutations: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard error (m,) of the marginal contributions over pairs of orders."""
    m = masks.shape[1]
    steps = np.diff(values.reshape(permutations, m + 1), axis=1)  # (permutations, m), in each walk's own order
    added = masks.reshape(permutations, m + 1, m)
    order = (added[:, 1:] ^ added[:, :-1]).argmax(axis=2)  # (permutations, m): the word added at each step
    marginals = np.empty_like(steps)
    np.put_along_axis(marginals, order, steps, axis=1)
    pairs = marginals.reshape(permutations // 2, 2, m).mean(axis=1)  # (pairs, m)
    errors = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) if len(pairs) > 1 else np.full(m, np.nan)
    return pairs.mean(axis=0), errors
