"""The small tables behind charts: `audit.score`'s, made of one kind of a run's records, kept until the run changes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from audit.score.calibration import reliability
from audit.score.curves import budget_curve
from audit.score.faithfulness import bounds
from audit.score.frames import Frames, build_frames
from audit.score.importance import intervals, word_rows, word_table
from audit.score.overlap import attacked_words
from audit.score.performance import confusion
from audit.store import Run
from dashboard.components.state import store

WORDS = 25
CACHE = {"max_entries": 64, "show_spinner": "Gathering the numbers"}


def stamp(run: Run) -> str:
    """Changes whenever the records of a run do."""
    return f"{run.result_hash}{run.status}{'' if run.result_hash else store().progress(run.id).rows_done}"


def _frames(run_id: str, probes: Sequence[str]) -> Frames:
    """One pass over the records of some probes; texts are not kept."""
    run = store().run(run_id)
    records = (record for probe in probes for _, record in store().iter_records(run_id, probe))
    examples = store().examples(run_id)
    rows = store().rows(run_id)[["content_id", "weight"]]
    weights = {str(content): int(weight) for content, weight in rows.itertuples(index=False)}
    multi = any("|" in (row.label or "") for row in examples)
    return build_frames(records, labels=run.labels, examples=examples, weights=weights, multi_label=multi)


def _of_kind(run_id: str, kind: str) -> list[str]:
    return [p.probe for p in store().probes(run_id) if p.kind == kind and p.status == "planned"]


@st.cache_data(**CACHE)
def performance_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """`confusion` and `reliability` of the predictions."""
    frames = _frames(run_id, _of_kind(run_id, "prediction"))
    return {"confusion": confusion(frames), "reliability": reliability(frames)}


@st.cache_data(**CACHE)
def attack_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """Accuracy against the attacker's budget, in words and in queries."""
    attacks = _frames(run_id, _of_kind(run_id, "attack")).attacks
    return {
        "words_changed": budget_curve(attacks, by="words_changed"),
        "queries": budget_curve(attacks, by="queries"),
    }


@st.cache_data(**CACHE)
def attacked_table(run_id: str, recipe: str, method: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Words that successes of a recipe changed, with their place in a method's explanation."""
    return attacked_words(_frames(run_id, [recipe, method]), recipe, method)


@st.cache_data(**CACHE)
def faithfulness_table(run_id: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Each method's metrics between floor and ceiling."""
    return bounds(_frames(run_id, _of_kind(run_id, "explainer")))


@st.cache_data(**CACHE)
def words_table(run_id: str, method: str, target: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """The strongest words of a method towards a class, with intervals and rows."""
    frames = _frames(run_id, [method])
    lines = word_rows(frames, method)
    table = word_table(lines, method)
    chosen = table[table["target"] == target].head(WORDS).reset_index(drop=True)
    return intervals(frames, chosen, lines) if len(chosen) else chosen
