"""The one number of a run: what stands on lists and cards."""

from __future__ import annotations

import streamlit as st

from audit.results.headline import telling
from audit.scored import Score
from dashboard.page.state import store
from dashboard.page.text import estimate


@st.cache_data(max_entries=500, show_spinner=False)
def of_run(run_id: str, _finished_at: str, stamp: str) -> Score | None:  # noqa: ARG001  (part of the cache's key)
    """The most telling score of a run, kept until its scores change (`stamp`: anything that changes with them)."""
    return telling(store().scores(run_id))


def in_words(score: Score | None) -> str:
    """Value and interval on one line; empty without a score."""
    if score is None or score.value is None:
        return ""
    return estimate(score.value, score.low, score.high, score.unit)
