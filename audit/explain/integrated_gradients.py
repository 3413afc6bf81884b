"""Integrated gradients on the word embeddings (Sundararajan, Taly and Yan 2017), refined until it has converged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.base import MethodCard, PathExplainer, Scores
from audit.explain.rows import Row
from audit.explain.steps import Steps, slopes

FIRST_NODES = 9
ABSOLUTE = 1 / 3  # of the tolerance, in logits: completeness of a row whose value hardly differs from its baseline's
CHANGE = 10  # times the tolerance, of the largest score: how far scores may still move from one refinement to the next


@dataclass(frozen=True, kw_only=True)
class IntegratedGradients(PathExplainer):
    """Integrated gradients of the explained logit, [MASK] as the baseline of every token that is not special.

    The integral over alpha in [0, 1] is taken in s with alpha = s^2, since most of the output's change lies at small
    alpha: the integrand becomes 2 s g(s^2), and the trapezoid rule halves its step, reusing every node (9, 17, 33, 65,
    129 nodes). A row is done when its scores add up to the difference of the two values within `tolerance` of it plus
    0.01, and its scores have moved by at most 0.3 of the largest one (both in proportion to the tolerance). The ends
    give the value of the text and of the baseline; the gradient at the baseline has weight 0 and is not computed.

    Attributes:
        tolerance: share of value - baseline value that the scores may miss.
        max_nodes: the last refinement; a row that needs more is marked `converged: false`.
    """

    tolerance: float = 0.03
    max_nodes: int = 129

    name: ClassVar[str] = "integrated_gradients"
    card: ClassVar[MethodCard] = MethodCard(
        "Integrated gradients",
        "Sundararajan et al. 2017, Axiomatic attribution for deep networks",
        "gradients",
        "about 20 forward and backward passes",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.require("tolerance", 0 < self.tolerance <= 0.1, "above 0 and at most 0.1")
        self.require("max_nodes", self.max_nodes in (9, 17, 33, 65, 129, 257, 513), "9, 17, 33, 65, 129, 257 or 513")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per token, summed into words, with an error bar each."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.integrated_gradients(row, self.baseline, self.max_nodes))
        intervals = FIRST_NODES - 1
        nodes = np.arange(FIRST_NODES) / intervals  # s
        reply = yield from slopes(row, nodes**2, self.baseline)
        start, end = float(reply.values[0]), float(reply.values[-1])
        weighted = 2.0 * nodes[:, None] * reply.slopes  # (nodes, t)
        weighted[-1] *= 0.5  # the trapezoid's ends count half; the other end is zero
        before = weighted[::2].sum(axis=0) * 2 / intervals  # (t,)
        total = weighted.sum(axis=0) / intervals
        while not self._settled(total, before, end - start) and intervals + 1 < self.max_nodes:
            nodes = (np.arange(intervals) + 0.5) / intervals
            reply = yield from slopes(row, nodes**2, self.baseline)
            middle = (2.0 * nodes[:, None] * reply.slopes).sum(axis=0) / intervals
            before, total, intervals = total, 0.5 * (total + middle), 2 * intervals
        errors = _errors(total, before, row)
        return Scores(
            words=row.word_sums(total),
            word_errors=row.word_sums(errors),
            tokens=total,
            token_errors=errors,
            value=end,
            baseline_value=start,
            delta=float(total.sum()) - (end - start),
            steps=intervals + 1,
            converged=self._settled(total, before, end - start),
        )

    def _settled(self, total: NDArray[np.float64], before: NDArray[np.float64], difference: float) -> bool:
        """Whether scores (t,) add up to the difference of the values and have stopped changing."""
        allowed = self.tolerance * (abs(difference) + ABSOLUTE)
        moved = float(np.abs(total - before).max(initial=0.0))
        largest = float(np.abs(total).max(initial=0.0))
        return abs(float(total.sum()) - difference) <= allowed and moved <= CHANGE * self.tolerance * largest


def _errors(total: NDArray[np.float64], before: NDArray[np.float64], row: Row) -> NDArray[np.float64]:
    """Error bar of each token (t,): its own last change or the row's median change, whichever is larger."""
    inside = row.word_of_token >= 0
    changes = np.abs(total - before)
    median = float(np.median(changes[inside])) if inside.any() else 0.0
    errors: NDArray[np.float64] = np.where(inside, np.maximum(changes, median), 0.0)
    return errors
