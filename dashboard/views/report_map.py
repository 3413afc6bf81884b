"""Report, map: every row as the model sees it; a lasso picks rows, which are listed beneath and open in Rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from audit.errors import InputError
from audit.figures.base import said
from audit.figures.clouds import WAYS, ways
from audit.figures.row_map import row_map
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.report.chapters.map import STILL
from audit.results.clustered import cluster_names
from audit.results.row_table import RowTable
from audit.stored import Run
from audit.where import parse
from dashboard.draw.answers import readable
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.chart_tables import chart_table
from dashboard.draw.chosen_rows import rows_chosen
from dashboard.draw.evidence import show_row
from dashboard.draw.map_picks import PICKED, chosen, clear_button, picked
from dashboard.draw.plots import theme
from dashboard.draw.row_tables import prediction_probe, row_table
from dashboard.draw.taught import show_taught
from dashboard.page.address import bound, clear
from dashboard.page.paging import ROWS, pager
from dashboard.page.paging import pick as pick_line
from dashboard.page.state import keep, link, parameter, store
from dashboard.page.text import escaped, one_line, plain, told_again

DRAG = {"lasso": tr_later("draws a lasso"), "select": tr_later("draws a box"), "pan": tr_later("moves the map")}
"""What dragging does."""
KEY = "row-map"
INSIDE = "inside"
"""The name of the slice that dots are coloured by, in the address."""


def show(run: Run) -> None:
    """Draw the section."""
    table = chart_table(run, "map") if _placed(run) else pd.DataFrame()
    rows = rows_chosen(run)
    if rows is not None and _placed(run) and not (table["row_id"] != "").any():
        st.info(tr("None of these rows is drawn on the map."), icon=":material/info:")
        return
    if table.empty:
        _missing(run)
        return
    draw_chapters(run, "map", without={STILL})
    table = table.assign(cluster=_clusters(run, table))
    kept = {one.name: one.condition for one in store().slices()}
    way, drag = st.columns([1.2, 1.8], vertical_alignment="bottom")
    offered = ways(table.assign(slice=0) if kept else table)
    by = bound(way.selectbox, tr("Coloured by"), offered, key="by", format_func=lambda name: tr(WAYS[name]))
    dragged = bound(
        drag.segmented_control, tr("Dragging"), list(DRAG), key="drag", required=True, format_func=lambda d: tr(DRAG[d])
    )
    if by == "slice":
        inside = _inside(run, table, kept)
        by, table = (by, table.assign(slice=inside)) if inside is not None else ("table", table)
    else:
        clear((INSIDE,))
    ids = picked() or ()
    _chart(run, table, by, dragged, ids)
    if ids:
        _picked(run, ids)


def _clusters(run: Run, table: pd.DataFrame) -> list[int]:
    """The number of each dot's cluster, 0 where it has none; those of the reference table are not told apart."""
    rows = chart_table(run, "cluster_rows")
    known = dict(zip(rows["row_id"], rows["cluster"], strict=True))
    return [int(known.get(row_id, 0)) for row_id in table["row_id"]]


def _inside(run: Run, table: pd.DataFrame, kept: Mapping[str, str]) -> NDArray[np.int64] | None:
    """Ask which kept slice is meant: 1 for each dot that is in it, 0 for others; None where this run cannot have it, which is said."""
    name = bound(st.selectbox, tr("Slice"), list(kept), key=INSIDE, format_func=lambda one: one_line(one, 60))
    probe = prediction_probe(run)
    if probe is None:
        return None
    rows = row_table(run, probe)
    try:
        held = rows.ids[rows.mask(parse(kept[name]))]
    except InputError as error:
        st.caption(f":material/block: {plain(told_again(error), 500)}")
        return None
    return np.isin(table["row_id"].to_numpy(dtype=str), held.astype(str)).astype(np.int64)


def _placed(run: Run) -> bool:
    return any(probe.kind == "embedding" and probe.status == "planned" for probe in store().probes(run.id))


def _missing(run: Run) -> None:
    """Why there is no map, and what would make one."""
    skipped = next((p for p in store().probes(run.id) if p.kind == "embedding" and p.status == "skipped"), None)
    if skipped is not None:
        said = tr("This model does not show where it puts a row: {reason}", reason=told_again(skipped.reason or ""))
        st.info(plain(said, 400), icon=":material/info:")
        return
    if _placed(run):
        st.info(tr("Too few rows have a place yet: a map takes 30."), icon=":material/info:")
        return
    st.info(
        tr("This audit did not keep where the model puts each row. Audit again with the standard suite, or with the probe `last_layer`."),
        icon=":material/info:",
    )  # fmt: skip
    link("new_audit", tr("Audit again"), icon=":material/replay:", clone=run.id)


