"""One pass over a run's records: the frames that scores use, the rows' texts, what people judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from audit.records import AttackOutcome, Example, Record
from audit.score.frames import FrameBuilder, Frames
from audit.store import RecordFilter, Review, Run, RunProbe, Store

CHUNK = 400


@dataclass(frozen=True)
class Reading:
    """What every part of the report is made from.

    Attributes:
        rows: columns of `Store.rows`.
        examples: by row id.
        present: keys of the probes that left a record.
        stand_ins: key of an attack -> what its recipe used in place of what it was published with.
    """

    store: Store
    run: Run
    probes: tuple[RunProbe, ...]
    rows: pd.DataFrame
    examples: Mapping[str, Example]
    frames: Frames
    reviews: Mapping[tuple[str, str], Review]
    present: frozenset[str]
    stand_ins: Mapping[str, tuple[str, ...]]

    def records(self, probe: str, row_ids: Iterable[str]) -> dict[str, Record]:
        """The full records of some rows under one probe of the run, by row id, in the order given."""
        wanted = list(dict.fromkeys(row_ids))
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), CHUNK):
            where = RecordFilter(probe=probe, row_ids=tuple(wanted[start : start + CHUNK]))
            for _, record in self.store.iter_records(self.run.id, probe, where=where):
                found[record.row_id] = record
        return {row_id: found[row_id] for row_id in wanted if row_id in found}

    def of_kind(self, kind: str) -> list[RunProbe]:
        """The probes of a kind that left records, in the order of the run."""
        return [p for p in self.probes if p.kind == kind and p.probe in self.present]


def read(store: Store, run_id: str) -> Reading:
    """Read a run's records once; memory holds numbers and the rows' texts, not the records.

    Raises:
        UnknownName: no such run.
    """
    run = store.run(run_id)
    probes = store.probes(run.id)
    rows = store.rows(run.id)
    builder = FrameBuilder(run.labels, multi_label=_multi_label(run))
    examples: dict[str, Example] = {}
    for example in store.iter_examples(run.id):
        builder.add_example(example)
        examples[example.row_id] = example
    present: set[str] = set()
    stand_ins: dict[str, tuple[str, ...]] = {}
    for probe, record in store.iter_records(run.id):
        present.add(probe)
        if isinstance(record, AttackOutcome):
            stand_ins.setdefault(probe, record.stand_ins)
        builder.add(record)
    return Reading(
        store=store,
        run=run,
        probes=probes,
        rows=rows,
        examples=examples,
        frames=builder.frames(store.weights(run.id)),
        reviews={(review.probe, review.row_id): review for review in store.reviews(run.id)},
        present=frozenset(present),
        stand_ins=stand_ins,
    )


def _multi_label(run: Run) -> bool:
    return (run.identity or {}).get("head") == "multi_label"
