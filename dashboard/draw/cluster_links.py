"""From the clusters that make the difference between two tables to their rows."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr
from audit.report.chapters.shift_clusters import differing
from audit.results.clustered import cluster_names
from audit.stored import Run
from dashboard.draw.chart_tables import chart_table
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import WHERE, link, store
from dashboard.page.text import plain


def show_cluster_links(run: Run) -> None:
    """A link for each cluster whose shares differ and that has audited rows, those that differ most first."""
    found = differing(store().scores(run.id))
    if not found:
        return
    table = chart_table(run, "clusters")
    names, rows = cluster_names(table), dict(zip(table["number"], table["rows"], strict=True))
    there = [number for number in found if rows.get(number)]
    if not there:
        return
    st.caption(tr("Read the audited rows of a cluster that differs:"))
    with st.container(horizontal=True, gap="small", key="cluster-links"):
        for number in there:
            label = f"{plain(names[number], 60)} ({numbers().count(rows[number])})"
            link(
                "report", label, icon=":material/table_rows:", run=run.id, section="rows",
                **{WHERE: kept_texts().keep(f"cluster={number}")},
            )  # fmt: skip
