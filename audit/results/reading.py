"""A run, read once: whoever shows, compares, judges or prints a run reads it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from audit.kinds import as_a
from audit.records import AttackOutcome, Example, Record
from audit.results.judges import settled
from audit.results.label_verdicts import LabelVerdict, settled_labels
from audit.results.tables import FORM, STAMP, group_of, table_from_bytes
from audit.scored import Finding, Score
from audit.store import RecordFilter, Review, Run, RunProbe, Store

if TYPE_CHECKING:
    from audit.score.frames import Frames

CHUNK = 400


class Results:
    """What a run came to, at the run's own confidence level and seed.

    Everything is read when it is first asked for and kept as long as the object: numbers and the rows' texts, never the
    records. Make a new one to see what has changed since.

    Attributes:
        store: where the run is.
        run: as it stood when this was made.
    """

    def __init__(self, store: Store, run: Run) -> None:
        self.store, self.run = store, run
        self._parts: dict[tuple[str, ...], Frames] = {}
        self._tables: dict[str, pd.DataFrame] = {}

    @property
    def level(self) -> float:
        """The confidence level of every interval of the run."""
        return self.run.level

    @cached_property
    def probes(self) -> tuple[RunProbe, ...]:
        """The probes in the order of the spec, skipped ones with their reason."""
        return self.store.probes(self.run.id)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The audited rows, columns of `Store.rows`."""
        return self.store.rows(self.run.id)

    @cached_property
    def examples(self) -> Mapping[str, Example]:
        """The audited rows by row id."""
        return {example.row_id: example for example in self.store.iter_examples(self.run.id)}

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Names of the group columns."""
        return tuple(dict.fromkeys(name for example in self.examples.values() for name in example.groups))

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """The scores in the order they were computed; empty before the run finished."""
        return self.store.scores(self.run.id)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the most severe first; empty before the run finished."""
        return self.store.findings(self.run.id)

    @cached_property
    def reviews(self) -> Mapping[tuple[str, str], Review]:
        """What people judged of attacks, by key of the probe and row id; where several did, what counts of it."""
        return settled(review for review in self.store.reviews(self.run.id) if not review.of_label)

    @cached_property
    def label_verdicts(self) -> Mapping[str, LabelVerdict]:
        """What people judged of labels, by row id; where several did, what counts of it."""
        return settled_labels(self.store.reviews(self.run.id))

    @cached_property
    def frames(self) -> Frames:
        """All records as columns; the one pass over them."""
        return self._read(None)

    @cached_property
    def frames_of_texts(self) -> Frames:
        """The same with what the rows' texts tell: their marks, near duplicates, which stand in the reference table, and its own marks."""
        from audit.results.reference_texts import reference_texts
        from audit.score.frames import with_marks, with_reference_marks, with_twins
        from audit.score.labels.reference import seen_in_reference

        marked = with_marks(self.frames, self.store.iter_examples(self.run.id))
        made = with_twins(marked, self.store.iter_examples(self.run.id))
        made = replace(made, seen=seen_in_reference(self.run.provenance, len(made.examples)))
        lines = made.of("references")["line"] if len(made.of("references")) else ()
        texts = reference_texts(self.store, self.run, set(map(int, lines))) if len(lines) else None
        return with_reference_marks(made, texts) if texts else made

    def of_probes(self, keys: Iterable[str]) -> Frames:
        """The records of some probes as columns: from all of them where they have been read, else by a pass of their own."""
        if "frames" in self.__dict__:
            return self.frames
        wanted = tuple(sorted(set(keys)))
        if wanted not in self._parts:
            self._parts[wanted] = self._read(wanted)
        return self._parts[wanted]

    def of_kind(self, kind: str) -> list[RunProbe]:
        """The probes of a kind that left records, in the order of the run."""
        return [p for p in self.probes if p.kind == kind and p.probe in self._present]

    def planned(self, kind: str) -> list[str]:
        """Keys of the probes of a kind that were to run."""
        return [p.probe for p in self.probes if p.kind == kind and p.status == "planned"]

    def table(self, name: str) -> pd.DataFrame:
        """The table of a chart (`audit.results.tables`): as it was kept when the run ended, else made of the records."""
        if name not in self._tables:
            kept = self.store.table(self.run.id, name) if self._tables_hold else None
            group = group_of(name)
            keys = [key for kind in group.kinds for key in self.planned(kind)] or list(group.probes)
            made = {}
            if kept is None:
                frames = self.frames_of_texts if group.texts else self.of_probes(keys)
                made = group.make(frames, self.run.level, self.run.seed)
            self._tables |= made if kept is None else {name: table_from_bytes(kept)}
        return self._tables[name]

    def records(self, probe: str, row_ids: Iterable[str]) -> dict[str, Record]:
        """The full records of some rows under one probe of the run, by row id, in the order given."""
        wanted = list(dict.fromkeys(row_ids))
        found: dict[str, Record] = {}
        for start in range(0, len(wanted), CHUNK):
            where = RecordFilter(probe=probe, row_ids=tuple(wanted[start : start + CHUNK]))
            for _, record in self.store.iter_records(self.run.id, probe, where=where):
                found[record.row_id] = record
        return {row_id: found[row_id] for row_id in wanted if row_id in found}

    def stream(self, probe: str) -> Iterator[Record]:
        """Every record that a probe of the run left, in the order of the run."""
        return (record for _, record in self.store.iter_records(self.run.id, probe))

    def an_attack(self, probe: str) -> AttackOutcome | None:
        """One outcome of an attack, for what all of them share (resources, stand-ins); None where it left none."""
        return as_a(next((r for _, r in self.store.iter_records(self.run.id, probe, batch=64)), None), AttackOutcome)

    @cached_property
    def stand_ins(self) -> Mapping[str, tuple[str, ...]]:
        """Key of an attack -> what its recipe used in place of what it was published with."""
        found = {probe.probe: self.an_attack(probe.probe) for probe in self.of_kind("attack")}
        return {key: record.stand_ins for key, record in found.items() if record is not None}

    @cached_property
    def _present(self) -> frozenset[str]:
        """Keys of the probes that left a record."""
        count = self.store.count_records
        return frozenset(p.probe for p in self.probes if count(self.run.id, RecordFilter(probe=p.probe)))

    @cached_property
    def _tables_hold(self) -> bool:
        """Whether the tables kept are those of these records; a run that goes on has more records than its tables know."""
        return self.run.status == "finished" and self.store.table(self.run.id, STAMP) == FORM

    def _read(self, probes: tuple[str, ...] | None) -> Frames:
        from audit.score.frames import build_frames

        wanted: tuple[str | None, ...] = (None,) if probes is None else probes
        records = (record for probe in wanted for _, record in self.store.iter_records(self.run.id, probe))
        weights = self.store.weights(self.run.id)
        total = self.run.rows_total
        return build_frames(
            records,
            task=self.run.task,
            examples=self.store.iter_examples(self.run.id),
            weights=weights,
            whole=total is not None and 0 < total <= sum(weights.values()),
        )


def read(store: Store, run_id: str) -> Results:
    """The results of a run.

    Args:
        store: where it is; run_id: id, unique prefix or `latest`.

    Raises:
        UnknownName: no such run.
    """
    return Results(store, store.run(run_id))
