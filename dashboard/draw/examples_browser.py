"""The browser of adversarial examples: filter, sort, page, mark one to see it in full."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from audit.kinds import all_of, as_a
from audit.language.translating import tr, tr_later, tr_n
from audit.records import AttackOutcome
from audit.stored import RecordFilter, Run
from dashboard.draw.answers import choice_words, choices, holding, labelled, readable
from dashboard.draw.chosen_rows import narrowed
from dashboard.draw.evidence import OUTCOMES, show_attack
from dashboard.draw.probe_choices import titles
from dashboard.draw.row_tables import with_table
from dashboard.page.address import bound, bound_text
from dashboard.page.paging import ROWS, TALL, TEXT, export_button, pager, pick
from dashboard.page.state import link, store

SORTS = {
    "": tr_later("order of the run"),
    "words_changed": tr_later("words changed"),
    "similarity": tr_later("similarity"),
    "queries": tr_later("queries"),
    "confidence": tr_later("confidence before"),
}


def _columns() -> dict[str, Any]:
    return {
        "text": st.column_config.TextColumn(tr("Original text"), width=TEXT),
        "status": st.column_config.TextColumn(tr("Outcome")),
        "predicted": st.column_config.TextColumn(tr("Before")),
        "flipped_to": st.column_config.TextColumn(tr("After")),
        "words_changed": st.column_config.NumberColumn(tr("Words changed")),
        "similarity": st.column_config.NumberColumn(tr("Similarity")),
        "queries": st.column_config.NumberColumn(tr("Queries")),
    }


def browse_examples(run: Run, recipes: Sequence[str], picked: tuple[str, ...], *, titled: bool = True) -> None:
    """Draw the browser; `picked` limits it to rows selected in a chart. `titled`: nothing above says what it is of."""
    if titled:
        st.header(tr("Adversarial examples"), anchor=False)
    first, second, third, fourth, fifth = st.columns([1.3, 1.2, 1.4, 1.2, 1.2])
    recipe = bound(first.selectbox, tr("Recipe"), recipes, key="recipe", format_func=titles(run.id).__getitem__)
    outcomes = ["success", "", *list(OUTCOMES)[1:]]
    outcome = bound(
        second.selectbox,
        tr("Outcome"),
        outcomes,
        key="outcome",
        format_func=lambda o: tr(OUTCOMES[o][0]) if o else tr("Any"),
    )
    part = bound_text(third.text_input, tr("Text contains"), key="contains", icon=":material/search:")
    order = bound(fourth.selectbox, tr("Sort by"), list(SORTS), key="sort", format_func=lambda o: tr(SORTS[o]))
    label = None
    if len(run.labels) > 1 and labelled(run):
        label = (
            bound(
                fifth.selectbox,
                tr("True label"),
                ["", *choices(run)],
                key="true",
                private=True,
                format_func=partial(choice_words, run),
            )
            or None
        )
    where = narrowed(run, RecordFilter(
        probe=recipe, status=outcome or None, search=part or None, label=holding(run, recipe, "label", label),
        row_ids=picked or None,
    ))  # fmt: skip
    if picked:
        said = tr_n(
            "Only the {n} row picked in the chart.",
            "Only the {n} rows picked in the chart.",
            len(picked),
        )
        st.caption(said)
    total = store().count_records(run.id, where)
    if total == 0:
        st.info(tr("No example fits these filters."), icon=":material/filter_alt_off:")
        return
    offset = pager(total, "examples", noun="example")
    descending = order in {"similarity", "confidence"}
    page = store().records(run.id, where, order_by=order, descending=descending, limit=ROWS, offset=offset)
    left, right = st.columns([3, 2])
    with left:
        shown = readable(run, page).assign(status=[tr(OUTCOMES[status][0]) for status in page["status"]])
        chosen = pick(shown, "example-table", columns=_columns(), alt=tr("Adversarial examples"), height=TALL)
        export_button(
            lambda: _with_attacked_texts(run, recipe, where, order, descending),
            f"attacks-{recipe}-{run.id}.csv", "export-examples",
        )  # fmt: skip
    row_id = str(page.iloc[chosen if chosen is not None else 0]["row_id"])
    if record := as_a(store().record(run.id, recipe, row_id), AttackOutcome):
        with right.container(border=True):  # as tall as what it says: the way to the row is never cut off
            st.caption(tr("The marked line") if chosen is not None else tr("The first line; mark another to see it."))
            show_attack(run.task, record)
            link(
                "report",
                tr("Everything about this row"),
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row_id,
            )


def _with_attacked_texts(run: Run, recipe: str, where: RecordFilter, order: str, descending: bool) -> pd.DataFrame:
    """What the table shows and the text each attack ended with, for the download."""
    frame = store().records(run.id, where, order_by=order, descending=descending, limit=100_000)
    records = (record for _, record in store().iter_records(run.id, recipe, where=where))
    ended = {record.row_id: record.perturbed_text for record in all_of(records, AttackOutcome)}
    frame.insert(list(frame.columns).index("text") + 1, "attacked_text", frame["row_id"].map(ended))
    return with_table(run, frame)
