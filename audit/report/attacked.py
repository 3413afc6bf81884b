"""The parts of a report about robustness: what each attack and each perturbation did, and the most telling examples."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from audit.changes import changes_between
from audit.kinds import all_of
from audit.records import AttackOutcome, Change, Example, PerturbationOutcome
from audit.report.caps import Caps
from audit.report.model import Adversarial, CurvePoint, Edit, Flip, PerturbationFacts, Pointed, RecipeFacts
from audit.report.pointing import about, bare, of_rows
from audit.results.reading import Results
from audit.scored import Score
from audit.store import RunProbe
from models.task import Task


def recipes(read: Results, caps: Caps) -> tuple[RecipeFacts, ...]:
    """Every attack that has records, in the order of the run."""
    counts, best = read.table("attack_counts"), read.table("attack_best")
    curves = read.table("words_changed")
    made = []
    for probe in read.of_kind("attack"):
        own = counts[counts["probe"] == probe.probe]
        judged = [r.verdict for (key, _), r in sorted(read.reviews.items()) if key == probe.probe]
        made.append(
            RecipeFacts(
                probe=probe.probe,
                name=probe.name,
                stand_ins=read.stand_ins.get(probe.probe, ()),
                goal=str(own["goal"].iloc[0]),
                counts={str(status): int(rows) for status, rows in zip(own["status"], own["rows"], strict=True)},
                curve=_curve(curves[curves["probe"] == probe.probe]),
                examples=_examples(read, probe, best[best["probe"] == probe.probe], caps.examples),
                reviewed=len(judged),
                judged_same=judged.count("same"),
                judged_different=judged.count("different"),
            )
        )
    return tuple(made)


def perturbations(read: Results, caps: Caps) -> tuple[PerturbationFacts, ...]:
    """Every perturbation that has records, in the order of the run."""
    counts, flipped = read.table("perturbation_counts"), read.table("flipped_rows")
    made = []
    for probe in read.of_kind("perturbation"):
        own = counts[counts["probe"] == probe.probe]
        ids = flipped.loc[flipped["probe"] == probe.probe, "row_id"]
        records = read.records(probe.probe, ids.head(caps.flips))
        flips = [_flip(r, read.run.task) for r in all_of(records.values(), PerturbationOutcome)]
        made.append(
            PerturbationFacts(
                probe=probe.probe,
                name=probe.name,
                rows=int(own["rows"].sum()),
                changed=int(own["changed"].sum()),
                flipped=int(own["flipped"].sum()),
                examples=tuple(flip for flip in flips if flip is not None),
            )
        )
    return tuple(made)


def edits(text: str, after: str, changes: Sequence[Change]) -> tuple[Edit, ...]:
    """The text cut into kept and changed parts, in reading order; changes that overlap are dropped."""
    made: list[Edit] = []
    place, new_place = 0, 0
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if change.start < place or change.new_start < new_place:
            continue
        if change.start > place:
            made.append(Edit(text[place : change.start], after[new_place : change.new_start], changed=False))
        made.append(Edit(text[change.start : change.end], after[change.new_start : change.new_end], changed=True))
        place, new_place = change.end, change.new_end
    if place < len(text) or new_place < len(after):
        made.append(Edit(text[place:], after[new_place:], changed=False))
    return tuple(made)


def _examples(read: Results, probe: RunProbe, best: pd.DataFrame, at_most: int) -> tuple[Adversarial, ...]:
    return tuple(
        _adversarial(record, probe, read)
        for record in all_of(read.records(probe.probe, _varied(best, at_most)).values(), AttackOutcome)
        if record.status == "success" and record.perturbed_text is not None
    )


def _varied(best: pd.DataFrame, at_most: int) -> list[str]:
    """The best of each predicted class in turn, so that the examples do not all show one class."""
    queues: dict[str, list[str]] = {}
    for row_id, before in zip(best["row_id"], best["before"], strict=True):
        queues.setdefault(before, []).append(row_id)
    taken = [row_id for turn in range(at_most) for queue in queues.values() for row_id in queue[turn : turn + 1]]
    return taken[:at_most]


def _adversarial(record: AttackOutcome, probe: RunProbe, read: Results) -> Adversarial:
    task = read.run.task
    before, sure_before = said(record.original_probs, task)
    after, sure_after = said(record.perturbed_probs, task)
    review = read.reviews.get((probe.probe, record.row_id))
    perturbed = record.perturbed_text or ""
    return Adversarial(
        probe=probe.probe,
        name=probe.name,
        row_id=record.row_id,
        label=record.label,
        before=before,
        before_confidence=sure_before,
        after=after,
        after_confidence=sure_after,
        text=record.text,
        perturbed=perturbed,
        edits=edits(record.text, perturbed, record.changes),
        words_changed=record.words_changed,
        words_total=record.words_total,
        queries=record.queries,
        similarity=record.similarity,
        valid=record.valid,
        review=review.verdict if review else None,
        note=record.note,
    )


def _flip(record: PerturbationOutcome, task: Task) -> Flip | None:
    before, _ = said(record.original_probs, task)
    for variant in record.variants:
        after, _ = said(variant.probs, task)
        if variant.changed and not task.same(after, before):
            changed = edits(record.text, variant.text, variant.changes)
            return Flip(record.row_id, record.label, before, after, record.text, variant.text, changed)
    return None


def said(probs: Sequence[float], task: Task) -> tuple[str, float]:
    """The answer that probabilities come to, and how sure it is; nothing where there are none."""
    if not probs or len(probs) != len(task.labels):
        return "", 0.0
    return task.answer(probs), task.sure(probs)


def _curve(lines: pd.DataFrame) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(float(r["budget"]), float(r["accuracy"]), float(r["low"]), float(r["high"]))
        for r in lines.to_dict("records")
    )


def _attacked(record: AttackOutcome, example: Example, _score: Score, task: Task) -> Pointed:
    told = about(record, task)
    if record.status != "success" or record.perturbed_text is None or not record.perturbed_probs:
        return bare(example, **told)
    return bare(
        example, **told, after=task.answer(record.perturbed_probs), after_confidence=task.sure(record.perturbed_probs),
        edits=edits(record.text, record.perturbed_text, record.changes), similarity=record.similarity,
    )  # fmt: skip


def _perturbed(record: PerturbationOutcome, example: Example, _score: Score, task: Task) -> Pointed:
    told = about(record, task)
    for variant in record.variants if record.original_probs else ():
        if variant.changed and variant.probs and not task.same(task.answer(variant.probs), told["before"]):
            return bare(
                example, **told, after=task.answer(variant.probs), after_confidence=task.sure(variant.probs),
                edits=edits(record.text, variant.text, variant.changes or changes_between(record.text, variant.text)),
            )  # fmt: skip
    return bare(example, **told)


ATTACKED = of_rows(_attacked)
"""Each row as the attack left it."""
PERTURBED = of_rows(_perturbed)
"""Each row with the first change that turned it."""
