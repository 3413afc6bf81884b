"""Agreement with human rationales: AUPRC, token F1 and IOU-F1 as in ERASER (DeYoung et al. 2020).

A rationale is a 0/1 list over the white-space tokens of the text; a white-space token's score is the sum of the scores
of its words. Plausible is not faithful: a model may be right for reasons no annotator marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import auc, precision_recall_curve

from audit.explain.faithfulness import ranking
from audit.explain.method import Method
from audit.explain.rows import Row

IOU_THRESHOLD = 0.5
NAMES = ("rationale_auprc", "rationale_f1", "rationale_iou_f1")


def plausibility(explainer: Method, row: Row, scores: NDArray[np.float64]) -> dict[str, float]:
    """The three metrics, with the mean over random scores as floor; {} for a row without a marked token in view.

    Args:
        explainer: the method, for its parameters.
        row: a row whose example has a rationale.
        scores: its word scores, (m,).
    """
    spans = [match.span() for match in re.finditer(r"\S+", row.example.text)]
    rationale = row.example.rationale or ()
    if len(rationale) != len(spans):
        return {}  # counted over other tokens than the text has: better none than a shifted one
    seen = max((word.end for word in row.words if word.segment == 0), default=0)
    spans = [span for span in spans if span[0] < seen]
    truth = np.array(rationale[: len(spans)], dtype=bool)
    if not truth.any():
        return {}
    share = explainer.rationale_share
    size = int(truth.sum()) if share is None else max(1, round(share * len(truth)))
    own = rationale_metrics(truth, _token_scores(row, spans, scores), size)
    generator = row.generator("plausibility")
    drawn = [rationale_metrics(truth, generator.random(len(truth)), size) for _ in range(explainer.orders)]
    best = rationale_metrics(truth, truth.astype(float), size)
    found: dict[str, float] = {}
    for name in NAMES:
        found[name] = own[name]
        found[f"{name}_random"] = float(np.mean([one[name] for one in drawn]))
        found[f"{name}_best"] = max(best[name], own[name])
    return found


def rationale_metrics(truth: NDArray[np.bool_], scores: NDArray[np.float64], size: int) -> dict[str, float]:
    """AUPRC of the scores (n,), and token F1 and IOU-F1 of their `size` highest, against the rationale (n,)."""
    precision, recall, _ = precision_recall_curve(truth, scores)
    chosen = np.zeros(len(truth), dtype=bool)
    chosen[ranking(scores)[:size]] = True
    overlap = int((chosen & truth).sum())
    return {
        "rationale_auprc": float(auc(recall, precision)),
        "rationale_f1": 2 * overlap / (int(chosen.sum()) + int(truth.sum())),
        "rationale_iou_f1": _iou_f1(_runs(truth), _runs(chosen)),
    }


def _token_scores(row: Row, spans: Sequence[tuple[int, int]], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(len(spans))
    starts = [start for start, _ in spans]
    for word, score in zip(row.words, scores, strict=True):
        if word.segment == 0:
            sums[max(int(np.searchsorted(starts, word.start, side="right")) - 1, 0)] += score
    return sums


def _runs(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Spans of neighbouring chosen tokens."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], chosen, [False]]).astype(int)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _iou_f1(truth: Sequence[tuple[int, int]], chosen: Sequence[tuple[int, int]]) -> float:
    def matched(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> float:
        hits = sum(any(_iou(one, other) >= IOU_THRESHOLD for other in theirs) for one in ours)
        return hits / len(ours) if ours else 0.0

    precision, recall = matched(chosen, truth), matched(truth, chosen)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _iou(first: tuple[int, int], second: tuple[int, int]) -> float:
    both = max(0, min(first[1], second[1]) - max(first[0], second[0]))
    return both / (first[1] - first[0] + second[1] - second[0] - both)
