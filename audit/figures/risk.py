"""When to trust an answer: error among the answers given against the share of texts that are answered."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from audit.figures.base import chart, chosen, column, empty, hover, lines_of, of_rows
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.translating import tr


def risk_coverage(table: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """A line with its band: the surest answers at the left, all of them at the right.

    Args:
        table: of `audit.score.risk.risk_coverage`.
        theme: light or dark.
    """
    if table.empty:
        few = tr("Too few texts have a label to say how often the surest answers are wrong.")
        return empty(few, theme=theme, title=tr("Wrong answers among those given"))
    figure = chart(
        _telling(table), tr("The surest answers first; with an interval at each point"), theme=theme, height=232
    )
    low, high, at = (column(table, name) for name in ("low", "high", "answered"))
    figure.add_trace(
        go.Scatter(
            x=[*at, *at[::-1]], y=[*low, *high[::-1]], fill="toself", mode="lines", line={"width": 0}, opacity=0.25,
            fillcolor=theme.colour(0), hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip
    texts = [
        hover(
            tr("{share} answered", share=numbers().share(line["answered"])),
            tr("wrong in {error}", error=numbers().estimate(line["error"], line["low"], line["high"])),
            tr("confidence of {confidence} or more", confidence=numbers().share(line["confidence"])),
            of_rows(line["n"]),
        )
        for line in lines_of(table)
    ]
    figure.add_trace(
        go.Scatter(
            x=at, y=column(table, "error"), mode="lines+markers", cliponaxis=False, hovertext=texts, hoverinfo="text",
            customdata=chosen(map(str, column(table, "n"))),
            line={"color": theme.colour(0), "width": SIZES["line"]}, marker={"size": 4, "color": theme.colour(0)},
        )
    )  # fmt: skip
    figure.update_xaxes(title_text=tr("share of texts answered"), tickformat=TICKS["share"], range=[0, 1.01])
    figure.update_yaxes(title_text=tr("wrong among them"), tickformat=TICKS["share"], range=[0, _top(table)])
    return figure


def _top(table: pd.DataFrame) -> float:
    """Where the axis of errors ends: the band of the first points may be wide, the line decides."""
    return float(min(1.0, max(0.05, 1.6 * table["error"].max(), table["high"].iloc[-1] * 1.1)))


def _telling(table: pd.DataFrame) -> str:
    """The title: what half of the answers and what all of them come to."""
    half = table.iloc[int((table["answered"] - 0.5).abs().to_numpy().argmin())]
    told = {name: numbers().share(float(line["error"])) for name, line in (("half", half), ("all", table.iloc[-1]))}
    return tr(
        "Of the surest {share} of answers {half} are wrong, of all {all}",
        share=numbers().share(float(half["answered"])),
        **told,
    )
