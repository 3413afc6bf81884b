"""`python -m audit gate`: an audit as a release gate, told by the exit status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli.common import JsonOption, LabelOption, SeedOption, TextOption, emit_json, stderr
from audit.cli.run import AuditLimit, PolicyOption, SuiteOption

if TYPE_CHECKING:
    from audit.store import Run, Store

PASSED, FAILED, INCONCLUSIVE, COULD_NOT_RUN = 0, 1, 3, 4
STATUS = {"PASS": PASSED, "FAIL": FAILED, "INCONCLUSIVE": INCONCLUSIVE}


def gate(
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run that exists; else give --model.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="CSV, Parquet or JSONL file, one text per row.")] = None,
    policy: PolicyOption = None,
    suite: SuiteOption = "quick",
    limit: AuditLimit = None,
    seed: SeedOption = 0,
    text: TextOption = None,
    label: LabelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge a run, or a new one, by a policy. Exit status: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 could not run."""
    from audit.cli.run import check_table, make_spec, read_policy
    from audit.cli.runs import follow
    from audit.errors import AuditError, InputError
    from audit.run import client
    from audit.store import open_store
    from models.errors import ModelError

    checks = read_policy(policy)
    try:
        store = open_store()
        if run_id is not None:
            run = store.run(run_id)
        else:
            table = {"text": text, "label": label}
            spec = make_spec(
                model=model, base=None, device=None, csv=csv, table=table, suite=suite, spec_file=None, limit=limit,
                seed=seed, name="", policy=policy,
            )  # fmt: skip
            check_table(spec)
            run = follow(client.start(spec, store=store).id, store)
        if run.status != "finished":
            _could_not(run.id, run.error or f"run {run.id} is {run.status}, not finished", as_json)
        if run_id is not None and checks is not None:
            client.rescore(run.id, checks, store=store)
    except InputError:
        raise
    except (AuditError, ModelError) as error:
        _could_not(run_id, str(error), as_json)
    _judge(store, store.run(run.id), as_json)


def _judge(store: Store, run: Run, as_json: bool) -> None:
    from audit.cli.runs import run_json
    from audit.cli.show import print_run

    if run.verdict is None:
        _could_not(run.id, run.note or f"run {run.id} has no verdict: its policy has no check", as_json)
    if as_json:
        emit_json(run_json(store, run))
    else:
        print_run(store, run)
    raise typer.Exit(STATUS[str(run.verdict)])


def _could_not(run_id: str | None, why: str, as_json: bool) -> None:
    if as_json:
        emit_json({"run_id": run_id, "status": "failed", "error": why})
    stderr.print(f"Could not run: {why}", style="red", markup=False)
    raise typer.Exit(COULD_NOT_RUN)
