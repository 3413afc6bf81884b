"""The suites as cards: what each is for, how many rows of this table it takes, about how long."""

from __future__ import annotations

from collections.abc import Collection

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
    "quick": tr_later("A first look: one explanation of each answer, one attack, and the cheap changes."),
    "standard": tr_later(
        "For a decision: two explanations with measured faithfulness, up to three attacks, every change."
    ),
    "deep": tr_later(
        "For the record: six explanations, every attack there is for the language of the table, every change."
    ),
    "custom": tr_later("Your own choice from the list below."),
}
SECONDS = {"quick": 120.0, "standard": 1200.0, "deep": 4 * 3600.0}
"""What a suite takes for all of its rows on two cores, with short texts in English and a bundled model; see docs/runs.md."""
SECONDS_IN = {"zh": {"quick": 300.0}}
"""The same for tables that are all in another language, whose suites have other probes: hotel reviews of 90 characters."""
CUSTOM_ROWS = 200


def choose_suite(first: str, rows: int | None, measured: dict[str, float], languages: Collection[str] = ()) -> str:
    """Let the user choose one.

    Args:
        first: the one to begin with.
        rows: good rows of the table, None where they are not known.
        measured: seconds of the suites that were estimated on this model and table.
        languages: what the table is written in, see `expected`.
    """
    names = [*SUITES, "custom"]
    chosen = st.radio(
        tr("Suite"), names, names.index(first), horizontal=True, key="suite", label_visibility="collapsed",
        format_func=lambda name: tr(TITLES[name]), captions=[_caption(name, rows, measured, languages) for name in names],
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


def expected(name: str, wanted: int, rows: int | None, languages: Collection[str] = ()) -> float | None:
    """Seconds that a suite takes for so many of so many rows, as far as the bundled figures tell.

    None for a choice of one's own, for no rows, and for languages whose suites have probes that nobody has timed.
    """
    suite = SUITES.get(name)
    if suite is None or rows == 0:
        return None
    timed = SECONDS
    if suite.suited(languages) != suite.probes:
        timed = SECONDS_IN.get(next(iter(languages)), {}) if len(languages) == 1 else {}
    if name not in timed:
        return None
    return timed[name] * min(wanted, wanted if rows is None else rows) / suite_rows(name)


def about(seconds: float) -> str:
    """`about 20 min`: in steps that such a figure bears."""
    step = next(step for least, step in ((7200, 3600), (600, 300), (0, 60)) if seconds >= least)
    return tr("about {time}", time=numbers().duration(max(step, step * round(seconds / step))))


def _caption(name: str, rows: int | None, measured: dict[str, float], languages: Collection[str]) -> str:
    wanted = suite_rows(name)
    seconds = measured.get(name, expected(name, wanted, rows, languages))
    facts = [rows_said(wanted, rows)]
    if seconds is not None:
        facts.append(about(seconds))
    return f"**{', '.join(facts)}.** {tr(ABOUT[name])}"
