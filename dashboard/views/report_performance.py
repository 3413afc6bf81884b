"""Report, performance: how well the model does as it is, class by class, and whether its probabilities can be believed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.records import Score
from audit.store import RecordFilter, Run
from dashboard.components import plots
from dashboard.components.cards import score_metric
from dashboard.components.charts import picked_rows, show_chart
from dashboard.components.paging import export_button
from dashboard.components.scores import best_of, named, slice_parts
from dashboard.components.state import link, store
from dashboard.components.text import one_line, plain

CARD = ("accuracy", "macro_f1", "ece", "brier", "temperature", "confidence_gap", "truncated_share", "duplicate_share")
MANY = 12


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
    _classes(run, scores)
    _confusions(run, named(scores, "confusion_share", sliced=True))
    _groups(scores)


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


def _classes(run: Run, scores: tuple[Score, ...]) -> None:
    lines: dict[str, dict[str, object]] = {}
    for name in ("class_recall", "class_precision", "class_f1"):
        short = name.removeprefix("class_")
        for score in named(scores, name, sliced=True):
            line = lines.setdefault(slice_parts(score).get("label", ""), {"class": slice_parts(score).get("label", "")})
            line |= {short: score.value, f"{short} from": score.low, f"{short} to": score.high}
            if short == "recall":
                line["rows"] = score.n
    if not lines:
        return
    st.subheader("Class by class", anchor=False)
    frame = (
        pd.DataFrame(lines.values()).sort_values("f1", na_position="last")
        if "f1" in next(iter(lines.values()))
        else pd.DataFrame(lines.values())
    )
    percent = {
        c: st.column_config.NumberColumn(c.capitalize(), format="percent")
        for c in frame.columns
        if c not in {"class", "rows"}
    }
    st.dataframe(frame, hide_index=True, key="classes", column_config=percent, alt="Recall, precision and F1 of each class",
                 height=min(520, 40 + 35 * len(frame)))  # fmt: skip
    st.caption(
        "The weakest first. Intervals are in the columns beside each number; classes with few rows have wide ones."
    )
    export_button(lambda: frame, f"classes-{run.id}.csv", "export-classes")


def _confusions(run: Run, scores: list[Score]) -> None:
    if not scores:
        return
    with st.expander(
        f"Classes taken for one another ({len(scores)})", expanded=len(run.labels) > MANY, icon=":material/shuffle:"
    ):
        lines = [
            {"true": slice_parts(s).get("label"), "predicted": slice_parts(s).get("predicted"), "share": s.value, "from": s.low,
             "to": s.high, "rows of the class": s.n}
            for s in scores
        ]  # fmt: skip
        shares = {c: st.column_config.NumberColumn(c.capitalize(), format="percent") for c in ("share", "from", "to")}
        st.dataframe(
            lines, hide_index=True, key="confusions", column_config=shares, alt="Pairs of classes confused most"
        )


def _groups(scores: tuple[Score, ...]) -> None:
    found = [s for s in scores if s.slice.startswith("group:") and s.value is not None]
    if not found:
        return
    st.subheader("Groups", anchor=False)
    lines = [
        {
            "score": s.name.replace("_", " "),
            "group": s.slice.removeprefix("group:"),
            "value": s.value,
            "from": s.low,
            "to": s.high,
            "rows": s.n,
        }
        for s in found
    ]
    shares = {c: st.column_config.NumberColumn(c.capitalize(), format="percent") for c in ("value", "from", "to")}
    st.dataframe(lines, hide_index=True, key="groups", column_config=shares, alt="Results of each group with intervals")
