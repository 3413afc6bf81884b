"""The small tables behind charts: `audit.score`'s, made of one kind of a run's records, kept until the run changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.run.verdict import frames
from audit.score.calibration import reliability
from audit.score.compare import changed_rows
from audit.score.curves import budget_curve, words_changed
from audit.score.data import label_distribution, lengths
from audit.score.faithfulness import bounds
from audit.score.frames import Frames
from audit.score.importance import intervals, word_rows, word_table
from audit.score.overlap import attacked_words, place_table
from audit.score.performance import confusion
from audit.store import Run
from dashboard.components.state import store

WORDS = 25
CACHE = {"max_entries": 64, "show_spinner": "Gathering the numbers"}


def stamp(run: Run) -> str:
    """Changes whenever the records of a run do."""
    return f"{run.result_hash}{run.status}{'' if run.result_hash else store().progress(run.id).rows_done}"


def _frames(run_id: str, probes: list[str]) -> Frames:
    """One pass over the records of some probes; texts are not kept."""
    return frames(store(), store().run(run_id), probes)


def _of_kind(run_id: str, kind: str) -> list[str]:
    return [p.probe for p in store().probes(run_id) if p.kind == kind and p.status == "planned"]


@st.cache_data(**CACHE)
def performance_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """`confusion`, `reliability`, `labels` and `lengths` of the predictions."""
    made = _frames(run_id, _of_kind(run_id, "prediction"))
    return {
        "confusion": confusion(made),
        "reliability": reliability(made),
        "labels": label_distribution(made),
        "lengths": lengths(made),
    }


@st.cache_data(**CACHE)
def attack_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """Accuracy against the attacker's budget, in words and in queries."""
    attacks = _frames(run_id, _of_kind(run_id, "attack")).attacks
    return {
        "words_changed": budget_curve(attacks, by="words_changed"),
        "queries": budget_curve(attacks, by="queries"),
        "words": words_changed(attacks),
    }


@st.cache_data(**CACHE)
def places_table(run_id: str, recipe: str, method: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Where the words that successes of a recipe changed stand in a method's ranking."""
    return place_table(attacked_words(_frames(run_id, [recipe, method]), recipe, method))


@st.cache_data(**CACHE)
def faithfulness_table(run_id: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Each method's metrics between floor and ceiling."""
    return bounds(_frames(run_id, _of_kind(run_id, "explainer")))


@st.cache_data(**CACHE)
def words_table(run_id: str, method: str, target: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """The strongest words of a method towards a class, with intervals and rows."""
    made = _frames(run_id, [method])
    lines = word_rows(made, method)
    table = word_table(lines, method)
    chosen = table[table["target"] == target].head(WORDS).reset_index(drop=True)
    return intervals(made, chosen, lines) if len(chosen) else chosen


@st.cache_data(**CACHE)
def changes_table(first: str, second: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Rows on which two runs differ: row_id, what, first, second, change (gained, lost, other)."""
    return changed_rows(*(_frames(run, _compared(run)) for run in (first, second)))


def _compared(run_id: str) -> list[str]:
    return [p for kind in ("prediction", "attack", "perturbation") for p in _of_kind(run_id, kind)]
