"""Attack success that keeps the meaning: a rule for every success, corrected by what people say of a random sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.said import Said, told
from audit.score.bootstrap import Floats, Replicates, cell_counts
from audit.score.frames import content_ids
from audit.score.measurer import Measurer
from audit.score.measures import EVIDENCE, Measure
from audit.score.reference import usual_under_attack

Reviews = Mapping[tuple[str, str], str]
"""(probe, row id) -> `same` (still means the same), `different` or `unsure`; the last is ignored."""

ENOUGH = 10
"""From so many judgements on, the rows nobody judged follow the judged ones instead of the rule alone."""


_SAME = 2


def valid_success_rate(probe: str, tried: pd.DataFrame, measurer: Measurer, reviews: Reviews | None = None) -> Measure:
    """`attack_success_rate_valid` of one recipe's attacked rows (frame `attacks`, neither errors nor skipped).

    Successes fall into two strata, kept and not kept by the rule (`valid`). Where the rule could not tell, the interval
    reaches from none of those to all of them; from 10 judgements on they belong to the second stratum. A judged row
    counts as judged. From 10 judgements on, an unjudged row counts with the share of judged rows of its stratum that
    keep the meaning. The interval resamples rows into the strata, and draws the share of each stratum that keeps the
    meaning from its Jeffreys posterior: rows judged would be others too, had others been audited.
    """
    success = (tried["status"] == "success").to_numpy()
    weights = tried["weight"].to_numpy(dtype=np.float64)
    rule = (tried["valid"] == 1).to_numpy() & success
    judged = _judged(probe, tried, reviews or {})
    known, same = success & (judged > 0), success & (judged == _SAME)
    enough = int(known.sum()) >= ENOUGH
    evidence = tried["row_id"][np.where(known, same, rule)][:EVIDENCE]
    notes = _notes(success, tried["valid"].to_numpy(), known, enough)
    if not enough:
        notes = told(*notes, usual_under_attack("attack_success_rate_valid", comparable(tried)))
    context = {"decisions": decisions_of(tried), "judge": "people" if enough else "rule"}
    if not enough:
        kept = np.where(known, same, rule)
        found = measurer.proportion(
            "attack_success_rate_valid", kept, weights, probe=probe, notes=notes, evidence=evidence, context=context
        )
        unknown = success & ~known & (tried["valid"] < 0).to_numpy()
        extra = float(weights[unknown].sum() / weights.sum()) * found.counts[1]
        return replace(found, counts=(*found.counts, extra)) if unknown.any() else found
    made = _adjusted(success, rule, known, same, weights, measurer, probe)
    return measurer.replicated(
        "attack_success_rate_valid",
        made,
        rows=weights.sum(),
        probe=probe,
        notes=notes,
        evidence=evidence,
        context=context,
    )


def comparable(rows: pd.DataFrame) -> str:
    """The registered name of the attack of some rows; "" where a budget ended a search, for then no other model's figure compares."""
    stopped = rows.empty or bool((rows["status"] == "out_of_budget").any())
    return "" if stopped else str(rows["name"].iloc[0])


def decisions_of(rows: pd.DataFrame) -> str:
    """What a success turns, `correct` decisions or `any`: without any label nobody knows whether the decision was right."""
    return "correct" if (rows["label"] != "").any() else "any"


def _judged(probe: str, tried: pd.DataFrame, reviews: Reviews) -> NDArray[np.int64]:
    """Per row 0 not judged, 1 different, 2 the same; a judgement holds for all duplicates."""
    codes = {"different": 1, "same": _SAME}
    given = [(row_id, codes[verdict]) for (of, row_id), verdict in reviews.items() if of == probe and verdict in codes]
    if not given:
        return np.zeros(len(tried), dtype=np.int64)
    ids = content_ids(pd.Series([row_id for row_id, _ in given], dtype="str"))
    verdicts = pd.Series([code for _, code in given], index=ids).groupby(level=0).last()
    return np.asarray(tried["content_id"].map(verdicts).fillna(0), dtype=np.int64)


def _adjusted(
    success: NDArray[np.bool_],
    rule: NDArray[np.bool_],
    known: NDArray[np.bool_],
    same: NDArray[np.bool_],
    weights: Floats,
    measurer: Measurer,
    probe: str,
) -> Replicates:
    """Sums over rows: all, successes that the rule keeps, successes that it does not keep."""
    strata = (rule, success & ~rule)
    sums = np.column_stack([np.ones_like(weights), *strata]) * weights[:, None]
    unique, sizes = np.unique(sums, axis=0, return_counts=True)
    cells: Floats = unique.astype(np.float64)
    generator = measurer.generator("attack_success_rate_valid", {"probe": probe})
    drawn = np.concatenate([chunk @ cells for chunk in cell_counts(sizes, measurer.resamples, generator)])
    value, replicates = float(weights[same].sum()), np.zeros(len(drawn))
    for column, stratum, fallback in ((1, strata[0], 1.0), (2, strata[1], 0.0)):
        n, k = int((known & stratum).sum()), int((same & stratum).sum())
        value += float(weights[stratum & ~known].sum()) * (k / n if n else fallback)
        replicates += drawn[:, column] * generator.beta(k + 0.5, n - k + 0.5, size=len(drawn))
    stored = np.sort(replicates / drawn[:, 0]).astype(np.float32).astype(np.float64)
    return Replicates(value / float(weights.sum()), stored, int(sizes.sum()))


def _notes(
    success: NDArray[np.bool_], valid: NDArray[np.integer], known: NDArray[np.bool_], enough: bool
) -> tuple[Said, ...]:
    total, people, unknown = int(success.sum()), int(known.sum()), int((success & (valid < 0) & ~known).sum())
    by = Said("note.by_people", {"judged": people, "successes": total}) if people else Said("note.by_rule")
    if enough:
        return by, Said("note.others_follow")
    return told(by, Said("note.unknown_by_rule", {"successes": unknown}) if unknown else None)
