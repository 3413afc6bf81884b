"""Choosing probes and their parameters: a suite's to begin with, each adjustable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from audit.kinds import KINDS
from audit.language.probes import kind_title
from audit.language.saying import capitalised
from audit.language.translating import tr
from audit.spec import ProbeSpec
from dashboard.draw.probe_choices import card, choices
from dashboard.forms.parameter_form import choose_parameters
from dashboard.page.text import plain, told_again


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
                format_func=partial(_title, kind), placeholder=tr("None"),
            )  # fmt: skip
            chosen += [_adjust(kind, name, given.get((kind, name)), key) for name in names]
    return tuple(chosen)


def _title(kind: str, name: str) -> str:
    return told_again(card(kind, name).title)


def _adjust(kind: str, name: str, given: ProbeSpec | None, key: str) -> ProbeSpec:
    about = card(kind, name)
    with st.expander(plain(told_again(about.title)), icon=":material/tune:"):
        cost = tr("Cost: {cost}", cost=told_again(about.cost)) if about.cost else ""
        act = capitalised(told_again(about.act))
        st.caption(plain(". ".join(part for part in (act, about.paper, cost) if part), 400))
        rows = st.number_input(tr("Only so many rows"), 1, None, given.rows if given else None, key=f"{key}-{kind}-{name}-rows",
                               placeholder=tr("All rows of the sample"))  # fmt: skip
        params = choose_parameters(about.parameters, given.params if given else {}, f"{key}-{kind}-{name}")
    return ProbeSpec(kind=kind, name=name, rows=rows, params=params)
