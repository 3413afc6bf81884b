"""For a finding about rows: how many like them a table holds, of which labels, and what would have to be collected or relabelled.

Everything is counted, nothing estimated: rows of the reference table (what the model learnt from, where it is the training
table), else of the audited one. How many more are needed is arithmetic on these counts: it says what would make the part as
common as others, not that the model would then be right.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from audit.said import NOTHING, Number, Said, Value, sentences
from audit.score.frames import Frames
from audit.score.places.plane import of_length_one
from audit.score.shift.sides import vectors_of
from audit.score.text_marks import FORMS, Marks
from audit.scored import Finding, Score
from audit.several_values import several_values
from audit.slices import GROUP, Slice
from audit.words import HAN, words_in
from models.task import Task

Mask = NDArray[np.bool_]

OF_WORDS = frozenset({"shortcut_word", "word_turned", "word_effect", "word_beyond"})
OF_TRIGGERS = "trigger_flip_rate"
OF_CLASSES = frozenset({"class_recall", "class_precision", "class_f1"})
OF_PARTS = frozenset({
    "slice_gap", "accuracy", "macro_f1", "ece", "confidence_gap", "accuracy_gap", "group_accuracy", "group_tpr", "group_fpr",
    "group_precision",
})  # fmt: skip
OVERALL = frozenset({"accuracy", "macro_f1"})
CONFUSED = "confusion_share"
NEAREST = 10
"""Rows of the reference table that are looked at for each error."""
MOST_ERRORS = 1_000
READ_FIRST = 5
"""Lines that are named."""
FEWEST_ERRORS = 5
SLACK = 0.1
"""Of a share that is aimed at: what comes as near to it counts as reaching it, and nobody is sent for a row or two."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table, as far as parts of it are told by them.

    Attributes:
        named: key of what the table is called.
        labels: (rows,) the true ones, "" without. weights: (rows,) how often each stands in the table.
        marks: words, lengths and forms of their texts. groups: column -> (rows,) its values.
        lines: (rows,) where each stands in its file; empty where that is not known.
    """

    named: str
    labels: NDArray[np.object_]
    weights: NDArray[np.int64]
    marks: Marks
    groups: Mapping[str, NDArray[np.object_]]
    lines: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def count(self, mask: Mask) -> int:
        """How many rows of the table a mask means."""
        return int(self.weights[mask].sum())

    def inside(self, where: Slice, task: Task) -> Mask | None:
        """(rows,) which of them a part means; None where one of its columns cannot be told by what is known of them."""
        found = np.ones(len(self.labels), dtype=bool)
        for column, value in where.items():
            mask = self._of(column, value or "", task)
            if mask is None:
                return None
            found &= mask
        return found

    def of_label(self, label: str, task: Task) -> Mask:
        """(rows,) which have a label, alone or among several."""
        names = np.unique(self.labels.astype(str))
        having = [name for name in names if name and label in task.parts(name)]
        return np.isin(self.labels.astype(str), having)

    def _of(self, column: str, value: str, task: Task) -> Mask | None:
        if column == "label":
            return self.of_label(value, task)
        if column in ("holds", "word"):
            return self.with_word(value)
        if column in ("words_over", "words_upto") and value.isdecimal():
            over = self.marks.lengths > int(value)
            return over if column == "words_over" else ~over
        if column == "form" and value in FORMS:
            return np.asarray(self.marks.forms[:, FORMS.index(value)], dtype=bool)
        if column.startswith(GROUP) and column.removeprefix(GROUP) in self.groups:
            cells = self.groups[column.removeprefix(GROUP)].astype(str)
            held = several_values(
                map(str, np.unique(cells))
            )  # cells with several values are taken apart, as groups are
            return np.isin(cells, [cell for cell in np.unique(cells) if value in held.get(str(cell), (str(cell),))])
        return None

    def with_word(self, word: str) -> Mask:
        """(rows,) which hold a word, in whatever capitals."""
        folded = word.casefold()
        return self._with_any([i for i, one in enumerate(self.marks.vocabulary) if one == folded])

    def with_phrase(self, phrase: str) -> tuple[Mask, tuple[str, ...]] | None:
        """(rows,) which hold every word of a phrase, wherever; None of one that has no word, such as a mark.

        Where no row does, and of Chinese, whose words nobody sets apart, those count that have it inside of words (Chinese: each of
        its characters); the words that are meant then come with the rows, the most frequent first.
        """
        words = words_in(phrase)
        if not words:
            return None
        found = np.logical_and.reduce([self.with_word(word) for word in words])
        chinese = HAN.search(phrase) is not None
        if found.any() and not chinese:
            return found, ()
        parts = [sign for word in words for sign in (word if chinese else (word.casefold(),))]
        columns = [[i for i, word in enumerate(self.marks.vocabulary) if part in word] for part in parts]
        inside = np.logical_and.reduce([self._with_any(some) for some in columns])
        rows = self.marks.words[np.flatnonzero(inside)]
        often = np.asarray(rows.sum(axis=0)).ravel()
        named = sorted({i for some in columns for i in some if often[i] > 0}, key=lambda i: (-often[i], i))
        return inside, tuple(self.marks.vocabulary[i] for i in named)

    def _with_any(self, columns: Sequence[int]) -> Mask:
        """(rows,) which hold any of some words, by their columns."""
        return np.asarray(self.marks.words[:, list(columns)].sum(axis=1)).ravel() > 0


def to_collect(finding: Finding, frames: Frames, audited: Rows, learnt: Rows | None) -> Said:
    """What to collect or relabel for a finding; nothing where its rows cannot be told, or it has not been established.

    Args:
        finding: of the run.
        frames: with its predictions, and embeddings and reference rows where it has them.
        audited: its rows. learnt: those of its reference table, None where there is none that can be read.
    """
    if finding.verdict != "FAIL":
        return NOTHING
    score, task = finding.score, frames.task
    where = _where(finding)
    side = learnt or audited
    said = [*_counted(score, where, side, audited, task)]
    if said and learnt is None:
        said.append(Said("collect.ask"))
    if learnt is not None and score.name != OF_TRIGGERS:  # rows sent by a trigger are no errors of the table's
        said += _near(score, where, frames, audited, learnt.named)
    return sentences(*said) if said else NOTHING


def concerns(finding: Finding) -> bool:
    """Whether something may be said of what to collect for a finding."""
    about = OF_WORDS | OF_CLASSES | OF_PARTS | {CONFUSED, OF_TRIGGERS}
    return finding.verdict == "FAIL" and finding.score.name in about


def _where(finding: Finding) -> Slice:
    """The part a finding is about; of a column as a whole its worst group, as far as the title names it."""
    where = dict(finding.score.where)
    open_ones = [column for column, value in where.items() if value is None]
    worst = finding.said.title.values.get("worst")
    if len(open_ones) == 1 and isinstance(worst, str):
        where[open_ones[0]] = worst
    return Slice(where)


def _counted(score: Score, where: Slice, side: Rows, audited: Rows, task: Task) -> Iterator[Said]:
    label = where.get("label") or ""
    if score.name in OF_WORDS and where.get("word") and label:
        yield _of_word(str(where["word"]), label, side, task)
    elif score.name == OF_TRIGGERS and where.get("word") and label:
        yield from _of_trigger(str(where["word"]), label, side, side is audited, task)
    elif score.name in OF_CLASSES and set(where) == {"label"}:
        yield _of_class(label, side, task)
    elif score.name == CONFUSED and where.get("predicted"):
        yield _of_two(label, str(where["predicted"]), side, task)
    elif score.name in OF_PARTS and where and (inside := side.inside(where, task)) is not None:
        own = audited.inside(where, task)
        yield _of_part(inside, side, audited, own)


def _of_word(word: str, label: str, side: Rows, task: Task) -> Said:
    labelled = side.labels != ""
    inside, same = side.with_word(word), side.of_label(label, task)
    n, alike = side.count(inside & labelled), side.count(inside & same)
    rows = side.count(labelled)
    told: dict[str, Value] = {"word": word, "label": label, "table": _called(side), "n": n, "same": alike}
    if not n or not rows:
        return Said("collect.word_none", {"word": word, "table": _called(side)})
    share = side.count(same) / rows
    more = math.ceil(alike / share - n - 1e-9) if alike > (1 + SLACK) * share * n else 0
    told |= {"share": Number(share)}
    return Said("collect.word", {**told, "more": more}) if more > 0 else Said("collect.word_even", told)


def _of_trigger(phrase: str, label: str, side: Rows, here: bool, task: Task) -> Iterator[Said]:
    found = side.with_phrase(phrase)
    if found is None:
        return
    inside, words = found
    same = inside & side.of_label(label, task)
    n, alike, rows = side.count(inside & (side.labels != "")), side.count(same), side.count(side.labels != "")
    told: dict[str, Value] = {"word": phrase, "table": _called(side)}
    if not n:
        yield Said("collect.trigger_here" if here else "collect.trigger_none", told)
        return
    share = Number(side.count(side.of_label(label, task)) / rows)
    told |= {"label": label, "n": n, "same": alike, "share": share}
    if words and set(words) != {word.casefold() for word in words_in(phrase)}:
        yield Said("collect.trigger_inside", {**told, "words": ", ".join(words[:READ_FIRST])})
    else:
        yield Said("collect.trigger", told)
    if len(side.lines) and same.any():
        yield Said("collect.trigger_read", {"lines": ", ".join(map(str, side.lines[same][:READ_FIRST]))})


def _of_class(label: str, side: Rows, task: Task) -> Said:
    n, rows = side.count(side.of_label(label, task)), side.count(side.labels != "")
    others = [side.count(side.of_label(name, task)) for name in task.labels if name != label]
    typical = round(float(np.median([there for there in others if there] or [0])))
    told: dict[str, Value] = {"label": label, "n": n, "rows": rows, "table": _called(side), "typical": typical}
    if not n:
        return Said("collect.class_none", {name: told[name] for name in ("label", "table", "typical")})
    return (
        Said("collect.class", {**told, "more": typical - n})
        if n < (1 - SLACK) * typical
        else Said("collect.class_even", told)
    )


def _of_two(label: str, other: str, side: Rows, task: Task) -> Said:
    n, m = (side.count(side.of_label(name, task)) for name in (label, other))
    told: dict[str, Value] = {"label": label, "other": other, "n": n, "m": m, "rows": side.count(side.labels != "")}
    return Said("collect.two", {**told, "table": _called(side)})


def _of_part(inside: Mask, side: Rows, audited: Rows, own: Mask | None) -> Said:
    n, rows = side.count(inside), int(side.weights.sum())
    told: dict[str, Value] = {"n": n, "rows": rows, "table": _called(side), "labels": _labels(side, inside)}
    if side is audited or own is None or not rows:
        return Said("collect.part_here", told)
    share, ours = n / rows, audited.count(own) / max(int(audited.weights.sum()), 1)
    told |= {"share": Number(share), "own": Number(ours)}
    if not n:
        wanted = math.ceil(ours * rows / (1 - ours) - 1e-9) if ours < 1 else rows
        return Said("collect.part_none", {"table": _called(side), "own": Number(ours), "more": wanted})
    # with x more of them (n + x) / (rows + x) is their share
    more = math.ceil((ours * rows - n) / (1 - ours) - 1e-9) if share < (1 - SLACK) * ours and ours < 1 else 0
    return Said("collect.part", {**told, "more": more}) if more > 0 else Said("collect.part_even", told)


def _labels(side: Rows, inside: Mask) -> str:
    """The labels of some rows with how many have each, the most frequent first."""
    counts: Counter[str] = Counter()
    for label, weight in zip(side.labels[inside], side.weights[inside], strict=True):
        counts[str(label)] += int(weight)
    named = [f"{label} {n:,}" for label, n in counts.most_common(4) if label]
    return ", ".join(named) + (", …" if len(counts) > 4 else "")


def _near(score: Score, where: Slice, frames: Frames, audited: Rows, named: str) -> Iterator[Said]:
    """Which labels the rows of the reference table have that lie nearest to the errors, and which of them to read first."""
    table = frames.of("references")
    vectors = frames.compared.vectors
    errors = _errors(score, where, frames, audited)[:MOST_ERRORS]
    if not len(table) or not vectors.shape[1] or len(errors) < FEWEST_ERRORS or not frames.task.exclusive:
        return
    rows = frames.predictions.take(errors)
    own = vectors_of(frames, rows["content_id"])
    placed = np.isfinite(own).all(axis=1) if own.shape[1] == vectors.shape[1] else np.zeros(len(rows), dtype=bool)
    labels = table["label"].astype(str).to_numpy(dtype=object)
    known = np.flatnonzero((labels != "") & np.isfinite(vectors.astype(np.float32)).all(axis=1))
    if placed.sum() < FEWEST_ERRORS or len(known) < NEAREST:
        return
    rows, own = rows.take(np.flatnonzero(placed)), own[placed]
    likeness = of_length_one(own) @ of_length_one(vectors[known]).T
    nearest = known[np.argsort(-likeness, axis=1, kind="stable")[:, :NEAREST]]
    given, true = (rows[name].astype(str).to_numpy(dtype=object)[:, None] for name in ("predicted", "label"))
    misled = labels[nearest] == given
    shares = {"wrong": Number(float(misled.mean())), "right": Number(float((labels[nearest] == true).mean()))}
    yield Said("collect.near", {"errors": len(rows), "table": Said(named), **shares})
    lines = _most_often(table["line"].to_numpy()[nearest[misled]])
    if lines:
        yield Said("collect.read", {"lines": ", ".join(map(str, lines))})


def _most_often(lines: Sequence[int] | NDArray[np.int64]) -> list[int]:
    """The lines that are nearest to several errors, the most often so first."""
    often = Counter(int(line) for line in lines)
    return [line for line, times in sorted(often.items(), key=lambda one: (-one[1], one[0]))[:READ_FIRST] if times > 1]


def _errors(score: Score, where: Slice, frames: Frames, audited: Rows) -> NDArray[np.intp]:
    """Places among the predictions of the rows that a finding is about and that the model has wrong; none where these cannot be told."""
    rows = frames.predictions
    wrong = ((rows["correct"] == 0) & ~rows["error"]).to_numpy(dtype=bool)
    if not where:
        return np.flatnonzero(wrong) if score.name in OVERALL else np.empty(0, dtype=np.intp)
    place = {content: i for i, content in enumerate(frames.examples["content_id"])}
    at = rows["content_id"].map(place).fillna(-1).to_numpy(dtype=np.int64)
    label, said = dict(where), rows["predicted"].astype(str).to_numpy(dtype=object)
    if score.name in OF_WORDS or score.name == "class_precision":  # wrongly given
        wrong = wrong & (said == label.pop("label", ""))
    if "predicted" in label:
        wrong = wrong & (said == label.pop("predicted"))
    inside = audited.inside(Slice(label), frames.task)
    if inside is None:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(wrong & (at >= 0) & inside[np.maximum(at, 0)])


def _called(side: Rows) -> Said:
    return Said(side.named)
