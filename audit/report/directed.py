"""What changes did after which the answer should move, and rows in which it stayed."""

from __future__ import annotations

from audit.kinds import all_of
from audit.records import DirectionOutcome, Example, Variant
from audit.report.attacked import edits, said
from audit.report.caps import Caps
from audit.report.model import DirectionFacts, Pointed, Stay
from audit.report.pointing import about, bare, of_rows
from audit.results.reading import Results
from audit.score.direction import FALL
from audit.scored import Score
from models.task import Task


def directions(read: Results, caps: Caps) -> tuple[DirectionFacts, ...]:
    """Every such probe that has records, in the order of the run."""
    made = []
    for probe in read.of_kind("direction"):
        rows = read.of_probes([probe.probe]).of("directions")
        own = rows[(rows["probe"] == probe.probe) & ~rows["error"]]
        stays = own[(own["kept"] > 0) & (own["fall"] < FALL)].sort_values(["fall", "row_id"], kind="stable")
        records = read.records(probe.probe, list(stays["row_id"].head(caps.flips)))
        found = (_stay(record, read.run.task) for record in all_of(records.values(), DirectionOutcome))
        made.append(
            DirectionFacts(
                probe=probe.probe,
                name=probe.name,
                rows=int(own["weight"].sum()),
                changed=int(own.loc[own["variants"] > 0, "weight"].sum()),
                stayed=int(stays["weight"].sum()),
                examples=tuple(one for one in found if one is not None),
            )
        )
    return tuple(made)


def _stay(record: DirectionOutcome, task: Task) -> Stay | None:
    """The variant whose answer stays the surest."""
    answer, sure = said(record.original_probs, task)
    kept: list[tuple[float, Variant]] = []
    for variant in record.variants:
        after, still = said(variant.probs, task)
        if task.same(after, answer):
            kept.append((still, variant))
    if not kept:
        return None
    still, variant = max(kept, key=lambda one: one[0])
    changed = edits(record.text, variant.text, variant.changes)
    return Stay(record.row_id, record.label, answer, sure, still, record.text, variant.text, changed)


def _stayed(record: DirectionOutcome, example: Example, _score: Score, task: Task) -> Pointed:
    told, stay = about(record, task), _stay(record, task)
    if stay is None:
        return bare(example, **told)
    return bare(example, **told, after=stay.answer, after_confidence=stay.after_confidence, edits=stay.edits)


STAYED = of_rows(_stayed)
"""Each row with the change after which the answer stays the surest."""
