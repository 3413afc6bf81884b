"""Overview: what was found lately, what is running, and a first audit in one click."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.language import verdicts
from audit.language.translating import tr, tr_n
from audit.stored import ACTIVE
from dashboard.draw.cards import outcome_badge, title_of
from dashboard.draw.headline import in_words, of_run
from dashboard.forms.quick_start import quick_start
from dashboard.page.frame import heading, no_worker_banner
from dashboard.page.guard import safe
from dashboard.page.state import link, page, store
from dashboard.page.text import plain, when
from dashboard.run.progress import short_progress

RECENT = 8
COUNTED = ("PASS", "FAIL", "INCONCLUSIVE")


def show() -> None:
    """Draw the page."""
    heading(
        tr("Overview"),
        tr("Why your text classifiers decide as they do, how easily they break, and what follows from it."),
    )
    total = store().count_runs()
    if total == 0:
        _first_steps()
        return
    no_worker_banner()
    _counts(total)
    _running()
    _recent()
    with st.expander(tr("Try it on a sample")):
        quick_start()


def _counts(total: int) -> None:
    there = store().count_outcomes()
    going = sum(n for (status, _), n in there.items() if status in ACTIVE)
    stopped = sum(n for (status, _), n in there.items() if status == "failed")
    with st.container(horizontal=True):
        st.metric(tr("Audits"), total, border=True, width="content")
        for verdict in COUNTED:
            st.metric(verdicts.of_run(verdict), there.get(("finished", verdict), 0), border=True, width="content")
        st.metric(verdicts.state("failed"), stopped, border=True, width="content")
        st.metric(tr("Going on"), going, border=True, width="content")


@st.fragment(run_every=2)
@safe
def _running() -> None:
    for run in store().runs(status=ACTIVE, limit=5).itertuples():
        with st.container(border=True):
            short_progress(str(run.id))


def _recent() -> None:
    st.header(tr("Recent audits"), anchor=False)
    runs = store().runs(status=("finished", "failed", "cancelled", "paused"), archived=False, limit=RECENT)
    if runs.empty:
        st.caption(tr("Nothing has finished yet. Results appear here as soon as an audit ends."))
    for run in runs.itertuples():
        _row(run)
    with st.container(horizontal=True):
        st.page_link(page("runs"), label=tr("All runs"), icon=":material/list_alt:")
        st.page_link(page("new_audit"), label=tr("New audit"), icon=":material/add_circle:")


def _row(run: Any) -> None:
    with st.container(border=True):
        name, score, verdict = st.columns([5, 3.4, 2.2], vertical_alignment="center")
        with name:
            link("report" if run.status == "finished" else "runs", f"**{plain(run.name, 80)}**", run=run.id)
            rows = (
                tr_n("{n} row", "{n} rows", int(run.rows_sampled))
                if run.rows_sampled == run.rows_sampled and run.rows_sampled
                else "–"
            )
            audited = tr("{model} on {table}", model=plain(run.model, 40), table=plain(run.table_name, 40))
            st.caption(f"{audited} · {rows} · {when(run.finished_at or run.created_at)}")
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
            outcome_badge(run.status, run.verdict)


def _first_steps() -> None:
    with st.container(border=True):
        st.header(tr("Welcome. Audit a model in one click"), anchor=False)
        welcome = tr(
            "Assay explains single decisions, attacks them with small changes of wording, and tells you with numbers and "
            "error bars whether the model can be trusted. Start with a sample, then bring your own CSV and model."
        )
        st.markdown(welcome)
        quick_start(first=True)
    left, middle, right = st.columns(3)
    with left.container(border=True):
        link("data", tr("**Bring your data**"), icon=":material/table_view:")
        st.caption(tr("A CSV, Excel, Parquet or JSONL file with a column of texts, and labels if you have them."))
    with middle.container(border=True):
        link("models", tr("**Bring your model**"), icon=":material/deployed_code:")
        st.caption(tr("A fine-tuned Hugging Face folder, a LoRA adapter or a hub id."))
    with right.container(border=True):
        link("explain", tr("**Ask about one text**"), icon=":material/psychology:")
        st.caption(tr("Type a sentence and see which words decide, and how it can be turned."))
