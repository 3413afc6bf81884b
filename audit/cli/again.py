"""`python -m audit again`: what a run did, on another table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr
from audit.cli.run_json import RunArgument
from audit.language.translating import tr, tr_later


def again(
    run_id: RunArgument,
    csv: Annotated[
        Path, typer.Option("--csv", help="The new table: CSV, Excel, Parquet or JSONL, same columns and labels.")
    ],
    name: Annotated[str, typer.Option("--name", help="Name of the new run.")] = "",
    detach: Annotated[bool, typer.Option("--detach", help="Return at once; a worker does the rest.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run an audit again on new data: same model, probes, settings and policy, another table. Its labels are checked."""
    from audit.actions import runs
    from audit.cli.run import check_table, table_file
    from audit.cli.runs import ensure_worker, follow, report_end
    from audit.spec import read_spec

    store = reader()
    old = store.run(run_id)
    path = table_file(csv, "table")
    spec = read_spec(dict(old.spec), tr_later(f"The spec of run {old.id}"))
    changes: dict[str, Any] = {
        "name": name,
        "table": spec.table.model_copy(update={"path": path, "name": None, "fingerprint": None}),
        "model": spec.model.model_copy(update={"fingerprint": None}),
    }
    spec = spec.model_copy(update=changes)
    spec, told = check_table(spec, said={}, suited=False)
    started = runs.start(store.actor, spec)
    if detach:
        ensure_worker(store)
        emit_json({"run_id": started.id, "status": started.status}) if as_json else stderr.print(
            tr("Started run {id}; `python -m audit status {id}` shows how far it is.", id=started.id)
        )
        return
    report_end(store, follow(started.id, store), as_json=as_json, told=told)
