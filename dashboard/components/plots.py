"""From a run's scores and tables to the figures of `audit.figures`, in the theme the reader has chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from audit.figures import attacks
from audit.figures.scores import run_differences
from audit.figures.theme import THEMES, Theme
from audit.records import Score
from audit.store import Run
from dashboard.components.chart_tables import attack_tables, stamp
from dashboard.components.scores import named

Drawn = tuple[Any, pd.DataFrame]
"""A figure (None: nothing to draw) and the table behind it."""


def theme() -> Theme:
    """Light or dark, as the browser shows the page."""
    return THEMES["dark" if st.context.theme.type == "dark" else "light"]


def score_table(scores: Iterable[Score], **more: Any) -> pd.DataFrame:
    """Columns probe, value, low, high, n, note of some scores."""
    lines = [
        {"probe": s.probe, "value": s.value, "low": s.low, "high": s.high, "n": s.n, "note": s.note, **more}
        for s in scores
    ]
    return pd.DataFrame(lines, columns=["probe", "value", "low", "high", "n", "note", *more])


def attack_overview(scores: Sequence[Score]) -> Drawn:
    """Accuracy under each attack beside the accuracy before."""
    name = "accuracy_under_attack" if named(scores, "accuracy_under_attack") else "prediction_retained"
    table = score_table(named(scores, name))
    clean = next((s for s in named(scores, "accuracy") if s.value is not None), None)
    before = (clean.value, clean.low, clean.high) if clean is not None else None
    return attacks.accuracy_under_attack(table, clean=before, theme=theme()), table  # type: ignore[arg-type]


def success_overview(scores: Sequence[Score]) -> Drawn:
    """Success rates, raw and with the meaning kept."""
    raw = score_table(named(scores, "attack_success_rate"), kind="raw")
    valid = score_table(named(scores, "attack_success_rate_valid"), kind="valid")
    table = pd.concat([raw, valid], ignore_index=True)
    return attacks.success_rates(table, theme=theme()), table


def perturbation_overview(scores: Sequence[Score]) -> Drawn:
    """Flip rate of each perturbation."""
    table = score_table(named(scores, "flip_rate"))
    return attacks.flip_rates(table, theme=theme()), table


def budget_chart(run: Run, by: str = "words_changed") -> Drawn:
    """Accuracy against what the attacker may spend."""
    table = attack_tables(run.id, stamp(run))[by]
    return attacks.budget_curve(table, by=by, theme=theme()), table.drop(columns="row_ids")


def paired_chart(paired: Sequence[dict[str, Any]], names: tuple[str, str]) -> Drawn:
    """Change of each probe between two runs."""
    table = pd.DataFrame(paired).rename(columns={"what": "label", "p_holm": "p_adjusted"})
    table["better"] = [None if line["low"] <= 0 <= line["high"] else line["difference"] > 0 for line in paired]
    return run_differences(table, names=names, theme=theme()), table


def words_changed_chart(run: Run) -> Drawn:
    """How many words successful attacks changed."""
    return None, pd.DataFrame()


def confusion_chart(run: Run) -> Drawn:
    """True against predicted class."""
    return None, pd.DataFrame()


def reliability_chart(run: Run) -> Drawn:
    """Stated probability against accuracy."""
    return None, pd.DataFrame()


def words_chart(run: Run, method: str, target: str) -> Drawn:
    """The strongest words towards and away from a class."""
    return None, pd.DataFrame()


def faithfulness_chart(run: Run) -> Drawn:
    """Each method's metrics between floor and ceiling."""
    return None, pd.DataFrame()


def agreement_chart(scores: Sequence[Score]) -> Drawn:
    """Rank correlation between methods."""
    return None, pd.DataFrame()


def labels_chart(labels: Any) -> Drawn:
    """Rows of each label."""
    return None, pd.DataFrame()


def lengths_chart(lengths: Any) -> Drawn:
    """Distribution of text lengths."""
    return None, pd.DataFrame()
