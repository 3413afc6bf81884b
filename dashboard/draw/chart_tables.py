"""What pages keep of a run's results between two looks: small tables, until the run changes or other rows are chosen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.language.translating import tr
from audit.results.reading import read
from audit.results.tables import group_of, words_name
from audit.stored import Run
from audit.word_kinds import says_something
from dashboard.draw.chosen_rows import part_of_run, rows_chosen, rows_meant
from dashboard.draw.row_tables import HOUR
from dashboard.draw.stamps import stamp
from dashboard.page.state import store


def chart_table(run: Run, name: str) -> pd.DataFrame:
    """A table behind a chart by its name, see `audit.results.tables`: of all rows, or of those that are chosen."""
    with st.spinner(tr("Gathering the numbers")):
        found, names = rows_chosen(run), group_of(name).names
        return (
            _tables(run.id, names, stamp(run)) if found is None else _tables_of(run.id, names, found.text, stamp(run))
        )[name]


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


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _tables_of(run_id: str, names: tuple[str, ...], text: str, stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    run, group = store().run(run_id), group_of(names[0])
    of_probes = (p.kind for p in store().probes(run_id) if p.probe in group.probes)
    kinds = tuple(dict.fromkeys((*group.kinds, *of_probes)))
    part = part_of_run(run, rows_meant(run, text), () if group.by_row else kinds)
    return {name: part.table(name) for name in names}


@st.cache_data(max_entries=128, show_spinner=False)
def _tables(run_id: str, names: tuple[str, ...], stamp_: str) -> dict[str, pd.DataFrame]:  # noqa: ARG001
    results = read(store(), run_id)  # one reading of the records makes all of them
    return {name: results.table(name) for name in names}
