"""Runs: the list, and one run's live progress with everything that can be done to it."""

from __future__ import annotations

import streamlit as st

from audit.language.saying import capitalised
from audit.language.translating import tr, tr_later, tr_n
from audit.run.retention import Retention
from audit.stored import ENDED, Run
from dashboard.draw.cards import outcome_badge
from dashboard.page.frame import heading, no_worker_banner
from dashboard.page.guard import safe
from dashboard.page.state import page, run_of_address, store
from dashboard.page.text import duration, local, plain, told_again
from dashboard.run.bundles import bundle_import
from dashboard.run.listed_runs import listed_runs
from dashboard.run.own_run import own_run
from dashboard.run.progress import in_words, probe_progress
from dashboard.run.run_actions import run_actions

ASKED = {
    "pause": tr_later("Asked to pause; it stops within seconds."),
    "cancel": tr_later("Asked to cancel; it stops within seconds."),
}


def show() -> None:
    """Draw the page."""
    run = run_of_address()
    if run is None:
        _all()
    else:
        _one(run)


def _all() -> None:
    heading(tr("Runs"), tr("Every audit of this installation, the newest first."))
    no_worker_banner()
    bundle_import()
    listed_runs()


def _note(kept: Retention, run: Run) -> str:
    said = kept.note(run)
    return f" · {told_again(said)}" if said else ""


def _one(run: Run) -> None:
    st.page_link(page("runs"), label=tr("All runs"), icon=":material/arrow_back:")
    audited = tr("{model} on {table}", model=plain(run.model), table=plain(run.table_name))
    by = tr("started by {who}, {when}", who=plain(run.who), when=local(run.created_at))
    heading(plain(run.name), f"{audited} · {by}{_note(Retention.read(), run)}")
    own_run(run)
    if not run.imported and run.active:
        no_worker_banner()
    _live(run.id, run.status)
    run_actions(run)


@st.fragment(run_every=1.5)
@safe
def _live(run_id: str, drawn: str) -> None:
    run, progress = store().run(run_id), store().progress(run_id)
    if run.status != drawn and (run.status in ENDED or run.status == "paused" or drawn in {*ENDED, "paused"}):
        st.rerun()  # what can be done to it has changed
    with st.container(border=True):
        left, right = st.columns([5, 1.4], vertical_alignment="center")
        left.progress(1.0 if run.status == "finished" else progress.share, text=in_words(progress))
        with right:
            outcome_badge(run.status, run.verdict)
        if run.wanted != "run" and run.active:
            st.caption(tr(ASKED[run.wanted]))
        if progress.waiting:
            said = capitalised(told_again(progress.waiting))
            st.warning(plain(said, 800), icon=":material/hourglass_empty:")
        if run.error:
            st.error(plain(told_again(run.error), 800), icon=":material/error:")
        if run.note:
            st.caption(plain(told_again(run.note), 800))
        probe_progress(progress)
        if progress.elapsed is not None:
            took = tr("Running time {duration}", duration=duration(progress.elapsed))
            alive = tr_n("{n} worker alive", "{n} workers alive", progress.workers)
            st.caption(f"{took} · {alive}" if run.active else took)
