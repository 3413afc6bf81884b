"""A first audit in one click: the samples whose model is here."""

from __future__ import annotations

from functools import partial

import streamlit as st

from audit.actions import runs, workers
from audit.language.translating import tr
from audit.spec import ModelSpec, TableSpec, suite_spec
from dashboard.forms.samples import Sample, samples
from dashboard.forms.starting import newest, start_once
from dashboard.page.press import travels
from dashboard.page.state import actor, store


def quick_start(*, first: bool = False) -> None:
    """One button for each sample whose model is here; `first`: it is what the page is for, and one of them stands out."""
    ready = [sample for sample in samples() if sample.ready]
    if not ready:
        st.info(
            tr("No sample fits a bundled model in this installation; upload a table on the Data page."),
            icon=":material/info:",
        )
    before = newest()
    for number, sample in enumerate(ready):
        about, button = st.columns([4, 1.3], vertical_alignment="center")
        model = tr("model `{name}`", name=sample.model)
        about.markdown(f"**{tr(sample.title)}** &nbsp; {tr(sample.about)} · {model}")
        button.button(
            tr("Audit it"), key=f"quick-{sample.name}", icon=":material/play_arrow:", width="stretch",
            type="primary" if first and number == 0 else "secondary", on_click=travels, args=("runs", partial(_start, sample, before)),
        )  # fmt: skip


def _start(sample: Sample, before: str) -> dict[str, str]:
    spec = suite_spec("quick", ModelSpec(name=sample.model), TableSpec(path=str(sample.path)))
    run_id = start_once(before, spec.hash, lambda: runs.start(actor(), spec))
    if not store().worker_alive:
        workers.start(actor(), idle_exit=None)
    return {"run": run_id}
