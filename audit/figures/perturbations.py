"""Harmless changes: how often each flips the prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from audit.figures.base import chart, empty, lines_of, list_height, names_in, probe_dots, rows_range
from audit.figures.theme import LIGHT, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.translating import tr


def flip_rates(table: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """How often each harmless change flips the prediction.

    Args:
        table: columns probe, value, low, high, n; optional note, row_ids.
        theme: light or dark.

    Returns:
        Points carry [perturbation, row ids].
    """
    name_of = names_in(table)
    table = table[table["value"].notna()].sort_values("value", kind="stable")
    if table.empty:
        message = tr("No perturbation has run on these rows. Add perturbations to the audit and run it.")
        return empty(message, theme=theme, title=tr("Flip rate"))
    lines = lines_of(table)
    title = tr(
        "{probe}: {value} of the variants get another answer",
        probe=name_of(lines[-1]["probe"]),
        value=numbers().share(lines[-1]["value"]),
    )
    told = tr("Of the variants that really differ from the text, with intervals")
    figure = chart(title, told, theme=theme, height=list_height(len(table)))
    figure.add_trace(probe_dots(table, _point, theme))
    highest = max([0.05, *(line["high"] or 0.0 for line in lines)])
    top = min(1.01, highest * 1.1)
    figure.update_xaxes(
        title_text=tr("flip rate (share of variants)"), tickformat=TICKS["share"], range=[-0.01 * top, top]
    )
    figure.update_yaxes(type="category", range=rows_range(len(lines)))
    return figure


def _point(line: Mapping[str, Any]) -> str:
    return tr(
        "{share} flipped ({interval})",
        share=numbers().share(line["value"]),
        interval=numbers().interval(line["low"], line["high"]),
    )
