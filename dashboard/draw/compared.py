"""A comparison's chapters on a page: told in the reader's language, kept until one of the runs changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from audit.language.printable import on_screen
from audit.language.probes import display_name
from audit.language.translating import language, tr
from audit.report.blocks import Section
from audit.report.chapters.compared import CHAPTERS
from audit.report.compared import Compared, compared
from audit.report.compared_words import headline
from audit.report.strings import strings
from audit.score.wording import title_said
from audit.stored import Run
from dashboard.draw.blocks import draw_section
from dashboard.draw.stamps import stamp
from dashboard.page.state import store
from dashboard.page.text import told_again


@dataclass(frozen=True)
class Drawable:
    """A section with what it takes to draw it."""

    run: Run
    section: Section

    @property
    def title(self) -> str:
        """Its heading."""
        return self.section.title

    def draw(self, *, title: bool) -> None:
        """Draw it, with its heading or without."""
        draw_section(self.run, self.section, title=title)


def compared_sections(runs: Sequence[Run]) -> tuple[Compared, dict[str, Drawable]]:
    """Runs compared, and the chapters that tell of it by their ids, in their order."""
    ids = tuple(run.id for run in runs)
    with st.spinner(tr("Comparing row by row")):
        found, sections = _told(ids, _stamps(runs), language())
    return found, {section.id: Drawable(runs[0], section) for section in sections}


def compared_headline(runs: Sequence[Run]) -> str:
    """What a comparison of runs comes to, in the sentences that it begins with."""
    with st.spinner(tr("Comparing row by row")):
        return " ".join(_headline(tuple(run.id for run in runs), _stamps(runs), language()))


def tests_of(ids: Sequence[str]) -> pd.DataFrame:
    """The paired tests of two runs as a table, every number in full."""
    pair = compared(store(), ids).pair
    table = pd.DataFrame(pair.tests if pair is not None else [])
    return table.assign(said=table["said"].map(told_again)) if len(table) else table


def scores_of(ids: Sequence[str]) -> pd.DataFrame:
    """The scores of three runs or more side by side, every number in full: a column for each run."""
    found = compared(store(), ids)
    lines = found.several.lines if found.several is not None else ()
    called = [f"{run.name} ({run.id[:6]})" for run in found.runs]
    made = [
        {
            "score": title_said(line.name), "probe": display_name(line.probe, *line.registered[:1]) if line.probe else "",
            **dict(zip(called, line.values, strict=True)), "texts": line.n,
            "best": called[line.best] if line.best is not None else "",
        }
        for line in lines
    ]  # fmt: skip
    return pd.DataFrame(made, columns=["score", "probe", *called, "texts", "best"])


def _stamps(runs: Sequence[Run]) -> str:
    """Changes whenever what is told of runs does."""
    return "".join(f"{stamp(run)}{run.verdict}{run.name}" for run in runs)


@st.cache_data(max_entries=64, show_spinner=False)
def _headline(ids: tuple[str, ...], stamp_: str, spoken: str) -> tuple[str, ...]:  # noqa: ARG001
    with on_screen():
        return headline(compared(store(), ids), strings(spoken))


@st.cache_data(max_entries=16, show_spinner=False)
def _told(ids: tuple[str, ...], stamp_: str, spoken: str) -> tuple[Compared, list[Section]]:  # noqa: ARG001
    # it holds sentences: readers of two languages do not share it
    found, say = compared(store(), ids), strings(spoken)
    with on_screen():
        told = [chapter(found, say) for chapter in CHAPTERS]
    return found, [section for section in told if section is not None]