def _chart(run: Run, table: pd.DataFrame, by: str, drag: str, ids: Sequence[str]) -> None:
    told = _beginnings(run.id, run.result_hash or "")
    rows = rows_chosen(run)
    placed = int(chart_table(run, "map_facts").iloc[0]["audited"]) if rows is None else len(rows.ids)
    names = cluster_names(chart_table(run, "clusters"))
    texts = [told.get(row_id, "") for row_id in table["row_id"]]
    figure = row_map(table, by=by, texts=texts, names=names, theme=theme())
    figure.update_layout(dragmode=drag)
    traces = [list(trace.customdata) for trace in figure.data]
    _mark(figure, table, ids)
    st.html(f'<div class="assay-chart"><p><strong>{escaped(said(figure)[0])}</strong></p></div>')
    config = {"displaylogo": False, "displayModeBar": False, "scrollZoom": drag == "pan"}
    st.plotly_chart(
        figure, theme=None, key=KEY, config=config, alt=_alt(table), selection_mode=("points", "box", "lasso"),
        on_select=partial(chosen, KEY, traces, list(table["row_id"])),
    )  # fmt: skip
    drawn = int((table["row_id"] != "").sum())
    st.caption(
        tr("{drawn} of {rows} rows are drawn. Drag around rows to pick them; a click picks one. The filters of Rows pick as well.",
           drawn=f"{drawn:,}", rows=f"{placed:,}")
    )  # fmt: skip


def _mark(figure: Any, table: pd.DataFrame, ids: Sequence[str]) -> None:
    """Have the map show what is picked."""
    if not ids:
        return
    held = table["row_id"].isin(ids).to_numpy()
    for trace in figure.data:
        trace.selectedpoints = np.flatnonzero(held[list(trace.customdata)]).tolist()


def _alt(table: pd.DataFrame) -> str:
    return tr("Map of {rows} rows; the section Rows lists them all.", rows=f"{len(table):,}")


def _picked(run: Run, ids: Sequence[str]) -> None:
    """The rows picked: how right the model is on them, and a page of them."""
    probe = prediction_probe(run)
    if probe is None:
        return
    table = row_table(run, probe)
    at = np.flatnonzero(np.isin(table.ids, np.array(ids, dtype=table.ids.dtype)))
    found = [str(row_id) for row_id in table.ids[at]]
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/lasso_select: **{tr_n('{n} row picked', '{n} rows picked', len(found))}**{_rate(table, at)}"
        )
        link(
            "report",
            tr("Open in Rows"),
            icon=":material/table_rows:",
            run=run.id,
            section="rows",
            picked=parameter(PICKED),
        )
        clear_button()
    offset = pager(len(found), "mapped")
    page = table.records(found[offset : offset + ROWS])
    shown = readable(run, page).assign(right=page["correct"].map({1: "✓", 0: "✗"}).fillna(""))
    marked = pick_line(shown, "map-table", columns=_columns(), alt=tr("Rows picked on the map"))
    if marked is not None:
        keep({"row": str(page.iloc[marked]["row_id"])})
    if row_id := parameter("row"):
        show_row(run, row_id)
        show_taught(run, row_id)


def _rate(table: RowTable, at: NDArray[np.intp]) -> str:
    """On how many of them the model is right, beside how many it is right on in all."""
    right = table.column("right")
    own, every = right[at][right[at] != ""], right[right != ""]
    if not len(own):
        return ""
    say = numbers()
    counts = {"right": int((own == "yes").sum()), "n": len(own), "all": int((every == "yes").sum()), "rows": len(every)}
    said = tr(
        "the model is right on {right} of {n}, of all rows on {all} of {rows}",
        **{name: say.count(n) for name, n in counts.items()},
    )
    return f" · {said}"


def _columns() -> dict[str, Any]:
    return {
        "text": st.column_config.TextColumn(tr("Text"), width="large"),
        "label": st.column_config.TextColumn(tr("Label")),
        "predicted": st.column_config.TextColumn(tr("Predicted")),
        "confidence": st.column_config.NumberColumn(tr("Confidence")),
        "right": st.column_config.TextColumn(tr("Right")),
    }


@st.cache_data(max_entries=8, show_spinner=False)
def _beginnings(run_id: str, stamp_: str) -> dict[str, str]:  # noqa: ARG001
    """What each row begins with."""
    rows = store().rows(run_id)
    return {row_id: one_line(text, 80) for row_id, text in zip(rows["row_id"], rows["text"], strict=True)}
