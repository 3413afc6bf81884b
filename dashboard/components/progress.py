"""How far a run is: in one line, and probe by probe."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.store import ENDED, ProbeProgress, Progress
from dashboard.components.cards import status_badge
from dashboard.components.probes import titles
from dashboard.components.state import link, store
from dashboard.components.text import duration, number, plain, plural

MARKS = {
    "done": ":material/check_circle:", "running": ":material/progress_activity:", "waiting": ":material/schedule:",
    "skipped": ":material/skip_next:",
}  # fmt: skip


def short_progress(run_id: str) -> None:
    """Name, bar, remaining time of one run."""
    run, progress = store().run(run_id), store().progress(run_id)
    name, state = st.columns([5, 1.4], vertical_alignment="center")
    with name:
        link("runs", f"**{plain(run.name, 80)}**", run=run.id)
    with state:
        status_badge(run.status)
    st.progress(progress.share, text=in_words(progress))


def in_words(progress: Progress) -> str:
    """`412 of 700 results, about 3 min left, 2 errors`."""
    if progress.status == "queued":
        return "Waiting for a worker" if progress.workers else "Waiting: no worker is running"
    if not progress.rows:
        return "Loading the model and checking the table"
    parts = [f"{numbers().count(progress.rows_done)} of {plural(progress.rows, 'result')}"]
    if progress.waiting:
        parts.append("waiting")
    elif progress.status == "running":
        parts.append(f"about {duration(progress.eta)} left" if progress.eta is not None else "estimating the time")
        if not progress.workers:
            parts.append("stopped: no worker is running")
    if progress.errors:
        parts.append(plural(progress.errors, "error"))
    if progress.shards_reused:
        parts.append(f"{numbers().count(progress.shards_reused)} of {numbers().count(progress.shards)} parts reused")
    return ", ".join(parts)


def probe_states(progress: Progress) -> dict[str, str]:
    """Probe -> what became of it: done, skipped, how far it got, not run."""
    return {probe.probe: _state(probe, progress) for probe in progress.probes}


def _state(probe: ProbeProgress, progress: Progress) -> str:
    if probe.status == "skipped":
        return "skipped"
    if probe.status == "done" or (progress.status == "finished" and not probe.shards):
        return f"done, {plural(probe.errors, 'row')} failed" if probe.errors else "done"
    if probe.rows_done:
        return f"{numbers().count(probe.rows_done)} of {plural(probe.rows, 'row')} done"
    return "not run" if progress.status in ENDED else "waiting"


def _rate(rate: float) -> str:
    return f"{number(rate, 'rows')} rows/s" if rate >= 1 else f"{numbers().duration(1 / rate, fine=True)} a row"


def probe_progress(progress: Progress) -> None:
    """One line per probe: bar, rate, remaining time, errors, or why it was skipped."""
    called = titles(progress.run_id)
    for probe in progress.probes:
        name, bar, counts = st.columns([2.4, 4, 3], vertical_alignment="center")
        name.markdown(f"{MARKS[probe.status]} {plain(called.get(probe.probe, probe.probe))}")
        if probe.status == "skipped":
            bar.caption(f"Skipped: {plain(probe.reason, 300)}")
            continue
        bar.progress(min(1.0, probe.rows_done / probe.rows) if probe.rows else 0.0)
        parts = [f"{numbers().count(probe.rows_done)} of {numbers().count(probe.rows)}"]
        if probe.rate and probe.status == "running":
            parts.append(_rate(probe.rate))
        if probe.eta and progress.status == "running":
            parts.append(f"{duration(probe.eta)} left")
        if probe.errors:
            parts.append(f":red[{plural(probe.errors, 'error')}]")
        counts.caption(" · ".join(parts))
