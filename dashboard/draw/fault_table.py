"""The faults of a table with their lines, whole: long sentences are wrapped, never cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.language.translating import tr
from audit.report.blocks import Cell, Column, Table
from audit.report.html import block_html
from audit.table.faults import NAMES
from dashboard.page.text import one_line, told_again

SHOWN = 50
"""Faults that are shown; the download has all that were kept."""
EXCERPT = 120


def show_faults(faults: Sequence[Mapping[str, Any]]) -> None:
    """Draw the first faults of a table as `Fault.to_dict` gives them."""
    excerpts = any(fault["excerpt"] for fault in faults)
    heads = [tr("Line"), tr("Column"), tr("Kind"), tr("What is wrong"), *([tr("Excerpt")] if excerpts else [])]
    rows = tuple(tuple(map(Cell, _line(fault, excerpts=excerpts))) for fault in faults[:SHOWN])
    st.html(
        f'<div class="assay-blocks assay-faults">{block_html(Table(tuple(map(Column, heads)), rows, small=True))}</div>'
    )
    if len(faults) > SHOWN:
        st.caption(tr("The first {n} of them; the download has more.", n=SHOWN))


def _line(fault: Mapping[str, Any], *, excerpts: bool) -> list[str]:
    said = [
        str(fault.get("cell") or ("" if fault["line"] is None else fault["line"])),
        one_line(fault["column"], 60) if fault["column"] else "",
        tr(NAMES.get(fault["kind"], fault["kind"])),
        one_line(told_again(fault["message"]), 1000),
    ]
    return [*said, one_line(fault["excerpt"], EXCERPT) if fault["excerpt"] else ""] if excerpts else said
