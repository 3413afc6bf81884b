"""Report, rows: every audited row with its results; pick one to see all that is known of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from audit.language.translating import tr, tr_later
from audit.stored import RecordFilter, Run
from dashboard.draw.answers import choice_words, choices, holding, readable
from dashboard.draw.evidence import show_row
from dashboard.page.address import bound, bound_text
from dashboard.page.paging import ROWS, export_button, pager, pick
from dashboard.page.state import keep, parameter, store
from dashboard.page.text import plain

RIGHT = {"": tr_later("Any"), "wrong": tr_later("Wrong"), "right": tr_later("Right")}
SORTS = {
    "": tr_later("order of the table"),
    "confidence": tr_later("least sure first"),
    "confidence-": tr_later("surest first"),
}


def show(run: Run) -> None:
    """Draw the section."""
    probe = next((p.probe for p in store().probes(run.id) if p.kind == "prediction"), None)
    if probe is None:
        st.info(
            tr("This audit made no predictions; its rows can be read under Robustness and Explanations."),
            icon=":material/info:",
        )
        return
    where, order, descending = _filters(run, probe)
    total = store().count_records(run.id, where)
    if total == 0:
        st.info(tr("No row fits these filters."), icon=":material/filter_alt_off:")
    else:
        offset = pager(total, "rows")
        page = store().records(run.id, where, order_by=order, descending=descending, limit=ROWS, offset=offset)
        shown = readable(run, page).assign(
            right=page["correct"].map({1: "✓", 0: "✗"}).fillna(""), truncated=page["truncated"].astype(bool)
        )
        chosen = pick(
            shown, "row-table", columns=_columns(), alt=tr("Audited rows with their predictions"), height="auto"
        )
        if chosen is not None:
            keep({"row": str(page.iloc[chosen]["row_id"])})
        export_button(
            lambda: store().records(run.id, where, order_by=order, descending=descending, limit=1_000_000),
            f"rows-{run.id}.csv", "export-rows",
        )  # fmt: skip
    row_id = parameter("row")
    if row_id:
        st.subheader(tr("One row"), anchor=False)
        st.caption(tr("Row {row}; this address leads back to it.", row=plain(row_id, 40)))
        show_row(run, row_id)


def _columns() -> dict[str, Any]:
    return {
        "text": st.column_config.TextColumn(tr("Text"), width="large"),
        "label": st.column_config.TextColumn(tr("Label")),
        "predicted": st.column_config.TextColumn(tr("Predicted")),
        "confidence": st.column_config.NumberColumn(tr("Confidence")),
        "right": st.column_config.TextColumn(tr("Right")),
        "truncated": st.column_config.CheckboxColumn(tr("Cut"), help=tr("The text is longer than the model reads.")),
        "error": st.column_config.TextColumn(tr("Error")),
    }


def _filters(run: Run, probe: str) -> tuple[RecordFilter, str, bool]:
    text, state, label, predicted, order = st.columns([2, 1, 1.4, 1.4, 1.4])
    part = bound_text(text.text_input, tr("Text contains"), key="q", icon=":material/search:")
    right = bound(state.selectbox, tr("Model was"), list(RIGHT), key="right", format_func=lambda r: tr(RIGHT[r]))
    labels, said_of = ["", *choices(run)], partial(choice_words, run)
    true = bound(
        label.selectbox,
        tr("Label"),
        labels,
        key="label",
        private=True,
        format_func=said_of,
    )
    said = bound(
        predicted.selectbox,
        tr("Predicted"),
        labels,
        key="predicted",
        private=True,
        format_func=said_of,
    )
    sort = bound(order.selectbox, tr("Sort by"), list(SORTS), key="order", format_func=lambda s: tr(SORTS[s]))
    correct = {"wrong": False, "right": True}.get(right or "")
    where = RecordFilter(
        probe=probe, search=part or None, correct=correct, label=holding(run, probe, "label", true),
        predicted=holding(run, probe, "predicted", said),
    )  # fmt: skip
    return where, sort.rstrip("-"), sort.endswith("-")
