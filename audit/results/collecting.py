"""What to collect for the findings of a run: its tables are read once more, for what their texts hold, where a finding asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from audit.errors import AuditError
from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.records import Example
from audit.results.reading import Results
from audit.said import Said
from audit.score.collecting import Rows, concerns, to_collect
from audit.score.frames import Frames, with_marks
from audit.score.text_marks import TextMarks
from audit.scored import Finding
from audit.slices import GROUP
from audit.strict_json import part
from audit.table import open_table
from audit.table.options import TableOptions
from models.errors import ModelError

KINDS = (PREDICTION.name, EMBEDDING.name, REFERENCE.name)
MOST_ROWS = 200_000
"""Rows of a reference table that are read for it; of a longer one nothing is said but what the audited table tells."""


def what_to_collect(results: Results, findings: Iterable[Finding]) -> Mapping[str, Said]:
    """Finding id -> what to collect or relabel, of those of which that can be said.

    Args:
        results: of a finished run; findings: of it, by whatever policy.
    """
    asked = [finding for finding in findings if concerns(finding)]
    if not asked or results.run.status != "finished":
        return {}
    frames = with_marks(
        results.of_probes(key for kind in KINDS for key in results.planned(kind)),
        results.store.iter_examples(results.run.id),
    )
    audited, learnt = _audited(frames), _learnt(results)
    said = {finding.id: to_collect(finding, frames, audited, learnt) for finding in asked}
    return {name: told for name, told in said.items() if told}


def _audited(frames: Frames) -> Rows:
    table, marks = frames.examples, frames.marks
    if marks is None:  # with_marks has just made them
        marks = TextMarks().marks(np.empty(0, dtype=np.intp))
    groups = {
        str(name).removeprefix(GROUP): table[name].fillna("").astype(str).to_numpy(dtype=object)
        for name in table.columns
        if str(name).startswith(GROUP)
    }
    labels = table["label"].astype(str).to_numpy(dtype=object)
    return Rows("collect.audited", labels, table["weight"].to_numpy(dtype=np.int64), marks, groups)


def _learnt(results: Results) -> Rows | None:
    """The rows of a run's reference table, read from its file; None without one, or where it is not here or too long."""
    run = results.run
    spec, told = part(run.spec, "reference"), part(run.provenance, "reference")
    rows = told.get("rows")
    if not isinstance(spec.get("path"), str) or not isinstance(rows, int) or rows > MOST_ROWS:
        return None
    found = {name: told[name] for name in ("encoding", "delimiter") if told.get(name) is not None}
    try:
        path = results.store.files.local(spec["path"])
        table = open_table(path, TableOptions.of(spec, **found), name=str(told.get("name") or ""))
        labels = dict(spec.get("label_map") or {})
        table = table.matched(run.task.labels, chosen=labels, multi_label=run.task.several)
        return _rows_of(table, "collect.training" if _trained_on(results) else "collect.reference")
    except (AuditError, ModelError, OSError, ValueError):
        return None


def _rows_of(table: Iterable[Example], named: str) -> Rows:
    marks, labels, lines = TextMarks(), [], []
    groups: dict[str, list[str]] = {}
    for place, row in enumerate(table):
        marks.add(row.text, row.pair)
        labels.append(row.label or "")
        lines.append(row.line or 0)
        for name, value in row.groups.items():
            groups.setdefault(name, [""] * place).append(value)
        for values in groups.values():
            if len(values) <= place:
                values.append("")
    n = len(labels)
    return Rows(
        named,
        np.array(labels, dtype=object),
        np.ones(n, dtype=np.int64),
        marks.marks(np.arange(n)),
        {name: np.array(values, dtype=object) for name, values in groups.items()},
        np.array(lines, dtype=np.int64),
    )


def _trained_on(results: Results) -> bool:
    """Whether the reference table is the one that the model's card names."""
    from models.trained_on import trained_on

    told = trained_on(results.run.model_card or {})
    return told is not None and told.sha256 == part(results.run.spec, "reference").get("path")
