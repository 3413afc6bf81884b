"""Saliency (Simonyan, Vedaldi and Zisserman 2014): the length of the gradient of each token, an instant preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.explain.base import Explainer
from audit.explain.method import Scores
from audit.explain.rows import Row
from audit.explain.steps import Steps, slopes
from audit.language.translating import tr_later


@dataclass(frozen=True, kw_only=True)
class Saliency(Explainer):
    """Euclidean norm of the gradient of the explained logit; it says where the model is sensitive, not which way.

    Scores have no sign and no unit; `value` is the explained logit.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "saliency")
    >>> [word.text for word in record.words if word.score > 4], min(word.score for word in record.words) > 0
    (['dull', 'superb'], True)
    """

    name: ClassVar[str] = "saliency"
    gradient: ClassVar[bool] = True
    paper = "Simonyan et al. 2014, Deep inside convolutional networks"
    reads = tr_later("gradients")
    cost = tr_later("one pass through the model and back, the work of 2")
    evidence: ClassVar[bool] = False

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per token, summed into words; special tokens have scores of their own."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.saliency(row))
        reply = yield from slopes(row, np.ones(1), "zero")
        norms = reply.norms[0]
        return Scores(words=row.word_sums(norms), tokens=norms, value=float(reply.values[0]), steps=1, unit="none")
