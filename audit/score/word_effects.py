"""What single words do by their letters alone: put into rows of other classes, beside words that mean the like of them.

A word that speaks for a class by its meaning is no shortcut. What it turns is held against what words of like meaning turn at
the same places of the same rows, and against the strongest other word of the run that speaks for the class: a slur has no
like of its strength but other slurs. Whichever turns more is the bar; `word_beyond` is the share of decisions turned beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from audit.said import Number, Said, told
from audit.score.bootstrap import Floats
from audit.score.dependence import LEAST_TEXTS, p_of_mean
from audit.score.frames import Frames
from audit.score.intervals import benjamini_hochberg
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.slices import Slice
from audit.words import named_by

_BESIDE = {"like": "note.word_beside_like", "peer": "note.word_beside_peer"}
WORTH = 0.10
"""Share of decisions turned from which on it is asked whether a word's meaning does it; less is no shortcut in any case."""


@dataclass(frozen=True)
class Tried:
    """A word that was put into rows, and what came of it.

    Attributes:
        word, label, texts: which, towards which class, in how many audited texts it is.
        lines: its trials in the frame, the word put in.
        removed: those with it taken out.
    """

    word: str
    label: str
    texts: int
    lines: pd.DataFrame
    removed: pd.DataFrame

    @property
    def share(self) -> float:
        """Share of the decisions turned by putting it in."""
        return float(self.lines["turned"].mean())


def word_effects(frames: Frames, measurer: Measurer) -> Iterator[Measure]:
    """Effect, decisions turned and what is beyond words of like meaning, for every word that moves anything."""
    table = frames.of("word_trials")
    if not len(table) or "change" not in table:
        return
    weights = frames.examples.drop_duplicates("row_id").set_index("row_id")["weight"]
    for probe, rows in table[~table["error"] & table["change"].notna()].groupby("probe", sort=True):
        tried = list(_tried(rows))
        by_label: dict[str, list[Tried]] = {}
        for one in tried:
            by_label.setdefault(one.label, []).append(one)
        tested = [p_of_mean(one.lines["change"].to_numpy()) for one in tried]
        adjusted = benjamini_hochberg(tested) if tested else np.empty(0)
        for one, q_value in zip(tried, adjusted, strict=True):
            if len(one.lines) >= LEAST_TEXTS:
                own = by_label[one.label]
                yield from _measures(str(probe), one, own, (float(q_value), len(tried)), weights, measurer)


def _tried(rows: pd.DataFrame) -> Iterator[Tried]:
    for (label, word), lines in rows.groupby(["label", "word"], sort=True):
        inserted = lines["inserted"] > 0.5
        if inserted.any():
            yield Tried(str(word), str(label), int(lines["texts"].iloc[0]), lines[inserted], lines[~inserted])


def bar(one: Tried, tried: list[Tried]) -> tuple[Floats, str]:
    """What a word must turn more than, for each of its rows, (n,), and whose it is: `like` or `peer`; zeros and "" for neither.

    Args:
        one: the word.
        tried: the words that were tried for its class.
    """
    rows = one.lines["row_id"]
    offered: list[tuple[Floats, str]] = []
    like = one.lines["like_turned"].to_numpy(dtype=np.float64)
    if like.size and np.isfinite(like).all():
        offered.append((like, "like"))
    others = [two for two in tried if two.word != one.word and len(two.lines) >= LEAST_TEXTS]
    if others:
        strongest = min(others, key=lambda two: (-two.share, two.word))
        by_row = strongest.lines.groupby("row_id")["turned"].mean()
        offered.append((rows.map(by_row).fillna(strongest.share).to_numpy(dtype=np.float64), "peer"))
    return max(offered, key=lambda pair: float(pair[0].mean()), default=(np.zeros(len(rows)), ""))


def _measures(
    probe: str, one: Tried, tried: list[Tried], test: tuple[float, int], weights: pd.Series, measurer: Measurer
) -> Iterator[Measure]:
    where, (q_value, tested) = Slice(label=one.label, word=one.word), test
    least, whose = bar(one, tried)
    turned = one.lines["turned"].to_numpy(dtype=np.float64)
    weight = one.lines["row_id"].map(weights).fillna(1).to_numpy(dtype=np.float64)
    order = np.lexsort((one.lines["row_id"].to_numpy(), -one.lines["change"].to_numpy(), -turned))[:EVIDENCE]
    notes = told(
        Said(_BESIDE[whose], {"share": Number(float(least.mean()))}) if whose else None,
        _taken_out(one),
        Said("note.of_words", {"q": Number(q_value, "p_value"), "tested": tested}),
    )
    about = {
        "probe": probe, "where": where, "notes": notes, "evidence": one.lines["row_id"].to_numpy()[order],
        "context": {"word": one.word, "label": one.label, "texts": one.texts, "q_value": q_value, "beside": whose},
    }  # fmt: skip
    if one.share >= WORTH and not names_class(one.word, one.label):
        yield measurer.mean("word_beyond", turned - least, weight, **about)  # type: ignore[arg-type]
    yield measurer.proportion("word_turned", turned, weight, **about)  # type: ignore[arg-type]
    yield measurer.mean("word_effect", one.lines["change"], weight, **about)  # type: ignore[arg-type]


def names_class(word: str, label: str) -> bool:
    """Whether a word says the name of a class, or one of its words: `refunds` that of `request_refund`. It cannot but speak for it.

    >>> names_class("Refunds", "request_refund"), names_class("fund", "request_refund")
    (True, False)
    """
    said, names = word.casefold(), named_by(label)
    return said in names or said.removesuffix("s") in names


def _taken_out(one: Tried) -> Said | None:
    """How often taking the word out turns the decision."""
    if not len(one.removed):
        return None
    share = Number(float(one.removed["turned"].mean()))
    return Said("note.word_taken_out", {"share": share, "rows": len(one.removed)})
