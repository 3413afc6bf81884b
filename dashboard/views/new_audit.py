"""New audit: which model, which table, which suite and probes; what it will take; start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from audit.actions import runs
from audit.language.translating import tr
from audit.spec import AuditSpec, ModelSpec, TableSpec
from dashboard.forms.audit_groups import choose_groups, same_groups
from dashboard.forms.audit_settings import Chosen, choose_settings
from dashboard.forms.audit_sheet import choose_sheet, has_sheets
from dashboard.forms.behaviour_choice import answers_to
from dashboard.forms.pairing import Candidate, best_pair
from dashboard.forms.starting import newest, start_once
from dashboard.forms.table_check import Target, fitting
from dashboard.forms.table_choice import listed_tables
from dashboard.forms.training_table import offer_training_table
from dashboard.page.frame import heading, no_worker_banner
from dashboard.page.guard import acted
from dashboard.page.press import pressed
from dashboard.page.state import actor, go, link, parameter, run_or_none, store
from dashboard.page.text import plain
from dashboard.run.estimate import measured, show_estimate
from dashboard.run.fit import Fit, languages_of, say_alike, say_fit, target_of
from dashboard.run.start_bar import BUTTON, start_bar

DRAWN = "_form_drawn_after"


def show() -> None:
    """Draw the page."""
    heading(tr("New audit"))
    no_worker_banner(first=False)
    old = _cloned()
    models = [entry for entry in store().catalog() if not entry.missing]
    tables = listed_tables()
    if not models:
        st.info(tr("There is no model yet: register one first."), icon=":material/info:")
        link("models", tr("Models"), icon=":material/deployed_code:")
        return
    if not tables:
        st.info(tr("There is no table yet: upload one first."), icon=":material/info:")
        link("data", tr("Data"), icon=":material/table_view:")
        return
    candidates = {key: candidate for key, (_, candidate) in tables.items()}
    asked = str(old.get("model", {}).get("name", "")) if old else parameter("model")
    wanted = parameter("table") or str((old or {}).get("table", {}).get("path", ""))  # one run again on new data
    behaviour = "" if old else parameter("behaviour")
    asked = asked or answers_to(behaviour, models)
    first, second = best_pair(models, candidates, model=asked, table=wanted, known=store().languages_of)
    left, middle, right = st.columns(3)
    names, keys = [entry.name for entry in models], list(tables)
    model = str(left.selectbox(tr("Model"), names, names.index(first), key="audit-model"))
    path = str(middle.selectbox(tr("Table"), keys, keys.index(second), key="audit-table",
                                format_func=lambda key: tables[key][0]))  # fmt: skip
    name = right.text_input(
        tr("Name or purpose"), "", max_chars=120, key="name", placeholder=tr("Made of model, table and suite")
    )
    target = target_of(model)
    before = dict((old or {}).get("table") or {})
    table = fitting(choose_sheet(middle, candidates[path].spec, key="audit-sheet", before=before), target)
    table = choose_groups(right, table, before=before)
    fits = say_fit(left, middle, model, target, table, languages_of(model))
    chosen = choose_settings(
        ModelSpec(name=model), table, old, compared=lambda: _reference(tables, table, target, old, model, left),
        name=str(name), rows=fits.rows, measured=measured(model, table.path), languages=fits.languages,
        target=target, behaviour=behaviour,
    )  # fmt: skip
    _finish(chosen, fits, table)


def _reference(
    tables: Mapping[str, tuple[str, Candidate]],
    audited: TableSpec,
    target: Target,
    old: dict[str, Any] | None,
    model: str,
    place: Any,
) -> TableSpec | None:
    """The table to compare the audited one with, which may be another sheet of its workbook; None for none.

    At `place` it is said what the model was trained on.
    """
    keys = ["", *(key for key in tables if key != audited.path or has_sheets(audited))]
    old_one = dict((old or {}).get("reference") or {})
    before = str(old_one.get("path", ""))
    offer_training_table(place, model, audited, keys, key="audit-reference", fresh=old is None)
    first = keys.index(before) if before in keys and "audit-reference" not in st.session_state else 0
    chosen = st.selectbox(
        tr("Compare with"), keys, first, key="audit-reference",
        format_func=lambda key: tables[key][0] if key else tr("No other table"),
        help=tr(
            "A reference table, such as training data or last month's rows, with the same columns and labels. Probes that look "
            "at the sample as a whole compare the audited table with it; the others do not read it."
        ),
    )  # fmt: skip
    if not chosen:
        return None
    found = audited if chosen == audited.path else tables[str(chosen)][1].spec
    found = choose_sheet(st, found, key="reference-sheet", before=old_one, but=audited)
    return fitting(same_groups(found, audited), target)


def _finish(chosen: Chosen, fits: Fit, table: TableSpec) -> None:
    """The estimate and the bar with the button; starts the audit where it was pressed."""
    spec, why = chosen.spec, fits.why or chosen.why
    if chosen.reference is not None:
        why = say_alike(st, chosen.reference, table).why or why
    if spec is not None and not why:
        show_estimate(spec)
    wanted = pressed(BUTTON)
    starting = wanted and spec is not None and not why
    start_bar(spec, fits.rows, why, starting=starting, languages=fits.languages)
    if spec is not None and starting:
        _start(spec, fresh=chosen.fresh)
    st.session_state[DRAWN] = newest()


def _start(spec: AuditSpec, *, fresh: bool) -> None:
    found: list[str] = []
    what = f"{spec.hash} {fresh}"
    if acted(
        lambda: found.append(
            start_once(st.session_state.get(DRAWN, ""), what, lambda: runs.start(actor(), spec, fresh=fresh))
        ),
        "",
    ):
        go("runs", run=found[0])
    st.rerun()  # says why not, and gives the button back


def _cloned() -> dict[str, Any] | None:
    run = run_or_none(parameter("clone"))
    if run is None:
        return None
    said = tr("With the settings of **{name}**", name=plain(run.name))
    st.caption(f":material/content_copy: {said}")
    return dict(run.spec)
