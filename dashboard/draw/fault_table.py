"""The faults of a table with their lines, whole: long sentences are wrapped, never cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.language.translating import tr
from audit.report.blocks import Cell, Column, Table
from audit.report.html import block_html
from audit.table.faults import NAMES, PLACES
from dashboard.page.text import one_line, told_again

SHOWN = 50
"""Faults that are shown; the download has all that were kept."""
EXCERPT = 120


def show_faults(faults: Sequence[Mapping[str, Any]]) -> None:
    """Draw the first faults of a table as `Fault.to_dict` gives them; an unknown label is one line, with all its places."""
    faults = _together(faults)
    excerpts = any(fault["excerpt"] for fault in faults)
    heads = [tr("Line"), tr("Column"), tr("Kind"), tr("What is wrong"), *([tr("Excerpt")] if excerpts else [])]
    rows = tuple(tuple(map(Cell, _line(fault, excerpts=excerpts))) for fault in faults[:SHOWN])
    st.html(
        f'<div class="assay-blocks assay-faults">{block_html(Table(tuple(map(Column, heads)), rows, small=True))}</div>'
    )
    if len(faults) > SHOWN:
        st.caption(tr("The first {n} of them; the download has more.", n=SHOWN))


def _together(faults: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The faults with the lines they are on in words; those of one unknown label, which one mapping mends, as one."""
    alike: dict[object, list[Mapping[str, Any]]] = {}
    for number, fault in enumerate(faults):
        alike.setdefault(fault["message"] if fault["kind"] == "unknown_label" else number, []).append(fault)
    return [
        {**same[0], "places": _places([str(f.get("cell") or f["line"]) for f in same if f["line"] is not None])}
        for same in alike.values()
    ]


def _places(lines: Sequence[str]) -> str:
    named, rest = ", ".join(lines[:PLACES]), len(lines) - PLACES
    return tr("{lines} and {n} more", lines=named, n=rest) if rest > 0 else named


def _line(fault: Mapping[str, Any], *, excerpts: bool) -> list[str]:
    said = [
        fault["places"],
        one_line(fault["column"], 60) if fault["column"] else "",
        tr(NAMES[fault["kind"]]),
        one_line(told_again(fault["message"]), 1000),
    ]
    return [*said, one_line(fault["excerpt"], EXCERPT) if fault["excerpt"] else ""] if excerpts else said
