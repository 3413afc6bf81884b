"""Overview: what was found lately, what is running, and a first audit in one click."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.store import ACTIVE
from dashboard.components.cards import status_badge, title_of, verdict_badge
from dashboard.components.frame import heading, no_worker_banner
from dashboard.components.guard import safe
from dashboard.components.headline import in_words, of_run
from dashboard.components.progress import short_progress
from dashboard.components.quick_start import quick_start
from dashboard.components.state import link, page, store
from dashboard.components.text import plain, plural, when

RECENT = 8


def show() -> None:
    """Draw the page."""
    heading("Overview", "Why your text classifiers decide as they do, how easily they break, and what follows from it.")
    total = store().count_runs()
    if total == 0:
        _first_steps()
        return
    no_worker_banner()
    _counts(total)
    _running()
    _recent()
    with st.expander("Try it on a sample", icon=":material/rocket_launch:"):
        quick_start()


def _counts(total: int) -> None:
    listed = store().runs(limit=200)
    with st.container(horizontal=True):
        st.metric("Audits", total, border=True, width=150)
        for label, verdict in (("Passed", "PASS"), ("Failed", "FAIL"), ("Inconclusive", "INCONCLUSIVE")):
            st.metric(label, int((listed["verdict"] == verdict).sum()), border=True, width=150)
        st.metric("Going on", store().count_runs(status=ACTIVE), border=True, width=150)


@st.fragment(run_every=2)
@safe
def _running() -> None:
    for run in store().runs(status=ACTIVE, limit=5).itertuples():
        with st.container(border=True):
            short_progress(str(run.id))


def _recent() -> None:
    st.subheader("Recent audits", anchor=False)
    runs = store().runs(status=("finished", "failed", "cancelled", "paused"), limit=RECENT)
    if runs.empty:
        st.caption("Nothing has finished yet. Results appear here as soon as an audit ends.")
    for run in runs.itertuples():
        _row(run)
    with st.container(horizontal=True):
        st.page_link(page("runs"), label="All runs", icon=":material/list_alt:")
        st.page_link(page("new_audit"), label="New audit", icon=":material/add_circle:")


def _row(run: Any) -> None:
    with st.container(border=True):
        name, score, verdict = st.columns([5, 4, 1.6], vertical_alignment="center")
        with name:
            link("report" if run.status == "finished" else "runs", f"**{plain(run.name, 80)}**", run=run.id)
            rows = (
                plural(int(run.rows_sampled), "row")
                if run.rows_sampled == run.rows_sampled and run.rows_sampled
                else "–"
            )
            st.caption(
                f"{plain(run.model, 40)} on {plain(run.table_name, 40)} · {rows} · {when(run.finished_at or run.created_at)}"
            )
        best = (
            of_run(run.id, run.finished_at or "", f"{run.verdict}{run.result_hash}")
            if run.status == "finished"
            else None
        )
        with score:
            if best is not None:
                title = title_of(best)
                st.markdown(f"**{plain(in_words(best))}**")
                st.caption(plain(title))
        with verdict:
            if run.status == "finished":
                verdict_badge(run.verdict)
            else:
                status_badge(run.status)


def _first_steps() -> None:
    with st.container(border=True):
        st.subheader("Welcome. Audit a model in one click", anchor=False)
        st.markdown(
            "Assay explains single decisions, attacks them with small changes of wording, and tells you with numbers and "
            "error bars whether the model can be trusted. Start with a sample, then bring your own CSV and model."
        )
        quick_start()
    no_worker_banner()
    left, middle, right = st.columns(3)
    with left.container(border=True):
        link("data", "**Bring your data**", icon=":material/table_view:")
        st.caption("A CSV, Parquet or JSONL file with a column of texts, and labels if you have them.")
    with middle.container(border=True):
        link("models", "**Bring your model**", icon=":material/deployed_code:")
        st.caption("A fine-tuned Hugging Face folder, a LoRA adapter or a hub id.")
    with right.container(border=True):
        link("explain", "**Ask about one text**", icon=":material/psychology:")
        st.caption("Type a sentence and see which words decide, and how it can be turned.")
