"""LIME (Ribeiro, Singh and Guestrin 2016): a local linear model of the answers to the text with words removed."""

from __future__ import annotations

from dataclasses import dataclass
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
class Lime(PerturbationExplainer):
    """Ridge regression on which words are kept, with a Hamming kernel; error bars are HC1 standard errors.

    Unlike the reference implementation's cosine, the distance is the share of words removed; unlike Captum's text
    default, there is no Lasso that sets most words to 0.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "lime", samples=300)
    >>> word = max(record.words, key=lambda word: word.score)
    >>> word.text, round(word.score, 1), 0 < word.error < 0.05
    ('dull', 0.9, True)
    """

    samples: int = parameter(
        200, tr_later("Copies of the text with words removed that the model is asked about."), least=2
    )
    width: float = parameter(
        0.5,
        tr_later("How near a copy must be to count: the width of the kernel exp(-(share removed)^2 / width^2)."),
        above=0,
        place="advanced",
    )
    alpha: float = parameter(
        1.0, tr_later("Ridge penalty: how strongly scores are drawn to 0."), least=0, place="advanced"
    )

    name: ClassVar[str] = "lime"
    stochastic: ClassVar[bool] = True
    paper = "Ribeiro, Singh and Guestrin 2016, Why should I trust you?"
    reads = tr_later("token ids")
    cost = tr_later("200 passes through the model")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per word."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.lime(row, self.output, self.samples, self.width, self.alpha, self.name))
        masks = np.concatenate([np.ones((1, len(row.words)), dtype=bool), self._drawn(row)])
        logits = yield from masked(row, masks, self.removal)
        values = row.value(logits, self.output)
        weights = np.exp(-(((~masks).mean(axis=1)) ** 2) / self.width**2) if masks.size else np.ones(len(masks))
        words, errors = local_linear(masks, values, weights, self.alpha)
        return Scores(
            words=words,
            word_errors=errors,
            value=float(values[0]),
            steps=len(np.unique(masks, axis=0)),
            unit=self.output,
        )

    def _drawn(self, row: Row) -> NDArray[np.bool_]:
        m, generator = len(row.words), row.generator(self.name)
        masks = np.ones((self.samples if m else 0, m), dtype=bool)
        for mask in masks:
            mask[generator.choice(m, int(generator.integers(1, m + 1)), replace=False)] = False
        return masks


def local_linear(
    masks: NDArray[np.bool_], values: NDArray[np.float64], weights: NDArray[np.float64], alpha: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ridge coefficients (m,) of the words and their errors; the intercept is not penalised."""
    design = masks.astype(float)
    share = weights / weights.sum()
    coefficients, covariance = weighted_least_squares(
        design - share @ design, values - share @ values, weights, ridge=alpha
    )
    return coefficients, np.sqrt(np.maximum(np.diag(covariance), 0.0))
