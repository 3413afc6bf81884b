"""Shortcut candidates: words that push towards a class in many texts, by more than the labels bear out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from audit.said import Number, Said
from audit.score.bootstrap import Floats
from audit.score.frames import Frames
from audit.score.intervals import benjamini_hochberg, holm
from audit.score.overuse import Expectation, Overuse
from audit.score.performance import memberships
from audit.score.word_effects import WORTH
from audit.score.word_rows import FALSE_DISCOVERIES, WordRows
from audit.word_kinds import says_something

SHORTCUT_TEXTS = 10
"""A word is a candidate when it is in so many distinct explained texts of the class, and in so many with a label."""
FALSE_ACCUSATIONS = 0.05
"""At most this share of the audits of a sound model accuse any word."""
MATERIAL = 0.05
"""Share of the word's texts that the model gives the label beyond those that have it, from which on it is worth a word."""


@dataclass(frozen=True)
class Shortcut:
    """A word, a line of `word_table`, that the labels do not bear out.

    Attributes:
        word: the line.
        overuse: what the model expects of its texts and what the labels say.
        p_value: after Holm's correction over every word held against the labels.
        tested: how many those were.
    """

    word: Mapping[Any, Any]
    overuse: Overuse
    p_value: float
    tested: int

    @property
    def why(self) -> Said:
        """The evidence."""
        found = self.overuse
        return Said(
            "note.overused",
            {
                "label": str(self.word["target"]),
                "hits": int(found.hits),
                "texts": int(found.texts),
                "expected": round(found.expected),
                "p": Number(self.p_value, "p_value"),
                "tested": self.tested,
            },
        )


def shortcuts(
    frames: Frames, explained: Sequence[tuple[str, pd.DataFrame, WordRows]], *, at_most: int = 20
) -> dict[str, list[Shortcut]]:
    """Shortcut candidates by method, those furthest beyond the labels first.

    A candidate (1) pushes towards the class in at least 10 texts, more than an average word of its text does; (2) more
    than towards other classes where those are predicted (Welch's test); both after Benjamini-Hochberg at 5%. It is
    accused when (3) its texts have the label less often than the model expects, both by its probabilities and by these
    calibrated on the audited texts (`overuse`), after Holm's correction over the candidates of all methods, and
    (4) by at least 5 in 100 texts; (5) where the run put the word into texts of other classes, only if that turns at least a
    tenth of their decisions. Marks, pieces and function words are never accused here: a model that leans on what stands
    beside them gives them more than the labels do, and whether it goes by marks is found by changing them.

    (1) and (2) look at the model alone, so (3) keeps its level: a model that uses every word as the labels bear out is
    accused of any in at most 5% of audits. Without labels there are none.

    Args:
        frames: the run's.
        explained: probe, `word_table` and `word_rows` of each method.
        at_most: shortcuts kept for each method.
    """
    tested = []
    for probe, table, lines in explained:
        texts = _Texts(frames, probe)
        for word in _pushing(table, lines):
            found = texts.overuse(word, lines)
            if found is not None and found.texts >= SHORTCUT_TEXTS:
                tested.append((probe, word, found))
    # methods that explain the same texts ask the labels the same question of a word: it is counted once
    keys = [(word["word"], word["target"], found.p_value) for _, word, found in tested]
    distinct = list(dict.fromkeys(keys))
    adjusted = dict(zip(distinct, holm([p for _, _, p in distinct]), strict=True)) if distinct else {}
    kept: dict[str, list[Shortcut]] = {probe: [] for probe, _, _ in explained}
    idle = _idle(frames)
    for key, (probe, word, found) in zip(keys, tested, strict=True):
        if adjusted[key] <= FALSE_ACCUSATIONS and found.excess >= MATERIAL and key[:2] not in idle:
            kept[probe].append(Shortcut(word, found, float(adjusted[key]), len(distinct)))
    return {probe: sorted(some, key=_order)[:at_most] for probe, some in kept.items()}


def _idle(frames: Frames) -> set[tuple[str, str]]:
    """Words with the class they were tried for, that turn hardly a decision when put in alone."""
    trials = frames.of("word_trials")
    if not len(trials) or "turned" not in trials:
        return set()
    inserted = trials[~trials["error"] & (trials["inserted"] > 0.5)]
    share = inserted.groupby(["word", "label"], as_index=False)["turned"].mean()
    few = share[share["turned"] < WORTH]
    return set(zip(few["word"].astype(str), few["label"].astype(str), strict=True))


