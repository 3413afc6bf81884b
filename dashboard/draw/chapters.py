"""The chapters that a section of a run's pages shows: told in the reader's language, kept until the run changes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from audit.kinds import KINDS, load
from audit.language.printable import on_screen
from audit.language.translating import language, tr
from audit.report.blocks import Callout, Section
from audit.report.build import build_report
from audit.report.caps import PAGE
from audit.report.chapters import chapters
from audit.report.model import Report
from audit.report.strings import strings
from audit.stored import Run
from dashboard.draw.blocks import Beneath, Points, draw_section
from dashboard.draw.chart_tables import stamp
from dashboard.page.state import store


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
        told = _told(run.id, section, _stamp(run), language())
    picked: dict[str, Points] = {}
    for name, chapter in told:
        kept = tuple(part for part in chapter.sections if part.id not in without and (not only or part.id in only))
        blocks = tuple(block for block in chapter.blocks if not (isinstance(block, Callout) and block.id in without))
        shown = replace(chapter, blocks=() if only else blocks, sections=kept)
        picked |= draw_section(run, shown, title=name != section and not only, beneath=beneath)
    return picked


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


def _stamp(run: Run) -> str:
    """Changes whenever anything does that a chapter tells: the run and its policy, its records, scores, findings, judgements."""
    read = store()
    told = (run, read.probes(run.id), read.scores(run.id), read.findings(run.id), read.reviews(run.id))
    return f"{stamp(run)}{hashlib.sha256(repr(told).encode('utf-8', 'surrogatepass')).hexdigest()}"


@st.cache_data(max_entries=64, show_spinner=False)
def _told(run_id: str, section: str, stamp_: str, spoken: str) -> list[tuple[str, Section]]:
    report, say = _report(run_id, stamp_, spoken), strings(spoken)
    with on_screen():
        told = [(one.name, one.tell(report, say, PAGE)) for one in chapters() if one.section == section]
    return [(name, found) for name, found in told if found is not None]


@st.cache_data(max_entries=8, show_spinner=False)
def _report(run_id: str, stamp_: str, spoken: str) -> Report:  # noqa: ARG001
    return build_report(store(), run_id, "full", language=spoken, caps=PAGE)
