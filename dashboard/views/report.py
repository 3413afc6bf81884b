"""Run report: one run from every side; the address holds run, section and filters, so that a link shows the same."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from audit.language.numbers import numbers
from audit.score.policy import policy_name
from audit.store import ACTIVE, Run
from audit.table.faults import without_flags
from dashboard.components.bound import bound
from dashboard.components.cards import status_badge, verdict_badge
from dashboard.components.frame import heading
from dashboard.components.guard import guarded
from dashboard.components.run_picker import pick_run
from dashboard.components.state import link, run_of_address
from dashboard.components.text import local, plain, plural

# section: (title, module of dashboard.views)
SECTIONS = {
    "summary": ("Summary", "report_summary"),
    "robustness": ("Robustness", "report_robustness"),
    "review": ("Review", "report_review"),
    "explanations": ("Explanations", "report_explanations"),
    "performance": ("Performance", "report_performance"),
    "rows": ("Rows", "report_rows"),
    "provenance": ("Provenance", "report_provenance"),
    "print": ("PDF and export", "report_print"),
}


def show() -> None:
    """Draw the page."""
    run = run_of_address()
    if run is None:
        heading("Run report", "Scores, findings, adversarial examples and explanations of one audit.")
        pick_run(
            "report", status=("finished",), none="No audit has finished yet; its report appears here when one has."
        )
        return
    _header(run)
    if run.status in ACTIVE or run.status == "paused":
        st.info(
            "This audit is not over: scores appear at its end; finished rows can be read already.",
            icon=":material/pending:",
        )
        link("runs", "See its progress", icon=":material/progress_activity:", run=run.id)
    if run.error:
        st.error(plain(without_flags(run.error), 800), icon=":material/error:")
    section = bound(st.segmented_control, "Section", list(SECTIONS), key="section", default="summary", required=True,
        format_func=lambda name: SECTIONS[name][0], label_visibility="collapsed",
    )  # fmt: skip
    with guarded("This section could not be shown"):
        import_module(f"dashboard.views.{SECTIONS[section or 'summary'][1]}").show(run)


def _header(run: Run) -> None:
    heading(plain(run.name))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        verdict_badge(run.verdict) if run.status == "finished" else status_badge(run.status)
        rows = plural(run.rows_sampled or 0, "row")
        if run.rows_total and run.rows_sampled and run.rows_total > run.rows_sampled:
            rows += f" of {numbers().count(run.rows_total)}"
        ended = f"ended {local(run.finished_at)}" if run.finished_at else f"begun {local(run.created_at)}"
        imported = f" · {plain(run.origin)}" if run.origin else ""
        st.caption(
            f"{plain(run.model, 60)} ({plural(len(run.labels), 'label')}) on {plain(run.table_name, 60)} · {rows} · "
            f"{plain(run.suite)} suite · {ended} · by {plain(run.who)}{imported}{_judged_by(run)}"
        )
    if run.note:
        st.caption(f":material/info: {plain(run.note, 800)}")


def _judged_by(run: Run) -> str:
    """Which policy the verdict is from."""
    if not (run.verdict and run.policy):
        return ""
    return f" · judged by the policy {plain(policy_name(run.policy, imported=run.imported), 140)}"
