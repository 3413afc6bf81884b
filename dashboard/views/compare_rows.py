"""Compare: the rows that came out otherwise in the second of two runs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.store import Run
from dashboard.components.paging import pager, pick
from dashboard.components.state import link, store

ROWS = 20
WAYS = {"lost": "Got worse", "gained": "Got better", "other": "Changed"}
CHANGED = {
    "text": st.column_config.TextColumn("Text", width="large"), "label": "Label",
    "first": st.column_config.TextColumn("Before"), "second": st.column_config.TextColumn("After"),
}  # fmt: skip


def changed_rows(a: Run, b: Run, table: pd.DataFrame) -> None:
    """Draw the rows that changed (`Comparison.rows`), a page at a time, with links to each in both runs."""
    st.subheader("Rows that changed", anchor=False)
    if table.empty:
        st.caption("No row changed.")
        return
    left, right = st.columns(2)
    what = left.selectbox(
        "Under", list(dict.fromkeys(table["what"])), key="changed-what", format_func=lambda w: w.replace("_", " ")
    )
    way = right.segmented_control(
        "Which", list(WAYS), default="lost", required=True, key="changed-way", format_func=WAYS.__getitem__
    )
    part = table[(table["what"] == what) & (table["change"] == way)].reset_index(drop=True)
    if part.empty:
        st.caption("No row changed this way.")
        return
    offset = pager(len(part), "changed", rows=ROWS)
    page = part.iloc[offset : offset + ROWS].reset_index(drop=True)
    examples = [store().example(a.id, str(row_id)) for row_id in page["row_id"]]
    page = page.assign(text=[e.text if e else "" for e in examples], label=[e.label if e else "" for e in examples])
    chosen = pick(page, "changed-table", columns=CHANGED, alt="Rows that changed")
    if chosen is not None:
        row_id = str(page.iloc[chosen]["row_id"])
        link("report", "This row before", icon=":material/history:", run=a.id, section="rows", row=row_id)
        after = str(page.iloc[chosen]["row_id_second"])
        link("report", "This row after", icon=":material/update:", run=b.id, section="rows", row=after)
