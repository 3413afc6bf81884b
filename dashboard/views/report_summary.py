"""Report, summary: what the report says first, with the rows behind each finding and every score beneath."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from audit.language.translating import tr, tr_n
from audit.records import Finding, Score
from audit.report.blocks import Block, FindingBox
from audit.stored import Run
from dashboard.draw.cards import range_html, title_of
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.evidence import show_evidence
from dashboard.draw.scores import scores_frame
from dashboard.forms.note import show_note
from dashboard.page.paging import by_line, export_button, readable
from dashboard.page.state import link, store
from dashboard.page.text import plain, told_again
from dashboard.run.nothing import say_nothing


def show(run: Run) -> None:
    """Draw the section."""
    scores, findings = store().scores(run.id), store().findings(run.id)
    if not scores:
        say_nothing(run, "scores", going=tr("There are no scores yet: they are computed when an audit ends."))
        return
    for warning in run.table_warnings:
        st.warning(plain(told_again(warning), 600), icon=":material/table_view:")
    known = {finding.id: finding for finding in findings}
    draw_chapters(run, "summary", beneath=lambda box: _rows(run, known, box))
    with st.expander(tr("All {n} scores", n=len(scores)), icon=":material/table_rows:"):
        _all_scores(run, scores)


def _rows(run: Run, known: Mapping[str, Finding], box: Block) -> None:
    """Beneath what a finding says: its range against the threshold, and the rows that show it."""
    finding = known.get(box.id) if isinstance(box, FindingBox) else None
    if finding is None:
        return
    if line := range_html(finding.score, finding.threshold):
        st.html(line)
    show_note(run, "finding", finding.id)
    if finding.evidence:
        st.markdown(tr_n("**Evidence** ({n} row)", "**Evidence** ({n} rows)", len(finding.evidence)))
        left, right = st.columns(2)
        for place, row_id in enumerate(finding.evidence[:10]):
            with left if place % 2 == 0 else right:
                show_evidence(run, row_id, finding.score)


def _all_scores(run: Run, scores: tuple[Score, ...]) -> None:
    part = st.text_input(
        tr("Filter"), key="score-filter", placeholder=tr("name, probe or label"), icon=":material/search:"
    )
    frame = scores_frame([s for s in scores if part.lower() in f"{title_of(s)} {s.key}".lower()])
    st.dataframe(
        by_line(readable(frame), list(frame["unit"]), ("value", "low", "high")),
        hide_index=True,
        height=420,
        key="all-scores",
        alt=tr("Every score with interval, n and method"),
        column_config={
            "score": tr("Score"), "value": tr("Value"), "low": tr("From"), "high": tr("To"), "n": "n", "level": tr("Level"),
            "unit": tr("Unit"), "method": tr("Interval by"), "note": tr("Note"), "key": tr("Key"),
        },
    )  # fmt: skip
    export_button(lambda: scores_frame(scores), f"scores-{run.id}.csv", "export-scores")
    link("report", tr("Definitions and provenance"), icon=":material/menu_book:", run=run.id, section="provenance")
