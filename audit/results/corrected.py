"""What follows from people's judgements of labels: scores before and after, how many were wrong, and the corrected table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from audit.results.row_table import beside_rows
from audit.scored import Score
from audit.strict_json import part

if TYPE_CHECKING:
    from audit.results.label_verdicts import LabelVerdict
    from audit.results.reading import Results

BOTH = ("accuracy", "macro_f1")
"""Scores that are told before and after."""
BEFORE, JUDGED = "label_before", "label_judged"
"""Columns of the corrected table that stand beside those the table has."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """Scores by name, with the labels as they were and as people corrected them; rows left out are in neither n of the latter."""

    raw: Mapping[str, Score]
    corrected: Mapping[str, Score]


def corrected_scores(results: Results) -> Corrected | None:
    """Accuracy and macro-F1 before and after; None while no label was changed."""
    from audit.score.labels.correcting import corrected
    from audit.score.performance import performance
    from audit.score.scoring import measure_families

    labels = new_labels(results.label_verdicts)
    if not labels:
        return None
    frames = results.of_probes(results.planned("prediction"))
    found = [
        {
            measure.name: measure.score(results.level)
            for measure in measure_families(some, (performance,), seed=results.run.seed)
            if measure.name in BOTH and not measure.where
        }
        for some in (frames, corrected(frames, labels))
    ]
    return Corrected(*found)


def wrong_of_judged(results: Results) -> Score | None:
    """The share of judged labels that are not to stay, of those that the model contradicts with confidence."""
    from audit.score.measurer import Measurer

    suspected = set(results.table("label_suspects")["row_id"])
    judged = [one for row_id, one in results.label_verdicts.items() if row_id in suspected and one.verdict != "open"]
    if not judged:
        return None
    measure = Measurer(results.run.seed).count("label_wrong_share", sum(one.wrong for one in judged), len(judged))
    return measure.score(results.level)


def new_labels(verdicts: Mapping[str, LabelVerdict]) -> dict[str, str | None]:
    """Row id -> its label from now on, None for a row that is left out; rows whose label stays are not among them."""
    return {row_id: one.label or None for row_id, one in verdicts.items() if one.wrong}


def corrected_table(results: Results) -> pd.DataFrame:
    """The audited rows as their table has them, with corrected labels and without those that were dropped.

    Columns are called as in the table; those it has besides follow where its file is here, then the label as it was and what
    was judged of it. A row that the table has several times stands here as often.
    """
    lines = list(_lines(results))
    head, *rows = lines
    return pd.DataFrame(rows, columns=list(head))


def _lines(results: Results) -> Iterator[tuple[Any, ...]]:
    said = part(results.run.provenance, "table", "columns")
    text, pair, label = (str(said.get(name) or name) for name in ("text", "pair", "label"))
    examples = list(results.examples.values())
    pairs = [pair] if any(example.pair is not None for example in examples) else []
    others = beside_rows(results.store, results.run, [one.line for one in examples if one.line is not None])
    own = [text, *pairs, label, *results.groups]
    beside = [f"{name} (2)" if name in own else name for name in others.names]
    yield (*own, *beside, BEFORE, JUDGED)
    weights, labels, none = (
        results.store.weights(results.run.id),
        new_labels(results.label_verdicts),
        (None,) * len(beside),
    )
    for example in examples:
        now = labels.get(example.row_id, example.label)
        if example.row_id in labels and now is None:
            continue
        verdict = results.label_verdicts.get(example.row_id)
        cells = none if example.line is None else others.cells.get(example.line, none)
        line = (
            example.text, *([example.pair] if pairs else []), now, *(example.groups.get(name) for name in results.groups), *cells,
            example.label, verdict.verdict if verdict is not None else None,
        )  # fmt: skip
        for _ in range(weights.get(example.content_id, 1)):
            yield line
