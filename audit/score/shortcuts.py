"""Shortcut candidates: words that push towards a class in many texts although the labels do not bear them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.importance import FALSE_DISCOVERIES, WordRows
from audit.score.intervals import benjamini_hochberg, wilson

SHORTCUT_TEXTS = 10
"""A word is a candidate from so many distinct texts on."""
LABELLED_TEXTS = 20
"""... and occurs in so many texts with a label."""
NEUTRAL = 1.0 / 3.0
"""A word counts as neutral when the share of its texts that have the label is certainly no further than this on the way
from the label's share of all texts to 1."""


def shortcuts(
    frames: Frames, table: pd.DataFrame, lines: WordRows, *, at_most: int = 20
) -> Iterator[tuple[Mapping[Any, Any], str]]:
    """Lines of `word_table` that are shortcut candidates, strongest first, each with what the labels say of it.

    A candidate (1) pushes towards the class in at least 10 texts, more than an average word of its text does; (2) more
    than towards other classes where those are predicted (Welch's test); both after Benjamini-Hochberg at 5%; (3) is
    neutral by the true labels: the share of its texts (at least 20) that have the label is, with 95% confidence (Wilson), at most a
    third of the way from the label's share of all texts to 1. That takes some 25 texts for a word that is evenly
    spread over two classes: a word too rare to be told neutral is not accused. Without labels there are none.
    """
    labels = _labels(frames)
    known = labels[labels != ""]
    if known.size == 0:
        return
    names, sizes = np.unique(known.astype(str), return_counts=True)
    base = {str(name): float(size) / known.size for name, size in zip(names, sizes, strict=True)}
    wanted = table[(table["texts"] >= SHORTCUT_TEXTS) & (table["mean"] > 0) & (table["relative"] >= 1.0)]
    found = []
    for word in wanted[wanted["q_value"] <= FALSE_DISCOVERIES].to_dict("records"):
        own, target = lines.of(word["word"]), word["target"]
        truth = labels[lines.owner[own]]
        truth = truth[truth != ""]
        hits = int((truth == target).sum())
        usual = base.get(target)
        if usual is None:  # a contrast of two classes, or a class without rows
            continue
        if truth.size >= LABELLED_TEXTS and wilson(hits, truth.size, 0.90).high <= usual + NEUTRAL * (1.0 - usual):
            why = f"labelled '{target}' in {hits} of the {truth.size} texts it occurs in; of all texts {usual:.0%} are"
            found.append((word, why, _contrast(lines.score[own], lines.target[own] == target)))
    if found:
        adjusted = benjamini_hochberg([p for _, _, p in found])
        kept = [(word, why) for (word, why, _), q in zip(found, adjusted, strict=True) if q <= FALSE_DISCOVERIES]
        yield from kept[:at_most]


def _labels(frames: Frames) -> NDArray[np.object_]:
    """True label of every explained text, "" without."""
    source = frames.examples if len(frames.examples) else frames.predictions
    by_text = source.drop_duplicates("content_id").set_index("content_id")["label"]
    found = frames.attributions["content_id"].map(by_text)
    return found.fillna("").to_numpy(dtype=object)


def _contrast(scores: Floats, inside: NDArray[np.bool_]) -> float:
    """One-sided p that the mean inside is no larger than outside (Welch); with fewer than 2 outside, than 0."""
    ours, others = scores[inside], scores[~inside]
    variance = float(ours.var(ddof=1)) / ours.size
    gap, freedom = float(ours.mean()), ours.size - 1.0
    if others.size >= 2:
        second = float(others.var(ddof=1)) / others.size
        gap -= float(others.mean())
        both = variance + second
        if both > 0:
            freedom = both**2 / (variance**2 / (ours.size - 1) + second**2 / (others.size - 1))
        variance = both
    return float(stdtr(freedom, -gap / max(np.sqrt(variance), 1e-9)))
