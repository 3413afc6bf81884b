"""Which training rows taught the model an answer: beneath a row that is opened, as far as the run has a reference table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from audit.errors import InputError
from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.printable import on_screen, printable
from audit.language.translating import tr, tr_n
from audit.report.blocks import Cell, Column, Table
from audit.report.html import block_html
from audit.results.reading import read
from audit.results.reference_texts import reference_texts
from audit.results.taught import frames_of
from audit.score.frames import Frames
from audit.score.places.influence import Influence, Teacher, influence
from audit.stored import Run
from dashboard.draw.stamps import stamp
from dashboard.page.state import store
from dashboard.page.text import plain, told_again

TEXT = 160
HOUR = 3_600


def show_taught(run: Run, row_id: str) -> None:
    """A box that, opened, says what the reference table has to do with the answer to a row."""
    box = st.expander(tr("Which training rows taught it that"), key="taught", on_change="rerun")
    with box:
        if not box.open:
            return
        try:
            with st.spinner(tr("Gathering the numbers")):
                found = influence(_frames(run.id, stamp(run)), row_id)
        except InputError as error:
            st.info(plain(told_again(str(error)), 600), icon=":material/info:")
            return
        _told(run, found)


def _told(run: Run, found: Influence) -> None:
    texts = _texts(run.id, tuple(found.lines))
    st.caption(
        tr_n("Of {n} row of the reference table: what the model learnt from, if it was trained on it.",
             "Of {n} rows of the reference table: what the model learnt from, if it was trained on it.", found.rows)
    )  # fmt: skip
    if found.wrong:
        st.markdown(_misled(run, found))
    if texts is None:
        st.caption(tr("The reference table's file is not here: its rows are told by their lines alone."))
    nearest, speak, against = st.tabs([tr("Nearest"), tr("Speak for it"), tr("Speak against it")])
    with nearest:
        st.caption(
            tr("Nearest by what the model's last layer is given of them; likeness is the cosine, 1 for the same.")
        )
        _rows(run, found.nearest, texts or {})
    for tab, rows in ((speak, found.speaks_for), (against, found.against)):
        with tab:
            st.caption(
                tr("A step of training on the row moves the last layer towards the answer, or away from it (TracIn, Pruthi et al. 2020); "
                   "the push is its part in that of all labelled rows.")
            )  # fmt: skip
            _rows(run, rows, texts or {})


def _misled(run: Run, found: Influence) -> str:
    answer = plain(answer_words(found.answer, run.task), 60)
    n, every = found.misled, len(found.nearest)
    if not n:
        return tr(
            "None of the {all} nearest is labelled **{answer}**, as the model wrongly says here.",
            all=every,
            answer=answer,
        )
    return tr(
        "{n} of the {all} nearest are labelled **{answer}**, as the model wrongly says here; they are marked.",
        n=n,
        all=every,
        answer=answer,
    )


def _rows(run: Run, rows: Sequence[Teacher], texts: Mapping[int, str]) -> None:
    if not rows:
        st.caption(tr("None."))
        return
    columns = (
        Column(tr("Line"), "right", 0.5), Column(tr("Text"), width=4.6), Column(tr("Label"), width=1.7),
        Column(tr("Likeness"), "right", 0.8), Column(tr("Push"), "right", 0.8),
    )  # fmt: skip
    with on_screen():
        html = block_html(Table(columns, tuple(_line(run, row, texts) for row in rows), small=True), 4)
    st.html(f'<div class="assay-blocks">{html}</div>')


def _line(run: Run, row: Teacher, texts: Mapping[int, str]) -> tuple[Cell, ...]:
    say, task = numbers(), run.task
    label = printable(answer_words(row.label, task), 60) if row.label else say.none
    copies = tr("{n} times in the table", n=say.count(row.copies)) if row.copies > 1 else ""
    other = not row.label or not task.right(row.predicted, row.label)
    said = tr("the model says {answer}", answer=printable(answer_words(row.predicted, task), 60)) if other else ""
    beside = " · ".join(part for part in (tr("wrong here") if row.misled else "", said) if part)
    return (
        Cell(str(row.line)),
        Cell(printable(texts.get(row.line, say.none), TEXT), second=tr("the same text") if row.same else copies),
        Cell(label, "bad" if row.misled else "", strong=row.misled, second=beside),
        Cell(say.number(row.cosine, "cosine")),
        Cell(say.none if row.push is None else say.number(row.push, "share", sign=True)),
    )


@st.cache_resource(max_entries=2, ttl=HOUR, show_spinner=False)
def _frames(run_id: str, stamp_: str) -> Frames:  # noqa: ARG001
    """Numbers, no texts."""
    return frames_of(read(store(), run_id))


@st.cache_data(max_entries=64, show_spinner=False)
def _texts(run_id: str, lines: tuple[int, ...]) -> dict[int, str] | None:
    return reference_texts(store(), store().run(run_id), lines)
