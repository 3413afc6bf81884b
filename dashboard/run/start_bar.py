"""What will run in one line, and the button that starts it: always in sight, at the lower edge of the page."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from audit.actions.suites import KIND
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.spec import SUITES, AuditSpec
from dashboard.forms.suite_choice import about, expected, rows_said
from dashboard.page.press import remembers
from dashboard.page.text import plain
from dashboard.run.estimate import estimate_button, seconds_of

BUTTON = "start"


def start_bar(
    spec: AuditSpec | None, rows: int | None, why: str, *, starting: bool, languages: Collection[str] = ()
) -> None:
    """Draw it.

    Args:
        spec: what would run; None where the form makes none.
        rows: good rows of the table, None where they are not known.
        why: it cannot be started, as a sentence; "" where it can.
        starting: whether it is being started: the button is off meanwhile.
        languages: what the table is written in, which decides about the probes of a suite.
    """
    with st.container(key="start-bar", horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            if why:
                st.markdown(f":material/block: {plain(why, 300)}")
            elif spec is not None:
                st.markdown(_in_a_line(spec, rows, languages))
        estimate_button(st, disabled=bool(why) or spec is None or starting)
        st.button(tr("Starting") if starting else tr("Start the audit"), type="primary", icon=":material/play_arrow:", key=BUTTON,
                  disabled=bool(why) or spec is None or starting, on_click=remembers, args=(BUTTON,))  # fmt: skip


def _in_a_line(spec: AuditSpec, rows: int | None, languages: Collection[str]) -> str:
    """`50 of 120 rows, 12 probes, about 2 min`; where nothing tells the time, who does."""
    wanted = spec.sample.n or rows or 1
    seconds = seconds_of(spec)
    parts = [f"**{rows_said(wanted, rows)}**", tr_n("{n} probe", "{n} probes", len(spec.probes))]
    if seconds is not None:
        parts.append(tr("{time} as measured", time=numbers().duration(seconds)))
    elif _as_the_suite(spec, languages) and (guessed := expected(spec.suite, wanted, rows, languages)) is not None:
        parts.append(about(guessed))
    else:
        parts.append(tr("*Estimate* says how long it takes"))
    return ", ".join(parts)


def _as_the_suite(spec: AuditSpec, languages: Collection[str]) -> bool:
    """Whether it has the probes that its suite's figures are of."""
    suite = SUITES.get(spec.suite)
    chosen = suite.suited(languages) if suite is not None else ()
    # behavioural suites take little, whichever they are
    asked = {(p.kind, p.name) for p in spec.probes if p.kind != KIND}
    return suite is not None and asked == {(p.kind, p.name) for p in chosen}
