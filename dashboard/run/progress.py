"""How far a run is: in one line, and probe by probe."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.stored import ENDED, ProbeProgress, Progress
from dashboard.draw.cards import status_badge
from dashboard.draw.probe_choices import titles
from dashboard.page.state import link, store
from dashboard.page.text import duration, number, plain, told_again

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
        return tr("Waiting for a worker") if progress.workers else tr("Waiting: no worker is running")
    if not progress.rows:
        return tr("Loading the model and checking the table")
    parts = [tr_n("{done} of {n} result", "{done} of {n} results", progress.rows, done=progress.rows_done)]
    if progress.waiting:
        parts.append(tr("waiting"))
    elif progress.status == "running":
        parts.append(_left(progress))
    if progress.errors:
        parts.append(tr_n("{n} error", "{n} errors", progress.errors))
    if progress.shards_reused:
        parts.append(tr("{reused} of {n} parts reused", reused=progress.shards_reused, n=progress.shards))
    return ", ".join(parts)


def _left(progress: Progress) -> str:
    """How long a run still takes; that nobody works on it, where nobody does."""
    if not progress.workers:
        return tr("stopped: no worker is running")
    if progress.eta is None:
        return tr("estimating the time")
    return tr("about {time} left", time=duration(progress.eta))


def probe_states(progress: Progress) -> dict[str, str]:
    """Probe -> what became of it: done, skipped, how far it got, not run."""
    return {probe.probe: _state(probe, progress) for probe in progress.probes}


def _state(probe: ProbeProgress, progress: Progress) -> str:
    if probe.status == "skipped":
        return tr("skipped")
    if probe.status == "done" or (progress.status == "finished" and not probe.shards):
        if probe.errors:
            return tr_n("done, {n} row failed", "done, {n} rows failed", probe.errors)
        return tr("done")
    if probe.rows_done:
        return tr_n("{done} of {n} row done", "{done} of {n} rows done", probe.rows, done=probe.rows_done)
    return tr("not run") if progress.status in ENDED else tr("waiting")


def _rate(rate: float) -> str:
    if rate >= 1:
        return tr("{rate} rows/s", rate=number(rate, "rows"))
    return tr("{time} a row", time=numbers().duration(1 / rate, fine=True))


def probe_progress(progress: Progress) -> None:
    """One line per probe: bar, rate, remaining time, errors, or why it was skipped."""
    called = titles(progress.run_id)
    lines = st.container(key="probe-progress")  # two lines a probe on a phone, by the style
    for probe in progress.probes:
        name, bar, counts = lines.columns([2.4, 4, 3], vertical_alignment="center")
        name.markdown(f"{MARKS[probe.status]} {plain(called.get(probe.probe, probe.probe))}")
        if probe.status == "skipped":
            bar.caption(tr("Skipped: {why}", why=plain(told_again(probe.reason), 300)))
            continue
        bar.progress(min(1.0, probe.rows_done / probe.rows) if probe.rows else 0.0)
        parts = [tr("{done} of {n}", done=probe.rows_done, n=probe.rows)]
        going = progress.status == "running" and progress.workers
        if probe.rate and probe.status == "running" and going:
            parts.append(_rate(probe.rate))
        if probe.eta and going:
            parts.append(tr("{time} left", time=duration(probe.eta)))
        if probe.errors:
            parts.append(f":red[{tr_n('{n} error', '{n} errors', probe.errors)}]")
        counts.caption(" · ".join(parts))
