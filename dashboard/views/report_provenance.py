"""Report, provenance: everything the numbers came from, and what each of them means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.language.numbers import numbers
from audit.score.definitions import catalog
from audit.score.policy import policy_name
from audit.store import Run
from dashboard.components.progress import probe_states
from dashboard.components.state import store
from dashboard.components.text import local, one_line, plain


def show(run: Run) -> None:
    """Draw the section."""
    left, right = st.columns(2)
    with left:
        st.subheader("This run", anchor=False)
        _facts({
            "Run": run.id, "Begun": local(run.started_at), "Ended": local(run.finished_at), "Started by": run.who,
            "Result hash": run.result_hash, "Spec hash": run.spec_hash, "Judged by": policy_name(run.policy, imported=run.imported) or None,
            "Reproducible": "yes" if run.reproducible else "no: a row met the time limit, or a part failed for good",
        })  # fmt: skip
    with right:
        st.subheader("Model and data", anchor=False)
        identity = run.identity or {}
        _facts({
            "Model": run.model, "Model fingerprint": run.model_fingerprint, "Labels": len(run.labels),
            "Runs on": " ".join(str(identity.get(k, "")) for k in ("engine", "device", "dtype")).strip(),
            "Table": run.table_name, "Table fingerprint": run.table_fingerprint, "File sha256": run.upload,
            "Rows": f"{numbers().count(run.rows_sampled or 0)} of {numbers().count(run.rows_total or 0)}",
        })  # fmt: skip
    st.subheader("Probes", anchor=False)
    states = probe_states(store().progress(run.id))
    st.dataframe(
        [
            {
                "probe": p.probe, "kind": p.kind, "version": p.version, "rows": p.rows, "state": states[p.probe],
                "reason": p.reason, "parameters": one_line(json.dumps(dict(p.params), ensure_ascii=False), 300),
            }
            for p in store().probes(run.id)
        ],
        hide_index=True, key="probes", alt="Probes of this run",
    )  # fmt: skip
    if run.provenance:
        with st.expander("Environment, seeds and resources", icon=":material/memory:"):
            st.code(json.dumps(run.provenance, indent=2, ensure_ascii=False, default=str), language="json", height=420)
    with st.expander("The whole spec, as JSON", icon=":material/data_object:"):
        st.code(json.dumps(run.spec, indent=2, ensure_ascii=False), language="json", height=420)
    st.markdown("**Run it again** in a terminal, with the spec above saved as `spec.json`:")
    st.code("python -m audit run --spec spec.json", language="sh")
    with st.expander("What every number means", icon=":material/menu_book:"):
        for found in catalog().values():
            st.markdown(f"**{plain(found.title)}** &nbsp; {plain(found.text, 1500)} _{plain(found.source)}_")


def _facts(facts: Mapping[str, Any]) -> None:
    st.dataframe(
        [{"what": name, "value": str(value)} for name, value in facts.items() if value not in (None, "")],
        hide_index=True, key=f"facts-{next(iter(facts))}", alt=", ".join(facts),
        column_config={"what": st.column_config.TextColumn("", width="small"), "value": st.column_config.TextColumn("", width="large")},
    )  # fmt: skip
