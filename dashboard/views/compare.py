"""Compare: runs side by side, with paired tests on the rows all have, and the rows that changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audit.actions import comparisons
from audit.language.translating import language, tr
from audit.stored import Run
from dashboard.draw.compared import compared_sections, scores_of, tests_of
from dashboard.page.frame import heading
from dashboard.page.paging import export_button
from dashboard.page.state import actor, as_now, link
from dashboard.page.text import plain
from dashboard.views.compare_choice import chosen_runs
from dashboard.views.compare_rows import changed_rows
from dashboard.views.compare_slices import compared_slice

MIME = {"pdf": "application/pdf", "html": "text/html"}
FOLDED = ("compare-scores", "compare-settings")
"""Sections that stand folded."""


def show() -> None:
    """Draw the page."""
    heading(
        tr("Compare"), tr("Audits side by side: what got better, what got worse, and whether it is more than chance.")
    )
    runs = chosen_runs()
    if not runs:
        return
    _compared(runs)


def _compared(runs: Sequence[Run]) -> None:
    found, sections = compared_sections(runs)
    bar = st.container(horizontal=True, vertical_alignment="center")
    for name, section in sections.items():
        if name in FOLDED:
            with st.expander(plain(section.title)):
                section.draw(title=False)
        elif name == "compare-changed" and found.pair is not None:
            changed_rows(runs[0], runs[1], found.pair.rows, found.pair.names)
        else:
            section.draw(title=name != "compare-summary")
        if name == "compare-summary":
            _links(runs)
    compared_slice(runs)
    with bar:
        _take_away(runs, found.pair is not None)


def _links(runs: Sequence[Run]) -> None:
    """To the report of each run."""
    with st.container(horizontal=True):
        for run in runs:
            link("report", plain(run.name, 70), icon=":material/assessment:", run=run.id)


def _take_away(runs: Sequence[Run], pair: bool) -> None:
    """The comparison's address and files."""
    ids = [run.id for run in runs]
    with st.popover(tr("Share"), icon=":material/link:", type="tertiary"):
        st.caption(tr("Whoever may read these runs sees the same comparison at this address."))
        st.code(_address(ids), language=None)
    stem = "-".join(run_id[:6] for run_id in ids)
    for fmt, mime in MIME.items():
        made = as_now(lambda fmt=fmt, spoken=language(): comparisons.make(actor(), ids, fmt, language=spoken)[1])
        st.download_button(
            fmt.upper(), made, f"assay-comparison-{stem}.{fmt}", mime, key=f"compare-{fmt}", on_click="ignore",
            icon=":material/download:", type="tertiary", help=tr("The comparison as a file for readers without Assay."),
        )  # fmt: skip
    if pair:
        name = f"paired-{'-'.join(ids)}.csv"
        export_button(lambda: tests_of(ids), name, "export-paired", label=tr("Tests as CSV"), plain=True)
    elif len(ids) > 2:
        name = f"scores-{stem}.csv"
        export_button(lambda: scores_of(ids), name, "export-several", label=tr("Scores as CSV"), plain=True)


def _address(ids: Sequence[str]) -> str:
    """Where this comparison is seen, without a secret of whoever looks at it now."""
    more = f"&more={','.join(ids[2:])}" if ids[2:] else ""
    return f"{(st.context.url or '/compare').partition('?')[0]}?first={ids[0]}&second={ids[1]}{more}"
