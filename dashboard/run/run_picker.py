"""Choosing a run where the address names none."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.language.translating import tr
from dashboard.page.state import go, link, store
from dashboard.page.text import one_line, when

LISTED = 200


def pick_run(target: str, *, status: Sequence[str] | None, none: str) -> None:
    """A list of runs to choose from; choosing one opens `target` with it."""
    runs = store().runs(status=status, archived=False, limit=LISTED)
    if runs.empty:
        st.info(none, icon=":material/info:")
        link("new_audit", tr("New audit"), icon=":material/add_circle:")
        return
    labels = run_labels(runs)
    chosen = st.selectbox(
        tr("Run"),
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key="pick-run",
        placeholder=tr("Choose a run"),
    )
    if chosen:
        go(target, run=chosen)


def run_labels(runs) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Run id -> what a list shows."""
    return {
        str(
            r.id
        ): f"{one_line(r.name, 70)} · {when(r.finished_at if r.status == 'finished' else r.created_at)} · {r.id[:6]}"
        for r in runs.itertuples()
    }
