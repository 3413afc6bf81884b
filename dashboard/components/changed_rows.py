"""Which rows two runs decide differently under a probe."""

from __future__ import annotations

import streamlit as st

from audit.run.compare import outcomes
from dashboard.components.state import store


@st.cache_data(max_entries=16, show_spinner="Looking for rows that changed")
def changed_rows(first: str, second: str, probe: str, _stamp: str) -> dict[str, list[str]]:
    """`lost` and `gained`: content ids of rows that were good before and not after, and the other way round."""
    before, after = outcomes(store(), first, probe), outcomes(store(), second, probe)
    both = sorted(before.keys() & after.keys())
    return {
        "lost": [row for row in both if before[row] and not after[row]],
        "gained": [row for row in both if after[row] and not before[row]],
    }
