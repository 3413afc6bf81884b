"""The suites as cards: what each is for, how many rows of this table it takes, about how long."""

from __future__ import annotations

import streamlit as st

from audit.language.numbers import numbers
from audit.language.translating import tr, tr_later, tr_n
from audit.spec import SUITES

TITLES = {
    "quick": tr_later("Quick"),
    "standard": tr_later("Standard"),
    "deep": tr_later("Deep"),
    "custom": tr_later("Custom"),
}
ABOUT = {
    "quick": tr_later("A first look: one explanation of each answer, misspellings, and the cheap changes."),
    "standard": tr_later("For a decision: two explanations with measured faithfulness, three attacks, every change."),
    "deep": tr_later("For the record: six explanations, every attack on English there is, every change."),
    "custom": tr_later("Your own choice from the list below."),
}
SECONDS = {"quick": 120.0, "standard": 1200.0, "deep": 4 * 3600.0}
"""What a suite takes for all of its rows on two cores, with short texts and a bundled model; see docs/runs.md."""
CUSTOM_ROWS = 200


def choose_suite(first: str, rows: int | None, measured: dict[str, float]) -> str:
    """Let the user choose one.

    Args:
        first: the one to begin with.
        rows: good rows of the table, None where they are not known.
        measured: seconds of the suites that were estimated on this model and table.
    """
    names = [*SUITES, "custom"]
    chosen = st.radio(
        tr("Suite"), names, names.index(first), horizontal=True, key="suite", label_visibility="collapsed",
        format_func=lambda name: tr(TITLES[name]), captions=[_caption(name, rows, measured) for name in names],
    )  # fmt: skip
    return str(chosen)


def suite_rows(name: str) -> int:
    """The rows a suite audits at most."""
    suite = SUITES.get(name)
    return (suite.rows if suite else None) or CUSTOM_ROWS


def rows_said(wanted: int, rows: int | None) -> str:
    """`50 of 120 rows`, `all 30 rows`."""
    if rows is None:
        return tr_n("{n} row", "{n} rows", wanted)
    if rows <= wanted:
        return tr_n("all {n} rows", "all {n} rows", rows) if rows > 1 else tr_n("{n} row", "{n} rows", rows)
    return tr_n("{wanted} of {n} row", "{wanted} of {n} rows", rows, wanted=numbers().count(wanted))


def expected(name: str, wanted: int, rows: int | None) -> float | None:
    """Seconds that a suite takes for so many of so many rows, as far as the bundled figures tell; None for a choice of one's own."""
    if name not in SECONDS:
        return None
    return SECONDS[name] * min(wanted, wanted if rows is None else rows) / suite_rows(name)


def about(seconds: float) -> str:
    """`about 20 min`: in steps that such a figure bears."""
    step = next(step for least, step in ((7200, 3600), (600, 300), (0, 60)) if seconds >= least)
    return tr("about {time}", time=numbers().duration(max(step, step * round(seconds / step))))


def _caption(name: str, rows: int | None, measured: dict[str, float]) -> str:
    wanted = suite_rows(name)
    seconds = measured.get(name, expected(name, wanted, rows))
    facts = [rows_said(wanted, rows)]
    if seconds is not None:
        facts.append(about(seconds))
    return f"**{', '.join(facts)}.** {tr(ABOUT[name])}"
