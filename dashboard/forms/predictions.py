"""A model's predictions for a whole table, made by a worker and downloaded from the page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from audit.actions import predictions
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.stored import Job, Upload
from dashboard.forms.table_check import spec_of
from dashboard.page.export import MIME_XLSX
from dashboard.page.frame import no_worker_banner
from dashboard.page.guard import act, safe
from dashboard.page.state import actor, as_now, store
from dashboard.page.text import plain, size, told_again, when

GOING = ("queued", "running")


def show_predictions(upload: Upload, model: str) -> None:
    """Offer the predictions of a model for every row of a table; those there are can be downloaded."""
    st.header(tr("Predictions"), anchor=False)
    if not model:
        st.caption(tr("Choose a model above to have it predict every row of this table."))
        return
    jobs = store().predictions(upload.sha256)
    st.button(
        tr("Predict every row with {model}", model=plain(model, 60)), key="predict-table", icon=":material/table_rows:",
        disabled=any(job.status in GOING for job in jobs), on_click=act,
        args=(partial(_ask, upload, model), ""),
        help=tr(
            "Makes a CSV and an Excel workbook with the line, every column of the table, the prediction and the probability of "
            "every label."
        ),
    )  # fmt: skip
    if any(job.status in GOING for job in jobs):
        no_worker_banner()
        _waiting(upload.sha256)
    for job in jobs:
        _made(job)


def _ask(upload: Upload, model: str) -> None:
    predictions.queue(actor(), model, spec_of(upload))


@st.fragment(run_every=1)
@safe
def _waiting(sha256: str) -> None:
    waiting = [job for job in store().predictions(sha256) if job.status in GOING]
    if not waiting:
        st.rerun()
    said: Mapping[str, Any] = waiting[0].result or {}
    done, total = int(said.get("done", 0)), int(said.get("of", 0))
    counted = tr("{done} of {total} rows", done=done, total=total) if total else tr("Waiting for a worker")
    st.progress(done / total if total else 0.0, text=counted)


def _made(job: Job) -> None:
    name = plain(str(job.args["model"]["name"]), 60)
    if job.status == "failed":
        st.error(plain(told_again(job.error or tr("It could not be made.")), 600), icon=":material/error:")
    if job.status != "done":
        return
    said: Mapping[str, Any] = job.result or {}
    rows = tr_n("{n} row by {model}", "{n} rows by {model}", int(said["done"]), model=name)
    failed = tr("{n} failed", n=numbers().count(said["failed"])) if said.get("failed") else ""
    st.caption(" · ".join(part for part in (rows, failed, when(job.finished_at)) if part))
    with st.container(horizontal=True, gap="small"):
        for file in said.get("files", ()):
            _download(job.id, file)


def _download(job_id: str, file: Mapping[str, Any]) -> None:
    if not store().files.there(file["sha256"]):
        st.caption(tr("{file} is no longer there; make it again.", file=plain(file["name"])))
        return
    book = file["name"].endswith(".xlsx")
    st.download_button(
        f"{plain(file['name'])} ({size(file['bytes'])})", as_now(partial(store().files.read, file["sha256"])),
        file["name"], MIME_XLSX if book else "text/csv", key=f"predictions-{job_id}{'-xlsx' if book else ''}",
        on_click="ignore", icon=":material/table_view:" if book else ":material/download:", width="content",
    )  # fmt: skip
