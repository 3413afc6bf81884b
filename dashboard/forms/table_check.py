"""A stored table read with some options: preview, faults and profile, kept until file or options change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from audit.errors import UnknownName
from audit.language.translating import tr
from audit.records import Example
from audit.spec import TableSpec
from audit.stored import Upload
from audit.table import (
    AuditTable,
    Fault,
    Preview,
    TableOptions,
    conflicts,
    duplicates,
    likely_sheet,
    match_labels,
    open_table,
    preview,
    profile,
)
from audit.table.personal import masked
from audit.table.quality import QUALITY, quality
from audit.table_choices import TableChoices
from dashboard.page.state import store
from models.label_sets import split_labels

ROWS = 20
"""Rows at the start of a file that are shown."""
SOME = 400
"""Rows, evenly spaced, whose length in tokens is asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """The labels of the model a table is meant for, and its name; none without one."""

    labels: tuple[str, ...] = ()
    multi_label: bool = False
    model: str = ""


def spec_of(upload: Upload) -> TableSpec:
    """The table of an audit, with the choices remembered with the upload."""
    return TableSpec.of(TableChoices.of(upload.options), path=upload.sha256, name=upload.name)


def start_of(upload: Upload, options: TableOptions) -> dict[str, Any]:
    """The start of a file as it would be read: header, rows, columns in use, source, warnings, faults, what columns may be;
    and `instead` the same of the sheet that seems to be meant, None where there is no other.

    Raises:
        TableError: the file cannot be read at all.
        FilesError: it is gone.
    """
    with st.spinner(tr("Reading the start of the file")):
        known = tuple(entry.known_labels for entry in store().catalog() if entry.known_labels)
        return _start_of(_path_of(upload), upload.name, options, known)


def whole(upload: Upload, target: Target) -> dict[str, Any]:
    """A whole file checked, with the choices remembered with it; its labels matched to those of a model if there is one.

    Raises:
        TableError: the file is gone or cannot be read at all.
    """
    chosen = dict(upload.options.get("label_map") or {})
    mapped = tuple(sorted((typed, label) for typed, label in chosen.items() if label in target.labels))
    with st.spinner(tr("Checking every row")):
        return _whole(_path_of(upload), upload.name, TableOptions.of(upload.options), target, mapped)


def fitting(table: TableSpec, target: Target) -> TableSpec:
    """A table with what was decided about its labels for another model left out."""
    if not target.labels:
        return table
    kept = {typed: label for typed, label in table.label_map.items() if label in target.labels}
    return table.model_copy(update={"label_map": kept})


def checked(table: TableSpec, target: Target) -> dict[str, Any]:
    """As `whole`, for the table of an audit: one that was uploaded, or a file.

    Raises:
        TableError: the file is gone or cannot be read at all.
    """
    try:
        path = _path_of(store().upload(table.path))
    except UnknownName:
        path = table.path
    mapped = tuple(sorted(fitting(table, target).label_map.items()))
    name = table.name or Path(path).name
    with st.spinner(tr("Checking every row")):
        return _whole(path, name, TableOptions.of(table), target, mapped if target.labels else ())


def columns_of(table: TableSpec) -> dict[str, Any]:
    """Which columns of a table would be used: one that was uploaded, or a file.

    Raises:
        TableError: the file is gone or cannot be read at all.
    """
    columns: dict[str, Any] = _started(table)["columns"]
    return columns


def header_of(table: TableSpec) -> tuple[str, ...]:
    """The names of a table's columns, as they stand in it.

    Raises:
        TableError: the file is gone or cannot be read at all.
    """
    return tuple(name.strip() for name in _started(table)["header"] if name.strip())


def sheets_of(table: TableSpec) -> tuple[str | None, tuple[str, ...]]:
    """The sheet of a workbook that a table is, and all its sheets; None and none of any other file.

    Raises:
        TableError: the file is gone or cannot be read at all.
    """
    source = _started(table)["source"]
    return source["sheet"], tuple(source["sheets"])


