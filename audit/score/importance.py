"""Global word importance: what each word does to the decision on average, over all explained texts of a method."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.language.written import SETTING
from audit.said import Number, Said, told
from audit.score.frames import Frames
from audit.score.measurer import Measurer
from audit.score.measures import POINT_ROWS, Measure
from audit.score.shortcuts import shortcuts
from audit.score.word_rows import FALSE_DISCOVERIES, WordRows, word_rows, word_table
from audit.slices import Slice

PER_CLASS, PER_METHOD = 25, 200
"""At most so many words of a class, and of a method, are kept with replicates."""


def importance(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """The strongest words of every method and class, then the method's shortcut candidates."""
    signed = ~frames.attributions["error"] & (frames.attributions["unit"] != "none")  # views have no direction
    explained = []
    for probe in sorted(set(frames.attributions.loc[signed, "probe"])):
        lines = word_rows(frames, probe)
        table = word_table(lines, probe)
        if len(table):
            explained.append((probe, table, lines))
    accused = shortcuts(frames, explained)
    for probe, table, lines in explained:
        unit = str(frames.attributions.loc[frames.attributions["probe"] == probe, "unit"].iloc[0])
        units = None if unit == "logit" else Said("note.in_units", {"unit": unit})
        looked = Said("note.looked_at", {"words": len(table), "share": Number(FALSE_DISCOVERIES, f"{SETTING}share")})
        each = min(PER_CLASS, max(3, PER_METHOD // int(table["target"].nunique())))
        listed = table[table["q_value"] <= FALSE_DISCOVERIES].groupby("target", sort=False).head(each)
        for word in listed.head(PER_METHOD).to_dict("records"):
            yield _measure("word_importance", word, lines, frames, measurer, told(looked, units))
        for found in accused[probe]:
            yield _measure("shortcut_word", found.word, lines, frames, measurer, told(found.why, units))


def intervals(
    frames: Frames, table: pd.DataFrame, lines: WordRows, *, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Some lines of `word_table` with their intervals and rows.

    Args:
        frames: of the run; table: the lines; lines: as `word_rows` makes them.
        level: confidence level; seed: the run's. With these the interval is that of the score `word_importance`.

    Returns:
        The table with columns low, high (NaN where texts are too few) and row_ids (up to `POINT_ROWS`, strongest first).
    """
    made, measurer = [], Measurer(seed)
    for word in table.to_dict("records"):
        own = _lines(lines, word)
        found = _measure("word_importance", word, lines, frames, measurer, ()).interval(level)
        low, high = (found.low, found.high) if found is not None else (math.nan, math.nan)
        made.append((low, high, lines.strongest(own, frames, most=POINT_ROWS)))
    extra = pd.DataFrame(made, columns=["low", "high", "row_ids"], index=table.index)
    return pd.concat([table, extra], axis=1)


def _lines(lines: WordRows, word: Mapping[Any, Any]) -> NDArray[np.intp]:
    of_word = lines.of(word["word"])
    found = np.flatnonzero(lines.target[of_word] == word["target"])
    return np.asarray(found + of_word.start, dtype=np.intp)


def _measure(
    name: str,
    word: Mapping[Any, Any],
    lines: WordRows,
    frames: Frames,
    measurer: Measurer,
    notes: tuple[Said, ...],
) -> Measure:
    own = _lines(lines, word)
    return measurer.mean(
        name,
        lines.score[own],
        lines.weight[own],
        probe=word["probe"],
        where=Slice(label=word["target"], word=word["word"]),
        notes=notes,
        evidence=lines.strongest(own, frames),
        context={
            "word": word["word"],
            "label": word["target"],
            "texts": int(word["texts"]),
            "positive": int(word["positive"]),
            "relative": round(float(word["relative"]), 2),
            "q_value": float(word["q_value"]),
        },
    )
