"""Robustness: what each recipe leaves right, how often it succeeds, what it costs the attacker."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from audit.figures.base import (
    chart,
    chosen,
    columns_with_bars,
    dots,
    empty,
    escaped,
    hover,
    ids_of,
    lines_of,
    list_height,
    names_in,
    of_rows,
    probe_dots,
    rows_range,
    short,
)
from audit.figures.theme import LIGHT, SIZES, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.saying import capitalised
from audit.language.translating import tr, tr_later, tr_n
from audit.score.curves import MOST_WORDS

Clean = tuple[float, float, float]
"""Accuracy before the attack: value, low, high."""

_NO_ATTACKS = tr_later("No attack has a result on these rows: none was run, or every attempt ended in an error.")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_BUDGETS = {
    "words_changed": (tr_later("words the attacker may change"), "words"),
    "words_share": (tr_later("share of the text's words the attacker may change"), "share"),
    "queries": (tr_later("model calls the attacker may make for a row"), "queries"),
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What an attack takes from the model: right answers, or where nothing says what is right, the answers it gave."""

    title: str
    curve: str
    left: str
    point: str
    rows: str
    falls: str
    falls_within: str


_RIGHT = _Words(
    tr_later("Accuracy under attack"),
    tr_later("Accuracy against the attacker's budget"),
    tr_later("{probe}: {share} of the rows stay right"),
    tr_later("{share} still right ({interval})"),
    tr_later("rows still right"),
    tr_later("{probe}: accuracy falls from {start} to {end}"),
    tr_later("{probe}: with {words}, accuracy falls from {start} to {end}"),
)
_UNCHANGED = _Words(
    tr_later("Answers unchanged under attack"),
    tr_later("Unchanged answers against the attacker's budget"),
    tr_later("{probe}: {share} of the answers stay unchanged"),
    tr_later("{share} unchanged ({interval})"),
    tr_later("answers unchanged"),
    tr_later("{probe}: unchanged answers fall from {start} to {end}"),
    tr_later("{probe}: with {words}, unchanged answers fall from {start} to {end}"),
)


def accuracy_under_attack(
    table: pd.DataFrame, *, clean: Clean | None = None, labelled: bool = True, theme: Theme = LIGHT
) -> go.Figure:
    """What each recipe leaves right, the strongest at the bottom, beside the accuracy before the attack.

    Args:
        table: columns probe, value, low, high, n; optional note, row_ids.
        clean: accuracy before the attack, drawn as a line with its band.
        labelled: whether rows have labels; else the model's own answers stand in, and none is called right.
        theme: light or dark.

    Returns:
        Points carry [probe, row ids].
    """
    words = _RIGHT if labelled else _UNCHANGED
    name_of = names_in(table)
    table = table[table["value"].notna()].sort_values("value", kind="stable")
    if table.empty:
        return empty(tr(_NO_ATTACKS), theme=theme, title=tr(words.title))
    lines = lines_of(table)
    title = tr(words.left, probe=name_of(lines[0]["probe"]), share=numbers().share(lines[0]["value"]))
    told = tr("{rows}, as a share of all rows, with intervals", rows=capitalised(tr(words.rows)))
    if clean:
        told = tr("{told}; before: {share}", told=told, share=numbers().share(clean[0]))
    figure = chart(title, told, theme=theme, height=list_height(len(table)))

    def point(line: Mapping[str, Any]) -> str:
        interval = numbers().interval(line["low"], line["high"])
        return tr(words.point, share=numbers().share(line["value"]), interval=interval)

    figure.add_trace(probe_dots(table, point, theme))
    if clean:
        figure.add_vrect(x0=clean[1], x1=clean[2], fillcolor=theme.colour(0), opacity=0.15, line_width=0)
        figure.add_vline(
            x=clean[0],
            line={"color": theme.colour(0), "width": SIZES["line"]},
            annotation={
                "text": tr("before"),
                "font": {"color": theme.colour(0)},
                "xanchor": "right",
                "showarrow": False,
            },
            annotation_position="bottom left",
        )
    figure.update_xaxes(
        title_text=tr("{rows} (share of all rows)", rows=tr(words.rows)), tickformat=TICKS["share"], range=[-0.01, 1.01]
    )
    figure.update_yaxes(type="category", range=rows_range(len(lines)))
    return figure


