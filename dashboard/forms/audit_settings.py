"""The settings of a new audit: suite, probes, rows, seed, confidence."""

from __future__ import annotations

from typing import Any

import streamlit as st

from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later
from audit.spec import SUITES, AuditSpec, Budget, ModelSpec, TableSpec, read_spec
from dashboard.forms.probe_form import choose_probes
from dashboard.page.text import plain, told_again

SUITE_ROWS = 200
SUITE_NAMES = {
    "quick": tr_later("Quick"),
    "standard": tr_later("Standard"),
    "deep": tr_later("Deep"),
    "custom": tr_later("Custom"),
}


def choose_settings(model: ModelSpec, table: TableSpec, old: dict[str, Any] | None) -> AuditSpec | None:
    """Suite, probes, rows, seed, level and name; None where they make no audit."""
    suites = [*SUITES, "custom"]
    first = str(old.get("suite", "custom")) if old else "quick"
    first = first if first in suites else "custom"
    suite = st.segmented_control(
        tr("Suite"), suites, default=first, required=True, key="suite", format_func=lambda s: tr(SUITE_NAMES[s])
    )
    base = SUITES.get(suite or "quick")
    st.caption(plain(told_again(base.about), 300) if base else tr("Your own choice of probes."))
    kept = old if old and suite in {first, "custom"} else None  # another suite brings probes and rows of its own
    probes = choose_probes(base.probes if base else (), kept, suite or "quick")
    with st.expander(tr("Rows, seed and name"), icon=":material/tune:"):
        one, two, three = st.columns(3)
        rows = (kept or {}).get("sample", {}).get("n") or (base.rows if base else None) or SUITE_ROWS
        n = one.number_input(
            tr("Rows"),
            1,
            10_000_000,
            int(rows),
            key=f"rows-{suite}",
            help=tr("Drawn so that every label keeps its share; all rows if the table has fewer."),
        )
        seed = two.number_input(
            tr("Seed"),
            0,
            2**31 - 1,
            int((old or {}).get("seed", 0)),
            key="seed",
            help=tr("Same seed and inputs, same numbers."),
        )
        wanted = float((old or {}).get("level", 0.95))
        levels = sorted({0.9, 0.95, 0.99, wanted})
        level = three.selectbox(
            tr("Confidence"), levels, index=levels.index(wanted), format_func=numbers().level, key="level"
        )
        name = st.text_input(
            tr("Name"), "", max_chars=120, key="name", placeholder=tr("Made of model, table and suite")
        )
    if not probes:
        st.warning(tr("Choose at least one probe: explanations, attacks, perturbations."), icon=":material/warning:")
        return None
    made = {
        "name": name, "suite": suite or "custom", "model": model.model_dump(), "table": table.model_dump(), "level": float(level),
        "probes": [probe.model_dump() for probe in probes], "seed": int(seed), "sample": {"n": int(n), "seed": int(seed)},
        "budget": (base.budget if base and base.budget else Budget()).model_dump(),
    }  # fmt: skip
    try:
        return read_spec(made, tr("This choice"))
    except AuditError as error:
        st.error(plain(error, 600), icon=":material/error:")
        return None
