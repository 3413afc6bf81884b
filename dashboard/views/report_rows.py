"""Report, rows: every audited row with its results; pick one to see all that is known of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from audit.language.translating import tr, tr_later, tr_n
from audit.results.row_table import RowTable
from audit.slices import GROUP
from audit.stored import Run
from audit.where import written
from dashboard.draw.answers import readable
from dashboard.draw.chosen_rows import asked_rows
from dashboard.draw.evidence import show_row
from dashboard.draw.hand_slices import draw_sides, slice_of
from dashboard.draw.map_picks import of_map
from dashboard.draw.row_filters import FRONT, MORE, column_words, row_filter
from dashboard.draw.row_tables import prediction_probe, row_table, with_table
from dashboard.draw.taught import show_taught
from dashboard.forms.note import show_note
from dashboard.forms.slice_box import MOST_CHARACTERS, save_as_slice
from dashboard.page.address import bound, bound_many, clear, put_text
from dashboard.page.paging import ROWS, export_button, pager, pick
from dashboard.page.state import SLICE, WHERE, keep, parameter, store
from dashboard.page.text import one_line, plain

SORTS = {
    "": tr_later("order of the table"),
    "confidence": tr_later("least sure first"),
    "confidence-": tr_later("surest first"),
}


def show(run: Run) -> None:
    """Draw the section."""
    probe = prediction_probe(run)
    if probe is None:
        st.info(
            tr("This audit made no predictions; its rows can be read under Robustness and Explanations."),
            icon=":material/info:",
        )
        return
    table = row_table(run, probe)
    mask = _chosen(run, table, probe) & of_map(table.ids)
    total = int(mask.sum())
    if total == 0:
        st.info(tr("No row fits these filters."), icon=":material/filter_alt_off:")
    else:
        _rows(run, table, mask)
    row_id = parameter("row")
    if row_id:
        st.header(tr("One row"), anchor=False)
        _where_from(run, table, row_id)
        if store().example(run.id, row_id) is not None:
            show_note(run, "row", row_id)
        show_row(run, row_id)
        show_taught(run, row_id)


def _chosen(run: Run, table: RowTable, probe: str) -> NDArray[np.bool_]:
    """Which rows the filters mean, with what is made of them."""
    drawn, asked = row_filter(run, table, probe), asked_rows()
    found = asked & drawn
    if not found:
        return table.mask(found)
    text = written(table.typed(found))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            tr("Clear all filters"), key="clear-filters", icon=":material/filter_alt_off:", type="tertiary", on_click=clear,
            args=((*FRONT, *MORE, SLICE, WHERE),),
        )  # fmt: skip
        save_as_slice(text)
        if drawn and len(text) <= MOST_CHARACTERS:
            st.button(
                tr("Show these in every section"), key="use-rows", icon=":material/dashboard:", type="tertiary",
                on_click=_use, args=(text,), help=tr("Every chart and table of these results is of these rows then."),
            )  # fmt: skip
        scored = st.toggle(
            tr("Scores of these rows"), key="slice-scores", help=tr("Beside those of all other rows; no model runs.")
        )
    if scored:
        with st.spinner(tr("Gathering the numbers")):
            made = slice_of(run, text)
        st.error(plain(made, 600), icon=":material/error:") if isinstance(made, str) else draw_sides(made)
    return table.mask(found)


def _use(text: str) -> None:
    """Take what the filters say as the rows that are chosen for all sections; for a callback."""
    clear((*FRONT, *MORE, SLICE))
    put_text(WHERE, text)


def _rows(run: Run, table: RowTable, mask: NDArray[np.bool_]) -> None:
    """The rows that fit, a page at a time."""
    total = int(mask.sum())
    if total < len(table):
        fit = tr_n("{n} of {all} rows fits.", "{n} of {all} rows fit.", total, all=f"{len(table):,}")
        st.markdown(f":material/filter_alt: **{fit}**")
    sort, more = st.columns([1.4, 4])
    chosen = bound(sort.selectbox, tr("Sort by"), list(SORTS), key="order", format_func=lambda s: tr(SORTS[s]))
    groups = [GROUP + name for name in table.groups]
    others = [name for name in table.all_names if name not in groups]
    shown = bound_many(
        more.multiselect, tr("Columns of the table"), others, key="show", private=True, format_func=column_words,
        help=tr("Shown beside the answers. A download has all of them."), placeholder=tr("None but the groups"),
    ) if others else []  # fmt: skip
    order = table.order(mask, chosen.rstrip("-"), descending=chosen.endswith("-"))
    offset = pager(total, "rows")
    ids = [str(row_id) for row_id in table.ids[order[offset : offset + ROWS]]]
    page = table.records(ids)
    names = [*groups, *shown]
    said = table.said(ids, names)
    page = page.assign(line=said["line"], **{name: said[name] for name in names})
    readably = readable(run, page).assign(
        right=page["correct"].map({1: "✓", 0: "✗"}).fillna(""), truncated=page["truncated"].astype(bool)
    )
    columns = _columns(
        errors=bool(page["error"].notna().any()), cut=bool(readably["truncated"].any()), named=bool(names)
    ) | {name: st.column_config.TextColumn(column_words(name)) for name in names}
    marked = pick(readably, "row-table", columns=columns, alt=tr("Audited rows with their predictions"), height="auto")
    if marked is not None:
        keep({"row": str(page.iloc[marked]["row_id"])})
    export_button(
        lambda: store().with_notes(run.id, with_table(run, table.records([str(row_id) for row_id in table.ids[order]]))),
        f"rows-{run.id}.csv", "export-rows",
    )  # fmt: skip


def _where_from(run: Run, table: RowTable, row_id: str) -> None:
    """The line of the table the row stands on, and what the table says of it besides."""
    said = table.said([row_id]).iloc[0]
    if pd.isna(said["line"]):
        st.caption(tr("This address leads back to it."))
    else:
        name = plain(run.table_name, 80)
        st.caption(tr("Line {line} of {table}; this address leads back to it.", line=int(said["line"]), table=name))
    cells = {column_words(str(name)): value for name, value in said.items() if name != "line" and value}
    if cells:
        st.markdown(
            " · ".join(f"{plain(name)}: **{plain(one_line(str(value), 200))}**" for name, value in cells.items())
        )


def _columns(*, errors: bool, cut: bool, named: bool) -> dict[str, Any]:
    """The columns in sight: of cut texts and errors where there are any, narrow where columns of the table stand behind them."""
    columns = {
        "line": st.column_config.NumberColumn(tr("Line"), help=tr("Of the file that was uploaded."), format="%d"),
        "text": st.column_config.TextColumn(tr("Text"), width=340 if named else "large"),
        "label": st.column_config.TextColumn(tr("Label"), width=150 if named else "medium"),
        "predicted": st.column_config.TextColumn(tr("Predicted"), width=150 if named else "medium"),
        "confidence": st.column_config.NumberColumn(tr("Confidence")),
        "right": st.column_config.TextColumn(tr("Right")),
    }
    if cut:
        about = tr("The text is longer than the model reads.")
        columns["truncated"] = st.column_config.CheckboxColumn(tr("Cut"), help=about)
    return columns | ({"error": st.column_config.TextColumn(tr("Error"))} if errors else {})
