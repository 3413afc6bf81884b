"""The settings of a new audit: suite and probes at once, rows, seed, level and engine on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from audit.actions.suites import KIND, of_audit
from audit.errors import AuditError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later
from audit.spec import SUITES, AuditSpec, Budget, ModelSpec, TableSpec, read_spec
from audit.spec.suites import compared as compared_with
from dashboard.forms.behaviour_choice import choose_suites
from dashboard.forms.policy_choice import choose_policy
from dashboard.forms.probe_form import choose_probes
from dashboard.forms.suite_choice import choose_suite, suite_rows
from dashboard.forms.table_check import Target
from dashboard.page.text import told_again

ENGINES = {
    "auto": tr_later("The fastest that gives the same answers"),
    "torch": "PyTorch",
    "onnx": "ONNX Runtime",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form says: a spec, or why it is none; the table to compare with; and whether all is computed anew."""

    spec: AuditSpec | None
    why: str = ""
    reference: TableSpec | None = None
    fresh: bool = False


def choose_settings(
    model: ModelSpec,
    table: TableSpec,
    old: dict[str, Any] | None,
    *,
    compared: Callable[[], TableSpec | None],
    name: str = "",
    rows: int | None = None,
    measured: dict[str, float] | None = None,
    languages: tuple[str, ...] = (),
    target: Target | None = None,
    behaviour: str = "",
) -> Chosen:
    """Suite, probes, rows, seed, level and engine.

    Args:
        model, table: what is audited.
        old: the spec of a run to begin with.
        compared: asks which table it is compared with.
        name: of the audit.
        rows: good rows of the table, None where they are not known.
        measured: seconds of suites that were estimated.
        languages: what the table is written in: suites take the probes that know them.
        target: the model's labels, as far as they are known.
        behaviour: name of a behavioural suite to ask besides.
    """
    first = str(old.get("suite", "custom")) if old else "quick"
    first = first if first in SUITES else "custom"
    suite = choose_suite(first, rows, measured or {}, languages)
    base = SUITES.get(suite)
    kept = old if old and suite in {first, "custom"} else None  # another suite brings probes and rows of its own
    target = target or Target()
    suited = of_audit(base, languages, target.labels, several=target.multi_label) if base else ()
    usual = not base or base.suited(languages) == base.probes
    drawn = suite if usual else "-".join((suite, *languages))
    probes = choose_probes(suited, kept, drawn)
    asked = [probe.id or probe.name for probe in suited if probe.kind == KIND]
    behaviours = choose_suites(
        suited, kept, "-".join((drawn, *asked)), labels=target.labels, several=target.multi_label, languages=languages,
        also=behaviour,
    )  # fmt: skip
    policy = choose_policy(before=(old or {}).get("policy"), model=model.name)
    with st.expander(tr("Rows, seed, confidence, engine, table to compare with"), key="advanced"):
        n, seed, level, engine, fresh = _advanced(suite, kept, old)
        reference = compared()
    asked_of = (*probes, *behaviours)
    made = {
        "name": name, "suite": suite, "model": model.model_copy(update={"engine": engine}).model_dump(),
        "table": table.model_dump(), "level": level, "seed": seed,
        "probes": [probe.model_dump() for probe in (asked_of if reference is None else compared_with(asked_of))],
        "sample": {"n": n, "seed": seed},
        "policy": policy, "budget": (base.budget if base and base.budget else Budget()).model_dump(),
    }  # fmt: skip
    try:
        spec = read_spec(made, tr("This choice")).model_copy(update={"reference": reference})
        return Chosen(spec, "", reference, fresh)
    except AuditError as error:
        return Chosen(None, told_again(error), reference, fresh)


def _advanced(suite: str, kept: dict[str, Any] | None, old: dict[str, Any] | None) -> tuple[int, int, float, str, bool]:
    one, two, three, four = st.columns([1, 1, 1, 2])
    n = one.number_input(
        tr("Rows"), 1, 10_000_000, int((kept or {}).get("sample", {}).get("n") or suite_rows(suite)), key=f"rows-{suite}",
        help=tr("Drawn so that every label keeps its share; all rows if the table has fewer."),
    )  # fmt: skip
    seed = two.number_input(
        tr("Seed"), 0, 2**31 - 1, int((old or {}).get("seed", 0)), key="seed",
        help=tr("Same seed and inputs, same numbers."),
    )  # fmt: skip
    wanted = float((old or {}).get("level", 0.95))
    levels = sorted({0.9, 0.95, 0.99, wanted})
    level = three.selectbox(
        tr("Confidence"), levels, index=levels.index(wanted), format_func=numbers().level, key="level"
    )
    used = str((old or {}).get("model", {}).get("engine", "auto"))
    engines = list(ENGINES)
    engine = four.selectbox(
        tr("Engine"), engines, engines.index(used) if used in engines else 0, format_func=lambda e: tr(ENGINES[e]), key="engine",
        help=tr("What computes the model's answers. The last digits of a number may differ from one engine to another."),
    )  # fmt: skip
    fresh = st.toggle(
        tr("Compute everything anew"), key="fresh",
        help=tr("Otherwise parts that other runs have computed already are reused."),
    )  # fmt: skip
    return int(n), int(seed), float(level), str(engine), bool(fresh)
