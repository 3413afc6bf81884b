"""A run as a bundle: taken out signed, and taken in by upload after everything that can be checked was shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from audit.actions import bundles
from audit.errors import AuditError
from audit.language.saying import capitalised
from audit.language.translating import tr
from audit.run.bundle_said import sentences
from audit.stored import Run
from dashboard.page.guard import act
from dashboard.page.state import actor, as_now, link, store
from dashboard.page.text import plain, told_again
from models.disk import disk_error

CAP = 200
"""MB a bundle may have here; larger ones go through the terminal."""
ICONS = {
    "fault": ":red[:material/error:]",
    "good": ":green[:material/check_circle:]",
    "open": ":orange[:material/help:]",
}
NUMBER, CHECKED = "bundle_number", "bundle_checked"
"""Where the session keeps which upload it is at, and what was found of it."""


def bundle_export(run: Run) -> None:
    """The whole run as a signed file that another installation can check and take in."""
    st.header(tr("Bundle"), anchor=False)
    st.caption(
        tr(
            "The whole run as one signed file: its records, scores, findings, judgements and provenance. Whoever has it can "
            "check every number and take it into their own Assay."
        )
    )
    texts = not st.checkbox(
        tr("Leave out the texts"), key="bundle-no-texts",
        help=tr("For readers who may not see the audited texts. They can check its files, signature and hashes; it cannot be imported."),
    )  # fmt: skip
    with_report = st.checkbox(tr("Put the report in"), True, key="bundle-report")
    made = as_now(lambda: bundles.packed(actor(), run.id, texts=texts, with_report=with_report))
    st.download_button(
        tr("Download the bundle"), made, f"{run.id}{'' if texts else '-no-texts'}.zip", "application/zip",
        key="bundle-download", on_click="ignore", icon=":material/inventory_2:",
    )  # fmt: skip


def bundle_import() -> None:
    """A bundle by upload: what can be checked of it is said first, and only then it may be kept."""
    with st.expander(tr("Import or verify a bundle")):
        number = st.session_state.setdefault(NUMBER, 0)  # a new key empties the widget and frees its memory
        file = st.file_uploader(
            tr("A run that was exported as a bundle"), ["zip"], key=f"bundle-{number}", max_upload_size=CAP,
            help=tr("Up to {size} MB; larger ones by `python -m audit import`. It is checked first and kept only if you say so.", size=CAP),
        )  # fmt: skip
        st.caption(tr("ZIP, up to {size} MB", size=CAP))
        if file is None:
            return
        kept = st.session_state.get(CHECKED)
        if kept is None or kept[0] != file.file_id:
            with st.spinner(tr("Computing every hash and score again")):
                kept = st.session_state[CHECKED] = (file.file_id, *_checked(file.getvalue()))
        _, result, error = kept
        if result is None:
            st.error(error, icon=":material/error:")
            st.button(tr("Put it away"), key="bundle-away", on_click=_put_away)
            return
        _said(result)
        _decide(file, result)


def _checked(content: bytes) -> tuple[dict[str, Any] | None, str]:
    """What was found, or why nothing could be."""
    try:
        return bundles.verify_upload(actor(), content), ""
    except (AuditError, OSError) as error:
        return None, plain(told_again(disk_error(error) or error), 800)


def _said(result: dict[str, Any]) -> None:
    for kind, sentence in sentences(result):
        st.markdown(f"{ICONS[kind]} {plain(capitalised(sentence), 600)}")


def _decide(file: Any, result: dict[str, Any]) -> None:
    here = store().exists(str(result["run_id"]))
    why = ""
    if result["faults"]:
        why = tr("It is not what it says and cannot be kept.")
    elif not result["texts"]:
        why = tr("Without texts it can be checked, but not kept.")
    elif here:
        why = tr("This run is here already; delete it first to import it again.")
    if why:
        st.caption(why)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not why:
            st.button(
                tr("Keep this run"), key="bundle-keep", icon=":material/download_done:", type="primary",
                on_click=act, args=(partial(_keep, file), tr("The run was imported.")),
            )  # fmt: skip
        st.button(tr("Put it away"), key="bundle-away", on_click=_put_away)
        if here:
            link("report", tr("Open the run"), icon=":material/assessment:", run=str(result["run_id"]))


def _keep(file: Any) -> None:
    bundles.take_in_upload(actor(), file.getvalue())
    _put_away()


def _put_away() -> None:
    """Forget the upload and what was found of it."""
    st.session_state[NUMBER] = st.session_state.get(NUMBER, 0) + 1
    st.session_state.pop(CHECKED, None)
