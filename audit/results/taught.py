"""Which rows of the reference table taught the model an answer, with what those rows say."""

from __future__ import annotations

from collections.abc import Collection

from audit.errors import AuditError
from audit.kinds.embedding import EMBEDDING
from audit.kinds.prediction import PREDICTION
from audit.kinds.reference import REFERENCE
from audit.results.reading import Results
from audit.score.frames import Frames
from audit.store import Run, Store
from audit.strict_json import part
from audit.table.joining import other_columns
from audit.table.options import TableOptions
from models.errors import ModelError

KINDS = (PREDICTION.name, EMBEDDING.name, REFERENCE.name)
"""Kinds of probes whose records it takes."""


def frames_of(results: Results) -> Frames:
    """The records of a run that `audit.score.places.influence` takes."""
    return results.of_probes(key for kind in KINDS for key in results.planned(kind))


def reference_texts(store: Store, run: Run, lines: Collection[int]) -> dict[int, str] | None:
    """What rows of a run's reference table say, by their lines; None where its file is not here or cannot be read."""
    spec, told = part(run.spec, "reference"), part(run.provenance, "reference")
    columns = part(told, "columns")
    if not spec.get("path") or not columns.get("text"):
        return None
    found = {name: told[name] for name in ("encoding", "delimiter") if told.get(name) is not None}
    wanted, last, texts = set(lines), max(lines, default=0), {}
    try:
        path = store.files.local(str(spec["path"]))
        with other_columns(path, TableOptions.of(spec, **found), used=(), name=str(told.get("name") or "")) as (
            names,
            rows,
        ):
            at = [names.index(str(columns[name])) for name in ("text", "pair") if columns.get(name)]
            for line, cells in rows:
                if line in wanted:
                    texts[line] = " / ".join(cells[i] for i in at)
                if line >= last:
                    break
    except (AuditError, ModelError, OSError, ValueError):
        return None
    return texts
