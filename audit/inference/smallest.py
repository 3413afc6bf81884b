"""The smallest set of words whose masking flips the prediction: greedy, then every word that is not needed put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from audit.errors import ProbeUnavailable
from audit.explain.engine import Engine
from audit.explain.rows import Row, prepare
from audit.explain.steps import Steps, masked
from audit.records import Example

if TYPE_CHECKING:
    from models.classifier import Classifier

Removed = tuple[NDArray[np.intp], NDArray[np.float32]]


def smallest_removal(classifier: Classifier, example: Example) -> dict[str, Any]:
    """Words to mask so that the model says something else.

    Returns:
        {"labels", "before" and "after" (probabilities), "words": [{text, start, end, segment}], "flips": whether masking
        them flips the prediction; if not, `words` is what lowered it most, "evaluations"}. What was found is verified by
        the model on exactly these masked words; being greedy, it may not be the smallest there is.

    Raises:
        ProbeUnavailable: the model has no token ids to mask.
    """
    if not classifier.capabilities.tokens:
        raise ProbeUnavailable("This model has no token ids, so words cannot be masked; use an attack instead.")
    engine = Engine(classifier)  # type: ignore[arg-type]
    row = prepare(engine.classifier, [example], seed=0)[0]
    if isinstance(row, Exception):
        raise row
    removed, logits = engine.one(_search(row))
    words = [row.words[i] for i in sorted(removed.tolist())]
    return {
        "labels": list(classifier.labels),
        "before": [round(float(p), 6) for p in classifier.probabilities(row.logits[None])[0]],
        "after": [round(float(p), 6) for p in classifier.probabilities(logits[None])[0]],
        "words": [{"text": w.text, "start": w.start, "end": w.end, "segment": w.segment} for w in words],
        "flips": _said(logits) != _said(row.logits),
        "evaluations": engine.evaluations,
    }


def _search(row: Row) -> Steps[Removed]:
    own, count = _said(row.logits), len(row.words)
    keep = np.ones(count, dtype=bool)
    logits = row.logits
    while keep.any() and _said(logits) == own:
        candidates = np.flatnonzero(keep)
        found = yield from masked(row, _without(keep, candidates), "mask")
        best = int(np.argmin(_margin(found, own)))
        keep[candidates[best]] = False
        logits = found[best]
    for position in np.flatnonzero(~keep):  # put back, first come first, what is not needed
        tried = keep.copy()
        tried[position] = True
        found = yield from masked(row, tried[None], "mask")
        if _said(found[0]) != own and _said(logits) != own:
            keep, logits = tried, found[0]
    return np.flatnonzero(~keep), logits


def _without(keep: NDArray[np.bool_], candidates: NDArray[np.intp]) -> NDArray[np.bool_]:
    """One mask per candidate, (c, m): what is kept now, less that word."""
    masks = np.repeat(keep[None], len(candidates), axis=0)
    masks[np.arange(len(candidates)), candidates] = False
    return masks


def _margin(logits: NDArray[np.float32], own: int) -> NDArray[np.float32]:
    """How far the label is ahead of the next one, (n,)."""
    others = np.delete(logits, own, axis=1)
    margin: NDArray[np.float32] = logits[:, own] - others.max(axis=1)
    return margin


def _said(logits: NDArray[np.float32]) -> int:
    return int(np.argmax(logits))
