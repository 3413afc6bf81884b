"""The one number of a run: what stands on lists and cards."""

from __future__ import annotations

import streamlit as st

from audit.records import Score
from dashboard.components.state import store
from dashboard.components.text import interval, number

ORDER = ("worst_case_accuracy", "accuracy_under_attack", "prediction_retained", "worst_case_retained", "accuracy")
"""The most telling first; of several recipes the one that breaks the model most."""


def headline(scores: tuple[Score, ...]) -> Score | None:
    """The most telling score of a run, or None without scores."""
    for name in ORDER:
        found = [s for s in scores if s.name == name and not s.slice and s.value is not None]
        if found:
            return min(found, key=lambda s: s.value if s.value is not None else 1.0)
    return None


@st.cache_data(max_entries=500, show_spinner=False)
def of_run(run_id: str, _finished_at: str, stamp: str) -> Score | None:  # noqa: ARG001  (part of the cache's key)
    """`headline` of a run, kept until its scores change (`stamp`: anything that changes with them)."""
    return headline(store().scores(run_id))


def in_words(score: Score | None) -> str:
    """Value and interval on one line; empty without a score."""
    if score is None or score.value is None:
        return ""
    between = interval(score.low, score.high, score.unit)
    return number(score.value, score.unit) + (f" ({between})" if between else "")
