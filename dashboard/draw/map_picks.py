"""Rows that are picked on the map: the server keeps which, and the address a key to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from audit.language.translating import tr, tr_n
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import keep, parameter

PICKED = "picked"
"""The name in the address, on the map and in the section Rows."""
_ID = re.compile(r"[0-9a-f]{16}(?:-[0-9]{1,9})?")


def picked() -> tuple[str, ...] | None:
    """The ids that the address leads to, in the order of the run; None where it names none that this server knows."""
    kept = kept_texts().get(parameter(PICKED)) if parameter(PICKED) else None
    found = tuple((kept or "").split())
    return found if found and all(_ID.fullmatch(row_id) for row_id in found) else None


def of_map(ids: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows of a run were picked on the map, all of them where none were; says so, with the way back."""
    found = picked()
    if found is None:
        if parameter(PICKED):
            st.caption(tr("Which rows were picked on the map is not known any more; pick them anew."))
        return np.ones(len(ids), dtype=bool)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = tr_n("Of {n} row picked on the map", "Of {n} rows picked on the map", len(found))
        st.caption(f":material/lasso_select: {said}")
        clear_button()
    return np.isin(ids, np.array(found, dtype=ids.dtype))


def clear_button() -> None:
    """The way back to no pick."""
    st.button(
        tr("Clear"), key="map-clear", icon=":material/filter_alt_off:", type="tertiary", on_click=pick, args=((),),
        help=tr("Pick nothing on the map."),
    )  # fmt: skip


def places_of(event: Mapping[str, Any] | None, traces: Sequence[Sequence[int]]) -> list[int]:
    """The places in the map's table of what a selection of plotly's names.

    Args:
        event: what the chart gave; traces: of each trace the places of its points.
    """
    named = ((event or {}).get("selection") or {}).get("points") or ()
    found = set()
    for one in named:
        trace, point = one.get("curve_number"), one.get("point_index", one.get("point_number"))
        if (
            isinstance(trace, int)
            and isinstance(point, int)
            and 0 <= trace < len(traces)
            and 0 <= point < len(traces[trace])
        ):
            found.add(traces[trace][point])
    return sorted(found)


def chosen(key: str, traces: Sequence[Sequence[int]], ids: Sequence[str]) -> None:
    """Write into the address what was just selected on the map; for the chart's callback."""
    pick([ids[place] for place in places_of(st.session_state.get(key), traces)])


def pick(ids: Sequence[str]) -> None:
    """Write these rows into the address; "" stands for a row of another table and is left out."""
    rows = [row_id for row_id in ids if row_id]
    keep({PICKED: kept_texts().keep(" ".join(rows)) if rows else None})
