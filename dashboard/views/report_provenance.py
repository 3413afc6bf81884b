"""Report, provenance: everything the numbers came from, and what each of them means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions.verbs import OUTCOMES, VERBS
from audit.language.translating import tr
from audit.report.blocks import Facts
from audit.report.html import block_html
from audit.score.definitions import catalog
from audit.score.policy import policy_name
from audit.stored import Run
from audit.strict_json import part
from dashboard.draw.chapters import draw_chapters
from dashboard.page.state import store
from dashboard.page.text import local, one_line, plain, told_again
from dashboard.run.progress import probe_states

SHOWN = 50
"""Events that are listed."""


def show(run: Run) -> None:
    """Draw the section."""
    left, right = st.columns(2)
    with left:
        st.header(tr("This run"), anchor=False)
        _facts({
            tr("Run"): run.id, tr("Begun"): local(run.started_at), tr("Ended"): local(run.finished_at), tr("Started by"): run.who,
            tr("Result hash"): run.result_hash, tr("Spec hash"): run.spec_hash,
            tr("Judged by"): policy_name(run.policy, imported=run.foreign_policy) or None,
            tr("Reproducible"): tr("yes") if run.reproducible
                                else tr("no: a row met the time limit, or a part failed for good"),
        })  # fmt: skip
    with right:
        st.header(tr("Model and data"), anchor=False)
        identity = run.identity or {}
        _facts({
            tr("Model"): run.model, tr("Model fingerprint"): run.model_fingerprint, tr("Labels"): len(run.labels),
            tr("Runs on"): " ".join(str(identity.get(k, "")) for k in ("engine", "device", "dtype")).strip(),
            tr("Table"): run.table_name, tr("Table fingerprint"): run.table_fingerprint, tr("File sha256"): run.upload,
            tr("Compared with"): part(run.provenance, "reference").get("name"),
            tr("Rows"): tr("{n} of {total}", n=run.rows_sampled or 0, total=run.rows_total or 0),
        })  # fmt: skip
    if run.status == "finished":
        draw_chapters(run, "provenance")
    st.header(tr("Probes"), anchor=False)
    states = probe_states(store().progress(run.id))
    st.dataframe(
        [
            {
                tr("Probe"): p.probe, tr("Kind"): p.kind, tr("Version"): p.version, tr("Rows"): p.rows,
                tr("State"): states[p.probe], tr("Reason"): told_again(p.reason),
                tr("Parameters"): one_line(json.dumps(dict(p.params), ensure_ascii=False), 300),
            }
            for p in store().probes(run.id)
        ],
        hide_index=True, key="probes", alt=tr("Probes of this run"),
    )  # fmt: skip
    _events(run)
    if run.provenance:
        with st.expander(tr("Environment, seeds and resources")):
            st.code(json.dumps(run.provenance, indent=2, ensure_ascii=False, default=str), language="json", height=420)
    with st.expander(tr("The whole spec, as JSON")):
        st.code(json.dumps(run.spec, indent=2, ensure_ascii=False), language="json", height=420)
    st.markdown(tr("**Run it again** in a terminal, with the spec above saved as `spec.json`:"))
    st.code("python -m audit run --spec spec.json", language="sh")
    with st.expander(tr("What every number means")):
        for found in catalog().values():
            st.markdown(f"**{plain(found.title)}** &nbsp; {plain(found.text, 1500)} _{plain(found.source)}_")


def _events(run: Run) -> None:
    """Who did what to the run, the newest first."""
    found = store().events(run_id=run.id, limit=SHOWN)
    st.header(tr("Who did what"), anchor=False)
    if not found:
        st.caption(tr("Nothing is known: the run is older than the list of events, or was made by a program."))
        return
    lines = [
        {"when": local(e.at), "who": one_line(e.who, 80), "what": tr(VERBS[e.verb].title) if e.verb in VERBS else e.verb,
         "on": one_line(e.subject, 120) if e.kind != "run" else "", "outcome": tr(OUTCOMES[e.outcome])}
        for e in found
    ]  # fmt: skip
    heads = {"when": tr("When"), "who": tr("Who"), "what": tr("What"), "on": tr("On what"), "outcome": tr("Outcome")}
    st.dataframe(
        lines, hide_index=True, key="events", column_config=heads, alt=tr("Who did what to this run"),
        height=min(320, 60 + 35 * len(lines)),
    )  # fmt: skip
    total = store().count_events(run_id=run.id)
    if total > len(found):
        st.caption(tr("The newest {n} of {total}; `python -m audit events` lists them all.", n=len(found), total=total))


def _facts(facts: Mapping[str, Any]) -> None:
    """Names with their values, whole on a phone too."""
    pairs = tuple((name, one_line(value)) for name, value in facts.items() if value not in (None, ""))
    st.html(f'<div class="assay-blocks">{block_html(Facts(pairs))}</div>')
