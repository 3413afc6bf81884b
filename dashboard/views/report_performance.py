"""Report, performance: how well the model does as it is, class by class, and whether its probabilities can be believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.results.headline import performance_card
from audit.stored import RecordFilter, Run
from dashboard.draw import plots
from dashboard.draw.answers import holding
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.charts import level, picked, picked_rows, show_drawn
from dashboard.draw.chosen_rows import narrowed, rows_chosen, shown_scores
from dashboard.page.state import link, store
from dashboard.page.text import one_line, plain
from dashboard.run.calibrating import calibrate_run

SHOWN = 10


def show(run: Run) -> None:
    """Draw the section."""
    if not performance_card(shown_scores(run, "performance")):
        if rows_chosen(run) is not None:
            st.info(tr("There is nothing to measure of these rows."), icon=":material/info:")
            return
        st.info(
            tr("There is nothing to measure here: the table has no labels, or the audit is not over."),
            icon=":material/info:",
        )
        return
    drawn = draw_chapters(run, "performance")
    for name in ("confusion", "reliability"):
        _picked(run, drawn.get(name, []))
    calibrate_run(run)
    labels, lengths = plots.labels_chart(run), plots.lengths_chart(run)
    level(labels.figure, lengths.figure)
    with st.expander(tr("Labels, and how long the texts are")):
        left, right = st.columns(2)
    with left:
        kind, _, label = picked(
            show_drawn(
                labels, "labels", alt=tr("Rows of each label, given and predicted"), about="label_share", select=True
            )
        )[0].partition("|")
    with right:
        alt = tr("Lengths of the texts in tokens")
        points = show_drawn(lengths, "lengths", alt=alt, about="truncated_share", select=True)
    if label:
        _rows(run, RecordFilter(), **{"label" if kind == "data" else "predicted": label})
    _picked(run, points)


def _picked(run: Run, points: list[dict[str, Any]]) -> None:
    ids = picked_rows(points)
    if ids:
        _rows(run, RecordFilter(row_ids=ids))


def _rows(run: Run, where: RecordFilter, label: str | None = None, predicted: str | None = None) -> None:
    """The first rows of a selection, or of those with a label given or predicted, and how many there are."""
    probe = next(p.probe for p in store().probes(run.id) if p.kind == "prediction")
    said = holding(run, probe, "predicted", predicted)
    where = narrowed(run, replace(where, probe=probe, label=holding(run, probe, "label", label), predicted=said))
    total = store().count_records(run.id, where)
    st.caption(
        tr_n(
            "{n} row picked in the chart.",
            "{n} rows picked in the chart.",
            total,
        )
    )
    row: Any
    for row in store().records(run.id, where, limit=SHOWN).itertuples():
        with st.container(border=True):
            st.text(one_line(row.text, 300))
            label, predicted = (plain(answer_words(said, run.task)) for said in (row.label, row.predicted))
            st.caption(_answer(label, predicted, row.confidence))
            link(
                "report",
                tr("Everything about this row"),
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row.row_id,
            )


def _answer(label: str, predicted: str, confidence: float | None) -> str:
    if confidence is None:
        return tr("labelled {label}, predicted {predicted}", label=label, predicted=predicted)
    return tr(
        "labelled {label}, predicted {predicted} with {confidence}",
        label=label,
        predicted=predicted,
        confidence=numbers().share(confidence),
    )
