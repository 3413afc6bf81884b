"""Which scores a part of the rows has that somebody chose by a condition, and what may name such a part."""

from __future__ import annotations

import re

OF_MODEL = ("accuracy", "macro_f1", "ece")
OF_CHANGE = ("flip_rate", "flip_any")
OF_ATTACK = ("accuracy_under_attack", "prediction_retained", "attack_success_rate")
GAP = "slice_gap"
SLICED = (*OF_MODEL, GAP, *OF_CHANGE, *OF_ATTACK)
"""Scores that a slice made by hand has."""

_FOUND = re.compile(r"(?:group:[^=]+|label|holds|form|words_over|words_upto)=[^&]*")


def names_found(score: str, text: str) -> bool:
    """Whether a text names a weak spot as scores print it, `form=question,holds=refund`: such a one is no condition."""
    return score == GAP and _FOUND.fullmatch(text) is not None
