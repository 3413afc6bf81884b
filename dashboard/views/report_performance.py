"""Report, performance: how well the model does as it is, class by class, and whether its probabilities can be believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from audit.language.numbers import numbers
from audit.results.headline import surest
from audit.store import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.cards import score_metric
from dashboard.components.charts import level, picked, picked_rows, show_chart
from dashboard.components.class_tables import class_table, confused_pairs, group_table
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import one_line, plain, plural

CARD = ("accuracy", "macro_f1", "ece", "brier", "temperature", "confidence_gap", "truncated_share", "duplicate_share")

SHOWN = 10


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    cards = [score for name in CARD if (score := surest(scores, name)) is not None][:8]
    if not cards:
        st.info(
            "There is nothing to measure here: the table has no labels, or the audit is not over.",
            icon=":material/info:",
        )
        return
    for start in range(0, len(cards), 4):
        for column, score in zip(st.columns(4), cards[start : start + 4], strict=False):
            with column:
                score_metric(score)
    figure, data = plots.confusion_chart(run)
    points = show_chart(figure, "confusion", alt="Confusion matrix: true class by predicted class", data=data,
                        about="confusion_share", select=True)  # fmt: skip
    _picked(run, points)
    figure, data = plots.reliability_chart(run, surest(scores, "ece"), surest(scores, "confidence_gap"))
    points = show_chart(figure, "reliability", alt="Reliability diagram: stated probability against accuracy", data=data,
                        about="ece", select=True)  # fmt: skip
    _picked(run, points)
    (labels, of_labels), (lengths, of_lengths) = plots.labels_chart(run), plots.lengths_chart(run)
    level(labels, lengths)
    left, right = st.columns(2)
    with left:
        kind, _, label = picked(
            show_chart(labels, "labels", alt="Rows of each label, given and predicted", data=of_labels,
                       about="label_share", select=True)
        )[0].partition("|")  # fmt: skip
    with right:
        points = show_chart(lengths, "lengths", alt="Lengths of the texts in tokens", data=of_lengths,
                            about="truncated_share", select=True)  # fmt: skip
    if label:
        _rows(run, RecordFilter(label=label) if kind == "data" else RecordFilter(predicted=label))
    _picked(run, points)
    class_table(run, scores)
    confused_pairs(run, named(scores, "confusion_share", sliced=True))
    group_table(scores)


def _picked(run: Run, points: list[dict[str, Any]]) -> None:
    ids = picked_rows(points)
    if ids:
        _rows(run, RecordFilter(row_ids=ids))


def _rows(run: Run, where: RecordFilter) -> None:
    """The first rows of a selection, and how many there are."""
    probe = next(p.probe for p in store().probes(run.id) if p.kind == "prediction")
    where = replace(where, probe=probe)
    total = store().count_records(run.id, where)
    st.caption(f"{plural(total, 'row')} in the selection; double-click the chart to undo.")
    for row in store().records(run.id, where, limit=SHOWN).itertuples():
        with st.container(border=True):
            st.text(one_line(row.text, 300))
            sure = f" with {numbers().share(row.confidence)}" if row.confidence is not None else ""
            st.caption(f"labelled {plain(row.label)}, predicted {plain(row.predicted)}{sure}")
            link(
                "report",
                "Everything about this row",
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row.row_id,
            )