def _order(found: Shortcut) -> tuple[float, str, str]:
    return -found.overuse.excess, str(found.word["target"]), str(found.word["word"])


def _pushing(table: pd.DataFrame, lines: WordRows) -> Iterator[Mapping[Any, Any]]:
    """Lines of the table that the model itself shows to push towards their class, whatever the labels say."""
    says = table["word"].map(says_something).astype(bool)
    wanted = table[says & (table["texts"] >= SHORTCUT_TEXTS) & (table["mean"] > 0) & (table["relative"] >= 1.0)]
    found = wanted[wanted["q_value"] <= FALSE_DISCOVERIES].to_dict("records")
    if not found:
        return
    contrasts = []
    for word in found:
        own = lines.of(word["word"])
        contrasts.append(_contrast(lines.score[own], lines.target[own] == word["target"]))
    adjusted = benjamini_hochberg(contrasts)
    yield from (word for word, q in zip(found, adjusted, strict=True) if q <= FALSE_DISCOVERIES)


class _Texts:
    """The labelled texts one method explained, with what the model expects of each class."""

    def __init__(self, frames: Frames, probe: str) -> None:
        table = frames.attributions
        self._frames = frames
        source = frames.examples if len(frames.examples) else frames.predictions
        by_text = source.drop_duplicates("content_id").set_index("content_id")["label"]
        label = table["content_id"].map(by_text).fillna("").to_numpy(dtype=object)
        self._chosen = ((table["probe"] == probe) & ~table["error"]).to_numpy(dtype=bool) & (label != "")
        self._target = table["target"].to_numpy(dtype=object)
        as_rows = pd.DataFrame({"label": label[self._chosen], "predicted": label[self._chosen]})
        self._truth = np.zeros((len(table), len(frames.labels)), dtype=bool)
        if len(as_rows):
            self._truth[self._chosen] = memberships(as_rows, frames)[0]
        places = pd.Series(np.arange(len(frames.predictions)), frames.predictions["content_id"])
        place = table["content_id"].map(places).fillna(-1).to_numpy(dtype=np.int64)
        self._probabilities = np.full((len(table), len(frames.labels)), np.nan)
        self._probabilities[place >= 0] = frames.probs[place[place >= 0]]
        self._known: dict[str, tuple[NDArray[np.intp], Expectation] | None] = {}

    def overuse(self, word: Mapping[Any, Any], lines: WordRows) -> Overuse | None:
        """What the labels say of a word; None for a contrast of two classes, or a class without or with all texts."""
        target = str(word["target"])
        if target not in self._known:
            self._known[target] = self._expectation(target) if target in self._frames.labels else None
        known = self._known[target]
        if known is None:
            return None
        texts, expectation = known
        return expectation.overuse(np.isin(texts, lines.owner[lines.of(word["word"])]))

    def _expectation(self, target: str) -> tuple[NDArray[np.intp], Expectation] | None:
        """Texts, as positions in `attributions`, and what is expected of them.

        Where the run holds no probabilities, the texts explained towards the class stand in, with the sum of their words'
        scores as the model's output.
        """
        index = self._frames.labels.index(target)
        p = self._probabilities[:, index]
        stated = np.flatnonzero(self._chosen & np.isfinite(p))
        if stated.size:
            truth = self._truth[stated, index]
            known = Expectation.of_probabilities(truth, p[stated]) if 0 < truth.sum() < truth.size else None
            return (stated, known) if known else None
        texts = np.flatnonzero(self._chosen & (self._target == target))
        truth = self._truth[texts, index]
        if not 0 < truth.sum() < truth.size:
            return None
        words = self._frames.words
        sums = np.bincount(words["owner"].to_numpy(), words["score"].to_numpy(), len(self._target)).astype(np.float64)
        return texts, Expectation(truth, sums[texts])


def _contrast(scores: Floats, inside: NDArray[np.bool_]) -> float:
    """One-sided p that the mean inside is no larger than outside (Welch); with fewer than 2 outside, than 0."""
    ours, others = scores[inside], scores[~inside]
    variance = float(ours.var(ddof=1)) / ours.size
    gap, freedom = float(ours.mean()), ours.size - 1.0
    if others.size >= 2:
        second = float(others.var(ddof=1)) / others.size
        gap -= float(others.mean())
        both = variance + second
        if both > 0:
            freedom = both**2 / (variance**2 / (ours.size - 1) + second**2 / (others.size - 1))
        variance = both
    return float(stdtr(freedom, -gap / max(np.sqrt(variance), 1e-9)))
