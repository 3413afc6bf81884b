"""Report, performance: how well the model does as it is, class by class, and whether its probabilities can be believed."""

from __future__ import annotations

import streamlit as st

from audit.store import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.cards import score_metric
from dashboard.components.charts import picked_rows, show_chart
from dashboard.components.class_tables import class_table, confused_pairs, group_table
from dashboard.components.scores import best_of, named
from dashboard.components.state import link, store
from dashboard.components.text import one_line, plain

CARD = ("accuracy", "macro_f1", "ece", "brier", "temperature", "confidence_gap", "truncated_share", "duplicate_share")


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    cards = [score for name in CARD if (score := best_of(scores, name)) is not None][:8]
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
    _rows(run, picked_rows(points))
    figure, data = plots.reliability_chart(run, best_of(scores, "ece"))
    points = show_chart(figure, "reliability", alt="Reliability diagram: stated probability against accuracy", data=data,
                        about="ece", select=True)  # fmt: skip
    _rows(run, picked_rows(points))
    left, right = st.columns(2)
    with left:
        figure, data = plots.labels_chart(run)
        show_chart(figure, "labels", alt="Rows of each label, given and predicted", data=data)
    with right:
        figure, data = plots.lengths_chart(run)
        show_chart(figure, "lengths", alt="Lengths of the texts in tokens", data=data, about="truncated_share")
    class_table(run, scores)
    confused_pairs(run, named(scores, "confusion_share", sliced=True))
    group_table(scores)


def _rows(run: Run, ids: tuple[str, ...]) -> None:
    if not ids:
        return
    probe = next(p.probe for p in store().probes(run.id) if p.kind == "prediction")
    found = store().records(run.id, RecordFilter(probe=probe, row_ids=ids), limit=50)
    st.caption(f"{len(found)} rows of the selection; double-click the chart to undo.")
    for row in found.head(10).itertuples():
        with st.container(border=True):
            st.text(one_line(row.text, 300))
            sure = f" with {row.confidence:.1%}" if row.confidence is not None else ""
            st.caption(f"labelled {plain(row.label)}, predicted {plain(row.predicted)}{sure}")
            link(
                "report",
                "Everything about this row",
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row.row_id,
            )
