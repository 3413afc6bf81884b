"""Results class by class, pairs of classes that are confused, and groups."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from audit.language.translating import tr, tr_later
from audit.records import Score
from audit.slices import GROUP
from audit.stored import Run
from dashboard.components.paging import by_line, export_button, in_units, readable
from dashboard.components.scores import named

MANY = 12
HEADS = {
    "class": tr_later("class"),
    "rows": tr_later("rows"),
    "recall": tr_later("Recall"),
    "recall from": tr_later("Recall from"),
    "recall to": tr_later("Recall to"),
    "precision": tr_later("Precision"),
    "precision from": tr_later("Precision from"),
    "precision to": tr_later("Precision to"),
    "f1": tr_later("F1"),
    "f1 from": tr_later("F1 from"),
    "f1 to": tr_later("F1 to"),
    "true": tr_later("true"),
    "predicted": tr_later("predicted"),
    "share": tr_later("Share"),
    "from": tr_later("From"),
    "to": tr_later("To"),
    "rows of the class": tr_later("rows of the class"),
    "score": tr_later("score"),
    "group": tr_later("group"),
    "value": tr_later("Value"),
}
"""Columns of these tables and their heads."""


def class_table(run: Run, scores: tuple[Score, ...]) -> None:
    """Recall, precision and F1 of each class with intervals, the weakest first."""
    lines: dict[str, dict[str, object]] = {}
    for name in ("class_recall", "class_precision", "class_f1"):
        short = name.removeprefix("class_")
        for score in named(scores, name, sliced=True):
            label = score.where.get("label") or ""
            line = lines.setdefault(label, {"class": label})
            line |= {short: score.value, f"{short} from": score.low, f"{short} to": score.high}
            if short == "recall":
                line["rows"] = score.n
    if not lines:
        return
    st.subheader(tr("Class by class"), anchor=False)
    frame = (
        pd.DataFrame(lines.values()).sort_values("f1", na_position="last")
        if "f1" in next(iter(lines.values()))
        else pd.DataFrame(lines.values())
    )
    units = {c: "ratio" if c.startswith("f1") else "share" for c in frame.columns if c not in {"class", "rows"}}
    st.dataframe(in_units(readable(frame), units), hide_index=True, key="classes", column_config=_heads(frame),
                 alt=tr("Recall, precision and F1 of each class"),
                 height=min(520, 40 + 35 * len(frame)))  # fmt: skip
    st.caption(
        tr("The weakest first. Intervals are in the columns beside each number; classes with few rows have wide ones.")
    )
    export_button(lambda: frame, f"classes-{run.id}.csv", "export-classes")


def confused_pairs(run: Run, scores: list[Score]) -> None:
    """Pairs of classes that are confused most."""
    if not scores:
        return
    with st.expander(
        tr("Classes taken for one another ({n})", n=len(scores)),
        expanded=len(run.labels) > MANY,
        icon=":material/shuffle:",
    ):
        lines = [
            {"true": s.where.get("label"), "predicted": s.where.get("predicted"), "share": s.value, "from": s.low,
             "to": s.high, "rows of the class": s.n}
            for s in scores
        ]  # fmt: skip
        frame = pd.DataFrame(lines)
        st.dataframe(
            in_units(readable(frame), dict.fromkeys(("share", "from", "to"), "share")),
            hide_index=True,
            key="confusions",
            column_config=_heads(frame),
            alt=tr("Pairs of classes confused most"),
        )


def group_table(scores: tuple[Score, ...]) -> None:
    """Results of each group, where the table has groups."""
    found = [s for s in scores if any(column.startswith(GROUP) for column in s.where) and s.value is not None]
    if not found:
        return
    st.subheader(tr("Groups"), anchor=False)
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
    frame = pd.DataFrame(lines)
    st.dataframe(
        by_line(readable(frame), [s.unit for s in found], ("value", "from", "to")),
        hide_index=True,
        key="groups",
        column_config=_heads(frame),
        alt=tr("Results of each group with intervals"),
    )


def _heads(frame: pd.DataFrame) -> dict[str, Any]:
    return {name: st.column_config.Column(tr(HEADS[name])) for name in frame.columns}