def success_rates(table: pd.DataFrame, *, judged: bool = False, theme: Theme = LIGHT) -> go.Figure:
    """Success rate of each recipe: by any change, and by valid changes.

    Args:
        table: columns probe, kind (`raw` or `valid`), value, low, high, n; optional note, row_ids.
        judged: whether people judged some of the changes; else a rule alone says which are valid.
        theme: light or dark.

    Returns:
        Points carry [probe, row ids].
    """
    name_of = names_in(table)
    title = tr("How often each attack turns the answer")
    table = table[table["value"].notna()].sort_values("value", kind="stable")
    if table.empty:
        return empty(tr(_NO_ATTACKS), theme=theme, title=title)
    order = list(dict.fromkeys([*table.loc[table["kind"] == "raw", "probe"], *table["probe"]]))
    by_rule = tr("Of the rows attacked, with intervals; which changes are valid a rule says, nobody has judged")
    told = tr("Of the rows attacked, with intervals; valid as people judged") if judged else by_rule
    figure = chart(title, told, theme=theme, height=list_height(len(order)), legend=True)
    for kind, name, colour, symbol, size in (
        ("raw", tr("any change"), 1, "circle-open", SIZES["marker"] + 7),  # a ring: seen where both are the same
        ("valid", tr("valid changes"), 0, "diamond", SIZES["marker"] + 1),
    ):
        part = table[table["kind"] == kind]
        lines = lines_of(part)
        labels = [escaped(name_of(line["probe"])) for line in lines]
        texts = [
            hover(
                f"{label}: {name}",
                numbers().estimate(line["value"], line["low"], line["high"]),
                tr("{rows} attacked", rows=of_rows(line["n"])),
                short(line.get("note") or "", 110),
            )
            for label, line in zip(labels, lines, strict=True)
        ]
        ink = theme.colour(colour)
        figure.add_trace(dots(part, labels, texts, part["probe"], ink, name=name, symbol=symbol, size=size))
    figure.update_xaxes(
        title_text=tr("success rate (share of rows attacked)"), tickformat=TICKS["share"], range=[-0.01, 1.01]
    )
    named = [escaped(name_of(probe)) for probe in order]
    figure.update_yaxes(type="category", range=rows_range(len(order)), categoryorder="array", categoryarray=named)
    return figure


def budget_curve(
    table: pd.DataFrame, *, by: str = "words_changed", labelled: bool = True, theme: Theme = LIGHT
) -> go.Figure:
    """How accuracy falls as the attacker may spend more: a line with a band for each recipe.

    Args:
        table: of `audit.score.curves.budget_curve`.
        by: words_changed, words_share or queries, as the table was made.
        labelled: as in `accuracy_under_attack`.
        theme: light or dark.

    Returns:
        Points carry [recipe, row ids that fall there].
    """
    words = _RIGHT if labelled else _UNCHANGED
    name_of = names_in(table)
    if table.empty:
        return empty(tr(_NO_ATTACKS), theme=theme, title=tr(words.curve))
    axis, unit = _BUDGETS.get(by, (by.replace("_", " "), "none"))
    axis = tr(axis)
    told = tr("{rows} as the budget grows, with interval bands", rows=capitalised(tr(words.rows)))
    figure = chart(_telling_point(table, by, words), told, theme=theme, height=212, legend=True)
    for number, (probe, part) in enumerate(table.groupby("probe", sort=False)):
        label, colour = escaped(name_of(probe)), theme.colour(number)
        lines = lines_of(part)
        figure.add_trace(_band_trace(part, label, colour))
        texts = [
            hover(
                label,
                tr("budget {spent}", spent=_spent(line["budget"], unit)),
                tr(
                    words.point,
                    share=numbers().share(line["accuracy"]),
                    interval=numbers().interval(line["low"], line["high"]),
                ),
                tr(
                    "{rows}; fall here: {broken}",
                    rows=of_rows(line["n"]),
                    broken=numbers().count(line["broken"]),
                ),
            )
            for line in lines
        ]
        figure.add_trace(
            go.Scatter(
                x=part["budget"],
                y=part["accuracy"],
                mode="lines+markers",
                cliponaxis=False,
                name=label,
                legendgroup=label,
                line={"color": colour, "width": SIZES["line"], "shape": "hv", "dash": _DASHES[number % len(_DASHES)]},
                marker={"size": 5, "color": colour},
                hovertext=texts,
                hoverinfo="text",
                customdata=chosen(part["probe"], ids_of(part)),
            )
        )
    few = by == "words_changed" and float(table["budget"].max()) <= 20
    form = TICKS["share" if by == "words_share" else "count"]
    figure.update_xaxes(title_text=axis, rangemode="tozero", tickformat=form, dtick=1 if few else None)
    figure.update_yaxes(title_text=words.rows, tickformat=TICKS["share"], range=[0, 1.01])
    return figure


