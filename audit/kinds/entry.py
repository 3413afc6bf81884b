"""What is said of one kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Scope = Literal["row", "sample"]


@dataclass(frozen=True, slots=True)
class Part:
    """What is made of records of a kind, among the parts that the other kinds bring.

    Attributes:
        place: where it stands in the order of all of them.
        path: `module:attribute`.
        reviewed: whether it takes besides what people judged.
    """

    place: int
    path: str
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of probe and of record.

    Attributes:
        name: as specs have it.
        record: the class of its records.
        stored: the name its records are stored under.
        shard_rows: rows of a shard: a few seconds of work on two cores, so that cancel, resume and sharing are quick; None:
            all of them, for its records are about many rows together.
        frame: name of its frame in `audit.score.frames.Frames`.
        columns: of that frame, and the type of each (`audit.score.arrays.Columns`); they are named like the record's fields.
        rows: what a record is in that frame, `(record, task) -> lines of (values, numbers by name)`, where its fields by the
            columns' names are not enough; "": they are.
        index: what pages filter and sort a stored record by besides what all have, `(record, data, task) -> columns`; "": nothing.
        probes: name -> `module:Class`, those on offer here, in their order of presentation.
        families: of scores, `(frames, measurer) -> measures`.
        tables: groups of the charts' tables that are kept with a run.
        chapters: of a report, see `audit.report.chapters`.
        facts: what a report holds of them: its field -> what gathers that, `(results, caps) -> tuple`. Each such fact says by
            `without_texts` what is left of it for those who may not see the rows.
        csv: files of their own for the records in an export (`audit.report.csv_records.RecordTable`); none: one of what all have.
        shows: what a report shows of the rows that a finding about such records points to (`audit.report.pointing.Shows`); "":
            their texts.
        missing: key of the sentence that says what a run lacks without them (`audit.language`).
        always: whether every audit makes such records, asked for or not.
    """

    name: str
    record: type[Any]
    stored: str
    shard_rows: int | None
    frame: str
    columns: Mapping[str, str]
    missing: str
    rows: str = ""
    index: str = ""
    shows: str = ""
    probes: dict[str, str] = field(default_factory=dict)
    families: tuple[Part, ...] = ()
    tables: tuple[Part, ...] = ()
    chapters: tuple[Part, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    csv: tuple[Part, ...] = ()
    always: bool = False

    @property
    def scope(self) -> Scope:
        """What its records are about: each about a `row`, or some about the `sample`."""
        return "sample" if self.shard_rows is None else "row"
