"""Compare: the rows that came out otherwise in the second of two runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from audit.language.translating import tr, tr_later
from audit.stored import Run
from dashboard.draw.evidence import OUTCOMES
from dashboard.page.paging import pager, pick
from dashboard.page.state import link, store

ROWS = 20
WAYS = {"lost": tr_later("Got worse"), "gained": tr_later("Got better"), "other": tr_later("Changed")}


def changed_rows(a: Run, b: Run, table: pd.DataFrame, names: Mapping[str, str]) -> None:
    """Draw the rows that changed (`Comparison.rows`), a page at a time, with links to each in both runs; `names` of its tests."""
    st.header(tr("Rows that changed"), anchor=False)
    if table.empty:
        st.caption(tr("No row changed."))
        return
    left, right = st.columns(2)
    what = left.selectbox(
        tr("Under"),
        list(dict.fromkeys(table["what"])),
        key="changed-what",
        format_func=lambda w: names.get(w) or tr("Prediction"),
    )
    there = set(table[table["what"] == what]["change"])
    first = next(name for name in WAYS if name in there)
    way = right.segmented_control(
        tr("Which"),
        list(WAYS),
        default=first,
        required=True,
        key="changed-way",
        format_func=lambda w: tr(WAYS[w]),
    )
    part = table[(table["what"] == what) & (table["change"] == way)].reset_index(drop=True)
    if part.empty:
        st.caption(tr("No row changed this way."))
        return
    offset = pager(len(part), "changed", rows=ROWS)
    page = part.iloc[offset : offset + ROWS].reset_index(drop=True)
    examples = [store().example(a.id, str(row_id)) for row_id in page["row_id"]]
    if what != "prediction":  # an answer of the model is said as it is, whatever its name
        page = page.assign(**{side: [_said(outcome) for outcome in page[side]] for side in ("first", "second")})
    page = page.assign(text=[e.text if e else "" for e in examples], label=[e.label if e else "" for e in examples])
    chosen = pick(page, "changed-table", columns=_columns(), alt=tr("Rows that changed"))
    if chosen is not None:
        row_id = str(page.iloc[chosen]["row_id"])
        link("report", tr("This row before"), icon=":material/history:", run=a.id, section="rows", row=row_id)
        after = str(page.iloc[chosen]["row_id_second"])
        link("report", tr("This row after"), icon=":material/update:", run=b.id, section="rows", row=after)


def _said(outcome: str) -> str:
    """What an attack did in words; of harmless changes, how many flipped it."""
    return tr(OUTCOMES[outcome][0]) if outcome in OUTCOMES else outcome


def _columns() -> dict[str, Any]:
    return {
        "text": st.column_config.TextColumn(tr("Text"), width="large"), "label": tr("Label"),
        "first": st.column_config.TextColumn(tr("Before")), "second": st.column_config.TextColumn(tr("After")),
    }  # fmt: skip
