"""Global word importance: which words push towards which class, how sure that is, and in how many texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

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
    list_height,
    short,
    style_panels,
)
from audit.figures.scores import axis_title
from audit.figures.theme import LIGHT, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.palette import bar_colour, kind_of
from audit.language.translating import tr, tr_later, tr_n

MOST_CLASSES = 4
"""More classes than this do not fit side by side; choose some, or draw one chart each."""
_TOWARDS = (
    tr_later("'{word}' pushes hardest towards '{target}'"),
    tr_later("Of the words sure to push towards '{target}', '{word}' pushes hardest"),
)
_AGAINST = (
    tr_later("'{word}' pushes hardest against '{target}'"),
    tr_later("Of the words sure to push against '{target}', '{word}' pushes hardest"),
)
"""What is said of a word: that it has the longest bar, or the longest of those whose interval excludes 0."""
ORDER = tr_later("surest words on top")
"""The order of the bars in words: by the size of the mean less two standard errors."""


def word_importance(table: pd.DataFrame, *, unit: str = "logit", most: int = 15, theme: Theme = LIGHT) -> go.Figure:
    """Mean push of the strongest words towards each class: a panel of bars per class, interval bars, texts in the hover.

    Args:
        table: columns target, word, mean, low, high, texts; optional positive, q_value, row_ids; strongest first. Of more
            than 4 classes those with the strongest words are drawn.
        unit: of the attributions: logit, probability, or none for scores without a unit and a sign.
        most: words per class.
        theme: light or dark.

    Returns:
        Bars carry [word, row ids].
    """
    if table.empty:
        message = tr(
            "No explanation has run on these rows, or no word occurs in enough of them. Add an explanation method."
        )
        return empty(message, theme=theme, title=tr("Words that decide"))
    targets = list(dict.fromkeys(table["target"]))
    shown = targets[:MOST_CLASSES]
    figure = make_subplots(
        rows=1,
        cols=len(shown),
        subplot_titles=[tr("towards {target}", target=short(target, 30)) for target in shown],
        horizontal_spacing=0.14 if len(shown) < 3 else 0.1,
    )
    drawn = table[table["target"].isin(shown)].groupby("target", sort=False).head(most)
    title = _telling_word(drawn, shown, unit)
    pushed = tr("Mean push over the texts a word occurs in, with intervals; {order}", order=tr(ORDER))
    told = tr("Mean score over the texts a word occurs in, with intervals; {order}", order=tr(ORDER))
    told = pushed if unit != "none" else told
    if len(targets) > len(shown):
        told = tr("{told}; {shown} of {all} classes", told=told, shown=len(shown), all=len(targets))
    figure.update_layout(chart(title, told, theme=theme, top=36).layout)
    longest = 0
    measured = tr("mean attribution ({unit})", unit=axis_title(unit)) if unit != "none" else tr("mean attribution")
    for number, target in enumerate(shown):
        part = drawn[drawn["target"] == target].iloc[::-1]
        longest = max(longest, len(part))
        figure.add_trace(_panel(part, unit, theme), row=1, col=number + 1)
        figure.update_xaxes(title_text=measured, tickformat=TICKS.get(unit), row=1, col=number + 1)
    style_panels(figure, theme)
    figure.update_yaxes(type="category")
    figure.update_xaxes(zerolinecolor=theme.muted)
    figure.update_layout(height=list_height(longest, extra=84))
    return figure


def _telling_word(table: pd.DataFrame, targets: Sequence[str], unit: str) -> str:
    """The sentence in the title: the largest push towards a class whose interval excludes 0, else the largest against one."""
    lines = [line for line in lines_of(table) if line["low"] is not None and line["high"] is not None]
    if unit == "none":
        top = max(lines_of(table), key=lambda line: float(line["mean"]))
        return tr("'{word}' has the highest mean score for '{target}'", word=top["word"], target=top["target"])
    for way, sign in ((_TOWARDS, 1), (_AGAINST, -1)):
        sure = [line for line in lines if sign * line["mean"] > 0 and line["low"] * line["high"] > 0]
        if not sure:
            continue
        top = max(sure, key=lambda line: sign * float(line["mean"]))
        bars_of = table.loc[table["target"] == top["target"], "mean"]
        if float((sign * bars_of).max()) > sign * top["mean"]:  # a longer bar whose interval reaches 0
            return tr(way[1], target=top["target"], word=top["word"])
        return tr(way[0], word=top["word"], target=top["target"])
    what = f"'{targets[0]}'" if len(targets) == 1 else tr("any of these classes")
    return tr("No word certainly pushes towards or against {what}", what=what)


def _push_text(line: Mapping[str, Any], unit: str) -> str:
    ends = numbers().difference_interval(line["low"], line["high"], unit)
    return numbers().with_interval(numbers().difference(line["mean"], unit), ends)


def _texts(line: Mapping[str, Any]) -> str:
    texts, positive = int(line["texts"]), line.get("positive")
    if positive is None:
        return tr_n("n = {n} text", "n = {n} texts", texts)
    toward = numbers().count(positive)
    return tr_n("n = {n} text, towards it: {positive}", "n = {n} texts, towards it: {positive}", texts, positive=toward)


def _panel(part: pd.DataFrame, unit: str, theme: Theme) -> go.Bar:
    colours = [bar_colour(kind_of(mean, unit), theme.name) for mean in column(part, "mean")]
    texts = [
        hover(
            short(line["word"], 60),
            _push_text(line, unit),
            _texts(line),
            numbers().p_value(line["q_value"], "q") if line.get("q_value") is not None else None,
        )
        for line in lines_of(part)
    ]
    return go.Bar(
        x=column(part, "mean"),
        y=distinct(short(word, 24) for word in part["word"]),
        orientation="h",
        marker={"color": colours, "opacity": 0.75},
        error_x=bars(column(part, "mean"), column(part, "low"), column(part, "high"), theme.muted),
        hovertext=texts,
        hoverinfo="text",
        customdata=chosen(part["word"], ids_of(part)),
    )
