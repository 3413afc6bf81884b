"""`python -m audit gate`: an audit as a release gate, told by the exit status."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from audit.cli.common import (
    COULD_NOT_RUN,
    JsonOption,
    SeedOption,
    emit_json,
    reader,
    stderr,
)
from audit.cli.move import SignedOption
from audit.cli.run import (
    AuditLimit,
    BaselineOption,
    BehaviourMap,
    BehaviourOption,
    PolicyOption,
    SuiteOption,
    read_policy,
)
from audit.language.translating import tr, tr_later
from audit.table_choices import TableChoices
from models.names import short
from models.telling import again

if TYPE_CHECKING:
    from audit.actions.reading import Reader
    from audit.stored import Run

PASSED, FAILED, INCONCLUSIVE = 0, 1, 3
STATUS = {"PASS": PASSED, "FAIL": FAILED, "INCONCLUSIVE": INCONCLUSIVE}


def gate(
    *,
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN]", help="A run that exists; else give --model.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file, one text per row.")
    ] = None,
    policy: PolicyOption = None,
    behaviour: BehaviourOption = None,
    behaviour_map: BehaviourMap = None,
    baseline: BaselineOption = None,
    suite: SuiteOption = "quick",
    limit: AuditLimit = None,
    seed: SeedOption = 0,
    choices: TableChoices,
    signed: SignedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Judge a run, or a new one, by a policy. Exit status: 0 pass, 1 fail, 2 usage, 3 inconclusive, 4 could not run."""
    from audit.errors import InputError

    try:
        checks = read_policy(policy, baseline=baseline)
        run, told = _run(
            run_id, checks, choices, signed, model=model, csv=csv, suite=suite, limit=limit, seed=seed, policy=policy,
            behaviour=behaviour, behaviour_map=behaviour_map, baseline=baseline,
        )  # fmt: skip
        status = _judge(run, checks if run_id is not None else None, told, as_json)
    except (InputError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever it was: nothing but a verdict may end in the status of one
        _could_not(run_id, error, as_json)
    raise typer.Exit(status)


def _run(
    run_id: str | None, checks: dict[str, Any] | None, choices: TableChoices, signed: bool, **asked: Any
) -> tuple[Run, tuple[str, ...]]:
    """The run that is judged, made first where none was named, and what was said of its table already.

    Raises:
        RunError: it has not finished, or was imported and its records do not give what it says.
    """
    from audit.actions import runs
    from audit.cli.run import check_table, make_spec
    from audit.cli.runs import follow
    from audit.errors import RunError

    store = reader()
    told: tuple[str, ...] = ()
    if run_id is not None:
        run = store.run(run_id)
    else:
        spec = make_spec(base=None, device=None, choices=choices, spec_file=None, name="", **asked)
        spec, told = check_table(spec, said=choices.label_map)
        run = follow(runs.start(store.actor, spec).id, store)
    if run.status != "finished":
        raise RunError(run.error or f"run {run.id} is {run.status}, not finished")
    if run.imported:
        _check_imported(store, run, signed)
    if run_id is not None and checks is not None:
        read_policy(
            asked["policy"], run.spec["probes"], baseline=asked["baseline"]
        )  # now it is known which probes there are
    return run, told


def _check_imported(store: Reader, run: Run, signed: bool) -> None:
    from audit.errors import RunError
    from audit.results.recomputing import check_content
    from audit.run.replay import check_run
    from audit.run.suite_records import suite_faults

    if signed and not (run.signature or {}).get("trusted"):
        raise RunError(f"run {run.id} is {run.origin}, and --require-signature was given")
    faults = check_run(store, run.id) or check_content(store, run.id) or suite_faults(store, run.id)
    if faults:
        raise RunError(f"run {run.id} was imported, and {faults[0]}; `python -m audit verify {run.id}` lists it all")


def _judge(run: Run, checks: dict[str, Any] | None, told: tuple[str, ...], as_json: bool) -> int:
    """Print what the run's own policy says of it, or `checks` where they are given; the run is left as it is.

    The thresholds of an imported run are its maker's: without a signature known here the default policy judges it.
    """
    from audit.cli.run_json import run_json
    from audit.cli.show import print_run
    from audit.errors import RunError
    from audit.results.judging import judged_by
    from audit.score.policy import policy_name

    store = reader()
    if checks is None and (checks := _instead(run)) is not None:
        stderr.print(
            tr(
                "Run {id} is {origin}, and brings its own policy, {policy}: judged by this installation's "
                "default policy in its place. To judge by another give --policy; a run is taken at its word "
                "when its bundle was imported with --key.",
                id=run.id,
                origin=again(run.origin),
                policy=short(policy_name(run.policy)),
            ),
            style="yellow",
        )
    other = None if checks is None else judged_by(store, run.id, checks)
    verdict = run.verdict if other is None else other.verdict
    if verdict is None:
        raise RunError(run.note or f"run {run.id} has no verdict: its policy has no check")
    if as_json:
        emit_json(run_json(store, run, judgement=other))
    else:
        print_run(store, run, judgement=other, told=told)
    return STATUS[str(verdict)]


def _instead(run: Run) -> dict[str, Any] | None:
    """The policy that judges a run in place of its own; None where its own may."""
    from audit.score.policy import is_default, load_policy

    if not run.foreign_policy or (run.signature or {}).get("trusted") or is_default(run.policy):
        return None
    return load_policy().to_dict()


def _could_not(run_id: str | None, error: BaseException, as_json: bool) -> NoReturn:
    """Say why and end with status 4, even where nothing can be said any more."""
    from audit.errors import AuditError
    from models.disk import disk_error
    from models.errors import ModelError

    error = disk_error(error) or error
    known = isinstance(error, AuditError | ModelError)
    said = " ".join(str(error).split()) or tr_later("an error without a word")
    why = str(error) if known else tr_later(f"{said}; this is a fault of Assay or of the machine")
    if isinstance(
        error, BrokenPipeError
    ):  # nobody reads any more; what is left in the buffer must not change the status
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    elif as_json:
        emit_json({"run_id": run_id, "status": "failed", "error": why})
    stderr.print(tr("Could not run: {why}", why=again(why)), style="red")
    raise typer.Exit(COULD_NOT_RUN)
