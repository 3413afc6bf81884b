"""The blocks of a chapter on a page: texts, tables and examples as HTML by the report's own templates, figures by plotly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from audit.figures.plotly import plotly_figure
from audit.language.translating import language, tr
from audit.report.blocks import Block, Card, Cards, Facts, Figure, FindingBox, Section, Table
from audit.report.html import block_html
from audit.report.picture import picture
from audit.stored import Run
from dashboard.draw.cards import definition
from dashboard.draw.chart_tables import chart_table
from dashboard.draw.charts import level, show_chart
from dashboard.draw.plots import bare, theme
from dashboard.page.text import escaped, plain

Points = list[dict[str, Any]]
Beneath = Callable[[Block], None]
"""What a section puts into a block, such as the rows behind a finding."""
HIGHEST, LOWEST = 2, 5
"""Levels of headings: the title of a page alone stands above."""
A_LINE = 4
"""Cards beside each other."""
TONES = {"good": "green", "bad": "red", "open": "orange", "muted": "gray", "": "gray"}
NATIVE = (Cards, Figure, FindingBox)
"""Blocks that are drawn by widgets."""
KEYED = ("attacks", "success", "words_changed", "flips")
"""Figures whose points are attacks or changes: to pick one chooses it in the browser beneath."""
LONG = 8
"""A table with more lines than this scrolls in a box of its own."""
WIDE = 4
"""A table with more columns than this does not stand beside a chart: half a page breaks its words."""


def draw_section(
    run: Run, section: Section, *, title: bool = True, beneath: Beneath | None = None
) -> dict[str, Points]:
    """Draw a section with those beneath it.

    Args:
        run: whose chapter it is.
        section: what to draw; title: whether its own title stands above.
        beneath: called inside of a box of a finding, after what it says.

    Returns:
        What is selected in each figure that stands for rows, by the name of the run's table (`Spec.kept`) or its kind.
    """
    drawn = _Drawn(run, beneath)
    drawn.section(section, HIGHEST if title else 0)
    return drawn.picked


def draw_table(table: Table) -> None:
    """Draw a table that stands in no chapter, as those of chapters look."""
    st.html(f'<div class="assay-blocks">{_html(table, 4)}</div>')


class _Drawn:
    """One drawing of a section: which boxes it has met, and what is selected in its figures."""

    def __init__(self, run: Run, beneath: Beneath | None) -> None:
        self._run, self._beneath = run, beneath
        self._boxes = 0
        self.picked: dict[str, Points] = {}

    def section(self, section: Section, level: int) -> None:
        if section.folded:
            with st.expander(f"**{plain(section.title)}** · {plain(section.folded, 300)}"):
                self._inside(section, 0)
        else:
            self._inside(section, level)

    def _inside(self, section: Section, level: int) -> None:
        if level:
            st.markdown(f"{'#' * min(level, LOWEST)} {plain(section.title)}")
        places = _beside(section.blocks)
        numbered = [(number, group) for number, group in enumerate(places)]
        for native, run_of in groupby(numbered, key=lambda one: isinstance(one[1][0], NATIVE)):
            groups = list(run_of)
            if native:
                for number, group in groups:
                    self._group(f"{section.id}-{number}", group)
            else:
                inside = "".join(_html(block, max(level, 2)) for _, group in groups for block in group)
                st.html(f'<div class="assay-blocks">{inside}</div>')
        for inner in section.sections:
            self.section(inner, level + 1 if level else HIGHEST)

    def _group(self, key: str, group: Sequence[Block]) -> None:
        """A block, or a chart with what stands beside it."""
        if len(group) == 1:
            self._block(key, group[0])
            return
        charts = [self._chart(block) if isinstance(block, Figure) else None for block in group]
        level(*charts)
        for number, (column, block, chart) in enumerate(zip(st.columns(len(group)), group, charts, strict=True)):
            with column:
                self._block(f"{key}-{number}", block, chart)

    def _block(self, key: str, block: Block, beside: Any = None) -> None:
        """Draw a block; `beside` is the chart of a figure that something stands next to."""
        if isinstance(block, Figure):
            self._figure(key, block, beside)
        elif isinstance(block, Table):
            st.html(f'<div class="assay-blocks">{_html(block, 4)}</div>')
        elif isinstance(block, FindingBox):
            self._finding(block)
        elif isinstance(block, Cards):
            with st.container(key=f"cards-{key}"):  # two to a line on a phone, by the style
                for start in range(0, len(block.cards), A_LINE):
                    cards = block.cards[start : start + A_LINE]
                    for column, card in zip(st.columns(A_LINE), cards, strict=False):
                        with column:
                            _card(card)

    def _table(self, block: Figure) -> pd.DataFrame:
        return chart_table(self._run, block.spec.kept) if block.spec.kept else block.spec.table()

    def _chart(self, block: Figure) -> Any:
        return plotly_figure(block.spec, self._table(block), theme())

    def _figure(self, key: str, block: Figure, beside: Any) -> None:
        spec, alone = block.spec, beside is None
        self.picked[spec.kept or spec.kind] = show_chart(
            self._chart(block) if alone else beside, key, alt=block.alt, data=bare(self._table(block)), about=block.about,
            select=True, keyed=spec.kind in KEYED, caption=block.caption if alone else "",
            picture=partial(picture, spec, language(), block.printed),
        )  # fmt: skip

    def _finding(self, block: FindingBox) -> None:
        colour = TONES[block.tone]
        head = f":{colour}[**{plain(block.verdict)}**] :{colour}-badge[{plain(block.severity)}] &nbsp; {plain(block.title, 300)}"
        self._boxes += 1
        with st.expander(head, expanded=self._boxes == 1):
            scale = block_html(block.scale) if block.scale is not None else ""
            st.html(f'<div class="assay-blocks">{scale}{block_html(Facts(block.facts))}</div>')
            if self._beneath is not None:
                self._beneath(block)


def _beside(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks one by one, but a chart beside the chart, or the long table, that follows it: pages are wider than paper."""
    made: list[list[Block]] = []
    for block in blocks:
        last = made[-1] if made else []
        follows = isinstance(block, Figure) or (_long(block) and not _wide(block))
        if follows and len(last) == 1 and isinstance(last[0], Figure):
            last.append(block)
        else:
            made.append([block])
    return made


def _long(block: Block) -> bool:
    return isinstance(block, Table) and len(block.rows) > LONG


def _wide(block: Block) -> bool:
    return isinstance(block, Table) and len(block.columns) > WIDE


def _html(block: Block, depth: int) -> str:
    """A block as HTML; a long table in a box that scrolls, with the keyboard too."""
    drawn = block_html(block, depth)
    if not isinstance(block, Table) or not _long(block):
        return drawn
    about = escaped(block.caption or tr("Table"))
    return f'<div class="scrolls" tabindex="0" role="region" aria-label="{about}">{drawn}</div>'


def _card(card: Card) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(plain(card.title), card.value, help=definition(card.about) if card.about else None)
        st.caption(plain(" · ".join(part for part in (card.range, card.note) if part)))
        if card.verdict:
            st.markdown(f":{TONES[card.tone]}[**{plain(card.verdict)}**]")
