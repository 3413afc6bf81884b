"""New audit: which model, which table, which probes; what it will take; start."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.errors import AuditError
from audit.run import client
from audit.spec import SUITES, AuditSpec, Budget, ModelSpec, TableSpec, read_spec
from dashboard.components.estimate import show_estimate
from dashboard.components.frame import heading, no_worker_banner
from dashboard.components.probe_form import KINDS, choose_probes
from dashboard.components.samples import samples
from dashboard.components.state import go, link, parameter, run_or_none, store
from dashboard.components.table_check import spec_of
from dashboard.components.text import one_line, plain, plural
from models import catalog

SUITE_ROWS = 200
"""Rows offered where a suite has no number of its own."""


def show() -> None:
    """Draw the page."""
    heading("New audit", "Choose a model and a table, adjust what is tested, see what it takes, start.")
    no_worker_banner()
    old = _cloned()
    names = [entry.name for entry in catalog.entries() if not entry.missing]
    tables = _tables()
    if not names:
        st.info("There is no model yet: register one first.", icon=":material/info:")
        link("models", "Models", icon=":material/deployed_code:")
        return
    if not tables:
        st.info("There is no table yet: upload one first.", icon=":material/info:")
        link("data", "Data", icon=":material/table_view:")
        return
    with st.container(border=True):
        left, right = st.columns(2)
        wanted = str(old.get("model", {}).get("name", "")) if old else parameter("model")
        model = left.selectbox(
            "Model", names, index=names.index(wanted) if wanted in names else _fitting(names), key="audit-model"
        )
        keys = list(tables)
        chosen = str(old.get("table", {}).get("path", "")) if old else parameter("table")
        table = right.selectbox("Table", keys, index=keys.index(chosen) if chosen in keys else 0, key="audit-table",
                                format_func=lambda k: tables[k][0])  # fmt: skip
        _fit(left, right, str(model), str(table))
    spec = _settings(ModelSpec(name=str(model)), tables[str(table)][1], old)
    if spec is not None:
        _start(spec)


def _cloned() -> dict[str, Any] | None:
    run = run_or_none(parameter("clone"))
    if run is None:
        return None
    st.caption(f":material/content_copy: With the settings of **{plain(run.name)}**")
    return dict(run.spec)


def _tables() -> dict[str, tuple[str, TableSpec]]:
    """Key -> (name on the list, table). Uploads first, then samples that are not uploaded already."""
    uploads = store().uploads()
    found = {
        u.sha256: (
            one_line(u.name, 60) + (f" ({plural(int(u.summary['rows']), 'row')})" if "rows" in u.summary else ""),
            spec_of(u),
        )
        for u in uploads
    }
    known = {u.name for u in uploads}
    for sample in samples():
        if sample.path.name not in known:
            found[str(sample.path)] = (f"Sample: {sample.name} (fits {sample.model})", TableSpec(path=str(sample.path)))
    return found


def _fitting(names: list[str]) -> int:
    for upload in store().uploads()[:1]:
        if upload.options.get("model") in names:
            return names.index(str(upload.options["model"]))
    return 0


def _fit(left: Any, right: Any, model: str, table: str) -> None:
    """Say which labels both have, before an audit finds out."""
    entry = catalog.find(model)
    labels = entry.known_labels if entry else ()
    left.caption(
        f"{plural(len(labels), 'label')}: {plain(', '.join(labels), 90)}"
        if labels
        else "Its labels are read when it is loaded."
    )
    upload = next((u for u in store().uploads() if u.sha256 == table), None)
    if upload is None:
        return
    typed = dict(upload.summary.get("labels") or {})
    mapped = set(dict(upload.options.get("label_map") or {}))
    folded = {label.strip().casefold() for label in labels}
    odd = [t for t in typed if t not in mapped and t.strip().casefold() not in folded and not t.strip().isdigit()]
    if labels and odd:
        right.caption(
            f":red[:material/warning:] {plural(len(odd), 'label')} of the table {'is' if len(odd) == 1 else 'are'} not the model's: {plain(', '.join(odd), 80)}"
        )
        link("data", "Map its labels", icon=":material/swap_horiz:", table=upload.sha256)
    elif typed:
        right.caption(f":material/check: {plural(len(typed), 'label')}, all known to the model")


def _settings(model: ModelSpec, table: TableSpec, old: dict[str, Any] | None) -> AuditSpec | None:
    suites = [*SUITES, "custom"]
    first = str(old.get("suite", "custom")) if old else "quick"
    suite = st.segmented_control("Suite", suites, default=first if first in suites else "custom", required=True, key="suite",
                                 format_func=str.capitalize)  # fmt: skip
    base = SUITES.get(suite or "quick")
    st.caption(plain(base.about, 300) if base else "Your own choice of probes.")
    probes = choose_probes(base.probes if base else (), old, suite or "quick")
    with st.expander("Rows, seed and name", icon=":material/tune:"):
        one, two, three = st.columns(3)
        rows = (old or {}).get("sample", {}).get("n") or (base.rows if base else None) or SUITE_ROWS
        n = one.number_input(
            "Rows",
            1,
            10_000_000,
            int(rows),
            key=f"rows-{suite}",
            help="Drawn so that every label keeps its share; all rows if the table has fewer.",
        )
        seed = two.number_input(
            "Seed",
            0,
            2**31 - 1,
            int((old or {}).get("seed", 0)),
            key="seed",
            help="Same seed and inputs, same numbers.",
        )
        level = three.selectbox("Confidence", [0.9, 0.95, 0.99], index=1, format_func=lambda v: f"{v:.0%}", key="level")
        name = st.text_input("Name", "", max_chars=120, key="name", placeholder="Made of model, table and suite")
    if not probes:
        st.warning(f"Choose at least one probe: {', '.join(KINDS.values()).lower()}.", icon=":material/warning:")
        return None
    made = {
        "name": name, "suite": suite or "custom", "model": model.model_dump(), "table": table.model_dump(), "level": float(level),
        "probes": [probe.model_dump() for probe in probes], "seed": int(seed), "sample": {"n": int(n), "seed": int(seed)},
        "budget": (base.budget if base and base.budget else Budget()).model_dump(),
    }  # fmt: skip
    try:
        return read_spec(made, "This choice")
    except AuditError as error:
        st.error(plain(error, 600), icon=":material/error:")
        return None


def _start(spec: AuditSpec) -> None:
    show_estimate(spec)
    fresh = st.toggle(
        "Compute everything anew", key="fresh", help="Otherwise parts that other runs have computed already are reused."
    )
    if st.button("Start the audit", type="primary", icon=":material/play_arrow:", key="start"):
        try:
            run = client.start(spec, fresh=fresh, store=store())
        except AuditError as error:
            st.error(plain(error, 800), icon=":material/error:")
            return
        go("runs", run=run.id)
