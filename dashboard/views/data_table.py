"""Data, one table: columns, faults with their lines, labels against a model's, and what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from audit.actions import tables
from audit.language.translating import tr, tr_later, tr_n
from audit.stored import Upload
from audit.table import TableOptions
from audit.table.guessing import place_names
from audit.table.swallowed import SAID
from dashboard.draw.fault_table import show_faults
from dashboard.draw.table_profile import show_profile
from dashboard.forms.column_form import column_form, sheet_choice
from dashboard.forms.column_guess import proposed, show_proposal
from dashboard.forms.labels import label_mapping
from dashboard.forms.predictions import show_predictions
from dashboard.forms.table_check import Target, start_of, whole
from dashboard.page.frame import heading
from dashboard.page.guard import guarded
from dashboard.page.paging import export_button
from dashboard.page.press import travels
from dashboard.page.state import actor
from dashboard.page.text import one_line, plain, size, told_again, when

SHOWN = 5
"""Other names of a table that are listed."""


def show(upload: Upload) -> None:
    """Draw the page of one upload."""
    heading(
        plain(upload.name),
        " · ".join(
            [
                size(upload.bytes),
                tr("uploaded {when}", when=when(upload.created_at)),
                tr_n("{n} run", "{n} runs", upload.runs),
            ]
        ),
    )
    if upload.also:
        names = ", ".join(plain(name, 60) for name in upload.also[:SHOWN])
        if len(upload.also) > SHOWN:
            said = tr(
                "The same bytes were audited as {names} and {more} more; those runs keep that name.",
                names=names,
                more=len(upload.also) - SHOWN,
            )
        else:
            said = tr("The same bytes were audited as {names}; those runs keep that name.", names=names)
        st.caption(f":material/content_copy: {said}")
    options = TableOptions.of(upload.options)
    start = start_of(upload, options)
    choices = {} if upload.options.get("no_guess") else proposed(upload, start)
    if choices:
        show_proposal(upload, choices, start["source"]["sheet"])
    sheet_choice(upload, start["source"])
    if "sheet" not in choices:
        column_form(upload, start, folded=bool(choices))
    notes = st.container()
    _first_rows(start["instead"] if "sheet" in choices else start, nameless=choices.get("header") is False)
    waits = "sheet" in choices or ("text" in choices and start["columns"]["text"] is None)
    target = Target() if waits else label_mapping(upload)
    found = whole(upload, target)
    with notes:
        _notes(found["read_warnings"])
    unsaid = not upload.options.get("text") and not start["columns"]["text"]
    if waits or (unsaid and found["fault_counts"] == {"missing_column": 1}):
        # what is missing is a choice: no fault of the file's, and nothing is known of its rows
        if not waits:
            _say_choose(start["source"])
        return
    languages = found["profile"]["languages"] if "profile" in found else {}
    seen = {"rows": found["rows"], "faults": found["fault_total"], "labels": found["typed"], "languages": languages}
    if seen != upload.summary:
        tables.keep_profile(actor(), upload.sha256, seen)
    _verdict(upload, found, asked=bool(choices))
    if found["rows"]:
        with guarded(tr_later("The predictions could not be shown")):
            show_predictions(upload, target.model)
    if found.get("profile"):
        with guarded(tr_later("The profile could not be shown")):
            show_profile(found, upload, target.model)


def _first_rows(start: Mapping[str, Any], *, nameless: bool) -> None:
    """The start of the table, as it would be read; `nameless` where its first line is data."""
    if not start["rows"]:
        return
    rows = [start["header"], *start["rows"]] if nameless else start["rows"]
    header = place_names(len(start["header"])) if nameless else start["header"]
    cells = [[one_line(cell, 300) for cell in row] for row in rows]
    heads = [name.strip() or f"#{i + 1}" for i, name in enumerate(header)]
    heads = [f"{name} ({heads[:i].count(name) + 1})" if name in heads[:i] else name for i, name in enumerate(heads)]
    frame = pd.DataFrame([(row + [""] * len(heads))[: len(heads)] for row in cells], columns=heads)
    height = min(260, 35 * len(rows) + 38)
    st.dataframe(frame, hide_index=True, height=height, key="preview", alt=tr("The first rows of the table"))


def _notes(warnings: Iterable[str]) -> None:
    """What was guessed, and loudly where rows may have been lost."""
    for warning in warnings:
        if SAID in warning:
            st.warning(plain(told_again(warning), 600), icon=":material/format_quote:")
        else:
            st.caption(f":material/info: {plain(told_again(warning), 400)}")


def _say_choose(source: Mapping[str, Any]) -> None:
    """Say that the table waits for somebody to say where its texts are: no fault of the file's either."""
    if len(source["sheets"]) > 1:
        said = tr("Say under Columns which column holds the texts, or choose another sheet.")
    else:
        said = tr("Say under Columns which column holds the texts.")
    st.info(said, icon=":material/view_column:")


def _verdict(upload: Upload, found: dict[str, Any], *, asked: bool) -> None:
    """How many rows are good and what is wrong with the others; `asked` where a question above comes first."""
    total = found["fault_total"]
    if not total and found["rows"]:
        ready = tr_n("{n} row ready, no fault.", "{n} rows ready, no fault.", found["rows"])
        st.success(ready, icon=":material/check_circle:")
    elif total:
        _say_faults(found, total)
        show_faults(found["faults"])
        frame = pd.DataFrame(found["faults"])[["line", "cell", "column", "kind", "message", "excerpt"]].dropna(
            axis=1, how="all"
        )
        export_button(
            lambda: frame, f"faults-{upload.sha256[:8]}.csv", "export-faults", label=tr("Download the faults")
        )
        if found["rows"]:
            keep = st.toggle(
                tr("Audit the good rows and leave out the others"),
                bool(upload.options.get("keep_good")),
                key="keep-good",
            )
            if keep != bool(upload.options.get("keep_good")):
                tables.describe(actor(), upload.sha256, keep_good=keep)
                st.rerun()
    if found["rows"] and (not total or upload.options.get("keep_good")):
        look: Literal["primary", "secondary"] = "secondary" if asked else "primary"
        st.button(tr("Audit this table"), type=look, icon=":material/play_arrow:", key="audit-table-now", on_click=travels,
                  args=("new_audit", lambda: {"table": upload.sha256}))  # fmt: skip


def _say_faults(found: dict[str, Any], total: int) -> None:
    """How many faults there are and what to do; labels that are only to be confirmed are none of the file's."""
    if total == found["fault_counts"].get("unknown_label") and set(found["unknown"]) <= set(found["proposed"]):
        waiting = tr_n(
            "{n} row waits for the mapping proposed above.", "{n} rows wait for the mapping proposed above.", total
        )
        st.info(waiting, icon=":material/swap_horiz:")
        return
    faults = tr_n("{n} fault", "{n} faults", total)
    st.error(f"**{faults}** · {_advice(found['rows'])}", icon=":material/rule:")


def _advice(good: int) -> str:
    if good:
        return tr_n(
            "{n} good row. Mend the file, or audit the good rows only.",
            "{n} good rows. Mend the file, or audit the good rows only.",
            good,
        )
    return tr("no good row. Mend the file and upload it again, or change above how it is read.")
