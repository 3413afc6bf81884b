"""What can be done to a run: pause, resume, cancel, retry, clone, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from audit.actions import runs
from audit.language.translating import tr
from audit.stored import Run
from dashboard.page.confirm import confirm
from dashboard.page.guard import act
from dashboard.page.press import is_open, opens, travels
from dashboard.page.state import actor, store
from dashboard.page.text import plain
from dashboard.run.again import run_again
from dashboard.run.listed_runs import deleted_said, minutes
from dashboard.run.mending import remedy


def run_actions(run: Run) -> None:
    """Draw the buttons that make sense in the state the run is in."""
    first = remedy(run)
    if first is not None and first.then:
        st.caption(first.then)
    with st.container(horizontal=True):
        if first is not None:
            where, query = first.page, dict(first.query)
            st.button(first.label, key="do-mend", icon=f":material/{first.icon}:", type="primary", on_click=travels,
                      args=(where, lambda: query))  # fmt: skip
        if run.status == "finished":
            st.button(tr("Open the report"), key="do-report", icon=":material/assessment:", type="primary", on_click=travels,
                      args=("report", lambda: {"run": run.id}))  # fmt: skip
        if run.active:
            if run.wanted == "run":
                _button("Pause", tr("Pause"), "pause", lambda: runs.pause(actor(), run.id), tr("The run pauses."))
            _button(
                "Cancel", tr("Cancel"), "cancel", lambda: runs.cancel(actor(), run.id),
                tr("The run stops; what is done stays."),
            )  # fmt: skip
        if run.status in {"paused", "cancelled", "failed"} and not run.imported:
            _button(
                "Resume", tr("Resume"), "play_arrow", lambda: runs.resume(actor(), run.id),
                tr("The run goes on."), primary=first is None,
            )  # fmt: skip
        if not run.active and not run.imported and store().progress(run.id).errors:
            _button(
                "Retry failed rows",
                tr("Retry failed rows"),
                "refresh",
                lambda: runs.retry(actor(), run.id),
                tr("The failed rows run again."),
            )
        st.button(
            tr("Clone"),
            key="do-clone",
            icon=":material/content_copy:",
            help=tr("A new run with the same settings; change them first."),
            on_click=travels,
            args=("new_audit", lambda: {"clone": run.id}),
        )
        st.button(
            tr("Run again on new data"),
            key="do-again",
            icon=":material/restart_alt:",
            help=tr("The same model, probes, settings and policy on another table."),
            on_click=opens,
            args=("do-again",),
        )
        if is_open("do-again"):
            run_again(run)
        confirm(
            tr("Delete"),
            lambda: _delete(run.id),
            title=tr("Delete this run?"),
            question=tr(
                "Delete **{run}** with all its results? It can be had back on the Runs page for {minutes} minutes, then it is "
                "erased.",
                run=plain(run.name),
                minutes=minutes(),
            ),
            yes=tr("Delete"),
            done=deleted_said(1),
            key="delete-run",
            button="do-delete",
        )


def _delete(run_id: str) -> None:
    runs.discard(actor(), [run_id])
    st.cache_data.clear()  # charts and comparisons of this server hold words of it
    st.query_params.clear()


def _button(
    name: str, label: str, icon: str, action: Callable[[], object], done: str, *, primary: bool = False
) -> None:
    look: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, key=f"do-{name}", icon=f":material/{icon}:", type=look, on_click=act, args=(action, done))
