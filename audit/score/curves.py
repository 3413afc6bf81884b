"""What attacks cost: accuracy against the attacker's budget, and how many words successes changed."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from audit.score.intervals import share_interval
from audit.score.measures import POINT_ROWS
from audit.score.robustness import survival

Budget = Literal["words_changed", "words_share", "queries"]

MOST_WORDS = 12
"""Successes that changed so many words or more are counted together."""
COLUMNS = ["probe", "name", "budget", "accuracy", "low", "high", "n", "broken", "row_ids"]


def budget_curve(
    rows: pd.DataFrame, *, by: Budget = "words_changed", level: float = 0.95, points: int = 60
) -> pd.DataFrame:
    """The share of rows still right when an attack may spend at most `budget`, for each recipe.

    Args:
        rows: frame `attacks`, any number of recipes; errors, targeted attacks and input reduction are left out.
        by: words changed, share of the row's words changed (0-1), or queries.
        level: confidence level of the band.
        points: at most so many budgets a recipe, spread over its successes' quantiles.

    Returns:
        Columns probe, name, budget, accuracy, low, high, n (rows), broken (rows that fall at this budget or just above the
        one before), row_ids (up to `POINT_ROWS` of those). Budget 0 is the accuracy before the attack. A row whose attack ran out
        of budget stays right throughout: beyond the largest budget used the curve says nothing.
    """
    made = [
        _of_recipe(outcomes, by, level, points)
        for _, outcomes in rows[~rows["error"] & (rows["goal"] == "untargeted")].groupby("probe", sort=True)
    ]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=COLUMNS)


def words_changed(rows: pd.DataFrame, *, level: float = 0.95, most: int = MOST_WORDS) -> pd.DataFrame:
    """How many words the successful attacks of each recipe changed.

    Args:
        rows: frame `attacks`, any number of recipes; only successes count.
        level: confidence level of the intervals.
        most: successes with so many words or more are counted together.

    Returns:
        Columns probe, name, words, rows (duplicates counted), share (of the recipe's successes), low, high, n (successes),
        row_ids (up to `POINT_ROWS`); every number of words up to the largest has a line.
    """
    hits = rows[rows["status"] == "success"]
    lines = []
    for key, found in hits.groupby(["probe", "name"], sort=True):
        words = found["words_changed"].clip(upper=most)
        total = float(found["weight"].sum())
        effective = total**2 / float((found["weight"].astype(float) ** 2).sum())
        for count in range(int(words.min()), int(words.max()) + 1):
            part = found[words == count]
            share = float(part["weight"].sum()) / total
            low, high = share_interval(min(share * effective, effective), effective, level)
            ids = tuple(part["row_id"].head(POINT_ROWS))
            lines.append((*key, count, int(part["weight"].sum()), share, low, high, round(total), ids))
    return pd.DataFrame(lines, columns=["probe", "name", "words", "rows", "share", "low", "high", "n", "row_ids"])


def _of_recipe(rows: pd.DataFrame, by: Budget, level: float, points: int) -> pd.DataFrame:
    _, counted, _ = survival(rows)
    weights = counted["weight"].to_numpy(dtype=np.float64)
    ids = counted["row_id"].to_numpy()
    key = tuple(counted[["probe", "name"]].iloc[0])
    total = float(weights.sum())
    effective = total**2 / float((weights**2).sum())
    hit = (counted["status"] == "success").to_numpy()
    start = float(weights[(counted["status"] != "skipped").to_numpy()].sum()) / total
    spent = np.where(hit, _spent(counted, by), np.inf)
    lines, before = [], -np.inf
    for budget in (0.0, *_budgets(spent[hit], points)):
        fallen = (spent > before) & (spent <= budget) & hit
        share = max(0.0, start - float(weights[hit & (spent <= budget)].sum()) / total)
        low, high = share_interval(min(share * effective, effective), effective, level)
        lines.append((*key, budget, share, low, high, round(total), int(fallen.sum()), tuple(ids[fallen][:POINT_ROWS])))
        before = budget
    return pd.DataFrame(lines, columns=COLUMNS)


def _spent(rows: pd.DataFrame, by: Budget) -> np.ndarray:
    if by == "words_share":
        return (rows["words_changed"] / rows["words_total"].clip(lower=1)).to_numpy(dtype=np.float64)
    return rows[by].to_numpy(dtype=np.float64)


def _budgets(spent: np.ndarray, points: int) -> list[float]:
    values = np.unique(spent[spent > 0])
    if values.size > points:
        values = np.unique(np.quantile(spent, np.linspace(0.0, 1.0, points), method="higher"))
    return [float(value) for value in values]
