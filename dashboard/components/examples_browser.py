"""The browser of adversarial examples: filter, sort, page, mark one to see it in full."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from audit.records import AttackOutcome
from audit.store import RecordFilter, Run
from dashboard.components.bound import bound, bound_text
from dashboard.components.evidence import OUTCOMES, show_attack
from dashboard.components.paging import ROWS, export_button, pager, pick
from dashboard.components.probes import titles
from dashboard.components.state import link, store
from dashboard.components.text import one_line

SORTS = {
    "": "order of the run",
    "words_changed": "words changed",
    "similarity": "similarity",
    "queries": "queries",
    "confidence": "confidence before",
}


COLUMNS = {
    "text": st.column_config.TextColumn("Original text", width="large"),
    "status": st.column_config.TextColumn("Outcome"),
    "predicted": st.column_config.TextColumn("Before"),
    "flipped_to": st.column_config.TextColumn("After"),
    "words_changed": st.column_config.NumberColumn("Words changed"),
    "similarity": st.column_config.NumberColumn("Similarity"),
    "queries": st.column_config.NumberColumn("Queries"),
}


def browse_examples(run: Run, recipes: Sequence[str], picked: tuple[str, ...]) -> None:
    """Draw the browser; `picked` limits it to rows selected in a chart."""
    st.subheader("Adversarial examples", anchor=False)
    first, second, third, fourth = st.columns([1.3, 1.3, 1.6, 1.2])
    recipe = bound(first.selectbox, "Recipe", recipes, key="recipe", format_func=titles(run.id).__getitem__)
    outcomes = ["success", "", *list(OUTCOMES)[1:]]
    outcome = bound(
        second.selectbox, "Outcome", outcomes, key="outcome", format_func=lambda o: OUTCOMES[o][0] if o else "Any"
    )
    part = bound_text(third.text_input, "Text contains", key="contains", icon=":material/search:")
    order = bound(fourth.selectbox, "Sort by", list(SORTS), key="sort", format_func=SORTS.__getitem__)
    label = None
    if len(run.labels) > 1:
        label = (
            bound(
                st.selectbox,
                "True label",
                ["", *run.labels],
                key="true",
                private=True,
                format_func=lambda v: one_line(v, 80) or "Any",
            )
            or None
        )
    where = RecordFilter(probe=recipe, status=outcome or None, search=part or None, label=label, row_ids=picked or None)
    if picked:
        st.caption(f"Only the {len(picked)} rows selected in the chart; double-click the chart to undo.")
    total = store().count_records(run.id, where)
    if total == 0:
        st.info("No example fits these filters.", icon=":material/filter_alt_off:")
        return
    offset = pager(total, "examples", noun="example")
    descending = order in {"similarity", "confidence"}
    page = store().records(run.id, where, order_by=order, descending=descending, limit=ROWS, offset=offset)
    chosen = pick(page, "example-table", columns=COLUMNS, alt="Adversarial examples")
    export_button(
        lambda: _with_attacked_texts(run, recipe, where, order, descending),
        f"attacks-{recipe}-{run.id}.csv", "export-examples",
    )  # fmt: skip
    row_id = str(page.iloc[chosen if chosen is not None else 0]["row_id"])
    record = store().record(run.id, recipe, row_id)
    if isinstance(record, AttackOutcome):
        with st.container(border=True):
            st.caption("The marked line" if chosen is not None else "The first line; mark another to see it.")
            show_attack(run.labels, record)
            link(
                "report",
                "Everything about this row",
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row_id,
            )


def _with_attacked_texts(run: Run, recipe: str, where: RecordFilter, order: str, descending: bool) -> pd.DataFrame:
    """What the table shows and the text each attack ended with, for the download."""
    frame = store().records(run.id, where, order_by=order, descending=descending, limit=100_000)
    ended = {
        record.row_id: record.perturbed_text
        for _, record in store().iter_records(run.id, recipe, where=where)
        if isinstance(record, AttackOutcome)
    }
    frame.insert(list(frame.columns).index("text") + 1, "attacked_text", frame["row_id"].map(ended))
    return frame
