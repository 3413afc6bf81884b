"""Results class by class, pairs of classes that are confused, and groups."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.records import Score
from audit.slices import GROUP
from audit.store import Run
from dashboard.components.paging import by_line, export_button, in_units, readable
from dashboard.components.scores import named

MANY = 12


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
    st.subheader("Class by class", anchor=False)
    frame = (
        pd.DataFrame(lines.values()).sort_values("f1", na_position="last")
        if "f1" in next(iter(lines.values()))
        else pd.DataFrame(lines.values())
    )
    units = {c: "ratio" if c.startswith("f1") else "share" for c in frame.columns if c not in {"class", "rows"}}
    heads = {c: st.column_config.NumberColumn(c.capitalize()) for c in units}
    st.dataframe(in_units(readable(frame), units), hide_index=True, key="classes", column_config=heads,
                 alt="Recall, precision and F1 of each class",
                 height=min(520, 40 + 35 * len(frame)))  # fmt: skip
    st.caption(
        "The weakest first. Intervals are in the columns beside each number; classes with few rows have wide ones."
    )
    export_button(lambda: frame, f"classes-{run.id}.csv", "export-classes")


def confused_pairs(run: Run, scores: list[Score]) -> None:
    """Pairs of classes that are confused most."""
    if not scores:
        return
    with st.expander(
        f"Classes taken for one another ({len(scores)})", expanded=len(run.labels) > MANY, icon=":material/shuffle:"
    ):
        lines = [
            {"true": s.where.get("label"), "predicted": s.where.get("predicted"), "share": s.value, "from": s.low,
             "to": s.high, "rows of the class": s.n}
            for s in scores
        ]  # fmt: skip
        st.dataframe(
            in_units(readable(pd.DataFrame(lines)), dict.fromkeys(("share", "from", "to"), "share")),
            hide_index=True,
            key="confusions",
            column_config={c: st.column_config.NumberColumn(c.capitalize()) for c in ("share", "from", "to")},
            alt="Pairs of classes confused most",
        )


def group_table(scores: tuple[Score, ...]) -> None:
    """Results of each group, where the table has groups."""
    found = [s for s in scores if any(column.startswith(GROUP) for column in s.where) and s.value is not None]
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
    st.dataframe(
        by_line(readable(pd.DataFrame(lines)), [s.unit for s in found], ("value", "from", "to")),
        hide_index=True,
        key="groups",
        column_config={c: st.column_config.NumberColumn(c.capitalize()) for c in ("value", "from", "to")},
        alt="Results of each group with intervals",
    )
