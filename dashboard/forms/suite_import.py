"""Bringing a suite in: a TOML file, CheckList's, HateCheck's, pairs, templates with terms, or a plain table with its columns named."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.actions import suites
from audit.actions.suites import Columns
from audit.errors import AuditError
from audit.language.translating import tr, tr_n
from dashboard.page.guard import acted, show_notice
from dashboard.page.press import pressed, remembers
from dashboard.page.state import actor, go
from dashboard.page.text import one_line, plain, told_again
from models.disk import disk_error

TYPES = ["toml", "csv", "tsv", "txt", "xlsx", "parquet", "jsonl"]
CAP = 50
"""MB of a file."""
RENAMED = 12
"""Labels of a suite that can be renamed as it comes in."""


def bring_in() -> None:
    """Draw it; what is kept is opened."""
    files = st.file_uploader(
        tr("File of a suite"), type=TYPES, key="suite-files", accept_multiple_files=True, max_upload_size=CAP,
        help=tr("A suite as TOML, HateCheck's table, pairs, templates with identity terms, or any table of cases. CheckList's "
                "cases.csv comes together with its tests.csv."),
    )  # fmt: skip
    st.caption(tr("TOML, or a table of cases: CheckList, HateCheck, pairs, terms in templates, or plain"))
    if not files:
        return
    held = {one_line(file.name, 120): file.getvalue() for file in files}
    try:
        header = suites.columns_of_upload(held)
        columns = None
        if header and suites.layout_of(header) is None:
            columns = _columns(header)
            if columns is None:
                return
        text, read = suites.text_of_upload(held, columns)
    except (AuditError, OSError) as error:
        st.error(plain(told_again(disk_error(error) or error), 800), icon=":material/error:")
        return
    found = tr_n("{n} test", "{n} tests", len(read.tests)), tr_n("{n} case", "{n} cases", read.cases)
    st.success(tr("{tests}, {cases}; labels: {labels}", tests=found[0], cases=found[1],
                  labels=plain(", ".join(read.labels[:20]) or tr("none"), 300)), icon=":material/checklist:")  # fmt: skip
    names = _labels(read.labels)
    name = st.text_input(tr("Name"), one_line(read.name, 60), max_chars=60, key=f"suite-name-{read.digest[:12]}")
    st.button(
        tr("Keep this suite"), key="suite-keep", type="primary", icon=":material/save:", on_click=remembers, args=("suite-keep",)
    )  # fmt: skip
    kept: list[str] = []
    if pressed("suite-keep") and acted(
        lambda: kept.append(suites.save(actor(), suites.with_labels(text, names), name.strip()).name), ""
    ):
        go("suites", suite=kept[0])
    show_notice()


def _columns(header: Sequence[str]) -> Columns | None:
    """Which columns a plain table has; None until its text and label are named."""
    st.info(tr("Its layout is none of the known ones. Say which columns hold what."), icon=":material/table_view:")
    boxes = st.columns(4)
    said = (tr("Text"), tr("Expected label"), tr("Test"), tr("Capability"))
    keys = ("text", "label", "test", "capability")
    chosen = {
        key: box.selectbox(
            title, list(header), index=header.index(key) if key in header else None, key=f"suite-column-{key}",
            placeholder=tr("Choose a column") if key in keys[:2] else tr("None"), format_func=lambda c: one_line(c, 60),
        )
        for key, title, box in zip(keys, said, boxes, strict=True)
    }  # fmt: skip
    if not chosen["text"] or not chosen["label"]:
        return None
    return Columns(str(chosen["text"]), str(chosen["label"]), chosen["test"], chosen["capability"])


def _labels(labels: Sequence[str]) -> dict[str, str]:
    """What the labels are to be called, so that they are the model's."""
    if not labels or len(labels) > RENAMED:
        return {}
    st.caption(tr("What your model calls these labels, where it calls them otherwise:"))
    with st.container(horizontal=True):
        return {
            label: st.text_input(
                plain(one_line(label, 40)), label, key=f"suite-label-{label}", width=180, max_chars=200
            )
            for label in labels
        }
