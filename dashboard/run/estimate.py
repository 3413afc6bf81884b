"""What an audit will take: a few rows through every probe on the actual model, measured by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import runs
from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr
from audit.score.wording import display_name
from audit.spec import AuditSpec
from audit.stored import Job
from dashboard.page.guard import safe
from dashboard.page.press import pressed, remembers
from dashboard.page.state import actor, store
from dashboard.page.text import duration, plain, told_again

ASKED, MEASURED = "estimate-job", "_measured"


def estimate_button(place: Any, *, disabled: bool = False) -> None:
    """A button that asks for the estimate of what the form says."""
    place.button(tr("Estimate"), key="estimate", icon=":material/timer:", on_click=remembers, args=("estimate",), disabled=disabled,
                 help=tr("Tries a few of the rows with every probe on this model and says what the whole will take."))  # fmt: skip


def measured(model: str, table: str) -> dict[str, float]:
    """Seconds of the suites that were estimated in this session on a model and a table."""
    kept: Mapping[tuple[str, str, str], float] = st.session_state.get(MEASURED, {})
    return {suite: seconds for (about, path, suite), seconds in kept.items() if (about, path) == (model, table)}


def seconds_of(spec: AuditSpec) -> float | None:
    """What was measured for exactly this audit, in seconds; None where nothing was."""
    job = _job(spec)
    found = (job.result or {}).get("seconds") if job is not None and job.status == "done" else None
    return None if found is None else float(found)


def show_estimate(spec: AuditSpec) -> None:
    """Ask for the estimate where its button was pressed, and show it once it is there."""
    if pressed("estimate"):
        try:
            st.session_state[ASKED] = (_key(spec), runs.estimate(actor(), spec).id)
        except AuditError as error:
            st.error(plain(error, 800), icon=":material/error:")
    if st.session_state.get(ASKED) is None:
        return
    job = _job(spec)
    if job is None:
        st.caption(tr("The settings have changed since the last estimate."))
    elif job.status in {"done", "failed"}:
        _result(job, spec)
    else:
        _waiting(job.id)


def _key(spec: AuditSpec) -> str:
    return spec.model_copy(update={"name": ""}).hash


def _job(spec: AuditSpec) -> Job | None:
    """The estimate that was asked for, if it is of this spec."""
    asked = st.session_state.get(ASKED)
    return store().job(asked[1]) if asked is not None and asked[0] == _key(spec) else None


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


def _result(job: Job, spec: AuditSpec) -> None:
    if job.status == "failed" or job.result is None:
        st.error(plain(told_again(job.error or tr("The estimate failed.")), 800), icon=":material/error:")
        return
    found, unknown = job.result, tr("not known")
    if found["seconds"] is not None:
        kept = dict(st.session_state.get(MEASURED, {}))
        st.session_state[MEASURED] = kept | {(spec.model.name, spec.table.path, spec.suite): float(found["seconds"])}
    with st.expander(tr("What it will take, probe by probe"), expanded=True, key="estimated"):
        left, middle, right = st.columns(3)
        left.metric(tr("Time on one worker"), duration(found["seconds"]) if found["seconds"] is not None else unknown)
        middle.metric(
            tr("Texts the model will see"),
            numbers().count(found["queries"]) if found["queries"] is not None else unknown,
        )
        right.metric(tr("Rows"), numbers().count(found["rows"]))
        lines = [
            {
                "probe": display_name(name), "rows": p["rows"],
                "time": duration(p["seconds"]) if p["seconds"] is not None else unknown, "texts": p["queries"],
                "note": told_again(p["skipped"] or p.get("note") or ""),
            }
            for name, p in found["probes"].items()
        ]  # fmt: skip
        heads = {
            "probe": tr("Probe"), "rows": tr("Rows"), "time": tr("Time"), "texts": tr("Texts"), "note": tr("Note"),
        }  # fmt: skip
        st.dataframe(
            lines, hide_index=True, key="estimate-table", column_config=heads, alt=tr("Estimated time of each probe")
        )
        st.caption(tr("Measured on this model with a few of your rows. The number of rows is never changed by it."))
