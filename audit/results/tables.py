"""The small tables behind a run's charts, made in one pass at its end so that no page has to read the records again."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from audit.kinds import KINDS, load, parts
from audit.kinds.attack import ATTACK
from audit.kinds.explainer import EXPLAINER
from audit.kinds.prediction import PREDICTION
from audit.score.calibration import reliability
from audit.score.curves import budget_curve, words_changed
from audit.score.data import label_distribution, lengths
from audit.score.faithfulness import bounds
from audit.score.frames import Frames
from audit.score.importance import intervals
from audit.score.labels.listing import ambiguous, pairs, state, suspects
from audit.score.overlap import attacked_words, place_table
from audit.score.performance import confusion
from audit.score.risk import risk_coverage
from audit.score.word_rows import FALSE_DISCOVERIES, word_rows, word_table
from audit.word_kinds import says_something

WORDS = 25
"""Words kept per method and target: so many of those that pass the correction, of the strongest of all, and of the telling of both."""
LISTS = ("row_ids",)
"""Columns whose cells are tuples."""
STAMP, FORM = "form", b"6"
"""The name under which a run keeps the form of its tables, and the form they have now. Raise it when a table changes."""

Tables = dict[str, pd.DataFrame]
_SIGN = "\x1f"
"""Between the parts of a table's name: it occurs in no key of a probe."""


@dataclass(frozen=True)
class Group:
    """Tables made together.

    Attributes:
        names: theirs.
        kinds: of the probes whose records they are made of; or `probes`, their keys.
        make: the tables by name, of these records at a confidence level and with a seed.
        texts: whether it takes what the rows' texts tell besides (`Results.frames_of_texts`).
        by_row: each line stands for a row and rests on all others: of some rows the same lines are shown, and none made anew.
    """

    names: tuple[str, ...]
    make: Callable[[Frames, float, int], Tables]
    kinds: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    texts: bool = False
    by_row: bool = False


def group_of(name: str) -> Group:
    """How a table is made, by its name."""
    about, *keys = name.split(_SIGN)
    if about == "words_of":
        return Group((name,), lambda frames, *how: {name: top_words(frames, keys[0], *how)}, probes=(keys[0],))
    if about == "places":
        return Group((name,), lambda frames, *_: {name: places(frames, *keys)}, probes=tuple(keys))
    return next(group for group in _groups() if name in group.names)


def chart_tables(frames: Frames, *, level: float = 0.95, seed: int = 0) -> Tables:
    """Every small table of a run by name.

    Args:
        frames: all of its records.
        level: confidence level of the intervals in them; seed: the run's.
    """
    methods = [str(name) for name in frames.attributions["probe"].unique()]
    recipes = [str(name) for name in frames.attacks["probe"].unique()]
    made: Tables = {}
    for group in _groups():
        if any(len(frames.of(KINDS[kind].frame)) for kind in group.kinds):
            made |= group.make(frames, level, seed)
    if methods:
        made |= {words_name(method): top_words(frames, method, level, seed) for method in methods}
    made |= {places_name(r, m): places(frames, r, m) for r in recipes for m in methods}
    return made


def top_words(frames: Frames, method: str, level: float, seed: int) -> pd.DataFrame:
    """The strongest words of a method towards each class, as `importance.intervals` gives them.

    Column `certain`: the word's push differs from 0 after correction for all words and classes looked at
    (Benjamini-Hochberg). Of these as many as `WORDS` a class, and as many of the strongest whether certain or not; of each
    as many again that say something by themselves (`audit.word_kinds`).
    """
    lines = word_rows(frames, method)
    table = word_table(lines, method)
    certain = table["q_value"] <= FALSE_DISCOVERIES
    telling = table["word"].map(says_something).astype(bool)
    parts = (table[certain & telling], table[certain], table[telling], table)
    kept = pd.concat([part.groupby("target", sort=False).head(WORDS) for part in parts])
    strongest = kept[~kept.index.duplicated()].sort_index()
    found = intervals(frames, strongest.reset_index(drop=True), lines, level=level, seed=seed)
    return found.assign(certain=found["q_value"] <= FALSE_DISCOVERIES)


def places(frames: Frames, recipe: str, method: str) -> pd.DataFrame:
    """Where the words that successes of a recipe changed stand in a method's ranking; see `overlap.place_table`."""
    return place_table(attacked_words(frames, recipe, method))


def words_name(method: str) -> str:
    """The name of a method's `top_words`."""
    return _SIGN.join(("words_of", method))


def places_name(recipe: str, method: str) -> str:
    """The name of `places` for a recipe and a method."""
    return _SIGN.join(("places", recipe, method))


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


def _groups() -> list[Group]:
    return [load(part.path) for part in parts("tables")]


def _prediction_tables(frames: Frames, level: float, _seed: int) -> Tables:
    return {
        "confusion": confusion(frames),
        "reliability": reliability(frames, level=level),
        "risk": risk_coverage(frames, level=level),
        "labels": label_distribution(frames, level=level),
        "lengths": lengths(frames),
    }


def _label_tables(frames: Frames, _level: float, _seed: int) -> Tables:
    suspected = suspects(frames)
    return {
        "label_state": state(frames),
        "label_suspects": suspected,
        "label_pairs": pairs(frames, suspected),
        "label_ambiguous": ambiguous(frames),
    }


def _attack_tables(frames: Frames, level: float, _seed: int) -> Tables:
    """Accuracy against the attacker's budget in words and in queries; how many words successes changed."""
    return {
        "words_changed": budget_curve(frames.attacks, by="words_changed", level=level),
        "queries": budget_curve(frames.attacks, by="queries", level=level),
        "words": words_changed(frames.attacks, level=level),
    }


def _faithfulness(frames: Frames, _level: float, _seed: int) -> Tables:
    return {"faithfulness": bounds(frames)}


PREDICTED = Group(("confusion", "reliability", "risk", "labels", "lengths"), _prediction_tables, (PREDICTION.name,))
LABELS = Group(
    ("label_state", "label_suspects", "label_pairs", "label_ambiguous"), _label_tables, (PREDICTION.name,), by_row=True
)
ATTACKED = Group(("words_changed", "queries", "words"), _attack_tables, (ATTACK.name,))
FAITHFULNESS = Group(("faithfulness",), _faithfulness, (EXPLAINER.name,))
