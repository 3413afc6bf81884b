"""Triggers: phrases that send rows of other classes to a class at a rate beyond that of the words which speak for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtrc

from audit.said import Number, Said, Value, told
from audit.score.frames import Frames
from audit.score.measurer import Measurer, absent
from audit.score.measures import EVIDENCE, Measure
from audit.slices import Slice

FALSE_ACCUSATIONS = 0.05
"""At most this share of audits accuse a phrase that does no more than its null, whatever the number of phrases scanned."""
MATERIAL = 0.85
"""Share of the rows that a trigger sends to the class, at least."""
BEYOND = 0.2
"""By how much it does so more often than its null, at least; half of it in each half of the rows."""
RUNNER_UP = 3
"""The null is at least what the other candidate of this rank does: so many triggers beside it hide none."""
ALONE = 0.3
"""A phrase is one beyond its words where each shorter part of it moves at most so many."""
BEYOND_PARTS = 2.0
"""How many times what two parts of a phrase do to the logit together the phrase does: words that add up are no trigger."""
PLACES = ("start", "middle", "end")
ANYWHERE = "anywhere"

Hits = NDArray[np.bool_]


@dataclass(frozen=True)
class Effect:
    """One phrase and class, at the place where it is furthest beyond its null.

    Attributes:
        line: of the frame `triggers`.
        place: `anywhere` where a row counts as moved only if it is with the phrase at each place, else the one place.
        hits: (rows,) which rows go to the class.
        null: share of the same rows that the strongest matched words move there.
        p_value: one-sided exact binomial of the null, after Bonferroni over every phrase scanned, class and place.
        accused: whether it is a trigger.
    """

    line: Mapping[str, Any]
    place: str
    hits: Hits
    null: float
    p_value: float
    accused: bool

    @property
    def moved(self) -> tuple[str, ...]:
        """Ids of the rows that go to the class."""
        return tuple(row for row, hit in zip(self.line["rows"], self.hits, strict=False) if hit)

    @property
    def rate(self) -> float:
        """Share of the rows that go to the class."""
        return float(self.hits.mean()) if self.hits.size else 0.0


def triggers(frames: Frames, _measurer: Measurer) -> Iterator[Measure]:
    """Of each probe the share of classes that have a trigger, and of each trigger the share of rows that it moves."""
    table = frames.of("triggers")
    for probe, lines in table[~table["error"]].groupby("probe") if len(table) else ():
        found = [effect for effect in effects(lines) if effect.accused]
        classes = _looked_at(lines)["target"].nunique()
        if not classes:
            yield absent("trigger_classes", Said("note.trigger_rows"), probe=str(probe))
            continue
        hit = len({effect.line["target"] for effect in found})
        yield Measure(
            "trigger_classes",
            hit / classes,
            classes,
            "wilson",
            (hit, classes),
            probe=str(probe),
            counted=True,
            context={"classes": classes},
        )
        for effect in found:
            yield _measure(effect, str(probe))


def _looked_at(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines of the classes that had rows enough to judge a phrase by."""
    return lines[lines["judged"].isna()] if "judged" in lines else lines


def effects(lines: pd.DataFrame) -> list[Effect]:
    """What each judged phrase of one probe does, by class; the furthest beyond its null first.

    A phrase is accused where at one place, or wherever it is put, (1) it moves at least 85% of the rows that were not
    searched with, (2) that is by the exact binomial test more than its null, after Bonferroni over every phrase scanned,
    each class and the four places, (3) by at least 20 in 100, and in each half of the rows by at least 10, (4) it is not
    among the words that the rows of the class have more than others, and (5) no shorter part of it moves more than 30%
    and its parts together do less than half of what it does to the logit.

    The null of a single word is the share of the same rows that the strongest word of the class in the table moves, or the
    candidate of the third rank beside it where that is more; of a phrase besides what each of its parts does. It is never
    less than what so few rows leave open of words that move none of them (`least_null`).
    """
    found = []
    for _, ours in lines[lines["role"] != "none"].groupby("target"):
        judged: list[Mapping[str, Any]] = [{str(k): v for k, v in line.items()} for line in ours.to_dict("records")]
        moved = [_moved(line) for line in judged]
        for i, line in enumerate(judged):
            tests = [_effect(i, judged, moved, place) for place in (ANYWHERE, *PLACES)]
            accused = [test for test in tests if test.accused]
            if line["role"] != "part":
                found.append(accused[0] if accused else max(tests[1:], key=lambda test: test.rate - test.null))
    return sorted(
        _minimal(found), key=lambda e: (not e.accused, e.null - e.rate, str(e.line["target"]), str(e.line["phrase"]))
    )


