"""What a table holds: its labels, the lengths of its texts."""

from __future__ import annotations

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
    list_height,
    short,
)
from audit.figures.theme import LIGHT, Theme
from audit.language.numbers import TICKS, numbers
from audit.language.translating import tr, tr_n


def label_distribution(table: pd.DataFrame, *, most: int = 30, theme: Theme = LIGHT) -> go.Figure:
    """How the rows spread over the labels, in the data and by the model.

    Args:
        table: of `audit.score.data.label_distribution`.
        most: labels drawn, the most frequent.
        theme: light or dark.

    Returns:
        Bars carry ["data|label" or "model|label", []].
    """
    if table.empty:
        return empty(tr("No row has been predicted yet. Run an audit."), theme=theme, title=tr("Labels"))
    total = table.groupby("label", sort=False)["rows"].max().sort_values(ascending=False, kind="stable")
    order = list(total.index[:most])[::-1]
    told = (
        tr("The {most} most frequent of {total} labels", most=most, total=len(total))
        if len(total) > most
        else tr("Share of rows, every row counted")
        if table["low"].isna().all()
        else tr("Share of rows, with intervals")
    )
    title = _most_frequent(table)
    figure = chart(title, told, theme=theme, height=list_height(len(order)), legend=True, barmode="group")
    figure.update_layout(legend_traceorder="reversed")
    named = dict(zip(order, distinct(short(label, 32) for label in order), strict=True))
    for number, kind, name in ((1, "model", tr("by the model")), (0, "data", tr("in the data"))):
        part = table[(table["kind"] == kind) & table["label"].isin(order)]
        texts = [
            hover(
                f"{short(line['label'], 60)}: {name}",
                numbers().estimate(line["share"], line["low"], line["high"]),
                tr("{k} of n = {n} rows", k=numbers().count(line["rows"]), n=numbers().count(line["n"])),
            )
            for line in lines_of(part)
        ]
        figure.add_trace(
            go.Bar(
                x=column(part, "share"),
                y=[named[label] for label in part["label"]],
                orientation="h",
                name=name,
                marker={"color": theme.colour(number)},
                hovertext=texts,
                hoverinfo="text",
                customdata=chosen(f"{kind}|{label}" for label in part["label"]),
                error_x=bars(column(part, "share"), column(part, "low"), column(part, "high"), theme.muted),
            )
        )
    figure.update_xaxes(title_text=tr("share of rows"), tickformat=TICKS["share"], rangemode="tozero")
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=list(named.values()), dtick=1)
    return figure


def _most_frequent(table: pd.DataFrame) -> str:
    """The sentence in the title: the most frequent label in the data (by the model where nothing is labelled), or the tie."""
    first = table[table["kind"] == table["kind"].iloc[0]]
    top = first[first["rows"] == first["rows"].max()]
    share = numbers().share(float(top["share"].iloc[0]))
    part = int(first["n"].max()) < int(table["n"].max())
    share = tr("{share} of the labelled rows", share=share) if part else tr("{share} of the rows", share=share)
    if len(top) == 1:
        return tr("'{label}' is the most frequent label, with {share}", label=top["label"].iloc[0], share=share)
    if len(top) == len(first) == 2:
        return tr("Both labels are equally frequent, {share} each", share=share)
    if len(top) == len(first):
        return tr("All {n} labels are equally frequent, {share} each", n=len(top), share=share)
    if len(top) == 2:
        one, other = top["label"]
        return tr("'{one}' and '{other}' are the most frequent labels, {share} each", one=one, other=other, share=share)
    return tr("{n} labels are equally frequent, {share} each; no label has more", n=len(top), share=share)


def lengths(table: pd.DataFrame, *, limit: int | None = None, theme: Theme = LIGHT) -> go.Figure:
    """How long the texts are in tokens, and which of them the model cannot read to the end.

    Args:
        table: of `audit.score.data.lengths`.
        limit: the model's limit in tokens.
        theme: light or dark.

    Returns:
        Bars carry ["from-to", row ids].
    """
    if table.empty:
        return empty(tr("No row has been predicted yet. Run an audit."), theme=theme, title=tr("Length of the texts"))
    rows, cut = int(table["rows"].sum()), int(table["truncated"].sum())
    title = (
        tr("{cut} of the texts are longer than the model reads", cut=numbers().share(cut / rows))
        if cut
        else tr("The model reads every text to its end")
    )
    figure = chart(
        title,
        tr_n("{n} row by length", "{n} rows by length", rows),
        theme=theme,
        legend=True,
        barmode="stack",
        bargap=0.02,
    )
    figure.update_layout(legend_traceorder="normal")
    names = [
        f"{start}-{end - 1}" if end - start > 1 else f"{start}"
        for start, end in zip(table["from"], table["to"], strict=True)
    ]
    centres = (table["from"] + table["to"] - 1) / 2
    width = table["to"] - table["from"]
    for name, values, colour in (
        (tr("read to the end"), table["rows"] - table["truncated"], theme.colour(0)),
        (tr("cut"), table["truncated"], theme.colour(1)),
    ):
        texts = [
            hover(
                tr("{span} tokens", span=span),
                tr_n("{n} row {end}", "{n} rows {end}", int(value), end=name),
                tr_n("of n = {n} row this long", "of n = {n} rows this long", int(total)),
            )
            for span, value, total in zip(names, values, table["rows"], strict=True)
        ]
        figure.add_trace(
            go.Bar(
                x=centres,
                y=values,
                width=width,
                name=name,
                marker={"color": colour},
                hovertext=texts,
                hoverinfo="text",
                customdata=chosen(names, ids_of(table)),
            )
        )
    if limit and cut:
        figure.add_vline(
            x=limit,
            line={"color": theme.ink, "dash": "dash", "width": 1},
            annotation_text=tr("limit {tokens}", tokens=limit),
        )
    figure.update_xaxes(title_text=tr("length (tokens)"), tickformat=TICKS["count"])
    few = table["rows"].max() <= 10  # plotly would mark halves, which are said as the whole number above
    figure.update_yaxes(title_text=tr("rows"), tickformat=TICKS["count"], dtick=1 if few else None)
    return figure
