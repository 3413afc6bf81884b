"""Predictions: confusion between classes, class by class, calibration, labels and lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from audit.figures.base import (
    bars,
    chart,
    chosen,
    column,
    distinct,
    empty,
    hover,
    ids_of,
    lines_of,
    of_rows,
    rows_range,
    short,
)
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.saying import capitalised
from audit.language.translating import tr, tr_later, tr_n

NUMBERED = 20
"""So many classes at most have the numbers of rows in their cells."""
NARROWEST = 200
"""Pixels that all columns of a few classes have together on a phone."""
METRICS = {"recall": tr_later("recall"), "precision": tr_later("precision"), "F1": tr_later("F1"), "f1": tr_later("F1")}
_NO_LABELS = tr_later("The table has no labels, so nothing can be compared with the truth. Choose a label column.")


def confusion(table: pd.DataFrame, labels: Sequence[str], *, theme: Theme = LIGHT) -> go.Figure:
    """Which class is taken for which: right ones in one colour, errors in another; readable with 77 classes.

    Up to 12 classes the cells are squares. More fill whatever width there is, the axes name as many classes as have room
    there, and the hover names every one.

    Args:
        table: of `audit.score.performance.confusion`.
        labels: every class, in the order to draw.
        theme: light or dark.

    Returns:
        Cells are points that carry ["true|predicted", row ids].
    """
    if table.empty:
        return empty(tr(_NO_LABELS), theme=theme, title=tr("Confusion between classes"))
    wrong = table[table["true"] != table["predicted"]]
    title = tr("Every row is put into its own class")
    if len(wrong):
        worst = wrong.sort_values(["rows", "share"], ascending=False, kind="stable").iloc[0]
        title = tr_n(
            "No pair is confused more than '{true}' taken for '{predicted}': in {n} row",
            "No pair is confused more than '{true}' taken for '{predicted}': in {n} rows",
            int(worst["rows"]),
            true=worst["true"],
            predicted=worst["predicted"],
        )
    classes = len(labels)
    few = classes <= 12
    cell = round(max(46, 280 / max(classes, 1))) if few else 18 if classes <= 30 else 8
    side = cell * classes
    told = tr("Blue: right, orange: taken for another class; shares of the true class")
    named = distinct(short(label, 26 if few else 18) for label in labels)
    upright = classes > 6 or max(map(_wide, named), default=0.0) > NARROWEST / max(classes, 1)
    figure = chart(title, told, theme=theme, height=side + 42, top=140 if upright else 72)
    grids = _grids(table, labels)
    worst_share = max(0.25, float(np.nanmax(grids[1], initial=0.0)))
    for grid, scale in zip(grids, ("sequential", "errors"), strict=True):
        figure.add_trace(
            go.Heatmap(
                z=grid,
                x=named,
                y=named,
                colorscale=theme.scale(scale),
                zmin=0.0,
                zmax=1.0 if scale == "sequential" else worst_share,
                showscale=False,
                hoverinfo="skip",
                xgap=1 if classes <= 30 else 0,
                ygap=1 if classes <= 30 else 0,
            )
        )
    for trace in _cells(table, labels, named, cell, theme, worst_share):
        figure.add_trace(trace)
    axis = {"type": "category", "tickfont": {"size": SIZES["small"]}, "showgrid": False}
    if few:  # of more classes plotly leaves out the labels that would overlap
        axis |= {"dtick": 1, "constrain": "domain"}
    ends = (-0.5, classes - 0.5)
    figure.update_xaxes(title_text=tr("predicted"), side="top", tickangle=-90 if upright else 0, range=ends, **axis)
    figure.update_yaxes(title_text=tr("true"), range=ends[::-1], scaleanchor="x" if few else None, **axis)
    return figure


def class_bars(table: pd.DataFrame, *, metric: str = "recall", most: int = 80, theme: Theme = LIGHT) -> go.Figure:
    """One figure per class, the weakest on top.

    Args:
        table: columns label, value, low, high, n; optional row_ids.
        metric: what the values are: recall, precision or F1.
        most: classes drawn, the weakest.
        theme: light or dark.

    Returns:
        Points carry [label, row ids].
    """
    named = tr(METRICS[metric]) if metric in METRICS else metric
    table = table[table["value"].notna()].sort_values("value", ascending=False, kind="stable").tail(most)
    if table.empty:
        return empty(tr(_NO_LABELS), theme=theme, title=tr("{metric} of each class", metric=capitalised(named)))
    lines = lines_of(table)
    weakest = lines[-1]
    said = {"metric": named, "value": numbers().share(weakest["value"])}
    alike = sum(line["value"] == weakest["value"] for line in lines)
    title = (
        tr("'{label}' has the lowest {metric}: {value}", label=weakest["label"], **said)
        if alike == 1
        else tr("{n} classes have the lowest {metric}: {value}", n=alike, **said)
    )
    row = SIZES["row"] if len(lines) <= 25 else 16
    figure = chart(
        title,
        tr("{metric} of each class, with intervals", metric=capitalised(named)),
        theme=theme,
        height=72 + row * max(len(lines), 3),
    )
    texts = [
        hover(
            short(line["label"], 60),
            f"{named} {numbers().estimate(line['value'], line['low'], line['high'])}",
            of_rows(line["n"]),
        )
        for line in lines
    ]
    figure.add_trace(
        go.Scatter(
            x=column(table, "value"),
            y=distinct(short(label, 32) for label in table["label"]),
            mode="markers",
            cliponaxis=False,
            hovertext=texts,
            hoverinfo="text",
            marker={"color": theme.colour(0), "size": SIZES["marker"] if len(lines) <= 25 else 6},
            error_x=bars(column(table, "value"), column(table, "low"), column(table, "high"), theme.colour(0)),
            customdata=chosen(table["label"], ids_of(table)),
        )
    )
    small = SIZES["text"] if len(lines) <= 25 else 10
    figure.update_xaxes(title_text=tr("{metric} (share)", metric=named), tickformat=TICKS["share"], range=[-0.01, 1.01])
    figure.update_yaxes(type="category", tickfont={"size": small}, dtick=1, range=rows_range(len(lines)))
    return figure


def _sureness(gap: float, low: float | None, high: float | None) -> str:
    """What is established of mean confidence less accuracy."""
    if low is None or high is None or low <= 0.0 <= high:
        return tr("That the model is surer or less sure than it is right is not established")
    by = numbers().difference(abs(gap), "share", sign=False)
    if gap > 0.0:
        return tr("The model is surer than it is right, by {gap} on average", gap=by)
    return tr("The model is less sure than it is right, by {gap} on average", gap=by)


def reliability(
    table: pd.DataFrame,
    *,
    ece: tuple[float, float, float] | None = None,
    gap: tuple[float, float | None, float | None] | None = None,
    theme: Theme = LIGHT,
) -> go.Figure:
    """Stated probability against how often it is right, bin by bin, with the diagonal of a calibrated model.

    Args:
        table: of `audit.score.calibration.reliability`.
        ece: expected calibration error with its interval, for the line below the title.
        gap: the score `confidence_gap` with its interval, for the title: the model is said to be too sure, or not sure
            enough, only where that leaves out 0.
        theme: light or dark.

    Returns:
        Points carry [bin, row ids].
    """
    if table.empty:
        return empty(tr(_NO_LABELS), theme=theme, title=tr("Can the stated probabilities be believed?"))
    title = tr("Can the stated probabilities be believed?")
    if gap is not None:
        title = _sureness(*gap)
    told = tr(
        "{bins} bins with about equally many rows, with intervals; on the line probabilities can be believed",
        bins=len(table),
    )
    if ece:
        told = tr(
            "Calibration error {value}; on the line probabilities can be believed", value=numbers().estimate(*ece)
        )
    figure = chart(title, told, theme=theme, height=272)
    low = max(0.0, float(min(table["confidence"].min(), table["low"].min())) - 0.05)
    figure.add_trace(
        go.Scatter(
            x=[low, 1], y=[low, 1], mode="lines", line={"color": theme.reference, "dash": "dash"}, hoverinfo="skip"
        )
    )
    texts = [
        hover(
            tr("bin {bin}: stated {share}", bin=int(line["bin"]), share=numbers().share(line["confidence"])),
            tr("right in {accuracy}", accuracy=numbers().estimate(line["accuracy"], line["low"], line["high"])),
            tr("stated from {low} to {high}", low=numbers().share(line["from"]), high=numbers().share(line["to"])),
            of_rows(line["n"]),
        )
        for line in lines_of(table)
    ]
    figure.add_trace(
        go.Scatter(
            x=table["confidence"],
            y=table["accuracy"],
            mode="markers+lines",
            cliponaxis=False,
            hovertext=texts,
            hoverinfo="text",
            marker={"color": theme.colour(0), "size": SIZES["marker"]},
            line={"color": theme.colour(0), "width": 1},
            error_y=bars(column(table, "accuracy"), column(table, "low"), column(table, "high"), theme.colour(0)),
            customdata=chosen(table["bin"], ids_of(table)),
        )
    )
    figure.update_xaxes(
        title_text=tr("stated probability of the predicted label"), tickformat=TICKS["share"], range=[low, 1.01]
    )
    figure.update_yaxes(title_text=tr("how often it is right"), tickformat=TICKS["share"], range=[low, 1.01])
    return figure


def _wide(label: str) -> float:
    """About so many pixels wide is a label in small letters; a Chinese character counts for two letters."""
    return 6.2 * sum(2 if east_asian_width(letter) in "WF" else 1 for letter in label) + 8


def _grids(table: pd.DataFrame, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the true class, (classes, classes) each: the diagonal, and the rest; not-a-number where nothing is."""
    place = {label: number for number, label in enumerate(labels)}
    right, wrong = (np.full((len(labels), len(labels)), np.nan) for _ in range(2))
    for line in lines_of(table):
        row, col = place.get(line["true"]), place.get(line["predicted"])
        if row is not None and col is not None:
            (right if row == col else wrong)[row, col] = line["share"]
    return right, wrong


