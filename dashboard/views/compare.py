"""Compare: two runs side by side, with paired tests on the rows both have, and the rows that changed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from audit.run.compare import compare
from audit.store import Run
from dashboard.components.changed_rows import changed_rows
from dashboard.components.charts import show_chart
from dashboard.components.frame import heading
from dashboard.components.paging import export_button, pager, pick
from dashboard.components.plots import paired_chart
from dashboard.components.run_picker import LISTED, run_labels
from dashboard.components.state import keep, link, parameter, run_or_none, store
from dashboard.components.text import one_line, plain

ROWS = 20


def show() -> None:
    """Draw the page."""
    heading("Compare", "Two audits side by side: what got better, what got worse, and whether it is more than chance.")
    runs = store().runs(status=("finished",), limit=LISTED)
    if len(runs) < 2:
        st.info(
            "Two finished audits are needed. Audit a second model, or the same one after a change.",
            icon=":material/info:",
        )
        link("new_audit", "New audit", icon=":material/add_circle:")
        return
    labels = run_labels(runs)
    ids = list(labels)
    left, right = st.columns(2)
    first = _choose(left, "Before", ids, labels, parameter("first"), 1)
    second = _choose(right, "After", ids, labels, parameter("second"), 0)
    keep({"first": first, "second": second})
    if first == second:
        st.info("Choose two different runs.", icon=":material/info:")
        return
    a, b = run_or_none(first), run_or_none(second)
    if a is not None and b is not None:
        _compared(a, b)


def _choose(place, label: str, ids: list[str], labels: dict[str, str], wanted: str, index: int) -> str:  # type: ignore[no-untyped-def]
    start = ids.index(wanted) if wanted in ids else min(index, len(ids) - 1)
    return str(place.selectbox(label, ids, index=start, format_func=labels.__getitem__, key=f"compare-{label}"))


@st.cache_data(max_entries=16, show_spinner="Comparing row by row")
def _result(first: str, second: str, stamp: str):  # type: ignore[no-untyped-def]  # noqa: ARG001
    return compare(store(), first, second)


def _compared(a: Run, b: Run) -> None:
    found = _result(a.id, b.id, f"{a.result_hash}{b.result_hash}{a.verdict}{b.verdict}")
    left, right = st.columns(2)
    for column, run in ((left, a), (right, b)):
        with column:
            link("report", plain(run.name, 70), icon=":material/assessment:", run=run.id)
    if not found["paired"]:
        st.info(
            "These runs have no rows in common, so only their scores can be put side by side.", icon=":material/info:"
        )
    else:
        st.subheader("On the rows both have", anchor=False)
        figure, data = paired_chart(found["paired"], (a.name, b.name))
        show_chart(figure, "changes", alt="Change of each probe on the shared rows with intervals", data=data)
        frame = pd.DataFrame(found["paired"])
        st.dataframe(
            frame, hide_index=True, key="paired", alt="Paired tests", column_config=PAIRED, column_order=list(PAIRED)
        )
        st.caption(
            "Difference is after minus before, with its interval; p by McNemar's exact test, Holm-adjusted over the probes."
        )
        export_button(lambda: frame, f"paired-{a.id}-{b.id}.csv", "export-paired")
        _changed(a, b, [str(row["what"]).partition(":")[0] for row in found["paired"]])
    with st.expander("All scores side by side", icon=":material/table_rows:"):
        scores = pd.DataFrame(found["scores"])
        scores["change"] = scores["second"] - scores["first"] if len(scores) else None
        st.dataframe(scores, hide_index=True, height=400, key="both-scores", alt="Scores of both runs")
    with st.expander(f"Settings that differ ({len(found['spec'])})", icon=":material/tune:"):
        lines = [{k: one_line(v, 120) for k, v in line.items()} for line in found["spec"]]
        st.dataframe(lines or [{"field": "none"}], hide_index=True, key="spec-diff", alt="Settings that differ")


def _changed(a: Run, b: Run, probes: list[str]) -> None:
    st.subheader("Rows that changed", anchor=False)
    left, right = st.columns(2)
    probe = left.selectbox("Probe", probes, key="changed-probe", format_func=lambda p: p.replace("_", " "))
    way = right.segmented_control("Which", ["lost", "gained"], default="lost", required=True, key="changed-way",
                                  format_func={"lost": "Got worse", "gained": "Got better"}.__getitem__)  # fmt: skip
    ids = changed_rows(a.id, b.id, str(probe), f"{a.result_hash}{b.result_hash}")[way or "lost"]
    if not ids:
        st.caption("No row changed this way.")
        return
    offset = pager(len(ids), "changed", rows=ROWS)
    lines = []
    for row_id in ids[offset : offset + ROWS]:
        example = store().example(a.id, row_id) or store().example(b.id, row_id)
        if example is not None:
            lines.append({"text": example.text, "label": example.label or "", "row_id": row_id})
    frame = pd.DataFrame(lines, columns=["text", "label", "row_id"])
    chosen = pick(
        frame,
        "changed-table",
        columns={"text": st.column_config.TextColumn("Text", width="large"), "label": "Label"},
        alt="Rows that changed",
    )
    if chosen is not None:
        row_id = str(frame.iloc[chosen]["row_id"])
        link("report", "This row before", icon=":material/history:", run=a.id, section="rows", row=row_id)
        link("report", "This row after", icon=":material/update:", run=b.id, section="rows", row=row_id)


PAIRED = {
    "what": "What",
    "n": st.column_config.NumberColumn("Rows"),
    **{name: st.column_config.NumberColumn(title, format="percent") for name, title in
       {"first": "Before", "second": "After", "difference": "Difference", "low": "From", "high": "To"}.items()},
    "lost": "Got worse", "gained": "Got better",
    "p_holm": st.column_config.NumberColumn("p (Holm)", format="%.4f"),
}  # fmt: skip
