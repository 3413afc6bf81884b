"""Choosing probes and their parameters: a suite's to begin with, each adjustable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.kinds import KINDS
from audit.language.probes import kind_title
from audit.language.translating import tr
from audit.spec import ProbeSpec
from dashboard.components.probes import card, choices
from dashboard.components.text import plain


def choose_probes(suite: Sequence[ProbeSpec], old: Mapping[str, Any] | None, key: str) -> tuple[ProbeSpec, ...]:
    """Let the user choose; predictions are always made."""
    before = [ProbeSpec.model_validate(p) for p in old["probes"]] if old else []
    given = {(p.kind, p.name): p for p in (*suite, *before)}
    always = [kind.name for kind in KINDS.values() if kind.always]
    chosen = [ProbeSpec(kind=kind, name=name) for kind in always for name in choices(kind)[:1]]
    offered = [kind for kind in KINDS if kind not in always and choices(kind)]
    columns = st.columns(len(offered))
    for column, kind in zip(columns, offered, strict=True):
        listed = choices(kind)
        start = [p.name for p in (before or suite) if p.kind == kind and p.name in listed]
        with column.container(border=True):
            names = st.multiselect(
                kind_title(kind), listed, start, key=f"probes-{kind}-{key}",
                format_func=lambda n, k=kind: card(k, n).title, placeholder=tr("None"),
            )  # fmt: skip
            chosen += [_adjust(kind, name, given.get((kind, name)), key) for name in names]
    return tuple(chosen)


def _adjust(kind: str, name: str, given: ProbeSpec | None, key: str) -> ProbeSpec:
    about = card(kind, name)
    with st.expander(plain(about.title), icon=":material/tune:"):
        parts = [part for part in (about.paper, tr("Cost: {cost}", cost=about.cost) if about.cost else "") if part]
        st.caption(plain(". ".join(parts) or about.about, 400))
        rows = st.number_input(tr("Only so many rows"), 1, None, given.rows if given else None, key=f"{key}-{kind}-{name}-rows",
                               placeholder=tr("All rows of the sample"))  # fmt: skip
        params = dict(given.params) if given else {}
        for parameter, type_, default in about.parameters:
            value = _field(f"{key}-{kind}-{name}-{parameter}", parameter, type_, params.get(parameter, default))
            if value != default:
                params[parameter] = value
            else:
                params.pop(parameter, None)
    return ProbeSpec(kind=kind, name=name, rows=rows, params=params)


def _field(key: str, name: str, kind: str, value: Any) -> Any:
    label = name.replace("_", " ").capitalize()
    if isinstance(value, bool):
        return st.toggle(label, value, key=key)
    if "int" in kind and not isinstance(value, str):
        return st.number_input(label, None, None, value, step=1, key=key, placeholder=tr("Default"))
    if "float" in kind and not isinstance(value, str):
        return st.number_input(
            label,
            None,
            None,
            None if value is None else float(value),
            key=key,
            format="%.3f",
            placeholder=tr("Default"),
        )
    return st.text_input(label, "" if value is None else str(value), key=key) or None
