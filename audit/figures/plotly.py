"""Declared figures on pages: plotly, with what the pointer shows and the rows that a selection stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from audit.figures.attacks import accuracy_under_attack, budget_curve, success_rates, words_changed
from audit.figures.contents import label_distribution, lengths
from audit.figures.explanations import attacked_and_flagged, faithfulness, method_agreement
from audit.figures.perturbations import flip_rates
from audit.figures.predictions import class_bars, confusion, reliability
from audit.figures.risk import risk_coverage
from audit.figures.row_map import row_map
from audit.figures.scores import run_differences, score_intervals
from audit.figures.spec import Spec
from audit.figures.theme import LIGHT, Theme
from audit.figures.word_importance import word_importance
from audit.score.wording import title_said


def plotly_figure(spec: Spec, table: pd.DataFrame | None = None, theme: Theme = LIGHT) -> Any:
    """The figure's chart; `table` are its lines with the rows behind them (`Spec.kept`), default its own."""
    return DRAWN[spec.kind](spec.table() if table is None else table, theme, **dict(spec.options))


def _attacks(table: pd.DataFrame, theme: Theme, *, clean: Any, labelled: bool) -> Any:
    return accuracy_under_attack(table, clean=clean, labelled=labelled, theme=theme)


def _budget(table: pd.DataFrame, theme: Theme, *, labelled: bool, **_: Any) -> Any:
    counted = table.assign(**{name: None for name in ("n", "broken") if name not in table})
    return budget_curve(counted, labelled=labelled, theme=theme)


def _reliability(table: pd.DataFrame, theme: Theme, *, ece: Any = None, gap: Any = None, **_: Any) -> Any:
    return reliability(table, ece=ece, gap=gap, theme=theme)


def _confusion(table: pd.DataFrame, theme: Theme, *, labels: tuple[str, ...], **_: Any) -> Any:
    return confusion(table, labels, theme=theme)


def _faithfulness(table: pd.DataFrame, theme: Theme) -> Any:
    return faithfulness(table, titles={name: title_said(name) for name in table["metric"]}, theme=theme)


def _words(table: pd.DataFrame, theme: Theme, *, unit: str, **_: Any) -> Any:
    return word_importance(table, unit=unit, theme=theme)


def _differences(table: pd.DataFrame, theme: Theme, *, unit: str, axis: str) -> Any:
    return run_differences(table.assign(unit=unit), axis=axis, theme=theme)


DRAWN: Mapping[str, Callable[..., Any]] = {
    "scores": lambda table, theme, *, title="", axis="": score_intervals(table, title=title, axis=axis, theme=theme),
    "attacks": _attacks,
    "success": lambda table, theme, *, judged=False: success_rates(table, judged=judged, theme=theme),
    "budget": _budget,
    "flips": lambda table, theme: flip_rates(table, theme=theme),
    "recalls": lambda table, theme: class_bars(table, theme=theme),
    "reliability": _reliability,
    "risk": lambda table, theme, **_: risk_coverage(table, theme=theme),
    "confusion": _confusion,
    "faithfulness": _faithfulness,
    "words": _words,
    "differences": _differences,
    "labels": lambda table, theme, *, most: label_distribution(table, most=most, theme=theme),
    "lengths": lambda table, theme: lengths(table, theme=theme),
    "words_changed": lambda table, theme: words_changed(table, theme=theme),
    "places": lambda table, theme, *, flagged=None: attacked_and_flagged(table, flagged=flagged, theme=theme),
    "agreement": lambda table, theme: method_agreement(table, theme=theme),
    "map": lambda table, theme, *, by: row_map(table, by=by, theme=theme),
}
"""How each kind of figure is drawn, from its table, a theme and its options."""
