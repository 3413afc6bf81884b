"""What an audit will take: a few rows through every probe on the actual model, measured by the worker."""

from __future__ import annotations

import streamlit as st

from audit.actions import runs
from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr
from audit.spec import AuditSpec
from audit.stored import Job
from dashboard.page.guard import safe
from dashboard.page.press import pressed, remembers
from dashboard.page.state import actor, store
from dashboard.page.text import duration, plain, told_again


def show_estimate(spec: AuditSpec) -> None:
    """A button that asks for the estimate, and the estimate once it is there."""
    key = spec.model_copy(update={"name": ""}).hash
    st.button(
        tr("Estimate time and cost"), key="estimate", icon=":material/timer:", on_click=remembers, args=("estimate",)
    )
    if pressed("estimate"):
        try:
            st.session_state["estimate-job"] = (key, runs.estimate(actor(), spec).id)
        except AuditError as error:
            st.error(plain(error, 800), icon=":material/error:")
    kept = st.session_state.get("estimate-job")
    if kept is None:
        return
    if kept[0] != key:
        st.caption(tr("The settings have changed since the last estimate."))
        return
    job = store().job(kept[1])
    if job.status in {"done", "failed"}:
        _result(job)
    else:
        _waiting(job.id)


@st.fragment(run_every=1)
@safe
def _waiting(job_id: str) -> None:
    job = store().job(job_id)
    if job.status in {"done", "failed"}:
        st.rerun()
    alive = store().worker_alive
    st.info(
        tr("Trying a few rows with every probe.") if alive else tr("Waiting for a worker: none is running."),
        icon=":material/hourglass_top:",
    )


def _result(job: Job) -> None:
    if job.status == "failed" or job.result is None:
        st.error(plain(told_again(job.error or tr("The estimate failed.")), 800), icon=":material/error:")
        return
    found, unknown = job.result, tr("not known")
    with st.container(border=True):
        left, middle, right = st.columns(3)
        left.metric(tr("Time on one worker"), duration(found["seconds"]) if found["seconds"] is not None else unknown)
        middle.metric(
            tr("Texts the model will see"),
            numbers().count(found["queries"]) if found["queries"] is not None else unknown,
        )
        right.metric(tr("Rows"), numbers().count(found["rows"]))
        lines = [
            {
                "probe": name.replace("_", " "), "rows": p["rows"],
                "time": duration(p["seconds"]) if p["seconds"] is not None else unknown, "texts": p["queries"],
                "note": p["skipped"] or p.get("note") or "",
            }
            for name, p in found["probes"].items()
        ]  # fmt: skip
        heads = {
            "probe": tr("probe"), "rows": tr("rows"), "time": tr("time"), "texts": tr("texts"), "note": tr("note"),
        }  # fmt: skip
        st.dataframe(
            lines, hide_index=True, key="estimate-table", column_config=heads, alt=tr("Estimated time of each probe")
        )
        st.caption(tr("Measured on this model with a few of your rows. The number of rows is never changed by it."))
