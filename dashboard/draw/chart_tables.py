"""What pages keep of a run's results between two looks: small tables, until the run changes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.language.translating import tr
from audit.results.reading import read
from audit.results.tables import group_of, words_name
from audit.stored import Run
from audit.word_kinds import says_something
from dashboard.page.state import store


def stamp(run: Run) -> str:
    """Changes whenever the records of a run do."""
    return f"{run.result_hash}{run.status}{'' if run.result_hash else store().progress(run.id).rows_done}"


def chart_table(run: Run, name: str) -> pd.DataFrame:
    """A table behind a chart by its name, see `audit.results.tables`."""
    with st.spinner(tr("Gathering the numbers")):
        return _tables(run.id, group_of(name).names, stamp(run))[name]


def words_table(run: Run, method: str, target: str, *, certain: bool, every: bool = False) -> pd.DataFrame:
    """The strongest words of a method towards a class.

    With `certain` those whose push is more than chance alone; with `every` punctuation, pieces and function words too.
    """
    table = chart_table(run, words_name(method))
    chosen = (table["target"] == target) & (table["certain"] | (not certain)) & (_telling(table) | every)
    return table[chosen].reset_index(drop=True)


def word_targets(run: Run, method: str) -> dict[str, tuple[int, int]]:
    """How many telling words of a method are known for each class: such as push by more than chance, and all."""
    table = chart_table(run, words_name(method))
    found = table[_telling(table)].groupby("target")["certain"].agg(["sum", "size"])
    return {str(target): (int(line["sum"]), int(line["size"])) for target, line in found.iterrows()}


def _telling(table: pd.DataFrame) -> pd.Series:
    """Which lines are of words that say something by themselves."""
    return table["word"].map(says_something).astype(bool)


@st.cache_data(max_entries=128, show_spinner=False)
def _tables(run_id: str, names: tuple[str, ...], stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    results = read(store(), run_id)  # one reading of the records makes all of them
    return {name: results.table(name) for name in names}