def words_changed(table: pd.DataFrame, *, most: int = MOST_WORDS, theme: Theme = LIGHT) -> go.Figure:
    """How many words successful attacks changed: a group of columns for each recipe.

    Args:
        table: of `audit.score.curves.words_changed`.
        most: the number of words that stands for so many or more, as the table was made.
        theme: light or dark.

    Returns:
        Columns carry [recipe, row ids].
    """
    name_of = names_in(table)
    if table.empty:
        return empty(tr("No attack succeeded on these rows."), theme=theme, title=tr("Words changed"))
    few = table[table["words"] <= 1].groupby("probe")["share"].sum().reindex(table["probe"].unique(), fill_value=0.0)
    title = tr(
        "{probe}: no more than one word changed in {share} of its successes",
        probe=name_of(few.idxmax()),
        share=numbers().share(float(few.max())),
    )
    figure = chart(
        title, tr("Successful attacks by words changed, with intervals"), theme=theme, legend=True, barmode="group"
    )
    for number, (probe, part) in enumerate(table.groupby("probe", sort=False)):
        label = escaped(name_of(probe))
        texts = [
            hover(
                label,
                _words_text(int(line["words"]), most),
                tr(
                    "{share} of successes ({interval})",
                    share=numbers().share(line["share"]),
                    interval=numbers().interval(line["low"], line["high"]),
                ),
                tr("{k} of n = {n} successes", k=numbers().count(line["rows"]), n=numbers().count(line["n"])),
            )
            for line in lines_of(part)
        ]
        figure.add_trace(
            columns_with_bars(part, list(part["words"]), texts, part["probe"], theme.colour(number), theme, name=label)
        )
    figure.update_xaxes(
        title_text=tr("words changed"), tickformat=TICKS["count"], dtick=1 if table["words"].max() <= 20 else None
    )
    if table["words"].max() >= most:
        counts = list(range(int(table["words"].min()), most + 1))
        named = [f"{count}" for count in counts[:-1]] + [f"{most}+"]
        figure.update_xaxes(tickmode="array", tickvals=counts, ticktext=named)
    figure.update_yaxes(title_text=tr("share of successes"), tickformat=TICKS["share"], rangemode="tozero")
    return figure


def _spent(budget: float, unit: str) -> str:
    """A budget in words; those in shares are chosen numbers."""
    return (
        tr("{budget} of the words", budget=numbers().setting(budget))
        if unit == "share"
        else numbers().quantity(budget, unit)
    )


def _words_text(words: int, most: int) -> str:
    """What a column of `words_changed` counts."""
    if words >= most:
        return tr("{most} or more words changed", most=numbers().count(most))
    return tr_n("{n} word changed", "{n} words changed", words)


def _telling_point(table: pd.DataFrame, by: str, said: _Words) -> str:
    """The sentence in the title: what the strongest recipe leaves, at two words where words are the budget."""
    name_of = names_in(table)
    last = table.groupby("probe", sort=False)["accuracy"].last()
    probe = last.idxmin()
    part = table[table["probe"] == probe]
    start, end = float(part["accuracy"].iloc[0]), float(last.min())
    within = part[part["budget"] <= 2]
    if by == "words_changed" and len(within) > 1:
        words = math.floor(float(within["budget"].iloc[-1]))
        reached = float(within["accuracy"].iloc[-1])
        ends = {"start": numbers().share(start), "end": numbers().share(reached)}
        return tr(said.falls_within, words=numbers().quantity(words, "words"), probe=name_of(probe), **ends)
    return tr(said.falls, probe=name_of(probe), start=numbers().share(start), end=numbers().share(end))


def _band_trace(part: pd.DataFrame, label: str, colour: str) -> go.Scatter:
    """The interval band of one recipe's curve; it goes with the recipe's legend entry."""
    return go.Scatter(
        **_band(part),
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=_faint(colour),
        hoverinfo="skip",
        showlegend=False,
        legendgroup=label,
    )


def _band(part: pd.DataFrame) -> dict[str, list[float]]:
    """Outline of the steps between low and high: plotly cannot draw a band of steps by itself."""
    budgets = [float(budget) for budget in part["budget"]]
    x = [budgets[0], *(budget for budget in budgets[1:] for _ in range(2))]
    edges = []
    for name in ("high", "low"):
        values = [float(value) for value in part[name]]
        edges.append([*(value for value in values[:-1] for _ in range(2)), values[-1]])
    return {"x": [*x, *x[::-1]], "y": [*edges[0], *edges[1][::-1]]}


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"
