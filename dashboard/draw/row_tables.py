"""The rows of a run as columns, read once for all who look at it; and what the table says of rows, for downloads."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from audit.language.translating import tr
from audit.results.row_table import COLUMN, RowTable
from audit.slices import GROUP
from audit.stored import RecordFilter, Run
from dashboard.page.state import store

HOUR = 3_600


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
    """Records with the line of the table they came from behind their row id, and its groups and other columns at the end."""
    probe = prediction_probe(run)
    if probe is None or frame.empty:
        return frame
    said = row_table(run, probe).said(frame["row_id"].tolist())
    said.columns = pd.Index(table_names(list(said.columns), list(frame.columns)))
    joined = pd.concat([frame.reset_index(drop=True), said], axis=1)
    first = list(frame.columns).index("row_id") + 1
    joined.insert(first, "line", joined.pop("line"))
    return joined


def table_names(names: list[str], taken: list[str]) -> list[str]:
    """Columns of the table by their own names; one that is taken is told apart."""
    found: list[str] = []
    for name in names:
        plain = name.removeprefix(GROUP) if name.startswith(GROUP) else name.removeprefix(COLUMN)
        found.append(tr("{name} (table)", name=plain) if plain in taken or plain in found else plain)
    return found
