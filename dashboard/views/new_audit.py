"""New audit: which model, which table, which probes; what it will take; start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import runs
from audit.errors import AuditError
from audit.language.translating import tr, tr_n
from audit.spec import AuditSpec, ModelSpec, TableSpec
from audit.stored import Upload
from dashboard.forms.audit_settings import choose_settings
from dashboard.forms.samples import samples
from dashboard.forms.table_check import Target, fitting, spec_of
from dashboard.page.frame import heading, no_worker_banner
from dashboard.page.press import pressed, remembers
from dashboard.page.state import actor, go, link, parameter, run_or_none, store
from dashboard.page.text import one_line, plain
from dashboard.run.estimate import show_estimate
from dashboard.run.fit import say_alike, say_fit, target_of


def show() -> None:
    """Draw the page."""
    heading(tr("New audit"), tr("Choose a model and a table, adjust what is tested, see what it takes, start."))
    no_worker_banner()
    old = _cloned()
    names = [entry.name for entry in store().catalog() if not entry.missing]
    tables = _tables()
    if not names:
        st.info(tr("There is no model yet: register one first."), icon=":material/info:")
        link("models", tr("Models"), icon=":material/deployed_code:")
        return
    if not tables:
        st.info(tr("There is no table yet: upload one first."), icon=":material/info:")
        link("data", tr("Data"), icon=":material/table_view:")
        return
    with st.container(border=True):
        left, right = st.columns(2)
        asked = str(old.get("model", {}).get("name", "")) if old else parameter("model")
        model = left.selectbox(
            tr("Model"), names, index=names.index(asked) if asked in names else _fitting(names), key="audit-model"
        )
        keys = list(tables)
        chosen = str(old.get("table", {}).get("path", "")) if old else parameter("table")
        table = right.selectbox(tr("Table"), keys, index=keys.index(chosen) if chosen in keys else 0, key="audit-table",
                                format_func=lambda k: tables[k][0])  # fmt: skip
        target = target_of(str(model))
        chosen_table = fitting(tables[str(table)][1], target)
        fits = say_fit(left, right, target, chosen_table)
        reference = _reference(right, tables, chosen_table, target, old)
    spec = choose_settings(ModelSpec(name=str(model)), chosen_table, old)
    if spec is not None and reference is not None:
        spec, fits = (
            spec.model_copy(update={"reference": reference}),
            fits and say_alike(right, reference, chosen_table),
        )
    wanted = pressed("start")
    if spec is not None:
        _start(spec, fits=fits, wanted=wanted)


def _reference(
    place: Any,
    tables: Mapping[str, tuple[str, TableSpec]],
    audited: TableSpec,
    target: Target,
    old: dict[str, Any] | None,
) -> TableSpec | None:
    """The table to compare the audited one with; None for none."""
    keys = ["", *(key for key in tables if key != audited.path)]
    before = str(((old or {}).get("reference") or {}).get("path", ""))
    chosen = place.selectbox(
        tr("Compare with"), keys, keys.index(before) if before in keys else 0, key="audit-reference",
        format_func=lambda key: tables[key][0] if key else tr("No other table"),
        help=tr(
            "A reference table, such as training data or last month's rows, with the same columns and labels. Probes that look "
            "at the sample as a whole compare the audited table with it; the others do not read it."
        ),
    )  # fmt: skip
    return fitting(tables[str(chosen)][1], target) if chosen else None


def _cloned() -> dict[str, Any] | None:
    run = run_or_none(parameter("clone"))
    if run is None:
        return None
    said = tr("With the settings of **{name}**", name=plain(run.name))
    st.caption(f":material/content_copy: {said}")
    return dict(run.spec)


def _tables() -> dict[str, tuple[str, TableSpec]]:
    """Key -> (name on the list, table). Uploads first, then samples that are not uploaded already."""
    uploads = store().uploads()
    found = {u.sha256: (_listed(u), spec_of(u)) for u in uploads}
    known = {u.name for u in uploads}
    for sample in samples():
        if sample.path.name not in known:
            listed = tr("Sample: {name} (fits {model})", name=tr(sample.title), model=sample.model)
            found[str(sample.path)] = (listed, TableSpec(path=str(sample.path)))
    return found


def _listed(upload: Upload) -> str:
    name = one_line(upload.name, 60)
    if "rows" not in upload.summary:
        return name
    return tr_n("{name} ({n} row)", "{name} ({n} rows)", int(upload.summary["rows"]), name=name)


def _fitting(names: list[str]) -> int:
    """The model mapped to the table in the address (else the newest upload), else the first that knows its labels."""
    uploads = store().uploads()
    upload = next((u for u in uploads if u.sha256 == parameter("table")), uploads[0] if uploads else None)
    if upload is None:
        return 0
    if upload.options.get("model") in names:
        return names.index(str(upload.options["model"]))
    typed = {str(label).strip().casefold() for label in dict(upload.summary.get("labels") or {})}
    for entry in store().catalog():
        known = {label.strip().casefold() for label in entry.known_labels}
        if typed and typed <= known and entry.name in names:
            return names.index(entry.name)
    return 0


def _start(spec: AuditSpec, *, fits: bool, wanted: bool) -> None:
    show_estimate(spec)
    fresh = st.toggle(
        tr("Compute everything anew"),
        key="fresh",
        help=tr("Otherwise parts that other runs have computed already are reused."),
    )
    st.button(tr("Start the audit"), type="primary", icon=":material/play_arrow:", key="start", disabled=not fits,
              on_click=remembers, args=("start",))  # fmt: skip
    if not fits:
        said = tr("It can be started once what is said above about the table is settled.")
        st.caption(f":material/block: {said}")
    elif wanted:
        try:
            run = runs.start(actor(), spec, fresh=fresh)
        except AuditError as error:
            st.error(plain(error, 800), icon=":material/error:")
            return
        go("runs", run=run.id)
