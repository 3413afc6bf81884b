"""The parts of a report about robustness: what each attack and each perturbation did, and the most telling examples."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from audit.kinds import all_of
from audit.records import AttackOutcome, Change, PerturbationOutcome
from audit.report.caps import Caps
from audit.report.model import Adversarial, CurvePoint, Edit, Flip, PerturbationFacts, RecipeFacts
from audit.results.reading import Results
from audit.score.robustness import ranked
from audit.store import RunProbe
from models.task import Task


def recipes(read: Results, caps: Caps) -> tuple[RecipeFacts, ...]:
    """Every attack that has records, in the order of the run."""
    table = read.frames.attacks
    curves = read.table("words_changed")
    made = []
    for probe in read.of_kind("attack"):
        rows = table[table["probe"] == probe.probe]
        counts = rows.groupby("status")["weight"].sum()
        judged = [r.verdict for (key, _), r in sorted(read.reviews.items()) if key == probe.probe]
        made.append(
            RecipeFacts(
                probe=probe.probe,
                name=probe.name,
                stand_ins=read.stand_ins.get(probe.probe, ()),
                goal=str(rows["goal"].iloc[0]),
                counts={str(status): int(count) for status, count in counts.items()},
                curve=_curve(curves[curves["probe"] == probe.probe]),
                examples=_examples(read, probe, rows, caps.examples),
                reviewed=len(judged),
                judged_same=judged.count("same"),
                judged_different=judged.count("different"),
            )
        )
    return tuple(made)


def perturbations(read: Results, caps: Caps) -> tuple[PerturbationFacts, ...]:
    """Every perturbation that has records, in the order of the run."""
    table = read.frames.perturbations
    table = table[~table["error"]]
    made = []
    for probe in read.of_kind("perturbation"):
        rows = table[table["probe"] == probe.probe]
        flipped = rows[rows["flips"] > 0]
        ids = flipped.sort_values(["flips", "row_id"], ascending=[False, True], kind="stable")["row_id"]
        records = read.records(probe.probe, ids.head(caps.flips))
        flips = [_flip(r, read.run.task) for r in all_of(records.values(), PerturbationOutcome)]
        made.append(
            PerturbationFacts(
                probe=probe.probe,
                name=probe.name,
                rows=int(rows["weight"].sum()),
                changed=int(rows.loc[rows["changed"] > 0, "weight"].sum()),
                flipped=int(flipped["weight"].sum()),
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


def _examples(read: Results, probe: RunProbe, rows: pd.DataFrame, at_most: int) -> tuple[Adversarial, ...]:
    chosen = list(_varied(rows, ranked(rows), at_most))
    return tuple(
        _adversarial(record, probe, read)
        for record in all_of(read.records(probe.probe, chosen).values(), AttackOutcome)
        if record.status == "success" and record.perturbed_text is not None
    )


def _varied(rows: pd.DataFrame, best: pd.Series, at_most: int) -> list[str]:
    """The best of each predicted class in turn, so that the examples do not all show one class."""
    before = rows.drop_duplicates("row_id").set_index("row_id")["before"]
    queues: dict[str, list[str]] = {}
    for row_id in best:
        queues.setdefault(str(before[row_id]), []).append(row_id)
    taken = [row_id for turn in range(at_most) for queue in queues.values() for row_id in queue[turn : turn + 1]]
    return taken[:at_most]


def _adversarial(record: AttackOutcome, probe: RunProbe, read: Results) -> Adversarial:
    task = read.run.task
    before, sure_before = _said(record.original_probs, task)
    after, sure_after = _said(record.perturbed_probs, task)
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
    before, _ = _said(record.original_probs, task)
    for variant in record.variants:
        after, _ = _said(variant.probs, task)
        if variant.changed and not task.same(after, before):
            changed = edits(record.text, variant.text, variant.changes)
            return Flip(record.row_id, record.label, before, after, record.text, variant.text, changed)
    return None


def _said(probs: Sequence[float], task: Task) -> tuple[str, float]:
    if not probs or len(probs) != len(task.labels):
        return "", 0.0
    return task.answer(probs), task.sure(probs)


def _curve(lines: pd.DataFrame) -> tuple[CurvePoint, ...]:
    return tuple(
        CurvePoint(float(r["budget"]), float(r["accuracy"]), float(r["low"]), float(r["high"]))
        for r in lines.to_dict("records")
    )
