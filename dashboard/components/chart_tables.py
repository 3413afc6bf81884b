"""The small tables behind charts: `audit.score`'s, made of one kind of a run's records, kept until the run changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.results import tables
from audit.results.judging import frames
from audit.results.tables import places, places_name, prediction_tables, table_from_bytes, top_words, words_name
from audit.score.compare import changed_rows
from audit.score.faithfulness import bounds
from audit.score.frames import Frames
from audit.store import Run
from dashboard.components.state import store

CACHE = {"max_entries": 64, "show_spinner": "Gathering the numbers"}


def stamp(run: Run) -> str:
    """Changes whenever the records of a run do."""
    return f"{run.result_hash}{run.status}{'' if run.result_hash else store().progress(run.id).rows_done}"


def _frames(run_id: str, probes: list[str]) -> Frames:
    """One pass over the records of some probes; texts are not kept."""
    return frames(store(), store().run(run_id), probes)


def _kept(run_id: str, names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """The tables a finished run has kept; empty unless it has them all."""
    if store().run(run_id).status != "finished":  # one that goes on has more records than its tables know
        return {}
    found = {name: store().table(run_id, name) for name in names}
    return (
        {name: table_from_bytes(data) for name, data in found.items() if data is not None}
        if all(found.values())
        else {}
    )


def _of_kind(run_id: str, kind: str) -> list[str]:
    return [p.probe for p in store().probes(run_id) if p.kind == kind and p.status == "planned"]


@st.cache_data(**CACHE)
def performance_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """`confusion`, `reliability`, `labels` and `lengths` of the predictions."""
    names = ("confusion", "reliability", "labels", "lengths")
    return _kept(run_id, names) or prediction_tables(_frames(run_id, _of_kind(run_id, "prediction")))


@st.cache_data(**CACHE)
def attack_tables(run_id: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    """Accuracy against the attacker's budget, in words and in queries."""
    names = ("words_changed", "queries", "words")
    return _kept(run_id, names) or tables.attack_tables(_frames(run_id, _of_kind(run_id, "attack")))


@st.cache_data(**CACHE)
def places_table(run_id: str, recipe: str, method: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Where the words that successes of a recipe changed stand in a method's ranking."""
    name = places_name(recipe, method)
    kept = _kept(run_id, (name,))
    return kept[name] if kept else places(_frames(run_id, [recipe, method]), recipe, method)


@st.cache_data(**CACHE)
def faithfulness_table(run_id: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Each method's metrics between floor and ceiling."""
    kept = _kept(run_id, ("faithfulness",))
    return kept["faithfulness"] if kept else bounds(_frames(run_id, _of_kind(run_id, "explainer")))


@st.cache_data(**CACHE)
def _words(run_id: str, method: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    name = words_name(method)
    kept = _kept(run_id, (name,))
    return kept[name] if kept else top_words(_frames(run_id, [method]), method)


def words_table(run_id: str, method: str, target: str, stamp_: str) -> pd.DataFrame:
    """The strongest words of a method towards a class, with intervals and rows."""
    table = _words(run_id, method, stamp_)
    return table[table["target"] == target].reset_index(drop=True)


def word_targets(run_id: str, method: str, stamp_: str) -> dict[str, int]:
    """How many words of a method are known for each class."""
    return {str(k): int(v) for k, v in _words(run_id, method, stamp_)["target"].value_counts().items()}


@st.cache_data(**CACHE)
def changes_table(first: str, second: str, stamp_: str) -> pd.DataFrame:  # noqa: ARG001
    """Rows on which two runs differ: row_id, row_id_second, what, first, second, change (gained, lost, other)."""
    return changed_rows(*(_frames(run, _compared(run)) for run in (first, second)))


def _compared(run_id: str) -> list[str]:
    return [p for kind in ("prediction", "attack", "perturbation") for p in _of_kind(run_id, kind)]
