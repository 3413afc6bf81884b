"""What every chart is made with: the frame, escaped text, interval bars, numbers, and the chart of nothing."""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from audit.figures.labels import folded
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import numbers
from audit.language.sentences import how_many
from audit.language.translating import tr, tr_n
from audit.score.wording import display_name

_BOUND = re.compile(r"<(?=[+-]?[0-9])|(?<!<br)>(?=[+-]?[0-9])")

SHORT = 40
"""Labels longer than this many characters are cut on axes; the hover has all of them."""
LONG = 8
"""Rows of a list from which on they stand closer."""
LEGEND = 32
"""Room for a legend above the plot, in pixels."""


def chart(
    title: str,
    subtitle: str = "",
    *,
    theme: Theme = LIGHT,
    height: int = 300,
    legend: bool = False,
    top: int = 0,
    **layout: Any,
) -> go.Figure:
    """An empty figure with the theme, which carries a title that says what is seen.

    The title is not drawn: the page has it as text above the plot (`said`), where it wraps with the window and can be
    searched and read aloud.

    Args:
        title, subtitle: plain text.
        theme: light or dark.
        height: in pixels, at least `SIZES["least_height"]`; a legend and `top` add to it.
        legend: keep room for a legend above the plot.
        top: more room above the plot (for the titles of panels), in pixels.
        layout: anything else of plotly's layout.
    """
    settings = theme.layout()
    room = settings["margin"]["t"] = settings["margin"]["t"] + (LEGEND if legend else 0) + top
    figure = go.Figure()
    meta = {"title": title[:1].upper() + title[1:], "subtitle": subtitle}
    tall = max(height, SIZES["least_height"]) + room
    figure.update_layout(height=tall, showlegend=legend, meta=meta, **settings)
    figure.update_layout(**layout)
    return figure


def said(figure: go.Figure) -> tuple[str, str]:
    """The title of a figure and the small line beneath it, as plain text."""
    return figure.layout.meta["title"], figure.layout.meta["subtitle"]


