"""One way to show a chart: Plotly, with its definition, image and data downloads, alt text and, if wanted, selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from audit.figures.base import said
from audit.language.translating import language, tr
from audit.report.picture import picture
from dashboard.draw.cards import definition
from dashboard.draw.chart_picks import PICK, clicked, marked, name_of, pick_list, points_of, read
from dashboard.draw.plots import Drawn, bare
from dashboard.page.export import MIME_XLSX, frame_csv, frame_xlsx
from dashboard.page.state import as_now, parameter
from dashboard.page.text import escaped, plain


def level(left: Any, right: Any) -> None:
    """Give two figures that stand side by side one height, unless one of them is far taller (many classes)."""
    if left is None or right is None:
        return
    low, high = sorted((left.layout.height, right.layout.height))
    if high <= 1.5 * low:
        left.layout.height = right.layout.height = high


def show_chart(
    figure: Any,
    key: str,
    *,
    alt: str,
    data: pd.DataFrame | None = None,
    about: str = "",
    select: bool = False,
    keyed: bool = False,
    caption: str = "",
    picture: Callable[[], bytes] | None = None,
) -> list[dict[str, Any]]:
    """Draw a figure, its title as text above it, and what belongs beneath it.

    Args:
        figure: a plotly Figure; None draws nothing.
        key: of the widgets; must differ within a page.
        alt: what is seen, for screen readers.
        data: the table behind it, for the download.
        about: key of the definition behind the info icon.
        select: let points be picked, by a click, a box or from a list; the address holds them. Where no rows stand behind any, there is
            nothing to pick, unless a point is a choice by its key (`keyed`).
        caption: plain text beside the buttons.
        picture: draws it as a PNG on white, for the download.

    Returns:
        The picked points, each with its `customdata`; empty without any.
    """
    if figure is None:
        return []
    _titled(figure)
    config = {"displaylogo": False, "displayModeBar": False}  # its tool bar lies over titles, on touch screens always
    points = points_of(figure) if select else []
    selectable = any(keyed or point.rows for point in points)
    places = read(parameter(PICK), name_of(key, points), len(points)) if selectable else ()
    marked(figure, points, places)
    selecting: dict[str, Any] = {"selection_mode": ("points", "box")} if selectable else {}
    st.plotly_chart(
        figure, theme=None, key=key, config=config, alt=alt, on_select=partial(clicked, key, points) if selectable else "ignore",
        **selecting,
    )  # fmt: skip
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if about:
            with st.popover(tr("Definition"), icon=":material/info:", type="tertiary"):
                st.markdown(definition(about))
        if data is not None:
            _data(key, data)
        if picture is not None:
            st.download_button(
                tr("Image"), as_now(picture), f"{key}.png", "image/png", key=f"{key}-image", on_click="ignore",
                icon=":material/image:", type="tertiary", help=tr("The chart as a PNG picture on white."),
            )  # fmt: skip
        if selectable:
            pick_list(key, points, places)
        if caption:
            st.caption(plain(caption, 1000))
    return [{"customdata": points[place].data} for place in places]


def _titled(figure: Any) -> None:
    """What is seen, in a sentence, and the small line beneath: text of the page, as wide as the chart."""
    title, small = said(figure)
    beneath = f"<p>{escaped(small)}</p>" if small else ""
    st.html(f'<div class="assay-chart"><p><strong>{escaped(title)}</strong></p>{beneath}</div>')


def _data(key: str, data: pd.DataFrame) -> None:
    """The numbers behind a chart as files: buttons, for what a popover holds is far away for who goes by the keyboard."""
    for kind, make, mime, label, told in (
        ("csv", frame_csv, "text/csv", tr("Data (CSV)"), tr("The numbers behind this chart as CSV.")),
        ("xlsx", frame_xlsx, MIME_XLSX, tr("Data (Excel)"), tr("The numbers behind this chart as an Excel workbook.")),
    ):
        st.download_button(
            label, as_now(partial(make, data)), f"{key}.{kind}", mime, key=f"{key}-{kind}", on_click="ignore",
            icon=":material/download:", type="tertiary", help=told,
        )  # fmt: skip


def show_drawn(
    drawn: Drawn, key: str, *, alt: str, about: str = "", select: bool = False, data: pd.DataFrame | None = None
) -> list[dict[str, Any]]:
    """Draw a declared figure that stands alone, with its picture and its data, those behind it or `data`; see `show_chart`."""
    spec = drawn.spec
    return show_chart(
        drawn.figure, key, alt=alt, data=bare(drawn.table) if data is None else data, about=about, select=select,
        picture=partial(picture, spec, language(), alt) if spec is not None and len(drawn.table) else None,
    )  # fmt: skip


def picked_rows(points: list[dict[str, Any]]) -> tuple[str, ...]:
    """Row ids that the figures put into `customdata` of the selected points, without repeats."""
    found: list[str] = []
    for point in points:
        data = point.get("customdata") or ()
        for item in data if isinstance(data, (list, tuple)) else (data,):
            if isinstance(item, Mapping):  # a list within customdata comes back as {"0": ..., "1": ...}
                found += [str(item[place]) for place in sorted(item, key=int)]
            elif isinstance(item, (list, tuple)):
                found += [str(row) for row in item]
    return tuple(dict.fromkeys(found))


Pick = tuple[str, tuple[str, ...]]
"""What a selection says: the key of its first point (a recipe, a class ...) and row ids, which may be none."""
NOTHING: Pick = ("", ())


def picked(points: list[dict[str, Any]]) -> Pick:
    """The `Pick` of a selection; `NOTHING` without one."""
    data = points[0].get("customdata") if points else None
    return (str(data[0]), picked_rows(points)) if isinstance(data, (list, tuple)) and data else NOTHING


def latest(picks: Mapping[str, Pick], key: str) -> tuple[Pick, bool]:
    """Of several charts' selections the one that changed last, and whether it changed just now.

    Args:
        picks: the charts by name with their selections.
        key: where the selections of the last run are kept in the session.
    """
    if key not in st.session_state:  # a reload or a link: the address has the choices that followed from what is picked
        st.session_state[key] = (dict(picks), next((name for name, pick in picks.items() if pick != NOTHING), ""))
    before, last = st.session_state[key]
    changed = [name for name, pick in picks.items() if pick != before.get(name, NOTHING)]
    last = changed[-1] if changed else last
    st.session_state[key] = (dict(picks), last)
    return picks.get(last, NOTHING), bool(changed)
