"""One pass over a run's records: the frames that scores use, the rows' texts, what people judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
        names: name of a probe within the run -> the name its scores carry (a recipe without its stand-ins).
        recipes: name within the run -> the recipe's full label, with stand-ins.
    """

    store: Store
    run: Run
    probes: tuple[RunProbe, ...]
    rows: pd.DataFrame
    examples: Mapping[str, Example]
    frames: Frames
    reviews: Mapping[tuple[str, str], Review]
    names: Mapping[str, str]
    recipes: Mapping[str, str]

    def records(self, probe: str, row_ids: Iterable[str]) -> dict[str, Record]:
        """The full records of some rows under one probe of the run, by row id, in the order given."""
        wanted = list(dict.fromkeys(row_ids))
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), CHUNK):
            where = RecordFilter(probe=probe, row_ids=tuple(wanted[start : start + CHUNK]))
            for _, record in self.store.iter_records(self.run.id, probe, where=where):
                found[record.row_id] = record
        return {row_id: found[row_id] for row_id in wanted if row_id in found}

    def keys(self, name: str, kind: str) -> list[str]:
        """Names within the run of the probes whose scores carry `name`."""
        return [p.probe for p in self.probes if p.kind == kind and self.names.get(p.probe) == name]


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
    names: dict[str, str] = {}
    recipes: dict[str, str] = {}
    for probe, record in _records(store, run.id):
        names.setdefault(probe, _name(record))
        if isinstance(record, AttackOutcome):
            recipes.setdefault(probe, record.recipe)
        builder.add(record)
    return Reading(
        store=store,
        run=run,
        probes=probes,
        rows=rows,
        examples=examples,
        frames=builder.frames(store.weights(run.id)),
        reviews={(review.probe, review.row_id): review for review in store.reviews(run.id)},
        names=names,
        recipes=recipes,
    )


def _records(store: Store, run_id: str) -> Iterator[tuple[str, Record]]:
    yield from store.iter_records(run_id)


def _name(record: Record) -> str:
    for field in ("recipe", "perturbation", "method"):
        found = getattr(record, field, None)
        if found is not None:
            return str(found).partition(" [")[0]
    return "predict"


def _multi_label(run: Run) -> bool:
    return (run.identity or {}).get("head") == "multi_label"
