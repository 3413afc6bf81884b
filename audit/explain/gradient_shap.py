"""Gradient SHAP (Lundberg and Lee 2017; expected gradients, Erion et al. 2021), seeded row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.explain.base import PathExplainer
from audit.explain.method import Scores
from audit.explain.rows import Row
from audit.explain.steps import Jitter, Steps, slopes
from audit.language.translating import tr_later
from audit.parameters import parameter


@dataclass(frozen=True, kw_only=True)
class GradientShap(PathExplainer):
    """Mean of gradient times (noisy input - baseline) at random places of the path; error bars are standard errors.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "gradient_shap")
    >>> [word.text for word in record.words if abs(word.score) > 1], record.unit
    (['dull', 'superb'], 'logit')
    """

    samples: int = parameter(50, tr_later("Points of the path that are drawn."), least=2)
    noise: float = parameter(
        0.1,
        tr_later("Standard deviation of the noise on the word embeddings, in standard deviations of their table."),
        least=0,
        place="advanced",
    )

    name: ClassVar[str] = "gradient_shap"
    stochastic: ClassVar[bool] = True
    paper = "Lundberg and Lee 2017; Erion et al. 2021, Improving performance of deep learning models with attributions"
    reads = tr_later("gradients")
    cost = tr_later("50 passes through the model and back, the work of 100")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per token, summed into words."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.gradient_shap(row, self.baseline, self.samples, self.noise, self.name))
        generator = row.generator(self.name)
        alphas = np.append(generator.uniform(size=self.samples), 0.0)
        jitter = Jitter("normal", self.noise, int(generator.integers(2**32)), tuple(range(self.samples + 1)))
        reply = yield from slopes(row, alphas, self.baseline, jitter)
        drawn = reply.slopes[:-1]  # (samples, t)
        tokens = drawn.mean(axis=0)
        words = np.stack([row.word_sums(one) for one in drawn])  # (samples, m)
        root = np.sqrt(self.samples)
        full, empty = row.full("logit"), float(reply.values[-1])
        return Scores(
            words=row.word_sums(tokens),
            word_errors=words.std(axis=0, ddof=1) / root,
            tokens=tokens,
            token_errors=drawn.std(axis=0, ddof=1) / root,
            value=full,
            baseline_value=empty,
            delta=float(tokens.sum()) - (full - empty),
            steps=self.samples + 1,
        )
