"""Global word importance: which words push towards which class, how sure that is, and in how many texts."""

from __future__ import annotations

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
    escaped,
    hover,
    ids_of,
    lines_of,
    list_height,
    short,
    style_panels,
)
from audit.figures.theme import LIGHT, Theme

MOST_CLASSES = 4
"""More classes than this do not fit side by side; choose some, or draw one chart each."""


def word_importance(table: pd.DataFrame, *, unit: str = "logit", most: int = 15, theme: Theme = LIGHT) -> go.Figure:
    """Mean push of the strongest words towards each class: a panel of bars per class, interval bars, texts in the hover.

    Args:
        table: columns target, word, mean, low, high, texts; optional positive, q_value, row_ids; strongest first. Of more
            than 4 classes those with the strongest words are drawn.
        unit: of the attributions, logit or probability.
        most: words per class.
        theme: light or dark.

    Returns:
        Bars carry [word, row ids].
    """
    if table.empty:
        message = (
            "No explanation has run on these rows, or no word occurs in enough of them. Add an explanation method."
        )
        return empty(message, theme=theme, title="Words that decide")
    targets = list(dict.fromkeys(table["target"]))
    shown = targets[:MOST_CLASSES]
    figure = make_subplots(
        rows=1,
        cols=len(shown),
        subplot_titles=[f"towards {short(target, 30)}" for target in shown],
        horizontal_spacing=0.14 if len(shown) < 3 else 0.1,
    )
    top = table.iloc[0]
    title = f"'{top['word']}' pushes hardest towards '{top['target']}'"
    told = "Mean push over the texts a word occurs in, with intervals"
    if len(targets) > len(shown):
        told += f"; {len(shown)} of {len(targets)} classes"
    figure.update_layout(chart(title, told, theme=theme, top=36).layout)
    longest = 0
    for number, target in enumerate(shown):
        part = table[table["target"] == target].head(most).iloc[::-1]
        longest = max(longest, len(part))
        figure.add_trace(_panel(part, unit, theme.colour(number)), row=1, col=number + 1)
        figure.update_xaxes(title_text=f"mean attribution ({unit})", row=1, col=number + 1)
    style_panels(figure, theme)
    figure.update_yaxes(type="category")
    figure.update_xaxes(zerolinecolor=theme.muted)
    figure.update_layout(height=list_height(longest))
    return figure


def _panel(part: pd.DataFrame, unit: str, colour: str) -> go.Bar:
    texts = [
        hover(
            short(line["word"], 60),
            f"{line['mean']:+.3f} {escaped(unit)} ({line['low']:+.3f} to {line['high']:+.3f})",
            f"n = {int(line['texts']):,} texts"
            + (f", in {int(line['positive']):,} of them towards it" if line.get("positive") is not None else ""),
            f"q = {line['q_value']:.2g}" if line.get("q_value") is not None else None,
        )
        for line in lines_of(part)
    ]
    return go.Bar(
        x=column(part, "mean"),
        y=distinct(short(word, 24) for word in part["word"]),
        orientation="h",
        marker={"color": colour, "opacity": 0.75},
        error_x=bars(column(part, "mean"), column(part, "low"), column(part, "high"), colour),
        hovertext=texts,
        hoverinfo="text",
        customdata=chosen(part["word"], ids_of(part)),
    )
