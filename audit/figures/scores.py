"""Scores with their intervals as a forest chart, and two runs side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from audit.figures.base import (
    chart,
    distinct,
    dots,
    empty,
    escaped,
    hover,
    in_two,
    lines_of,
    list_height,
    rows_range,
    short,
    style_panels,
)
from audit.figures.theme import LIGHT, Theme
from audit.language.numbers import SHARES, TICKS, numbers
from audit.language.translating import again, tr, tr_later, tr_n
from audit.language.verdicts import of_check

UNITS = {
    "share": tr_later("share of rows"),
    "probability": tr_later("probability"),
    "ratio": tr_later("value"),
    "correlation": tr_later("rank correlation"),
    "cosine": tr_later("cosine"),
    "nats": tr_later("nats"),
    "logit": tr_later("logits"),
    "words": tr_later("words"),
    "tokens": tr_later("tokens"),
    "queries": tr_later("queries"),
}
"""Axis title of each unit."""

_SYMBOLS = {"PASS": "circle", "FAIL": "x", "INCONCLUSIVE": "diamond-open", "": "circle"}


def axis_title(unit: str) -> str:
    """The title of an axis in a unit."""
    return tr(UNITS[unit]) if unit in UNITS else unit


def score_intervals(table: pd.DataFrame, *, title: str = "", axis: str = "", theme: Theme = LIGHT) -> go.Figure:
    """One row per score: a dot for the value, a bar for the interval, a mark for the threshold; a panel for each unit.

    Args:
        table: columns label, value, low, high, n, unit (of `Score.unit`); optional key, verdict (PASS, FAIL,
            INCONCLUSIVE or ""), threshold, level, method, note, row_ids. Rows without a value are left out.
        title: what is seen; default: that these are scores.
        axis: what the values are, where they are no shares of rows.
        theme: light or dark.

    Returns:
        Points carry [key, row ids].
    """
    table, title = table[table["value"].notna()].reset_index(drop=True), title or tr("Scores with their intervals")
    if table.empty:
        return empty(tr("No score has a value yet. Scores appear when a run has finished."), theme=theme, title=title)
    units = list(dict.fromkeys(table["unit"]))
    sizes = [int((table["unit"] == unit).sum()) for unit in units]
    figure = make_subplots(
        rows=len(units), cols=1, row_heights=[size + 1.2 for size in sizes], vertical_spacing=0.16 / len(units)
    )
    level = float(table["level"].iloc[0]) if "level" in table else 0.95
    told = tr("Dots are values, bars {level} intervals", level=numbers().level(level))
    if "threshold" in table and table["threshold"].notna().any():
        told = tr("{told}, upright marks the policy's thresholds", told=told)
    figure.update_layout(chart(title, told, theme=theme).layout)
    for row, unit in enumerate(units, 1):
        part = table[table["unit"] == unit].iloc[::-1]
        for trace in _dots(part, unit, theme):
            figure.add_trace(trace, row=row, col=1)
        figure.update_xaxes(title_text=axis or axis_title(unit), tickformat=TICKS.get(unit), row=row, col=1)
        figure.update_yaxes(type="category", range=rows_range(len(part)), row=row, col=1)
    style_panels(figure, theme)
    labels = [in_two(label) for label in table["label"]]
    figure.update_layout(height=list_height(sum(sizes), extra=44 + 60 * len(units), labels=labels))
    return figure


def run_differences(
    table: pd.DataFrame,
    *,
    names: tuple[str, str] = ("", ""),
    margin: float | None = None,
    axis: str = "",
    theme: Theme = LIGHT,
) -> go.Figure:
    """How much better the second run is, score by score, with intervals; coloured by whether that is established.

    Args:
        table: columns label, first, second, difference, low, high, n, p_adjusted, better (True, False or None: not
            established); optional key, unit, said (in words). A difference is turned so that more is better.
        names: the runs' names; default: the first run and the second.
        margin: draws the band within which the second counts as no worse.
        axis: what the differences are in; those of shares are drawn in percentage points.
        theme: light or dark.

    Returns:
        Points carry [key, []].
    """
    names = (names[0] or tr("the first run"), names[1] or tr("the second"))
    title = tr("What changed from {first} to {second}", first=names[0], second=names[1])
    if table.empty:
        return empty(
            tr("The runs share no score to compare. Compare runs of the same table."), theme=theme, title=title
        )
    lines = lines_of(table.iloc[::-1])
    settled = sum(line["better"] is not None for line in lines)
    told = tr(
        "{settled} of {lines} differences are beyond chance, corrected for all the scores compared; right of 0 "
        "the second is better",
        settled=settled,
        lines=len(lines),
    )
    scale = 100.0 if str(lines[0].get("unit")) in SHARES else 1.0
    labels = distinct([in_two(line["label"], 54) for line in lines])
    figure = chart(title, told, theme=theme, height=list_height(len(lines), labels=labels))
    for label, line in zip(labels, lines, strict=True):
        verdict = "INCONCLUSIVE" if line["better"] is None else "PASS" if line["better"] else "FAIL"
        figure.add_trace(
            dots(
                pd.DataFrame([_scaled(line, scale)]),
                [label],
                [_change_text(line, names)],
                [line.get("key", line["label"])],
                theme.verdicts[verdict],
                symbol=_SYMBOLS[verdict],
                value="difference",
            )
        )
    figure.add_vline(x=0.0, line={"color": theme.reference, "width": 1})
    if margin is not None:
        figure.add_vrect(x0=-margin * scale, x1=margin * scale, fillcolor=theme.reference, opacity=0.12, line_width=0)
    # the small line says which side is better; a longer name is cut off where the plot is narrow
    figure.update_xaxes(title_text=axis or tr("how much better the second is"), zeroline=False)
    figure.update_yaxes(type="category", range=rows_range(len(lines)))
    return figure


def _scaled(line: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """A line with its difference and the interval of it in what the axis is in."""
    ends = ("difference", "low", "high")
    return {**line, **{name: None if line[name] is None else line[name] * scale for name in ends}}


def _dots(part: pd.DataFrame, unit: str, theme: Theme) -> Iterable[go.Scatter]:
    """The dots of one unit, coloured by verdict, then the thresholds."""
    lines = lines_of(part)
    labels = distinct([in_two(line["label"]) for line in lines])
    for label, line in zip(labels, lines, strict=True):
        verdict = str(line.get("verdict") or "")
        yield dots(
            pd.DataFrame([line]),
            [label],
            [_text(line, unit)],
            [line.get("key", line["label"])],
            theme.verdicts[verdict] if verdict else theme.colour(0),
            symbol=_SYMBOLS.get(verdict, "circle"),
        )
    marked = [
        (line["threshold"], label)
        for line, label in zip(lines, labels, strict=True)
        if line.get("threshold") is not None
    ]
    if marked:
        yield go.Scatter(
            x=[x for x, _ in marked],
            y=[label for _, label in marked],
            mode="markers",
            cliponaxis=False,
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 2, "color": theme.muted}},
            hoverinfo="text",
            hovertext=[tr("threshold {value}", value=numbers().setting(x, unit)) for x, _ in marked],
        )


def _text(line: Mapping[str, Any], unit: str) -> str:
    verdict = str(line.get("verdict") or "")
    told = of_check(verdict) if verdict else ""
    method = f" · {escaped(line['method'])}" if line.get("method") else ""
    held = (
        tr("{verdict}: threshold {value}", verdict=told, value=numbers().setting(line["threshold"], unit))
        if line.get("threshold") is not None
        else told
    )
    return hover(
        short(line["label"], 90),
        f"{numbers().number(line['value'], unit)} ({numbers().interval(line['low'], line['high'], unit) or tr('no interval')})",
        f"n = {numbers().count(line['n'])}{method}",
        held,
        short(line.get("note") or "", 110),
    )


def _change_text(line: Mapping[str, Any], names: tuple[str, str]) -> str:
    unit = str(line.get("unit") or "share")
    ends = numbers().difference_interval(line["low"], line["high"], unit)
    moved = numbers().with_interval(numbers().difference(line["difference"], unit), ends)
    return hover(
        short(line["label"], 80),
        f"{escaped(names[0])}: {numbers().number(line['first'], unit)}",
        f"{escaped(names[1])}: {numbers().number(line['second'], unit)}",
        tr("difference {moved}, more is better", moved=moved),
        tr_n(
            "n = {n} row in both; {p_adjusted}",
            "n = {n} rows in both; {p_adjusted}",
            int(line["n"]),
            p_adjusted=numbers().p_value(line["p_adjusted"], tr("adjusted p")),
        ),
        escaped(again(line.get("said") or "")),
    )