def _cells(
    table: pd.DataFrame, labels: Sequence[str], named: Sequence[str], cell: int, theme: Theme, worst_share: float
) -> Iterator[go.Scatter]:
    """An invisible point on every cell that is not empty: heatmaps cannot be selected, points can. Numbers if they fit.

    The numbers are of the colour that can be read on their cell's, and stay so while a cell is picked; `worst_share` has the
    strongest colour of the errors.
    """
    place = {label: number for number, label in enumerate(labels)}
    lines = [line for line in lines_of(table) if line["true"] in place and line["predicted"] in place]
    texts = [
        hover(
            tr("{true} taken for {predicted}", true=short(line["true"], 50), predicted=short(line["predicted"], 50))
            if line["true"] != line["predicted"]
            else tr("{label}: right", label=short(line["true"], 50)),
            tr("{share} of the class", share=numbers().share(line["share"])),
            of_rows(line["rows"]),
        )
        for line in lines
    ]
    x, y = ([named[place[line[side]]] for line in lines] for side in ("predicted", "true"))
    yield go.Scatter(
        x=x, y=y, mode="markers", marker={"symbol": "square", "size": cell, "opacity": 0, "color": theme.ink}, hovertext=texts,
        hoverinfo="text",
        customdata=chosen(
            [f"{line['true']}|{line['predicted']}" for line in lines], [line.get("row_ids") or () for line in lines]
        ),
    )  # fmt: skip
    if len(labels) > NUMBERED:
        return
    inks = [
        theme.ink_on(
            theme.on_scale("sequential", line["share"])
            if line["true"] == line["predicted"]
            else theme.on_scale("errors", line["share"] / worst_share)
        )
        for line in lines
    ]
    size = SIZES["text"] if len(labels) <= 12 else SIZES["small"]
    for ink in sorted(set(inks)):
        own = [i for i, one in enumerate(inks) if one == ink]
        kept = {"textfont": {"color": ink}}
        yield go.Scatter(
            x=[x[i] for i in own], y=[y[i] for i in own], mode="text", text=[numbers().count(lines[i]["rows"]) for i in own],
            textfont={"color": ink, "size": size}, hoverinfo="skip", selected=kept, unselected=kept,
        )  # fmt: skip