def _started(table: TableSpec) -> dict[str, Any]:
    try:
        path = _path_of(store().upload(table.path))
    except UnknownName:
        path = table.path
    with st.spinner(tr("Reading the start of the file")):
        start: dict[str, Any] = _start_of(path, table.name or Path(path).name, TableOptions.of(table))
    return start


@st.cache_data(max_entries=32, show_spinner=False)
def _start_of(path: str, name: str, options: TableOptions, known: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
    found = preview(path, options, rows=ROWS, name=name, known=known)
    other = likely_sheet(path, found, options, name=name, known=known)
    return {**_told(found), "instead": None if other is None else _told(other)}


def _told(found: Preview) -> dict[str, Any]:
    return {
        "header": found.header, "rows": found.rows[:ROWS], "columns": asdict(found.columns), "source": asdict(found.source),
        "warnings": _shown(found.warnings), "faults": [_fault(fault) for fault in found.faults], "guess": asdict(found.guess),
    }  # fmt: skip


@st.cache_data(max_entries=16, show_spinner=False)
def _whole(
    path: str, name: str, options: TableOptions, target: Target, label_map: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    table = open_table(path, options, name=name)
    typed = table.label_counts
    found: dict[str, Any] = {
        "typed": typed, "unmatched": {}, "unknown": [], "proposed": {}, "how": "", "why": "", "read_warnings": _shown(table.warnings),
        "match_warnings": (),
    }  # fmt: skip
    if target.labels and typed:
        mapping = match_labels(typed, target.labels, chosen=dict(label_map), multi_label=target.multi_label)
        found |= {
            "unmatched": dict(mapping.unmatched), "unknown": list(dict.fromkeys(mapping.unknown.values())),
            "proposed": dict(mapping.proposed), "how": mapping.how, "why": mapping.why,
            "match_warnings": _shown(mapping.warnings),
        }  # fmt: skip
        table = table.with_labels(mapping)
    found |= {
        "rows": len(table), "faults": [_fault(fault) for fault in table.faults],
        "fault_total": table.fault_total, "fault_counts": table.fault_counts, "warnings": _shown(table.warnings),
    }  # fmt: skip
    if len(table):
        some = table[:: max(1, len(table) // SOME)][:SOME]
        several = target.multi_label and bool(target.labels)
        found |= {
            "profile": asdict(profile(table)),
            "duplicates": [(d.text, d.lines) for d in duplicates(table, 50)],
            "conflicts": [(c.text, c.labels) for c in conflicts(table, 50)],
            "quality": _quality(table),
            "some_texts": [row.text for row in some],
            "some_labels": [_held(row.label, target.labels if several else ()) for row in some],
        }
    return found


def _held(cell: str | None, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels of a cell: several of them where the model may give several."""
    if not cell:
        return ()
    return tuple(split_labels(cell, labels)) if labels else (cell,)


def _quality(table: AuditTable) -> dict[str, Any]:
    """What went wrong with the texts: how many of each, and some of them with their lines; personal data in them is masked."""
    found = quality(table)
    wanted = {row for name in QUALITY for row in found[name]["shown"]}
    rows = {example.row_id: example for example in table if example.row_id in wanted} if wanted else {}
    return {
        name: {
            **{part: found[name][part] for part in ("rows", "kinds") if part in found[name]},
            "shown": [
                (rows[row].line or 0, masked(_both(rows[row])) if name == "personal" else rows[row].text)
                for row in found[name]["shown"]
            ],
        }
        for name in QUALITY
    }


def _both(row: Example) -> str:
    return row.text if row.pair is None else f"{row.text} / {row.pair}"


def _path_of(upload: Upload) -> str:
    """Where an upload can be read on this machine."""
    return str(store().files.local(upload.sha256))


def _fault(fault: Fault) -> dict[str, Any]:
    return fault.to_dict() | {"sentence": str(fault), "cell": fault.cell}


def _shown(warnings: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(str, warnings))
