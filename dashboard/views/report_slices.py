"""Report, weak spots: slices that people made by hand, beside those that were found."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import tr
from audit.stored import Run
from dashboard.draw.chosen_rows import rows_chosen
from dashboard.draw.hand_slices import draw_sides, draw_slices, named_slices, slice_of
from dashboard.page.state import link, store
from dashboard.page.text import plain


def show_slices(run: Run) -> None:
    """Draw what every slice that is kept comes to in this run, and any that is typed."""
    st.header(tr("Slices by hand"), anchor=False)
    st.caption(
        tr(
            "Conditions that somebody chose, kept for all runs. Nothing was looked for, so all rows of a slice count; who tries "
            "many of them will find some that look weak by chance."
        )
    )
    kept = {one.name: one.condition for one in store().slices()}
    found = list(named_slices(run, kept))
    known = {name: one for name, one in found if not isinstance(one, str)}
    if known:
        draw_slices(known)
    for name, why in found:
        if isinstance(why, str):
            st.caption(f":material/block: **{plain(name, 60)}**: {plain(why, 500)}")
    if (rows := rows_chosen(run)) is not None:
        _one(run, rows.text)


def _one(run: Run, text: str) -> None:
    """Every score of a slice, or why this run has none."""
    with st.spinner(tr("Gathering the numbers")):
        found = slice_of(run, text)
    if isinstance(found, str):
        st.error(plain(found, 600), icon=":material/error:")
        return
    draw_sides(found)
    link("report", tr("Read these rows"), icon=":material/table_rows:", run=run.id, section="rows")
