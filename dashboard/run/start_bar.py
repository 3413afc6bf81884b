"""What will run in one line, and the button that starts it: always in sight, at the lower edge of the page."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.spec import SUITES, AuditSpec
from dashboard.forms.suite_choice import about, expected, rows_said
from dashboard.page.press import remembers
from dashboard.page.text import plain
from dashboard.run.estimate import estimate_button, seconds_of

BUTTON = "start"


def start_bar(spec: AuditSpec | None, rows: int | None, why: str, *, starting: bool) -> None:
    """Draw it.

    Args:
        spec: what would run; None where the form makes none.
        rows: good rows of the table, None where they are not known.
        why: it cannot be started, as a sentence; "" where it can.
        starting: whether it is being started: the button is off meanwhile.
    """
    with st.container(key="start-bar", horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            if why:
                st.markdown(f":material/block: {plain(why, 300)}")
            elif spec is not None:
                st.markdown(_in_a_line(spec, rows))
        estimate_button(st, disabled=bool(why) or spec is None or starting)
        st.button(tr("Starting") if starting else tr("Start the audit"), type="primary", icon=":material/play_arrow:", key=BUTTON,
                  disabled=bool(why) or spec is None or starting, on_click=remembers, args=(BUTTON,))  # fmt: skip


def _in_a_line(spec: AuditSpec, rows: int | None) -> str:
    """`50 of 120 rows, 12 probes, about 2 min`."""
    wanted = spec.sample.n or rows or 1
    seconds = seconds_of(spec)
    parts = [f"**{rows_said(wanted, rows)}**", tr_n("{n} probe", "{n} probes", len(spec.probes))]
    if seconds is not None:
        parts.append(tr("{time} as measured", time=numbers().duration(seconds)))
    elif _as_the_suite(spec) and (guessed := expected(spec.suite, wanted, rows)) is not None:
        parts.append(about(guessed))
    return ", ".join(parts)


def _as_the_suite(spec: AuditSpec) -> bool:
    """Whether it has the probes that its suite's figures are of."""
    suite = SUITES.get(spec.suite)
    return suite is not None and {(p.kind, p.name) for p in spec.probes} == {(p.kind, p.name) for p in suite.probes}
