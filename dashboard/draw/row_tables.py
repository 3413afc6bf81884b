"""The rows of a run as columns, read once for all who look at it; and what the table says of rows, for downloads."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from audit.plain_numbers import PlainColumns
from audit.results.row_table import RowTable, table_names
from audit.stored import RecordFilter, Run
from dashboard.page.state import store

HOUR = 3_600
WHOLE = ("position", "correct", "flips", "queries", "words_changed", "valid", "truncated")
"""Columns of records that count."""


def prediction_probe(run: Run) -> str | None:
    """The key of the probe whose answers the rows are shown with; None where the audit predicted nothing."""
    return next((p.probe for p in store().probes(run.id) if p.kind == "prediction"), None)


def row_table(run: Run, probe: str) -> RowTable:
    """The rows of a run, as far as it has come."""
    state = run.result_hash or str(store().count_records(run.id, RecordFilter(probe=probe)))
    return RowTable(store(), run, probe, kept_rows(run.id, probe, state))


@st.cache_resource(max_entries=4, ttl=HOUR, show_spinner=False)
def kept_rows(run_id: str, probe: str, state: str) -> dict[str, Any]:  # noqa: ARG001  (they tell one from another)
    """What was read of a run's rows by this server; clear it where a table is deleted."""
    return {}


def with_table(run: Run, frame: pd.DataFrame) -> pd.DataFrame:
    """Records with the line of the table they came from behind their row id, and its groups and other columns at the end.

    For downloads: the numbers of a column that has nothing else in any row of the run are marked for the workbook.
    """
    probe = prediction_probe(run)
    frame = frame.assign(**{name: _whole(frame[name]) for name in WHOLE if name in frame})
    if probe is None or frame.empty:
        return frame
    table = row_table(run, probe)
    said = table.said(frame["row_id"].tolist())
    for name in table.all_names:
        said[name] = _numbers(said[name], table.column(name))
    said.columns = pd.Index(table_names(list(said.columns), list(frame.columns)))
    joined = pd.concat([frame.reset_index(drop=True), said], axis=1)
    first = list(frame.columns).index("row_id") + 1
    joined.insert(first, "line", joined.pop("line"))
    return joined


def _numbers(said: pd.Series, column: NDArray[Any]) -> pd.Series:
    """A column of the table with its plain numbers marked, where all the `column` of the run has is such; else as it was."""
    found = PlainColumns(1)
    for cell in column:
        found.add((cell,))
    if not found.found[0]:
        return said
    marked = [found.marked((None if pd.isna(cell) else cell,))[0] for cell in said]
    return pd.Series(marked, index=said.index, dtype=object)


def _whole(numbers: pd.Series) -> pd.Series:
    """Counts as whole numbers, which a blank among them would make 3.0."""
    return pd.Series([None if pd.isna(n) else int(n) for n in numbers], index=numbers.index, dtype=object)
