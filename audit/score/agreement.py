"""Agreement of explanations of one text, for the what-if page: the run's own measure is `faithfulness.agreements`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from audit.records import Attribution
from audit.score.faithfulness import rank_correlations
from audit.score.frames import build_frames


def agreement_of(records: Sequence[Attribution]) -> list[tuple[str, str, float]]:
    """(method, method, Spearman correlation of the word scores) of each pair of explanations of the same text."""
    good = [record for record in records if record.error is None]
    frames = build_frames(good, labels=tuple(dict.fromkeys(record.target for record in good)))
    found = []
    for first, second in combinations([record.probe for record in good], 2):
        pairs = rank_correlations(frames, first, second)
        if len(pairs):
            found.append((first, second, float(pairs["correlation"].iloc[0])))
    return found
