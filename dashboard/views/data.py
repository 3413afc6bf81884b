"""Data: upload a table, see what is in it, use a sample, delete an upload with its runs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import streamlit as st

from audit.actions import tables
from audit.errors import AuditError, UnknownName
from audit.language.translating import tr, tr_n
from audit.stored import Upload
from dashboard.draw.row_tables import kept_rows
from dashboard.forms.samples import Sample, samples
from dashboard.page.confirm import confirm
from dashboard.page.frame import heading
from dashboard.page.guard import guarded
from dashboard.page.press import travels
from dashboard.page.state import actor, go, link, page, parameter, store
from dashboard.page.text import plain, size, when
from dashboard.views import data_table
from models.disk import disk_error
from models.errors import ModelError

CAP = 500
"""MB a file may have here; larger ones go through the terminal. The server's own cap in config.toml is the same."""
TYPES = ["csv", "tsv", "txt", "xlsx", "parquet", "jsonl", "xls", "xlsm", "xlsb", "ods"]
"""The last four are taken to be told what to do: the widget itself says only that they are not allowed."""


def show() -> None:
    """Draw the page."""
    chosen = parameter("table")
    if chosen:
        st.page_link(page("data"), label=tr("All tables"), icon=":material/arrow_back:")
        with guarded():
            _one(chosen)
        return
    heading(tr("Data"), tr("Tables to audit: one row per text, with a label where you have one."))
    _upload()
    _uploads()
    _samples()


def _one(sha256: str) -> None:
    try:
        upload = store().upload(sha256)
    except UnknownName:
        st.title(tr("This table is not here"), anchor=False)
        text = tr("There is no table named '{name}': it was deleted, or the link is not right.", name=plain(sha256, 80))
        st.info(text, icon=":material/info:")
        return
    data_table.show(upload)


def _upload() -> None:
    number = st.session_state.setdefault("upload_number", 0)  # a new key empties the widget and frees its memory
    file = st.file_uploader(
        tr("Upload a table"), TYPES, key=f"upload-{number}", max_upload_size=CAP,
        help=tr("It stays on this machine. For larger files: python -m audit run --csv FILE."),
    )  # fmt: skip
    st.caption(tr("CSV, TSV, Excel (.xlsx), Parquet or JSON Lines, up to {size} MB", size=CAP))
    if file is None:
        return
    try:
        upload = _kept(file, file.name)
    except (AuditError, ModelError, OSError) as error:
        st.error(plain(disk_error(error) or error, 600), icon=":material/error:")
        return
    finally:
        st.session_state["upload_number"] = number + 1
    go("data", table=upload.sha256)


def _kept(source: Path | BinaryIO, name: str) -> Upload:
    """Keep a file; say so where its bytes were here under another name."""
    names = {upload.sha256: upload.name for upload in store().uploads()}
    upload = tables.upload(actor(), source, name, rename=True)
    before = names.get(upload.sha256, name)
    if before != name:
        said = tr(
            "These bytes were here already, as {before}; the table is now called {name}. Its columns and labels are read "
            "as before; its runs keep the old name.",
            before=plain(before, 80),
            name=plain(name, 80),
        )
        st.session_state["notice"] = ("done", said)
    return upload


def _uploads() -> None:
    uploads = store().uploads()
    st.header(tr("Your tables"), anchor=False)
    if not uploads:
        st.caption(tr("Nothing uploaded yet. Drop a file above, or use one of the samples below."))
    for upload in uploads:
        with st.container(border=True):
            name, facts, delete = st.columns([4, 4, 1.3], vertical_alignment="center")
            with name:
                link("data", f"**{plain(upload.name, 70)}**", table=upload.sha256)
            known = [tr_n("{n} row", "{n} rows", int(upload.summary["rows"]))] if "rows" in upload.summary else []
            runs = tr_n("{n} run", "{n} runs", upload.runs)
            facts.caption(" · ".join([*known, size(upload.bytes), runs, when(upload.created_at)]))
            _delete(upload, delete)


def _delete(upload: Upload, place: Any) -> None:
    name = plain(upload.name)
    if upload.runs:
        question = tr_n(
            "Delete **{name}** together with its {n} run and all their results? This cannot be undone.",
            "Delete **{name}** together with its {n} runs and all their results? This cannot be undone.",
            upload.runs,
            name=name,
        )
    else:
        question = tr("Delete **{name}**? This cannot be undone.", name=name)
    confirm(
        tr("Delete"),
        lambda: _erase(upload),
        title=tr("Delete this table?"),
        question=question,
        yes=tr("Delete"),
        done=tr("The table was deleted."),
        key="delete-upload",
        button=f"delete-{upload.sha256[:12]}",
        place=place,
        type="tertiary",
    )


def _erase(upload: Upload) -> None:
    tables.delete(actor(), upload.sha256)
    st.cache_data.clear()  # previews and charts of this server hold rows of it
    kept_rows.clear()


def _samples() -> None:
    found = samples()
    if not found:
        return
    st.header(tr("Samples"), anchor=False)
    for sample in found:
        with st.container(border=True):
            about, fits, use = st.columns([4, 4, 1.3], vertical_alignment="center")
            about.markdown(f"**{tr(sample.title)}**")
            about.caption(tr(sample.about))
            if sample.ready:
                fits.caption(tr("Fits the bundled model `{model}`", model=sample.model))
            else:
                fits.caption(tr("Fits the bundled model `{model}`, which is not installed", model=sample.model))
            use.button(tr("Open"), key=f"sample-{sample.name}", icon=":material/table_view:", type="tertiary", on_click=travels,
                       args=("data", partial(_open, sample)))  # fmt: skip


def _open(sample: Sample) -> dict[str, str]:
    return {"table": _kept(Path(sample.path), sample.path.name).sha256}
