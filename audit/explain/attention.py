"""Attention of the last layer: a view of the model's inside, not an explanation (Jain and Wallace 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from audit.explain.base import Explainer
from audit.explain.method import Scores
from audit.explain.rows import Row
from audit.explain.steps import Steps
from audit.language.translating import tr_later
from audit.parameters import parameter
from models.classifier import Classifier, why_absent


@dataclass(frozen=True, kw_only=True)
class Attention(Explainer):
    """Attention each token receives in the last layer, averaged over heads and over the tokens that look.

    Independent of the target. Scores of a row, special tokens included, add up to 1 and have no unit.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "attention")
    >>> [word.text for word in record.words if word.score > 0.2]
    ['dull', 'superb']
    >>> round(sum(token.score for token in record.tokens), 3)
    1.0
    """

    engine: Literal["assay"] = parameter("assay", "", place="nowhere")

    name: ClassVar[str] = "attention"
    paper = "Jain and Wallace 2019, Attention is not explanation"
    reads = tr_later("attention weights")
    cost = tr_later("one pass through the model")
    evidence = False

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this model has no attention to show; None when it has."""
        reason = super().unavailable(classifier)
        if reason is None and not classifier.capabilities.attention:
            why = why_absent(classifier, "attention", tr_later("this model has none to show"))
            return tr_later(
                f"attention is each token's share in each other one, but {why}; use leave_one_out or shapley."
            )
        return reason

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per token, summed into words."""
        yield from ()
        weights = row.classifier.attention([row.encoding.row])[0]  # (heads, t, t)
        received = weights.mean(axis=(0, 1)).astype(float)  # (t,)
        return Scores(words=row.word_sums(received), tokens=received, value=row.full("logit"), steps=1, unit="none")
