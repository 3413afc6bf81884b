"""The map of a run's rows on pages: WebGL, so that ten thousand points move under the pointer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from audit.figures.base import chart, hover, short
from audit.figures.clouds import NEUTRAL, Cloud, clouds
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import numbers
from audit.language.translating import tr

HEIGHT = 520
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
"""A sign beside each colour: what is told by colour alone is not told to everybody."""


def row_map(
    table: pd.DataFrame,
    *,
    by: str = "right",
    texts: Sequence[str] = (),
    names: Mapping[int, str] | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Every point of a map.

    Args:
        table: of `audit.results.mapped`.
        by: key of `audit.figures.clouds.WAYS`.
        names: what each cluster is called, by its number.
        texts: what each point is called when the pointer is over it, not escaped; none: only what the model says.
        theme: light or dark.

    Returns:
        Points carry their place in the table.
    """
    title = tr("The rows as the model sees them")
    figure = chart(title, theme=theme, height=HEIGHT, legend=by != "confidence")
    told = _told(table, texts, names or {})
    for cloud in clouds(table, by, names):
        figure.add_trace(_trace(table, cloud, told, by, theme))
    hidden = {"showgrid": False, "zeroline": False, "showticklabels": False, "title": None}
    figure.update_xaxes(**hidden, range=_range(table["x"]))
    figure.update_yaxes(**hidden, range=_range(table["y"]))
    return figure


def _range(values: pd.Series) -> list[float]:
    """A little more than the values take, so that no dot is cut."""
    low, high = float(values.min()), float(values.max())
    room = 0.04 * ((high - low) or 1.0)
    return [low - room, high + room]


def _trace(table: pd.DataFrame, cloud: Cloud, told: Sequence[str], by: str, theme: Theme) -> go.Scattergl:
    size = 7 if len(table) <= 1500 else 6 if len(table) <= 5000 else 5
    marker: dict[str, Any] = {
        "color": theme.reference if cloud.colour == NEUTRAL else theme.colour(cloud.colour), "size": size,
        "symbol": "circle" if cloud.colour == NEUTRAL else SYMBOLS[cloud.colour % len(SYMBOLS)],
        "opacity": 0.35 if cloud.beneath else 0.8,
    }  # fmt: skip
    if cloud.beneath:
        marker["size"] = size - 2
    elif by == "confidence":
        bar = {
            "title": {"text": tr("confidence"), "font": {"size": SIZES["small"]}}, "thickness": 10, "tickformat": ".0%",
            "outlinewidth": 0,
        }  # fmt: skip
        values = table["confidence"].to_numpy()[cloud.at]
        scale = [(place, theme.on_scale("sequential", 0.35 + 0.65 * place)) for place in (0.0, 0.5, 1.0)]
        marker |= {"color": values, "colorscale": scale, "showscale": True, "colorbar": bar}
    return go.Scattergl(
        x=table["x"].to_numpy()[cloud.at].round(4), y=table["y"].to_numpy()[cloud.at].round(4), mode="markers", marker=marker,
        name=short(cloud.name, 40 if by == "cluster" else 28), hovertext=[told[i] for i in cloud.at], hoverinfo="text",
        customdata=cloud.at.tolist(), unselected={"marker": {"opacity": 0.12}},
    )  # fmt: skip


def _told(table: pd.DataFrame, texts: Sequence[str], names: Mapping[int, str]) -> list[str]:
    """What the pointer is told of each point: escaped."""
    made = []
    for place, line in enumerate(table.to_dict("records")):
        text = texts[place] if texts else ""
        where = tr("reference table, line {line}", line=int(line["line"])) if line.get("line", -1) >= 0 else ""
        said = tr(
            "{label}, with {share}",
            label=short(line["predicted"], 40),
            share=numbers().share(line.get("confidence", 0.0)),
        )
        made.append(
            hover(
                short(text, 80) or where or tr("a row"),
                where if text else None,
                tr("says {answer}", answer=said) if line.get("confidence", math.nan) >= 0 else None,
                tr("labelled {label}", label=short(line["label"], 40)) if line["label"] else None,
                tr("cluster {name}", name=short(names[line["cluster"]], 40))
                if line.get("cluster", 0) in names
                else None,
                tr("outside of the reference table") if line["outside"] == 1 else None,
            )
        )
    return made
