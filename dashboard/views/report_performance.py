"""Report, performance: how well the model does as it is, class by class, and whether its probabilities can be believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.results.headline import surest
from audit.stored import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.answers import holding
from dashboard.components.cards import score_metric
from dashboard.components.charts import level, picked, picked_rows, show_chart
from dashboard.components.class_tables import class_table, confused_pairs, group_table
from dashboard.components.scores import named
from dashboard.components.state import link, store
from dashboard.components.text import one_line, plain

CARD = (
    "accuracy", "macro_f1", "micro_f1", "hamming_loss", "ece", "brier", "temperature", "confidence_gap", "truncated_share",
    "duplicate_share",
)  # fmt: skip

SHOWN = 10


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    cards = [score for name in CARD if (score := surest(scores, name)) is not None][:8]
    if not cards:
        st.info(
            tr("There is nothing to measure here: the table has no labels, or the audit is not over."),
            icon=":material/info:",
        )
        return
    for start in range(0, len(cards), 4):
        for column, score in zip(st.columns(4), cards[start : start + 4], strict=False):
            with column:
                score_metric(score)
    if "confusions" in run.task.families:
        figure, data = plots.confusion_chart(run)
        points = show_chart(figure, "confusion", alt=tr("Confusion matrix: true class by predicted class"), data=data,
                            about="confusion_share", select=True)  # fmt: skip
        _picked(run, points)
    if "calibration" in run.task.families:
        figure, data = plots.reliability_chart(run, surest(scores, "ece"), surest(scores, "confidence_gap"))
        points = show_chart(figure, "reliability", alt=tr("Reliability diagram: stated probability against accuracy"),
                            data=data, about="ece", select=True)  # fmt: skip
        _picked(run, points)
    (labels, of_labels), (lengths, of_lengths) = plots.labels_chart(run), plots.lengths_chart(run)
    level(labels, lengths)
    left, right = st.columns(2)
    with left:
        kind, _, label = picked(
            show_chart(labels, "labels", alt=tr("Rows of each label, given and predicted"), data=of_labels,
                       about="label_share", select=True)
        )[0].partition("|")  # fmt: skip
    with right:
        points = show_chart(lengths, "lengths", alt=tr("Lengths of the texts in tokens"), data=of_lengths,
                            about="truncated_share", select=True)  # fmt: skip
    if label:
        _rows(run, RecordFilter(), **{"label" if kind == "data" else "predicted": label})
    _picked(run, points)
    class_table(run, scores)
    confused_pairs(run, named(scores, "confusion_share", sliced=True))
    group_table(scores)


def _picked(run: Run, points: list[dict[str, Any]]) -> None:
    ids = picked_rows(points)
    if ids:
        _rows(run, RecordFilter(row_ids=ids))


def _rows(run: Run, where: RecordFilter, label: str | None = None, predicted: str | None = None) -> None:
    """The first rows of a selection, or of those with a label given or predicted, and how many there are."""
    probe = next(p.probe for p in store().probes(run.id) if p.kind == "prediction")
    said = holding(run, probe, "predicted", predicted)
    where = replace(where, probe=probe, label=holding(run, probe, "label", label), predicted=said)
    total = store().count_records(run.id, where)
    st.caption(
        tr_n(
            "{n} row in the selection; double-click the chart to undo.",
            "{n} rows in the selection; double-click the chart to undo.",
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
