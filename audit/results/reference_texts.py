"""What rows of a run's reference table say, read from its stored file."""

from __future__ import annotations

from collections.abc import Collection

from audit.errors import AuditError
from audit.store import Run, Store
from audit.strict_json import part
from audit.table.joining import other_columns
from audit.table.options import TableOptions
from models.errors import ModelError


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
