"""Compare: two runs side by side, with paired tests on the rows both have, and the rows that changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later
from audit.stored import Run
from dashboard.draw.chart_tables import comparison
from dashboard.draw.charts import show_chart
from dashboard.draw.plots import changes_chart
from dashboard.draw.scores import in_full
from dashboard.page.frame import heading
from dashboard.page.paging import export_button, readable
from dashboard.page.state import keep, link, parameter, run_or_none, store
from dashboard.page.text import in_words, one_line, plain, told_again
from dashboard.run.run_picker import LISTED, run_labels
from dashboard.views.compare_rows import changed_rows


def show() -> None:
    """Draw the page."""
    heading(
        tr("Compare"),
        tr("Two audits side by side: what got better, what got worse, and whether it is more than chance."),
    )
    runs = store().runs(status=("finished",), limit=LISTED)
    if len(runs) < 2:
        st.info(
            tr("Two finished audits are needed. Audit a second model, or the same one after a change."),
            icon=":material/info:",
        )
        link("new_audit", tr("New audit"), icon=":material/add_circle:")
        return
    labels = run_labels(runs)
    asked = [parameter("first"), parameter("second")]
    for place, run in enumerate(map(run_or_none, asked)):
        if run is not None and run.status == "finished":
            labels.setdefault(run.id, f"{one_line(run.name, 70)} · {run.id[:6]}")  # older than those listed
            asked[place] = run.id
    ids = list(labels)
    missing = st.container()
    left, right = st.columns(2)
    same = [i for i in range(1, len(runs)) if runs["upload"].iloc[i] == runs["upload"].iloc[0]]
    first = _choose(left, tr("Before"), "compare-Before", ids, labels, asked[0], same[0] if same else 1)
    second = _choose(right, tr("After"), "compare-After", ids, labels, asked[1], 0)
    for wanted, chosen in zip(asked, (first, second), strict=True):
        if not chosen:
            text = tr(
                "There is no finished run named '{name}': it was deleted, or the link is not right. Choose another.",
                name=plain(wanted, 80),
            )
            missing.warning(text, icon=":material/search_off:")
    keep({name: chosen for name, chosen in (("first", first), ("second", second)) if chosen})
    if not (first and second):
        return
    if first == second:
        st.info(tr("Choose two different runs."), icon=":material/info:")
        return
    a, b = run_or_none(first), run_or_none(second)
    if a is not None and b is not None:
        _compared(a, b)


def _choose(place, label: str, key: str, ids: list[str], labels: dict[str, str], wanted: str, index: int) -> str:  # type: ignore[no-untyped-def]
    """The run chosen; empty where the address names one that is not there and nobody has chosen another."""
    start = ids.index(wanted) if wanted in ids else None if wanted else min(index, len(ids) - 1)
    chosen = place.selectbox(label, ids, index=start, format_func=labels.__getitem__, key=key,
                             placeholder=tr("Choose a run"))  # fmt: skip
    return str(chosen or "")


def _compared(a: Run, b: Run) -> None:
    found, rows = comparison(a.id, b.id, f"{a.result_hash}{b.result_hash}{a.verdict}{b.verdict}")
    for column, run in zip(st.columns(2), (a, b), strict=True):
        with column:
            link("report", plain(run.name, 70), icon=":material/assessment:", run=run.id)
    for said in found["common"]["said"]:
        st.info(plain(told_again(said), 300), icon=":material/info:")
    if not found["paired"] and found["common"]["texts"]:
        st.info(
            tr("On the texts in common both runs have measured nothing alike, so there is no test."),
            icon=":material/info:",
        )
    if found["common"]["texts"] and found["paired"]:
        figure, data = changes_chart(found["paired"], (a.name, b.name))
        show_chart(
            figure, "changes", alt=tr("Scores of both runs on the texts both have, with intervals"), data=data,
            about="paired_difference",
        )  # fmt: skip
        frame = data[list(paired := _paired())]
        with st.expander(tr("As a table"), icon=":material/table_rows:"):
            worded = frame.assign(said=frame["said"].map(told_again))
            st.dataframe(readable(worded), hide_index=True, key="paired", alt=tr("Paired tests"), column_config=paired)
            reading = tr(
                "Difference is after minus before; p by McNemar's exact test or sign flips, Holm-adjusted for all scores. "
                "What the last column says follows the adjusted p; the interval is that of its score alone, at "
                "{level}.",
                level=numbers().level(found["level"]),
            )
            st.caption(reading)
            export_button(lambda: frame, f"paired-{a.id}-{b.id}.csv", "export-paired")
        changed_rows(a, b, rows)
    with st.expander(tr("All scores side by side"), icon=":material/table_rows:"):
        sides = {name: tr(SIDES[name]) for name in SIDES}
        scores = pd.DataFrame(found["scores"], columns=[*NAMES, "unit", "first", "second"])
        scores.insert(0, "key", [in_full(*names) for names in zip(*(scores.pop(c) for c in NAMES), strict=True)])
        st.dataframe(
            readable(scores.rename(columns=sides)),
            hide_index=True,
            height=400,
            key="both-scores",
            alt=tr("Scores of both runs"),
        )
    with st.expander(tr("Settings that differ ({n})", n=len(found["spec"])), icon=":material/tune:"):
        lines = [{tr(SIDES[k]): one_line(in_words(v), 120) for k, v in line.items()} for line in found["spec"]]
        st.dataframe(
            lines or [{tr("field"): tr("none")}], hide_index=True, key="spec-diff", alt=tr("Settings that differ")
        )


NAMES = ("name", "called", "where")
SIDES = {
    "field": tr_later("setting"), "key": tr_later("score"), "unit": tr_later("unit"), "first": tr_later("before"),
    "second": tr_later("after"),
}  # fmt: skip


def _paired() -> dict[str, Any]:
    """The columns of the table of paired tests, by their names in it."""
    return {
        "label": tr("Score"), "n": tr("Texts"), "first": tr("Before"), "second": tr("After"), "difference": tr("Difference"),
        "low": tr("From"), "high": tr("To"), "lost": tr("Got worse"), "gained": tr("Got better"),
        "p_adjusted": st.column_config.NumberColumn(tr("p (Holm)"), format="%.4f"), "said": tr("Says"),
    }  # fmt: skip
