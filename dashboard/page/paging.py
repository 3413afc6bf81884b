"""Long tables, a page at a time: the database filters, sorts and cuts; nothing is held between clicks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, Literal
from zlib import crc32

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from dashboard.page.address import bound_number
from dashboard.page.export import MIME_XLSX, frame_csv, frame_xlsx
from dashboard.page.state import as_now
from dashboard.page.text import one_line

ROWS = 25
TALL = 330
"""Height in pixels of a table of rows beside the one that is marked."""
TEXT = 235
"""Width in pixels of the texts in such a table: outcome, before and after stay in sight beside them."""
COUNTED: Mapping[str, Callable[[int], str]] = {
    "row": lambda n: tr_n("{n} row", "{n} rows", n),
    "run": lambda n: tr_n("{n} run", "{n} runs", n),
    "example": lambda n: tr_n("{n} example", "{n} examples", n),
    "explanation": lambda n: tr_n("{n} explanation", "{n} explanations", n),
    "flipped row": lambda n: tr_n("{n} flipped row", "{n} flipped rows", n),
}
"""What is paged through, by the `noun` that `pager` is given: how so many of them are called."""
UNITS = {"confidence": "probability", "similarity": "cosine"}
"""Columns of rows that hold a number with a unit."""


def pager(total: int, key: str, *, rows: int = ROWS, noun: str = "row") -> int:
    """A page selector bound to the URL; returns the offset of the first row. `noun` is a key of `COUNTED`."""
    pages = max(1, -(-total // rows))
    if st.session_state.get(f"_{key}-total", total) != total:  # another filter begins at its first page
        st.session_state[key] = 1
    st.session_state[f"_{key}-total"] = total
    if pages == 1:
        st.caption(COUNTED[noun](total))
        return 0
    left, right = st.columns([3, 1], vertical_alignment="center")
    page = bound_number(right.number_input, tr("Page"), 1, pages, key=key, help=tr("1 to {pages}", pages=pages))
    first = (page - 1) * rows
    left.caption(
        tr("{all}, showing {first} to {last}", all=COUNTED[noun](total), first=first + 1, last=min(total, first + rows))
    )
    return int(first)


def pick(
    frame: pd.DataFrame,
    key: str,
    *,
    columns: Mapping[str, Any],
    alt: str,
    height: int | Literal["auto", "stretch", "content"] = "auto",
) -> int | None:
    """A table one line of which can be picked; returns its position. Texts are cut for the eye, never for the export."""
    shown = in_units(readable(frame, 160), {name: unit for name, unit in UNITS.items() if name in columns})
    lines = crc32("|".join(map(str, frame["row_id"])).encode()) if "row_id" in frame else 0
    # what was marked belongs to these lines, not to the same places of the next page
    event: Any = st.dataframe(
        shown, key=f"{key}-{lines}", hide_index=True, column_order=list(columns), column_config=dict(columns),
        on_select="rerun", selection_mode="single-row", height=height, alt=alt,
    )  # fmt: skip
    rows = event.selection.rows if event else []
    return int(rows[0]) if rows and rows[0] < len(frame) else None


def in_units(frame: pd.DataFrame, units: Mapping[str, str]) -> Styler:
    """The table with the numbers of these columns written in their units; they are sorted by what they are."""
    styled = frame.style
    for name, unit in units.items():
        if name in frame:
            styled = styled.format(partial(numbers().number, unit=unit), subset=[name])
    return styled


def by_line(frame: pd.DataFrame, units: Sequence[str], columns: Sequence[str]) -> Styler:
    """The table with the numbers of these columns written in the unit of their line; they are sorted by what they are."""
    styled = frame.style
    for unit in dict.fromkeys(units):
        lines = frame.index[[own == unit for own in units]]
        styled = styled.format(partial(numbers().number, unit=unit), subset=pd.IndexSlice[lines, list(columns)])
    return styled


def readable(frame: pd.DataFrame, limit: int = 400) -> pd.DataFrame:
    """The table for the eye: texts on one line, hidden characters shown, cut to `limit`; for `st.dataframe`, never for exports."""
    shown = frame.copy()
    for name in shown.columns:
        if pd.api.types.is_string_dtype(shown[name]) or shown[name].dtype == object:
            shown[name] = shown[name].map(lambda v: one_line(v, limit) if isinstance(v, str) else v)
    return shown


def export_button(
    make: Callable[[], pd.DataFrame], name: str, key: str, *, label: str | None = None, plain: bool = False
) -> None:
    """Downloads as CSV and as Excel that are made only when they are asked for, with formulas made harmless.

    Args:
        make: the table; name: of the CSV file, `what-of.csv`; key: of the buttons.
        label: of the first button, "Download as CSV" without it.
        plain: without frames and a line of their own, as what stands beside them in a bar.
    """
    sheet = name.partition("-")[0].capitalize()
    kind: Any = "tertiary" if plain else "secondary"
    with nullcontext() if plain else st.container(horizontal=True, gap="small"):
        st.download_button(
            label or tr("Download as CSV"), as_now(lambda: frame_csv(make())), name, "text/csv", key=key, on_click="ignore",
            icon=":material/download:", width="content", type=kind,
            help=tr("Cells that a spreadsheet would take for a formula get an apostrophe in front."),
        )  # fmt: skip
        st.download_button(
            tr("Excel"), as_now(lambda: frame_xlsx(make(), sheet)), f"{name.removesuffix('.csv')}.xlsx", MIME_XLSX,
            key=f"{key}-xlsx", on_click="ignore", icon=":material/table_view:", width="content", type=kind,
            help=tr("The same table as an Excel workbook. Texts stay texts: none is a formula."),
        )  # fmt: skip
