"""A first audit in one click: the samples whose model is here."""

from __future__ import annotations

import streamlit as st

from audit.errors import AuditError
from audit.run import client
from audit.spec import ModelSpec, TableSpec, suite_spec
from dashboard.components.samples import Sample, samples
from dashboard.components.state import go, store
from dashboard.components.text import plain
from models.disk import disk_error
from models.errors import ModelError


def quick_start() -> None:
    """One button for each sample whose model is here."""
    ready = [sample for sample in samples() if sample.ready]
    if not ready:
        st.info(
            "No sample fits a bundled model in this installation; upload a table on the Data page.",
            icon=":material/info:",
        )
    for sample in ready:
        about, button = st.columns([4, 1.3], vertical_alignment="center")
        about.markdown(f"**{sample.name.capitalize()}** &nbsp; {sample.about} · model `{sample.model}`")
        if button.button(
            "Audit it", key=f"quick-{sample.name}", type="primary", icon=":material/play_arrow:", width="stretch"
        ):
            _start(sample)


def _start(sample: Sample) -> None:
    try:
        run = client.start(
            suite_spec("quick", ModelSpec(name=sample.model), TableSpec(path=str(sample.path))), store=store()
        )
        if not client.worker_alive(store=store()):
            client.start_worker(idle_exit=None)
    except (AuditError, ModelError, OSError) as error:
        st.error(plain(disk_error(error) or error, 600), icon=":material/error:")
        return
    go("runs", run=run.id)
