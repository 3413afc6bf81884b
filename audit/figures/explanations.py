"""Explanations: faithfulness between floor and ceiling, agreement of methods, attacked words against flagged ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from audit.figures.base import (
    chart,
    chosen,
    columns_with_bars,
    dots,
    empty,
    escaped,
    hover,
    lines_of,
    names_in,
    of_rows,
    style_panels,
)
from audit.figures.scores import axis_title
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.translating import tr, tr_later
from audit.score.definitions import define
from audit.score.overlap import TOP

BETWEEN = 96
"""Pixels between panels one above the other: tick labels, axis title, and the title of the panel below."""
_NO_METRICS = tr_later("No explanation with metrics has run on these rows. Add a method with metrics to the audit.")


def faithfulness(table: pd.DataFrame, *, titles: dict[str, str] | None = None, theme: Theme = LIGHT) -> go.Figure:
    """Each metric of each method on the stretch from random orders to the best order found: panels below each other.

    Args:
        table: of `audit.score.faithfulness.bounds`: columns probe, metric, value, floor, ceiling, normalised, n; optional
            low, high (of the value). Metrics without floor and ceiling are left out.
        titles: names of the metrics for people.
        theme: light or dark.

    Returns:
        Points carry ["probe|metric", []].
    """
    name_of = names_in(table)
    table = table[table["floor"].notna() & table["ceiling"].notna()]
    if table.empty:
        return empty(tr(_NO_METRICS), theme=theme, title=tr("How faithful are the explanations?"))
    metrics = list(dict.fromkeys(table["metric"]))
    named = [(titles or {}).get(metric, metric.replace("_", " ").capitalize()) for metric in metrics]
    methods = list(dict.fromkeys(table["probe"]))
    down = len(metrics)
    panel = SIZES["row"] * max(len(methods), 2) + 10
    tall = down * panel + (down - 1) * BETWEEN
    figure = make_subplots(
        rows=down,
        cols=1,
        subplot_titles=[escaped(name) for name in named],
        vertical_spacing=BETWEEN / tall if down > 1 else 0,
    )
    known = table[table["normalised"].notna()]
    title = tr("How faithful are the explanations?")
    if len(known):
        best = known.groupby("probe")["normalised"].mean()
        title = tr(
            "{probe} comes closest to the best order found: {share} of the way",
            probe=name_of(best.idxmax()),
            share=numbers().number(float(best.max()), "ratio"),
        )
    told = tr("Grey: from random orders (open) to the best order found (bar); dot: the method")
    figure.update_layout(chart(title, told, theme=theme, top=36).layout)
    for number, metric in enumerate(metrics):
        for trace in _metric(table[table["metric"] == metric].iloc[::-1], methods, theme):
            figure.add_trace(trace, row=number + 1, col=1)
        unit = define(metric).unit
        figure.update_xaxes(title_text=axis_title(unit), tickformat=TICKS.get(unit), row=number + 1, col=1)
    style_panels(figure, theme)
    figure.update_yaxes(type="category")
    figure.update_layout(height=tall + figure.layout.margin.t + 60)
    return figure


def method_agreement(table: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """Rank correlation of every two methods, as a square with numbers.

    Args:
        table: columns first, second, value, low, high, n; one line per pair.
        theme: light or dark.

    Returns:
        Cells are points that carry ["first+second", []].
    """
    name_of = names_in(table)
    table = table[table["value"].notna()] if len(table) else table
    if table.empty:
        message = tr("Needs two explanation methods on the same rows. Add a second method to the audit.")
        return empty(message, theme=theme, title=tr("Do the methods agree?"))
    methods = list(dict.fromkeys([*table["first"], *table["second"]]))
    named = [escaped(name_of(method)) for method in methods]
    lines = lines_of(table)
    weakest = min(lines, key=lambda line: float(line["value"]))
    title = tr(
        "{first} and {second} agree least: {value}",
        first=name_of(weakest["first"]),
        second=name_of(weakest["second"]),
        value=numbers().number(weakest["value"], "correlation"),
    )
    told = tr("Rank correlation of word scores, mean over rows: 1 the same order, 0 unrelated")
    figure = chart(title, told, theme=theme, height=142 + 62 * len(methods))
    grid = [[1.0 if i == j else None for j in range(len(methods))] for i in range(len(methods))]
    mirrored = [
        pair
        for line in lines
        for pair in ((line["first"], line["second"], line), (line["second"], line["first"], line))
    ]
    for first, second, line in mirrored:
        grid[methods.index(first)][methods.index(second)] = float(line["value"])
    # beside the scale, along it: above, it lies on the highest mark
    bar = {"title": {"text": tr("rank correlation"), "side": "right"}, "thickness": 12, "outlinewidth": 0}
    scale = {"colorscale": theme.scale("diverging"), "zmin": -1, "zmax": 1, "colorbar": bar}
    figure.add_trace(go.Heatmap(z=grid, x=named, y=named, hoverinfo="skip", xgap=2, ygap=2, **scale))
    figure.add_trace(_agreement_cells(mirrored, name_of, theme))
    figure.update_xaxes(type="category", showgrid=False, side="bottom", tickangle=-30)
    figure.update_yaxes(type="category", showgrid=False, autorange="reversed")
    return figure


def attacked_and_flagged(
    table: pd.DataFrame, *, flagged: tuple[float, float | None, float | None] | None = None, theme: Theme = LIGHT
) -> go.Figure:
    """Where the words that attacks changed stand in the explanation, from its top tenth to its bottom tenth.

    Args:
        table: of `audit.score.overlap.place_table`.
        flagged: the score `attacked_words_flagged` with its interval, for the title. It is never read off the columns:
            these spread a word over the stretch of the ranking it fills, the score counts whole words.
        theme: light or dark.

    Returns:
        Columns carry [tenth, row ids].
    """
    if table.empty:
        message = tr(
            "Needs rows that were attacked with success and explained. Add an attack and an explanation method."
        )
        return empty(message, theme=theme, title=tr("Attacked words against flagged words"))
    chance = float((table["to"] - table["from"]).iloc[0])
    title = tr("Where attacked words stand in the explanation")
    told = tr("The line is chance ({chance} in each part); bars are intervals", chance=numbers().share(chance))
    if flagged is not None:
        title = tr(
            "{flagged} of attacked words are among the fifth the explanation ranks highest",
            flagged=numbers().share(flagged[0]),
        )
        known = numbers().interval(*flagged[1:])
        counted = tr("In whole words, interval {known}", known=known) if known else tr("In whole words")
        told = tr(
            "{counted}. Columns spread a word over the ranks it fills; the line is chance ({chance} in each)",
            counted=counted,
            chance=numbers().share(chance),
        )
    figure = chart(title, told, theme=theme)
    names = [
        tr("{low} to {high}", low=numbers().setting(start), high=numbers().setting(end))
        for start, end in zip(table["from"], table["to"], strict=True)
    ]
    texts = [
        hover(
            tr("{name} of the ranking", name=name),
            tr(
                "{share} of attacked words ({interval})",
                share=numbers().share(line["share"]),
                interval=numbers().interval(line["low"], line["high"]),
            ),
            tr("{words} words in n = {n} rows", words=numbers().count(line["words"]), n=numbers().count(line["n"])),
        )
        for name, line in zip(names, lines_of(table), strict=True)
    ]
    colours = [theme.colour(0) if end <= TOP + 1e-9 else theme.reference for end in table["to"]]
    figure.add_trace(columns_with_bars(table, names, texts, names, colours, theme))
    figure.add_hline(y=chance, line={"color": theme.ink, "width": 1, "dash": "dash"})
    figure.update_xaxes(title_text=tr("place in the explanation of the row, highest score first"), type="category")
    figure.update_yaxes(title_text=tr("share of attacked words"), tickformat=TICKS["share"], rangemode="tozero")
    return figure


def _agreement_cells(
    mirrored: Sequence[tuple[str, str, dict[str, Any]]], name_of: Callable[[object], str], theme: Theme
) -> go.Scatter:
    """A number on every cell off the diagonal, with its hover and its key; heatmaps cannot be selected."""
    names = [(escaped(name_of(first)), escaped(name_of(second))) for first, second, _ in mirrored]
    lines = [line for _, _, line in mirrored]
    shown = [numbers().number(line["value"], "correlation") for line in lines]
    texts = [
        hover(
            tr("{first} and {second}", first=first, second=second),
            numbers().estimate(line["value"], line["low"], line["high"], "correlation"),
            of_rows(line["n"]),
        )
        for (first, second), line in zip(names, lines, strict=True)
    ]
    return go.Scatter(
        x=[second for _, second in names],
        y=[first for first, _ in names],
        mode="markers+text",
        text=[escaped(text) for text in shown],
        hovertext=texts,
        hoverinfo="text",
        customdata=chosen(f"{line['first']}+{line['second']}" for line in lines),
        marker={"size": 36, "symbol": "square", "opacity": 0},
        textfont={"color": _on_cells([line["value"] for line in lines], theme)},
    )


def _metric(part: pd.DataFrame, methods: Sequence[str], theme: Theme) -> list[go.Scatter]:
    """Stretches from floor to ceiling, their ends, and the dots of one metric."""
    name_of = names_in(part)
    unit = define(str(part["metric"].iloc[0])).unit
    lines = lines_of(part)
    labels = [escaped(name_of(line["probe"])) for line in lines]
    traces = [
        go.Scatter(
            x=[line["floor"], line["ceiling"]],
            y=[label, label],
            mode="lines+markers",
            cliponaxis=False,
            hoverinfo="text",
            line={"color": theme.grid, "width": 8},
            marker={
                "color": theme.muted,
                "size": [7, 15],
                "symbol": ["circle-open", "line-ns"],
                "opacity": 1,
                "line": {"width": 2, "color": theme.muted},
            },
            hovertext=[
                hover(f"{name} {numbers().number(line[end], unit)}")
                for name, end in ((tr("random orders"), "floor"), (tr("best order found"), "ceiling"))
            ],
        )
        for label, line in zip(labels, lines, strict=True)
    ]
    texts = [
        hover(
            label,
            numbers().estimate(line["value"], line.get("low"), line.get("high"), unit),
            tr("{normalised} of the way from random to best", normalised=numbers().number(line["normalised"], "ratio"))
            if line["normalised"] is not None
            else None,
            of_rows(line["n"]),
        )
        for label, line in zip(labels, lines, strict=True)
    ]
    for number, label in enumerate(labels):
        one = part.iloc[[number]]
        key = f"{lines[number]['probe']}|{lines[number]['metric']}"
        colour = theme.colour(list(methods).index(lines[number]["probe"]))
        traces.append(dots(one, [label], [texts[number]], [key], colour))
    return traces


def _on_cells(values: Sequence[float], theme: Theme) -> list[str]:
    """Text that can be read on the cell: white on strong colours of the light theme, ink elsewhere."""
    strong = "#FFFFFF" if theme.name == "light" else theme.background
    return [strong if abs(value) > 0.75 else theme.ink for value in values]
