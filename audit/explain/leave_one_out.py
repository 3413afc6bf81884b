"""Leave-one-out (occlusion): how far the explained value falls when one word is masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from audit.explain.base import PerturbationExplainer
from audit.explain.method import Scores
from audit.explain.occlusion import leave_one_out
from audit.explain.rows import Row
from audit.explain.steps import Steps
from audit.language.translating import tr_later


@dataclass(frozen=True, kw_only=True)
class LeaveOneOut(PerturbationExplainer):
    """Score of a word = f(text) - f(text with the word masked).

    >>> import audit
    >>> record = audit.explain("sentiment", "The plot is thin but the acting is superb.", "leave_one_out")
    >>> [(word.text, round(word.score, 1)) for word in record.words if abs(word.score) > 0.1]
    [('but', 0.4), ('superb', 1.0)]
    >>> record.target, record.unit, record.steps
    ('positive', 'probability', 11)
    """

    name: ClassVar[str] = "leave_one_out"
    paper = "Li, Monroe and Jurafsky 2016, Understanding neural networks through representation erasure"
    reads = tr_later("token ids")
    cost = tr_later("a pass through the model for each word and the whole text")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per word."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.feature_ablation(row, self.output))
        words = yield from leave_one_out(row, self.output, self.removal)
        return Scores(words=words, value=row.full(self.output), steps=len(words) + 1, unit=self.output)
