"""Models, over time: a model's finished runs, the oldest first, each against the one marked as baseline."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from audit.language.translating import tr
from audit.results.trend import Point, followed, trend
from audit.score.wording import title_said
from dashboard.draw.cards import verdict_badge
from dashboard.draw.charts import show_drawn
from dashboard.draw.compared import compared_headline
from dashboard.draw.plots import drawn
from dashboard.page.address import bound
from dashboard.page.frame import heading
from dashboard.page.reader import zone_name
from dashboard.page.state import link, page, store
from dashboard.page.text import estimate, local, one_line, plain


def show(model: str) -> None:
    """Draw the runs of a model over time."""
    st.page_link(page("models"), label=tr("All models"), icon=":material/arrow_back:")
    heading(
        tr("{model} over time", model=plain(model, 60)),
        tr("Its finished audits, the oldest first; archived ones are left out."),
    )
    points = trend(store(), model)
    names = followed(points)
    if not names:
        st.info(tr("No audit of this model has finished yet."), icon=":material/info:")
        link("new_audit", tr("New audit"), icon=":material/add_circle:", model=model)
        return
    name = bound(st.selectbox, tr("Score"), names, key="score", format_func=title_said)
    _chart(points, name)
    baseline = next((point for point in points if point.baseline), None)
    if baseline is None:
        st.caption(
            tr(
                "No run of this model is its baseline yet: mark one under *Name, tags, note* to have the others held against it."
            )
        )
    for point in reversed(points):
        _line(point, name, baseline)


def _chart(points: Sequence[Point], name: str) -> None:
    lines = []
    for point in points:
        score = point.scores.get(name)
        if score is not None:
            label = f"{local(point.finished_at)} · {one_line(point.name, 40)}"
            lines.append(
                {
                    "label": label, "value": score.value, "low": score.low, "high": score.high, "n": score.n, "unit": score.unit,
                    "level": score.level, "verdict": point.verdict or "", "key": point.run_id,
                }
            )  # fmt: skip
    title = tr("{score} of each run, the newest last; times in {zone}", score=title_said(name), zone=zone_name())
    alt = tr("{score} of each run with its interval", score=title_said(name))
    show_drawn(drawn("scores", pd.DataFrame(lines), title=title), "trend", alt=alt, about=name)


def _line(point: Point, name: str, baseline: Point | None) -> None:
    with st.container(border=True):
        left, middle, right = st.columns([4.3, 3.6, 2.3], vertical_alignment="center")
        with left:
            link("report", f"**{plain(point.name, 70)}**", icon=":material/assessment:", run=point.run_id)
        score = point.scores.get(name)
        said = estimate(score.value, score.low, score.high, score.unit) if score is not None else tr("not measured")
        middle.caption(f"{local(point.finished_at)} · {plain(said)}")
        with right:
            verdict_badge(point.verdict)
        if point.baseline:
            st.markdown(f":blue-badge[:material/flag: {tr('Baseline')}]")
        elif baseline is not None:
            st.markdown(plain(compared_headline([store().run(one.run_id) for one in (baseline, point)]), 600))
            link(
                "compare", tr("Compare with the baseline"), icon=":material/compare_arrows:", first=baseline.run_id,
                second=point.run_id,
            )  # fmt: skip