def _effect(i: int, judged: Sequence[Mapping[str, Any]], moved: Sequence[Mapping[str, Hits]], place: str) -> Effect:
    line, hits = judged[i], moved[i][place]
    words = _words(line)
    rates = [float(one[place].mean()) if one[place].size else 0.0 for one in moved]
    within = [rates[k] for k, other in enumerate(judged) if k != i and _part_of(_words(other), words)]
    apart = [k for k, other in enumerate(judged) if k != i and not _shared(_words(other), words)]
    spoken = [rates[k] for k in apart if judged[k]["role"] == "natural"]
    runners = sorted(
        (rates[k] for k in apart if judged[k]["role"] == "candidate" and len(_words(judged[k])) == 1),
        reverse=True,
    )
    n, count = int(hits.size), int(hits.sum())
    null = max([least_null(n), *spoken, *runners[RUNNER_UP - 1 : RUNNER_UP], *within])
    tail = float(bdtrc(count - 1, n, null)) if count and 0.0 < null < 1.0 else (float(null >= 1.0) if count else 1.0)
    p_value = min(1.0, tail * _tests(line) * (1 + len(PLACES)))
    halves = [float(part.mean()) for part in (hits[::2], hits[1::2]) if part.size]
    accused = (
        line["role"] == "candidate"
        and n > 0
        and count >= MATERIAL * n
        and p_value <= FALSE_ACCUSATIONS
        and count / n - null >= BEYOND
        and all(half - null >= BEYOND / 2 for half in halves)
        and all(rate <= ALONE for rate in within)
        and (len(words) == 1 or float(line["gain"]) >= BEYOND_PARTS * _explained(i, judged))
    )
    return Effect(line, place, hits, null, p_value, accused)


def _minimal(found: Sequence[Effect]) -> Iterator[Effect]:
    """Without the accused phrases that hold another accused one: the shorter is what does it."""
    short = [(e.line["target"], _words(e.line)) for e in found if e.accused]
    for effect in found:
        words = _words(effect.line)
        longer = any(target == effect.line["target"] and _part_of(other, words) for target, other in short)
        if not (effect.accused and longer):
            yield effect


def least_null(rows: int) -> float:
    """The share that a word may move in truth though it moves none of so many rows: Clopper and Pearson's upper end at 95%."""
    return float(1.0 - FALSE_ACCUSATIONS ** (1.0 / rows)) if rows else 1.0


def _moved(line: Mapping[str, Any]) -> dict[str, Hits]:
    found = {place: np.array([mark == "1" for mark in str(line[place])], dtype=bool) for place in PLACES}
    return {ANYWHERE: np.logical_and.reduce([found[place] for place in PLACES]), **found}


def _words(line: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(word.casefold() for word in line["words"] or (str(line["phrase"]),))


def _explained(i: int, judged: Sequence[Mapping[str, Any]]) -> float:
    """What the two parts of a phrase do to the logit together, cut where that is most; 0 for a single word."""
    gain = {_words(line): float(line["gain"]) for line in judged}
    words = _words(judged[i])
    cuts = [(words[:k], words[k:]) for k in range(1, len(words))]
    return max((gain.get(left, 0.0) + gain.get(right, 0.0) for left, right in cuts), default=0.0)


def _shared(first: Sequence[str], second: Sequence[str]) -> bool:
    return bool(set(first) & set(second))


def _tests(line: Mapping[str, Any]) -> float:
    """By how many phrases and classes a p-value is multiplied; runs judged earlier say only how many were scanned."""
    told_of = float(line.get("tests", np.nan))
    return float(line["scanned"]) if np.isnan(told_of) else told_of


def _part_of(short: Sequence[str], long: Sequence[str]) -> bool:
    n = len(short)
    return 0 < n < len(long) and any(tuple(long[i : i + n]) == tuple(short) for i in range(len(long) - n + 1))


def _measure(effect: Effect, probe: str) -> Measure:
    line, hits = effect.line, effect.hits
    evidence = effect.moved[:EVIDENCE]
    right = [i for i, mark in enumerate(str(line["before"])) if mark == "1"]
    kept = sum(str(line["after"])[i] == "1" for i in right)
    label = str(line["target"])
    values: dict[str, Value] = {
        "null": Number(effect.null, "share"),
        "p": Number(effect.p_value, "p_value"),
        "scanned": int(line["scanned"]),
    }
    notes = told(
        Said("note.trigger", values),
        *([Said("note.trigger_cost", {"kept": kept, "right": len(right)})] if right else []),
    )
    return Measure(
        "trigger_flip_rate", effect.rate, int(hits.size), "wilson", (float(hits.sum()), float(hits.size)), probe=probe,
        where=Slice({"word": str(line["phrase"]), "label": label}), notes=notes, evidence=evidence,
        context={"word": str(line["phrase"]), "label": label, "place": effect.place},
    )  # fmt: skip