def empty(message: str, *, theme: Theme = LIGHT, title: str = "") -> go.Figure:
    """A chart of nothing that says what is missing and what to do."""
    figure = chart(title or tr("Nothing to draw yet"), theme=theme, height=SIZES["least_height"])
    figure.add_annotation(
        text=wrapped(message, 70),
        showarrow=False,
        font={"size": SIZES["text"], "color": theme.muted},
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return figure


def style_panels(figure: go.Figure, theme: Theme) -> None:
    """Give every axis of a figure with panels the theme's axes: a layout only reaches the first."""
    axis = theme.layout()["xaxis"]
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_annotations(font={"size": SIZES["text"], "color": theme.ink})


def rows_range(rows: int) -> list[float]:
    """The range of a category axis with so many rows; plotly's own leaves too much room at the ends."""
    return [-0.7, rows - 0.3]


def list_height(rows: int, *, extra: int = 72, labels: Sequence[str] = ()) -> int:
    """Height in pixels of a chart with so many rows one below the other; those of a long list stand closer.

    Rows whose labels have a second line are as high as that needs.
    """
    high = "folded_row" if any("<br>" in label for label in labels) else "dense_row" if rows > LONG else "row"
    return extra + SIZES[high] * max(rows, 3)


def escaped(text: object) -> str:
    """Text from a user, safe in titles, axes and hovers: plotly reads a little HTML in all of them."""
    return html.escape(str(text), quote=False)


def short(text: object, limit: int = SHORT) -> str:
    """Escaped text cut to `limit` characters."""
    plain = str(text).replace("\n", " ")
    return escaped(plain if len(plain) <= limit else plain[: limit - 1] + "…")


def in_two(text: object, width: int = SHORT) -> str:
    """Escaped text over two lines where it is longer than `width`: what it ends with tells it from others."""
    return "<br>".join(escaped(line) for line in folded(str(text).replace("\n", " "), width, 2))


def distinct(labels: Iterable[str]) -> list[str]:
    """Equal labels (after cutting, say) made different, so that each keeps its own row."""
    seen: dict[str, int] = {}
    made = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        made.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return made


def wrapped(text: object, width: int = 60) -> str:
    """Escaped text with line breaks."""
    return "<br>".join(escaped(line) for line in textwrap.wrap(str(text), width)) or ""


def bars(values: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str) -> dict[str, Any]:
    """Plotly's error bars from interval ends; a missing end draws nothing, and without any there are none."""
    value, low, high = (np.asarray(numbers, dtype=np.float64) for numbers in (values, lows, highs))
    if np.isnan(low).all() and np.isnan(high).all():
        return {"visible": False}  # of length 0 they would still have their crossbars
    return {
        "type": "data",
        "symmetric": False,
        "array": np.nan_to_num(np.maximum(high - value, 0.0)),
        "arrayminus": np.nan_to_num(np.maximum(value - low, 0.0)),
        "color": colour,
        "thickness": 1.6,
        "width": 4,
    }


def hover(*lines: str | None) -> str:
    """Lines of a hover that are already escaped, the first in bold; None and "" are left out.

    Numbers that are only a bound (<0.1%) are escaped here: plotly would take what is between two of them for a tag.
    """
    kept = [_BOUND.sub(lambda sign: html.escape(sign.group()), line) for line in lines if line]
    return "<br>".join([f"<b>{kept[0]}</b>", *kept[1:]]) if kept else ""


def of_rows(n: float | None) -> str:
    """How many rows a number rests on, for a hover."""
    return tr_n("n = {n} row", "n = {n} rows", how_many(n), n=numbers().count(n))


def lines_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The lines of a table as dicts; missing numbers are None."""
    lines: list[dict[str, Any]] = []
    for line in table.to_dict("records"):
        lines.append({str(key): None if _missing(value) else value for key, value in line.items()})
    return lines


def names_in(table: pd.DataFrame) -> Callable[[object], str]:
    """What a table's recipes, methods or perturbations are called, by their keys: plain text, not escaped.

    Registered names are in the column `name` beside `probe` (`first_name` beside `first`, `second_name` beside `second`);
    where a table has none the keys are.
    """
    known: dict[object, str] = {}
    for key, name in (("probe", "name"), ("first", "first_name"), ("second", "second_name")):
        if key in table and name in table:
            known |= dict(zip(table[key], table[name], strict=True))
    return lambda probe: display_name(str(probe), known.get(probe, ""))


def dots(
    table: pd.DataFrame,
    labels: Sequence[str],
    texts: Sequence[str],
    keys: Iterable[object],
    colour: str,
    *,
    name: str = "",
    symbol: str = "circle",
    size: int = 0,
    value: str = "value",
) -> go.Scatter:
    """Dots with horizontal interval bars, one per line of a table with columns `value`, low, high (and row_ids).

    Args:
        table: the lines.
        labels: rows of the y axis, escaped; texts: hovers, escaped; keys: what a selection tells.
        colour: of dots and bars; name: in the legend, escaped; symbol: plotly's marker symbol; size: of a dot, else the usual.
        value: the column of the values.
    """
    return go.Scatter(
        x=column(table, value),
        y=list(labels),
        mode="markers",
        name=name,
        cliponaxis=False,
        marker={
            "color": colour,
            "size": size or SIZES["marker"] + 1,
            "symbol": symbol,
            "line": {"width": 2 if "open" in symbol else 0},
        },
        error_x=bars(column(table, value), column(table, "low"), column(table, "high"), colour),
        hovertext=list(texts),
        hoverinfo="text",
        customdata=chosen(keys, ids_of(table)),
    )


def probe_dots(table: pd.DataFrame, point: Callable[[dict[str, Any]], str], theme: Theme) -> go.Scatter:
    """A dot with its interval for each probe of a table; the hover has its name, what `point` says of its line, rows and note."""
    name_of, lines = names_in(table), lines_of(table)
    labels = [escaped(name_of(line["probe"])) for line in lines]
    texts = [
        hover(label, point(line), of_rows(line["n"]), short(line.get("note") or "", 110))
        for label, line in zip(labels, lines, strict=True)
    ]
    return dots(table, labels, texts, table["probe"], theme.colour(1))


def columns_with_bars(
    table: pd.DataFrame,
    places: Sequence[Any],
    texts: Sequence[str],
    keys: Iterable[object],
    colour: str | Sequence[str],
    theme: Theme,
    *,
    name: str = "",
    value: str = "share",
) -> go.Bar:
    """Columns with vertical interval bars, one per line of a table with columns `value`, low, high (and row_ids)."""
    return go.Bar(
        x=list(places),
        y=column(table, value),
        name=name,
        marker={"color": colour},
        error_y=bars(column(table, value), column(table, "low"), column(table, "high"), theme.muted),
        hovertext=list(texts),
        hoverinfo="text",
        customdata=chosen(keys, ids_of(table)),
    )


def chosen(keys: Iterable[object], row_ids: Iterable[Sequence[str]] | None = None) -> list[list[Any]]:
    """Customdata of points: [key, [row ids]] each, for selections."""
    names = [str(key) for key in keys]
    ids = [list(found) for found in row_ids] if row_ids is not None else [[] for _ in names]
    return [[name, found] for name, found in zip(names, ids, strict=True)]


def ids_of(table: pd.DataFrame) -> Iterable[Sequence[str]]:
    """The column `row_ids`, or nothing for every line."""
    return table["row_ids"] if "row_ids" in table else [()] * len(table)


def column(table: pd.DataFrame, name: str) -> list[float]:
    """A column of numbers; not-a-number throughout where it is missing."""
    return [float(v) if v is not None else math.nan for v in table[name]] if name in table else [math.nan] * len(table)


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
