"""Integrated gradients on the word embeddings (Sundararajan, Taly and Yan 2017), refined where the path needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.base import PathExplainer
from audit.explain.method import Scores
from audit.explain.rows import Row
from audit.explain.steps import Steps, slopes
from audit.language.translating import tr_later
from audit.parameters import parameter

GRID = 1024  # finest cells of s in [0, 1]
FIRST_CELLS = 8  # cells of the first 9 nodes
ABSOLUTE = 1 / 3  # of the tolerance, in logits: what may be missing where value and baseline value hardly differ
LOCAL = 2 / 3  # of the tolerance: the share of the difference that any one pair of cells may miss
CHANGE = 7 / 3  # of the tolerance: how far halving the cells of one pair may move a score, in shares of the largest


@dataclass(frozen=True, kw_only=True)
class IntegratedGradients(PathExplainer):
    """Integrated gradients of the explained logit, [MASK] as the baseline of every token that is not special.

    The integral over alpha in [0, 1] is taken in s with alpha = s^2, since most of the output's change lies at small
    alpha: the integrand becomes 2 s g(s^2). The trapezoid rule starts with 9 nodes and halves only those cells that
    need it; every node is reused. A pair of cells is fine when merging the two moves no score by more than 7% of the
    largest one, and when its scores add up to the difference of the model's values at its ends within 2% of the whole
    difference plus 0.01. A row has converged when all pairs are fine and its scores add up to the whole difference within
    3% plus 0.01 (all in proportion to `tolerance`). The error bar of a token is the sum over the pairs of what merging
    moves its score by, or the row's median of that if it is larger. The ends give the value of the text and of the
    baseline; the gradient at the baseline has weight 0 and is not computed.

    >>> import audit
    >>> record = audit.explain("sentiment", "A dull plot, superb acting.", "integrated_gradients")
    >>> [(word.text, round(word.score, 1)) for word in record.words if abs(word.score) > 1]
    [('dull', 4.5), ('superb', -2.0)]
    >>> round(record.value - record.baseline_value, 1), round(sum(word.score for word in record.words), 1)
    (2.9, 2.9)
    """

    tolerance: float = parameter(
        0.03,
        tr_later(
            "Share of the difference between text and baseline that the scores may miss before a row counts as open."
        ),
        above=0,
        most=0.1,
        place="advanced",
    )
    max_nodes: int = parameter(
        129,
        tr_later("Points of the path at most; a row that needs more is marked as not converged."),
        least=9,
        most=GRID,
        place="advanced",
    )

    name: ClassVar[str] = "integrated_gradients"
    paper = "Sundararajan et al. 2017, Axiomatic attribution for deep networks"
    reads = tr_later("gradients")
    cost = tr_later("about 20 passes through the model and back, the work of 40")

    def attribute(self, row: Row) -> Steps[Scores]:
        """Scores per token, summed into words, with an error bar each."""
        if self.engine == "captum":
            from audit.explain import _captum

            return (yield from _captum.integrated_gradients(row, self.baseline, self.max_nodes))
        path = _Path(row)
        yield from path.visit(range(0, GRID + 1, GRID // FIRST_CELLS), self)
        pairs = list(pairwise(range(0, GRID + 1, 2 * GRID // FIRST_CELLS)))
        while True:
            found = path.measure(pairs)
            allowed = self.tolerance * (abs(path.difference) + ABSOLUTE)
            whole = abs(float(found.tokens.sum()) - path.difference) <= allowed
            rough = self._rough(found, path, whole=whole)
            coarse = [number for number in rough if pairs[number][1] - pairs[number][0] > 2]
            if not coarse or len(path.slopes) + 2 * len(coarse) > self.max_nodes:
                break
            pairs = path.halved(pairs, coarse)
            yield from path.visit([(left + right) // 2 for left, right in pairs], self)
        errors = found.errors(row)
        return Scores(
            words=row.word_sums(found.tokens),
            word_errors=row.word_sums(errors),
            tokens=found.tokens,
            token_errors=errors,
            value=path.values[GRID],
            baseline_value=path.values[0],
            delta=float(found.tokens.sum()) - path.difference,
            steps=len(path.slopes),
            converged=whole and not rough,
        )

    def _rough(self, found: _Integral, path: _Path, *, whole: bool) -> list[int]:
        """The pairs of cells that need halving; where only the whole is not fine, the worst pair."""
        largest = float(np.abs(found.tokens).max(initial=0.0))
        moved = found.changes.max(axis=1, initial=0.0) > CHANGE * self.tolerance * largest
        allowed = LOCAL * self.tolerance * abs(path.difference) + ABSOLUTE * self.tolerance
        rough = np.flatnonzero(moved | (found.missed > allowed)).tolist()
        return rough or ([] if whole else [int(found.missed.argmax())])


@dataclass(frozen=True, slots=True)
class _Integral:
    """The trapezoid rule over pairs of cells.

    Attributes:
        tokens: scores, (t,).
        changes: by how much merging each pair into one cell moves each score, (pairs, t).
        missed: by how much the scores of each pair miss the difference of the values at its ends, (pairs,).
    """

    tokens: NDArray[np.float64]
    changes: NDArray[np.float64]
    missed: NDArray[np.float64]

    def errors(self, row: Row) -> NDArray[np.float64]:
        """Error bar of each token, (t,)."""
        inside = row.word_of_token >= 0
        total = self.changes.sum(axis=0)
        median = float(np.median(total[inside])) if inside.any() else 0.0
        bars: NDArray[np.float64] = np.where(inside, np.maximum(total, median), 0.0)
        return bars


class _Path:
    """The nodes visited so far, by their place on the grid of s: explained value, and 2 s times the slopes (t,)."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.values: dict[int, float] = {}
        self.slopes: dict[int, NDArray[np.float64]] = {}

    @property
    def difference(self) -> float:
        """Value of the text less that of the baseline."""
        return self.values[GRID] - self.values[0]

    def visit(self, places: Sequence[int], explainer: IntegratedGradients) -> Steps[None]:
        """Evaluate nodes that are not known yet."""
        fresh = [place for place in places if place not in self.slopes]
        nodes = np.array(fresh) / GRID
        reply = yield from slopes(self.row, nodes**2, explainer.baseline)
        self.values |= zip(fresh, reply.values.tolist(), strict=True)
        self.slopes |= zip(fresh, 2.0 * nodes[:, None] * reply.slopes, strict=True)

    def measure(self, pairs: Sequence[tuple[int, int]]) -> _Integral:
        """Integrate over pairs of equal neighbouring cells, each given by its two ends."""
        left, middle, right = (
            np.stack([self.slopes[place] for place in places])
            for places in zip(*((a, (a + b) // 2, b) for a, b in pairs), strict=True)
        )
        width = np.array([b - a for a, b in pairs])[:, None] / GRID
        fine = width * (left + 2.0 * middle + right) / 4.0  # (pairs, t)
        coarse = width * (left + right) / 2.0
        gains = np.array([self.values[b] - self.values[a] for a, b in pairs])
        return _Integral(fine.sum(axis=0), np.abs(fine - coarse), np.abs(fine.sum(axis=1) - gains))

    @staticmethod
    def halved(pairs: Sequence[tuple[int, int]], rough: Sequence[int]) -> list[tuple[int, int]]:
        """Pairs with the cells of the rough ones halved: each cell becomes a pair of its own."""
        chosen = set(rough)
        found: list[tuple[int, int]] = []
        for number, (a, b) in enumerate(pairs):
            middle = (a + b) // 2
            found += [(a, middle), (middle, b)] if number in chosen else [(a, b)]
        return found
