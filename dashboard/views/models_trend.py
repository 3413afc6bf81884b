"""Models, over time: a model's finished runs, the oldest first, each against the one marked as baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    lines = trend_lines(points, name)
    title = tr("{score} of each run, the newest last; times in {zone}", score=title_said(name), zone=zone_name())
    alt = tr("{score} of each run with its interval", score=title_said(name))
    labelled = [
        {"label": f"{local(line['finished_at'])} · {one_line(line['run'], 40)}", **line, "key": line["id"]} for line in lines
    ]  # fmt: skip
    show_drawn(
        drawn("scores", pd.DataFrame(labelled), title=title), "trend", alt=alt, about=name, data=pd.DataFrame(lines)
    )  # fmt: skip


def trend_lines(points: Sequence[Point], name: str) -> list[dict[str, Any]]:
    """A score of each run that has it, as its file has them: the time is UTC and says so, wherever the reader is."""
    return [
        {
            "run": point.name, "finished_at": point.finished_at, "value": score.value, "low": score.low, "high": score.high,
            "n": score.n, "unit": score.unit, "level": score.level, "verdict": point.verdict or "", "id": point.run_id,
        }
        for point in points
        if (score := point.scores.get(name)) is not None
    ]  # fmt: skip


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
