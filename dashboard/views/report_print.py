"""Report, PDF and export: what leaves the room."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from audit.actions import reports
from audit.errors import FilesError
from audit.language.translating import tr, tr_later
from audit.report.facts import rests_on
from audit.stored import Job, Run
from dashboard.draw.all_results import all_results
from dashboard.draw.row_tables import prediction_probe
from dashboard.draw.scores import scores_frame
from dashboard.page.export import MIME_XLSX
from dashboard.page.frame import no_worker_banner
from dashboard.page.guard import act, safe
from dashboard.page.paging import export_button
from dashboard.page.state import actor, as_now, store
from dashboard.page.text import plain, size, when
from dashboard.run.bundles import bundle_export

PRESETS = {
    "executive": (tr_later("Executive"), tr_later("At most four pages: what was tested, what was found, what to do.")),
    "full": (tr_later("Full"), tr_later("Everything a reader needs to judge the audit.")),
    "technical": (tr_later("Technical"), tr_later("The full report with every evidence row, up to a cap.")),
}
BARE = tr_later(
    "For readers who may not see the audited texts: scores, findings, ranges, charts and hashes stay; examples, heatmaps, "
    "single words, notes and errors are left out."
)
CHANGED = {
    "results": tr_later("other results"),
    "policy": tr_later("another policy"),
    "reviews": tr_later("other judgements of changed texts"),
}
"""What a report may be older than, by the names of `audit.report.facts.rests_on`."""
MIME = {
    ".pdf": "application/pdf",
    ".json": "application/json",
    ".csv": "text/csv",
    ".xlsx": MIME_XLSX,
    ".zip": "application/zip",
    ".html": "text/html",
}


def show(run: Run) -> None:
    """Draw the section."""
    if run.status != "finished":
        st.info(tr("A report can be made when the audit has finished."), icon=":material/info:")
        return
    with st.form("report-form", border=True):
        st.segmented_control(
            tr("Report"),
            list(PRESETS),
            default="full",
            required=True,
            key="preset",
            format_func=lambda p: tr(PRESETS[p][0]),
        )
        left, right = st.columns(2)
        left.text_input(tr("Organisation on the cover"), key="organisation", max_chars=120)
        right.color_picker(tr("Accent colour"), "#1B5E9E", key="accent")
        st.checkbox(tr("Leave out the texts"), key="no-texts", help=tr(BARE))
        st.checkbox(
            tr("With the notes"), key="with-notes",
            help=tr("What people wrote about the run, its findings and rows; never in a report without texts."),
        )  # fmt: skip
        st.form_submit_button(tr("Make the report"), type="primary", icon=":material/picture_as_pdf:", on_click=act,
                              args=(lambda: _make(run.id), tr("The report is being made.")))  # fmt: skip
    st.caption(" ".join(f"**{tr(title)}**: {tr(about)}" for title, about in PRESETS.values()))
    if any(job.status in {"queued", "running"} for job in store().reports(run.id)):
        no_worker_banner(first=False)
        _waiting(run.id)
    now = rests_on(run, store().findings(run.id), store().reviews(run.id))
    for job in store().reports(run.id):
        _report(job, _older(job, now))
    st.header(tr("Tables"), anchor=False)
    with st.container(horizontal=True):
        export_button(
            lambda: scores_frame(store().scores(run.id)),
            f"scores-{run.id}.csv",
            "print-scores",
            label=tr("Scores as CSV"),
        )
        if prediction_probe(run):
            export_button(
                lambda: store().with_notes(run.id, all_results(run)),
                f"results-{run.id}.csv",
                "print-rows",
                label=tr("All results as CSV"),
            )
    bundle_export(run)


def _make(run_id: str) -> None:
    options = {name: st.session_state[name] for name in ("organisation", "accent") if st.session_state[name]}
    options |= {"texts": False} if st.session_state["no-texts"] else {}
    options |= {"notes": True} if st.session_state["with-notes"] else {}
    reports.queue(actor(), run_id, st.session_state["preset"] or "full", options)


@st.fragment(run_every=1)
@safe
def _waiting(run_id: str) -> None:
    waiting = [job for job in store().reports(run_id) if job.status in {"queued", "running"}]
    if not waiting:
        st.rerun()
    st.info(tr("The report is being made; this takes a few seconds."), icon=":material/hourglass_top:")


def _older(job: Job, now: Mapping[str, str]) -> str:
    """What has changed since a report was made; "" for nothing. Those made before this was kept say nothing of it."""
    said = (job.result or {}).get("rests_on") or {}
    changed = [tr(CHANGED[name]) for name in CHANGED if name in said and said[name] != now[name]]
    return ", ".join(changed)


def _report(job: Job, older: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{_called(job)}** · {when(job.created_at)}")
        if older:
            said = tr("This report is older than what the run says now: {changed}. Make it again.", changed=older)
            st.warning(said, icon=":material/history:")
        if job.status == "failed":
            st.error(plain(job.error or tr("It could not be made."), 600), icon=":material/error:")
        files = (job.result or {}).get("files", ())
        pages = [file for file in files if file["name"].endswith(".png")]
        left, right = st.columns([2, 3])
        with left:
            for number, file in enumerate(files):
                if file not in pages:
                    _file(job, number, file)
        with right, st.container(height=620 if pages else "content", border=bool(pages)):
            for number, file in enumerate(pages, start=1):
                with suppress(FilesError):  # the files beside it say that they are gone
                    path = str(store().files.local(file["sha256"]))
                    st.image(path, alt=tr("Page {n} of the report", n=number), width="stretch")


def _called(job: Job) -> str:
    """What a report is called, as Markdown."""
    preset = str(job.args.get("preset"))
    title = plain(tr(PRESETS[preset][0]) if preset in PRESETS else preset)
    if job.args.get("texts") is False:
        return tr("{kind} report without texts", kind=title)
    return tr("{kind} report", kind=title)


def _file(job: Job, number: int, file: Mapping[str, Any]) -> None:
    name, files = file["name"], store().files
    if not files.there(file["sha256"]):
        st.caption(tr("{file} is no longer there; make the report again.", file=plain(name)))
        return
    st.download_button(
        f"{plain(name)} ({size(file['bytes'])})", as_now(partial(files.read, file["sha256"])), name,
        MIME.get(Path(name).suffix, "application/octet-stream"),
        key=f"file-{job.id}-{number}", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
