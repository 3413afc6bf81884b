"""The parts of a report about explanations: global words, faithfulness between floor and ceiling, heatmaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from audit.kinds import all_of
from audit.records import Attribution, Example, WordScore
from audit.report.caps import Caps
from audit.report.model import Bound, Heatmap, HeatWord, MethodFacts, Pointed, WordFacts
from audit.report.pointing import bare, of_rows
from audit.results.reading import Results
from audit.results.tables import words_name
from audit.score.robustness import ranked
from audit.scored import Score
from audit.word_kinds import says_something
from models.task import Task


def methods(read: Results, _caps: Caps) -> tuple[MethodFacts, ...]:
    """Every explanation method that has records, in the order of the run."""
    counts, limits = read.table("explained_counts"), read.table("faithfulness")
    made = []
    for method in read.of_kind("explainer"):
        own = counts[counts["probe"] == method.probe]
        lines = limits[limits["probe"] == method.probe].to_dict("records")
        made.append(
            MethodFacts(
                probe=method.probe,
                name=method.name,
                rows=int(own["rows"].sum()),
                converged=int(own["converged"].sum()),
                truncated=int(own["truncated"].sum()),
                unit=str(own["unit"].iloc[0]),
                bounds=tuple(
                    Bound(
                        str(line["metric"]),
                        float(line["value"]),
                        _number(line["floor"]),
                        _number(line["ceiling"]),
                        _number(line["normalised"]),
                        int(line["n"]),
                    )
                    for line in lines
                ),
            )
        )
    return tuple(made)


def words(read: Results, caps: Caps) -> tuple[WordFacts, ...]:
    """The strongest words of each class under the first method, after correction for the number of words.

    Punctuation, pieces of words and function words are not among them.
    """
    names = method_names(read)
    if not names:
        return ()
    table = read.table(words_name(names[0]))
    table = table[table["certain"] & table["word"].map(says_something).astype(bool)]
    targets = table["target"].value_counts(sort=True).index[: caps.word_classes]
    table = table[table["target"].isin(targets)].groupby("target", sort=False).head(caps.words)
    order = {label: place for place, label in enumerate(read.run.labels)}
    made = [
        WordFacts(
            probe=names[0],
            target=str(r["target"]),
            word=str(r["word"]),
            mean=float(r["mean"]),
            low=_number(r["low"]),
            high=_number(r["high"]),
            texts=int(r["texts"]),
            positive=int(r["positive"]),
            q_value=float(r["q_value"]),
        )
        for r in table.to_dict("records")
    ]
    return tuple(sorted(made, key=lambda w: (order.get(w.target, len(order)), w.target, -w.mean, w.word)))


def heatmaps(read: Results, caps: Caps) -> tuple[Heatmap, ...]:
    """Rows explained by the first method: typical ones, ones the model has wrong, ones an attack changed."""
    names = method_names(read)
    if not names or not caps.heatmaps:
        return ()
    table = read.frames.attributions
    explained = table[(table["probe"] == names[0]) & ~table["error"]]
    chosen = _chosen(read, explained, caps.heatmaps)
    found = read.records(names[0], [row_id for _, row_id in chosen])
    records = {record.row_id: record for record in all_of(found.values(), Attribution)}
    return tuple(_heatmap(why, records[row_id], names[0], read) for why, row_id in chosen if row_id in records)


def method_names(read: Results) -> list[str]:
    """Keys of the explanation methods with records, in the order of the run."""
    return [method.probe for method in read.of_kind("explainer")]


def _chosen(read: Results, explained: pd.DataFrame, at_most: int) -> list[tuple[str, str]]:
    """(why, row id), every row once: a row that is wrong or was attacked is not typical."""
    p = read.frames.predictions
    here = p[p["row_id"].isin(set(explained["row_id"])) & ~p["error"]]
    wrong = here[here["correct"] == 0].sort_values(["confidence", "row_id"], ascending=[False, True], kind="stable")
    attacks = read.frames.attacks
    attacked = [row_id for row_id in ranked(attacks).drop_duplicates() if row_id in set(explained["row_id"])]
    right = here[here["correct"] != 0]
    middle = (right["confidence"] - right["confidence"].median()).abs() if len(right) else right["confidence"]
    typical = right.assign(_middle=middle).sort_values(["_middle", "row_id"], kind="stable")["row_id"]
    if here.empty:
        typical = explained["row_id"]
    return _once((("wrong", wrong["row_id"]), ("attacked", attacked), ("typical", typical)), at_most)


def _once(groups: Iterable[tuple[str, Iterable[str]]], at_most: int) -> list[tuple[str, str]]:
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for why, row_ids in groups:
        fresh = [row_id for row_id in row_ids if row_id not in seen][:at_most]
        seen |= set(fresh)
        found[why] = fresh
    return [(why, row_id) for why in ("typical", "wrong", "attacked") for row_id in found[why]]


def _heatmap(why: str, record: Attribution, name: str, read: Results) -> Heatmap:
    example = read.examples.get(record.row_id)
    return Heatmap(
        why=why,
        probe=name,
        row_id=record.row_id,
        label=example.label if example else None,
        target=record.target,
        confidence=_probability(record, read),
        words=in_place(record.text, [w for w in record.words if w.segment == 0]),
        pair=in_place(record.pair, [w for w in record.words if w.segment == 1]) if record.pair is not None else None,
        unit=record.unit,
        largest=max((abs(w.score) for w in record.words), default=0.0),
        delta=record.delta,
        converged=record.converged,
        truncated=record.truncated,
    )


def _probability(record: Attribution, read: Results) -> float | None:
    """What the model gives the explained label; of a contrast of two, how sure it is of its answer."""
    p, task = read.frames.predictions, read.run.task
    own = p[p["row_id"] == record.row_id]
    if own.empty:
        return record.value if record.unit == "probability" else None
    if task.same(str(own["predicted"].iloc[0]), record.target) or record.target not in task.labels:
        return float(own["confidence"].iloc[0])
    found = float(read.frames.probs[own.index[0], task.labels.index(record.target)])
    return round(found, 6) if math.isfinite(found) else None


def in_place(text: str, scores: Sequence[WordScore]) -> tuple[HeatWord, ...]:
    """A text cut into its words and what is between them."""
    made: list[HeatWord] = []
    place = 0
    for word in sorted(scores, key=lambda w: (w.start, w.end)):
        if word.start < place:
            continue
        if word.start > place:
            made.append(HeatWord(text[place : word.start], None))
        made.append(HeatWord(text[word.start : word.end], word.score, word.error))
        place = word.end
    if place < len(text):
        made.append(HeatWord(text[place:], None))
    return tuple(made)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _why(record: Attribution, example: Example, _score: Score, _task: Task) -> Pointed:
    words = [word for word in record.words if word.segment == 0]
    return bare(
        example, probe=record.probe, name=record.name, before=record.target, words=in_place(record.text, words), unit=record.unit,
        largest=max((abs(word.score) for word in record.words), default=0.0), truncated=record.truncated, error=record.error,
    )  # fmt: skip


WHY = of_rows(_why)
"""What an explanation says of each row."""
