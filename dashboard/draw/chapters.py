"""The chapters that a section of a run's pages shows: told in the reader's language, kept until the run changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import streamlit as st

from audit.kinds import KINDS, load
from audit.language.printable import on_screen
from audit.language.translating import language, tr, tr_later, tr_n
from audit.report.blocks import Callout, Section
from audit.report.build import build_part, build_report
from audit.report.caps import PAGE
from audit.report.chapters import chapters
from audit.report.chapters.chapter import Chapter
from audit.report.model import Report
from audit.report.strings import strings
from audit.stored import Run
from dashboard.draw.blocks import Beneath, Points, draw_section
from dashboard.draw.chosen_rows import (
    Chosen,
    needs_of,
    part_of_run,
    rows_chosen,
    rows_meant,
    scores_of_rows,
    told_of_rows,
)
from dashboard.draw.row_tables import HOUR
from dashboard.draw.stamps import stamp_of_all
from dashboard.page.state import store

OF_ALL = tr_later("This is not told of some rows alone.")
WHOLE = {
    "summary": tr_later("The verdict, the findings and the figures of a summary are those of the run."),
    "samples": tr_later("These probes look at the sample as a whole."),
    "strange": tr_later("The texts that nobody writes are made for the run as a whole."),
    "behaviour": tr_later("Suites ask texts of their own, which no condition narrows."),
    "triggers": tr_later(
        "Triggers are looked for in the sample as a whole, and so are single words, which are left out below."
    ),
    "shift": tr_later("The sample as a whole is held against the reference table."),
    "labels": tr_later(
        "Which labels are doubtful is told by all rows together; the rows to be judged below are those chosen."
    ),
    "attacks": tr_later(
        "What is judged is drawn at random from all rows, for the rate that follows is of all of them."
    ),
    "policy": tr_later("A policy judges the run."),
    "print": tr_later("A report is of the run."),
    "provenance": tr_later("This is about the run."),
}
"""Chapters and sections that stay those of the run whichever rows are chosen: why."""


def draw_chapters(
    run: Run, section: str, *, without: Collection[str] = (), only: Collection[str] = (), beneath: Beneath | None = None
) -> dict[str, Points]:
    """Draw what the report says about a section's subjects; what is selected in its figures comes back.

    Args:
        run: whose results; section: of its pages.
        without: what of a chapter is left out, by the ids of its sections and callouts: the page draws it itself.
        only: the sections of a chapter that are drawn and nothing else of it, by their ids; all where it names none.
        beneath: see `draw_section`.
    """
    with st.spinner(tr("Gathering the numbers")):
        rows, told = _told_now(run, section)
    picked: dict[str, Points] = {}
    narrow = {one.name for one in told_of_rows(section)}
    if not told:
        of_run, of_rows = (
            tr("This audit has nothing to say about it."),
            tr("This section has nothing to say about these rows."),
        )
        st.info(of_run if rows is None else of_rows, icon=":material/info:")
    before: bool | None = None
    for name, chapter in told:
        if rows is not None and not only and before != (name in narrow):
            _say_which(name, rows, whole=name not in narrow, first=before is None)
            before = name in narrow
        kept = tuple(part for part in chapter.sections if part.id not in without and (not only or part.id in only))
        blocks = tuple(block for block in chapter.blocks if not (isinstance(block, Callout) and block.id in without))
        shown = replace(chapter, blocks=() if only else blocks, sections=kept)
        picked |= draw_section(run, shown, title=name != section and not only, beneath=beneath)
    return picked


def _say_which(name: str, rows: Chosen, *, whole: bool, first: bool) -> None:
    """Where chapters of all rows and of those chosen stand together: which of them follows."""
    if whole:
        say_whole(name, rows)
    elif not first:
        st.caption(f":material/filter_alt: {tr('From here on these are of the rows chosen again.')}")


def say_whole(name: str, rows: Chosen) -> None:
    """That a chapter or a section is of all rows, whichever are chosen, and why."""
    why, of_all = WHOLE.get(name, OF_ALL), tr_n("This is of the one row.", "These are of all {n} rows.", rows.of)
    st.caption(f":material/select_all: {tr(why)} {of_all}")


def _told_now(run: Run, section: str) -> tuple[Chosen | None, list[tuple[str, Section]]]:
    """The rows chosen, and what the chapters of a section say of them; those that rest on the whole run say the same as ever."""
    rows, now = rows_chosen(run), stamp_of_all(run)
    if rows is None:
        return None, _told(run.id, section, now, language())
    told = _told_of(run.id, section, rows.text, now, language())
    return rows, [(name, found) for name, found in told if found is not None]


def sections(kinds: Collection[str], *, labelled: bool = True) -> dict[str, str]:
    """The sections that chapters name, in their order, each with the title of what a run of these kinds shows there.

    Those that take true labels alone are left out where there are none.

    A section is named after every chapter in it that such a run has: "Triggers", "Shortcuts", "Triggers, shortcuts".
    """
    say = strings(language())
    unasked = {load(part.path).name for kind in KINDS.values() for part in kind.chapters} - _asked(kinds)
    named: dict[str, list[str]] = {}
    for one in chapters():
        if one.section and one.name not in unasked and (labelled or not one.labelled):
            named.setdefault(one.section, []).append(say.get(f"{one.name}.title", one.name.capitalize()))
    both = {"triggers": tr("Triggers, shortcuts"), "weak": tr("Weak spots")}
    return {name: both.get(name, titles[0]) if len(titles) > 1 else titles[0] for name, titles in named.items()}


def kinds_in(section: str) -> set[str]:
    """The kinds of probes whose chapters stand in a section."""
    return {kind.name for kind in KINDS.values() if any(load(part.path).section == section for part in kind.chapters)}


def _asked(kinds: Collection[str]) -> set[str]:
    """The chapters about kinds of records that a run of these kinds has."""
    asked = (kind for kind in KINDS.values() if kind.always or kind.name in kinds)
    return {load(part.path).name for kind in asked for part in kind.chapters}


@st.cache_data(max_entries=64, show_spinner=False)
def _told(run_id: str, section: str, stamp_: str, spoken: str) -> list[tuple[str, Section]]:
    told = _tell([one for one in chapters() if one.section == section], _report(run_id, stamp_, spoken), spoken)
    return [(name, found) for name, found in told.items() if found is not None]


@st.cache_data(max_entries=32, ttl=HOUR, show_spinner=False)
def _told_of(run_id: str, section: str, text: str, stamp_: str, spoken: str) -> list[tuple[str, Section | None]]:
    """The chapters of a section: of the rows chosen where that can be, of the run where not; None where these rows have nothing."""
    run, needs = store().run(run_id), needs_of(section)
    every: dict[str, Section | None] = dict(_told(run_id, section, stamp_, spoken))
    if needs is not None:
        part = part_of_run(run, rows_meant(run, text), needs.kinds, scores_of_rows(run, section, text))
        of_rows = told_of_rows(section)
        every |= _tell(of_rows, build_part(part, of_rows, language=spoken, caps=PAGE), spoken)
    return [(one.name, every[one.name]) for one in chapters() if one.name in every]


def _tell(which: Sequence[Chapter], report: Report, spoken: str) -> dict[str, Section | None]:
    say = strings(spoken)
    with on_screen():
        return {one.name: one.tell(report, say, PAGE) for one in which}


@st.cache_data(max_entries=8, show_spinner=False)
def _report(run_id: str, stamp_: str, spoken: str) -> Report:  # noqa: ARG001
    return build_report(store(), run_id, "full", language=spoken, caps=PAGE)
