"""Choosing probes: one list of all of them, each with a tick, what it does and what it costs; settings on request."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from audit.actions.suites import KIND as SUITES
from audit.kinds import KINDS
from audit.language.probes import kind_title
from audit.language.saying import capitalised
from audit.language.translating import tr
from audit.spec import ProbeSpec
from dashboard.draw.probe_choices import card, choices
from dashboard.forms.parameter_form import choose_parameters
from dashboard.page.text import plain, told_again

HEIGHT = 312
"""Pixels of the list; it scrolls within."""
WIDTHS = (2.6, 4.9, 3.9, 0.6)
_NAMED = re.compile(r"\s*\([^()]*\)$")
"""What ends a clause about a method of explanation or an attack: its name, which stands beside it here."""


def choose_probes(suite: Sequence[ProbeSpec], old: Mapping[str, Any] | None, key: str) -> tuple[ProbeSpec, ...]:
    """Let the user choose; predictions are always made, and behavioural suites are chosen elsewhere.

    Args:
        suite: the probes to begin with: ticked, and first on the list.
        old: the spec of a run to begin with instead.
        key: of the widgets; another key is another list, which begins anew.
    """
    suite = [p for p in suite if p.kind != SUITES]
    before = [ProbeSpec.model_validate(p) for p in old["probes"] if p["kind"] != SUITES] if old else []
    given = {(p.kind, p.name): p for p in (*suite, *before)}
    begun = [(p.kind, p.name) for p in (before or suite)]
    always = [(kind.name, name) for kind in KINDS.values() if kind.always for name in choices(kind.name)[:1]]
    offered = [(kind.name, name) for kind in KINDS.values() if not kind.always and kind.name != SUITES
               for name in choices(kind.name)]  # fmt: skip
    with st.container(border=True, key="probes", height=HEIGHT, gap="xsmall"):
        for kind, name in always:
            _line(kind, name, None, key, ticked=True, fixed=True)
        chosen = [
            (kind, name, _line(kind, name, given.get((kind, name)), key, ticked=(kind, name) in begun))
            for kind, name in sorted(offered, key=lambda one: one not in begun)
        ]
    made = {(kind, name): spec for kind, name, spec in chosen if spec is not None}
    return (
        *(ProbeSpec(kind=kind, name=name) for kind, name in always),
        *(made[one] for one in offered if one in made),
    )


def _line(
    kind: str, name: str, given: ProbeSpec | None, key: str, *, ticked: bool, fixed: bool = False
) -> ProbeSpec | None:
    """One probe of the list; None where it is not ticked. One that is always there is `fixed`."""
    about = card(kind, name)
    title = plain(told_again(about.title))
    tick, does, costs, more = st.columns(WIDTHS, vertical_alignment="center", gap="small")
    wanted = tick.checkbox(title, ticked, key=f"probe-{kind}-{name}-{key}", disabled=fixed)
    act = told_again(about.act)
    does.caption(plain(capitalised(act if kind == "perturbation" else _NAMED.sub("", act)), 120))
    costs.caption(plain(f"{kind_title(kind)}: {told_again(about.cost)}" if about.cost else kind_title(kind), 80))
    if fixed or not wanted:
        return None
    with more.popover("", icon=":material/tune:", help=tr("Settings of {probe}", probe=title)):
        st.markdown(f"**{title}**")
        st.caption(plain(". ".join(part for part in (capitalised(act), about.paper) if part), 400))
        rows = st.number_input(tr("Only so many rows"), 1, None, given.rows if given else None, key=f"{key}-{kind}-{name}-at-most",
                               placeholder=tr("All rows of the sample"))  # fmt: skip
        params = choose_parameters(about.parameters, given.params if given else {}, f"{key}-{kind}-{name}")
    return ProbeSpec(kind=kind, name=name, rows=rows, params=params)
