"""Report, summary: what the report says first, with the rows behind each finding and every score beneath."""

from __future__ import annotations

import streamlit as st

from audit.language.translating import tr
from audit.report.blocks import Block, FindingBox
from audit.report.html import block_html
from audit.scored import Score
from audit.stored import Run
from audit.table.swallowed import SAID
from dashboard.draw.cards import title_of
from dashboard.draw.chapters import draw_chapters
from dashboard.draw.chosen_rows import rows_chosen
from dashboard.draw.hand_slices import draw_sides, slice_of
from dashboard.draw.scores import scores_frame
from dashboard.forms.note import show_note
from dashboard.page.paging import by_line, export_button, readable
from dashboard.page.state import link, store
from dashboard.page.text import plain, told_again
from dashboard.run.nothing import say_nothing


def show(run: Run) -> None:
    """Draw the section."""
    scores = store().scores(run.id)
    if not scores:
        say_nothing(run, "scores", going=tr("There are no scores yet: they are computed when an audit ends."))
        return
    for warning in run.table_warnings:
        if SAID in warning:  # rows may have been lost
            st.warning(plain(told_again(warning), 600), icon=":material/format_quote:")
        else:
            st.caption(f":material/table_view: {plain(told_again(warning), 600)}")
    if (rows := rows_chosen(run)) is not None:
        _beside_others(run, rows.text)
    draw_chapters(run, "summary", without={"mismatch"}, beneath=lambda box: _rows(run, box))
    with st.expander(tr("All {n} scores", n=len(scores))):
        _all_scores(run, scores)


def _beside_others(run: Run, text: str) -> None:
    """The scores of the rows chosen beside those of all others."""
    st.header(tr("These rows beside all others"), anchor=False)
    with st.spinner(tr("Gathering the numbers")):
        made = slice_of(run, text)
    st.error(plain(made, 600), icon=":material/error:") if isinstance(made, str) else draw_sides(made)


def _rows(run: Run, box: Block) -> None:
    """Beneath what a finding says: what somebody noted about it, and the rows that show it, each with a link to everything about it."""
    if not isinstance(box, FindingBox):
        return
    show_note(run, "finding", box.id)
    if not box.evidence:
        return
    st.markdown(f"**{plain(box.evidence_title)}**")
    columns = st.columns(2)
    for place, row in enumerate(box.evidence):
        with columns[place % 2], st.container(border=True, gap="xsmall"):
            st.html(f'<div class="assay-blocks">{block_html(row)}</div>')
            about = tr("Everything about this row")
            link(
                "report",
                tr("More"),
                icon=":material/open_in_full:",
                run=run.id,
                section="rows",
                row=row.row_id,
                help=about,
            )


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
