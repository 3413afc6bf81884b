"""From a run's scores and tables to the figures of `audit.figures`, in the theme the reader has chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from audit.figures.plotly import plotly_figure
from audit.figures.spec import Spec, figure_of
from audit.figures.theme import THEMES, Theme
from audit.kinds import as_a
from audit.language.translating import tr
from audit.records import Attribution, Prediction
from audit.results.tables import places_name
from audit.score.data import lengths
from audit.score.frames import build_frames
from audit.scored import Score
from audit.stored import RecordFilter, Run
from dashboard.draw.chart_tables import chart_table, word_targets, words_table
from dashboard.draw.scores import named
from dashboard.draw.stamps import stamp
from dashboard.page.state import store


@dataclass(frozen=True)
class Drawn:
    """A declared figure with the table behind it, whose lines know their rows. `spec` is None where there is nothing to draw."""

    spec: Spec | None
    table: pd.DataFrame

    @cached_property
    def figure(self) -> Any:
        """The chart, in the theme the reader has chosen; None without one."""
        return None if self.spec is None else plotly_figure(self.spec, self.table, theme())


MOST_LABELS = {"beside": 12, "alone": 30}
"""Labels drawn of a run, beside the lengths of its texts, and of a table."""


def drawn(kind: str, table: pd.DataFrame, **options: Any) -> Drawn:
    """A table as a figure of a kind."""
    return Drawn(figure_of(kind, table, **options), table)


def theme() -> Theme:
    """Light or dark, as the browser shows the page."""
    return THEMES["dark" if st.context.theme.type == "dark" else "light"]


def words_changed_chart(run: Run) -> Drawn:
    """How many words successful attacks changed."""
    table = chart_table(run, "words")
    return drawn("words_changed", table)


def places_chart(run: Run, recipe: str, method: str, score: Score) -> Drawn:
    """Attacked words against the words that the explanation flags; `score` is their `attacked_words_flagged`."""
    table = chart_table(run, places_name(recipe, method))
    known = None if score.value is None else (score.value, score.low, score.high)
    return drawn("places", table, flagged=known)


def labels_chart(run: Run) -> Drawn:
    """Rows of each label, given and predicted."""
    table = chart_table(run, "labels")
    return drawn("labels", table, most=MOST_LABELS["beside"])


def lengths_chart(run: Run) -> Drawn:
    """Lengths in tokens, and what was cut."""
    table = chart_table(run, "lengths")
    return drawn("lengths", table)


def typed_labels_chart(counts: Mapping[str, int], unlabelled: int = 0) -> Drawn:
    """Rows of each label of a table nobody has audited yet, as shares of all its rows, those without a label included."""
    total = sum(counts.values()) + unlabelled
    lines = [(label, "data", rows, rows / total, math.nan, math.nan, total) for label, rows in counts.items()]
    table = pd.DataFrame(lines, columns=["label", "kind", "rows", "share", "low", "high", "n"])
    return drawn("labels", table, most=MOST_LABELS["alone"])


def token_lengths_chart(tokens: Sequence[int], kept: Sequence[int]) -> Drawn:
    """Lengths in tokens of some texts of a table nobody has audited yet."""
    records = [Prediction(f"{i:016x}", "", (1.0,), t, k) for i, (t, k) in enumerate(zip(tokens, kept, strict=True))]
    table = lengths(build_frames(records, labels=("",)))
    return drawn("lengths", table)


def words_chart(run: Run, method: str, target: str, *, certain: bool, every: bool) -> Drawn:
    """The strongest words towards and away from a class; `certain` and `every` as in `words_table`."""
    table = words_table(run, method, target, certain=certain, every=every)
    if table.empty:
        return Drawn(None, table)
    return drawn("words", table, unit=attribution_unit(run.id, method, stamp(run)), axis=tr("mean attribution"))


@st.cache_data(max_entries=64, show_spinner=False)
def attribution_unit(run_id: str, method: str, stamp_: str) -> str:  # noqa: ARG001
    """What the scores of a method are in, as its records say: logit, probability or none."""
    for status in ("ok", "not_converged"):
        found = store().records(run_id, RecordFilter(probe=method, status=status), limit=1)
        record = store().record(run_id, method, str(found["row_id"].iloc[0])) if len(found) else None
        if explained := as_a(record, Attribution):
            return explained.unit
    return "none"


def explained_classes(run: Run, method: str) -> list[str]:
    """Every class, the one that a method says most about first.

    That is the one with most telling words that push by more than chance, then with most telling words, then the one that
    most rows are put into.
    """
    found, given = word_targets(run, method), chart_table(run, "labels")
    put = given[given["kind"] == "model"].set_index("label")["rows"].to_dict()
    return sorted(
        run.labels,
        key=lambda label: (*(-n for n in found.get(label, (0, 0))), -put.get(label, 0), run.labels.index(label)),
    )


def agreement_chart(scores: Sequence[Score]) -> Drawn:
    """Rank correlation between methods."""
    found = [s for s in named(scores, "method_agreement") if s.value is not None]
    lines = [
        (s.probe, s.other_probe, *(s.registered or (s.probe, s.other_probe)), s.value, s.low, s.high, s.n)
        for s in found
    ]
    names = ["first", "second", "first_name", "second_name", "value", "low", "high", "n"]
    table = pd.DataFrame(lines, columns=names)
    return drawn("agreement", table) if len(table) else Drawn(None, table)


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """A table for download: without the lists of row ids."""
    return table.drop(columns=[name for name in ("row_ids",) if name in table])
