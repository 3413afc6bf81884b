"""The small tables behind a run's charts, made in one pass at its end so that no page has to read the records again."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pandas as pd

from audit.score.calibration import reliability
from audit.score.curves import budget_curve, words_changed
from audit.score.data import label_distribution, lengths
from audit.score.faithfulness import bounds
from audit.score.frames import Frames
from audit.score.importance import intervals, word_rows, word_table
from audit.score.overlap import attacked_words, place_table
from audit.score.performance import confusion

WORDS = 25
"""Words kept per method and target."""
LISTS = ("row_ids",)
"""Columns whose cells are tuples."""

Tables = Mapping[str, pd.DataFrame]


def chart_tables(frames: Frames) -> dict[str, pd.DataFrame]:
    """Every small table of a run by name, as `prediction_tables`, `attack_tables`, `explanation_tables` and `places` make them."""
    methods = [str(name) for name in frames.attributions["probe"].unique()]
    recipes = [str(name) for name in frames.attacks["probe"].unique()]
    made: dict[str, pd.DataFrame] = {}
    if len(frames.predictions):
        made |= prediction_tables(frames)
    if recipes:
        made |= attack_tables(frames)
    if methods:
        made |= {"faithfulness": bounds(frames)} | {words_name(m): top_words(frames, m) for m in methods}
    made |= {places_name(r, m): places(frames, r, m) for r in recipes for m in methods}
    return made


def prediction_tables(frames: Frames) -> dict[str, pd.DataFrame]:
    """`confusion`, `reliability`, `labels` and `lengths` of the predictions."""
    return {
        "confusion": confusion(frames),
        "reliability": reliability(frames),
        "labels": label_distribution(frames),
        "lengths": lengths(frames),
    }


def attack_tables(frames: Frames) -> dict[str, pd.DataFrame]:
    """Accuracy against the attacker's budget in words (`words_changed`) and `queries`; how many `words` successes changed."""
    return {
        "words_changed": budget_curve(frames.attacks, by="words_changed"),
        "queries": budget_curve(frames.attacks, by="queries"),
        "words": words_changed(frames.attacks),
    }


def top_words(frames: Frames, method: str) -> pd.DataFrame:
    """The strongest `WORDS` words of a method towards each class, with intervals and rows; see `importance.intervals`."""
    lines = word_rows(frames, method)
    table = word_table(lines, method)
    strongest = table.groupby("target", sort=False).head(WORDS).reset_index(drop=True)
    return intervals(frames, strongest, lines)


def places(frames: Frames, recipe: str, method: str) -> pd.DataFrame:
    """Where the words that successes of a recipe changed stand in a method's ranking; see `overlap.place_table`."""
    return place_table(attacked_words(frames, recipe, method))


def words_name(method: str) -> str:
    """The name of a method's `top_words`."""
    return f"words:{method}"


def places_name(recipe: str, method: str) -> str:
    """The name of `places` for a recipe and a method."""
    return f"places:{recipe}:{method}"


def table_bytes(table: pd.DataFrame) -> bytes:
    """A small table as Parquet."""
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def table_from_bytes(data: bytes) -> pd.DataFrame:
    """The table that `table_bytes` wrote; lists come back as tuples."""
    table = pd.read_parquet(io.BytesIO(data))
    for name in LISTS:
        if name in table:
            table[name] = [tuple(cell) for cell in table[name]]
    return table
