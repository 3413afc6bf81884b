"""`python -m audit show RUN`: score card, findings and provenance of a run in the terminal."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding

from audit.cli.common import JsonOption, emit_json, stdout
from audit.cli.runs import RunArgument, run_json
from audit.cli.score_lines import score_table
from audit.language.numbers import numbers
from models.terminal import styled

if TYPE_CHECKING:
    from audit.records import Finding
    from audit.results.judging import Judgement
    from audit.store import Progress, Run, Store

VERDICT_STYLE = {"PASS": "green", "FAIL": "bold red", "INCONCLUSIVE": "yellow"}


def show(
    run_id: RunArgument,
    every: Annotated[bool, typer.Option("--all", help="Show class-wise and other sliced scores too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the score card and the findings of a run."""
    from audit.store import open_store

    store = open_store()
    run = store.run(run_id)
    if as_json:
        emit_json(run_json(store, run, provenance=run.provenance))
    else:
        print_run(store, run, every=every)


def print_run(
    store: Store, run: Run, *, every: bool = False, judgement: Judgement | None = None, told: Collection[str] = ()
) -> None:
    """Print a run: head, scores, findings, what was skipped or failed.

    Args:
        store: where it is; run: the run.
        every: sliced scores too.
        judgement: by another policy than the run's own, in place of its findings and verdict.
        told: warnings about its table that need not be said again.
    """
    progress = store.progress(run.id)
    _print_head(run, progress, told)
    scores = [score for score in store.scores(run.id) if every or not score.slice]
    if scores:
        stdout.print()
        stdout.print(score_table(scores))
    for finding in store.findings(run.id) if judgement is None else judgement.findings:
        _print_finding(finding)
    _print_verdict(run, judgement)
    for probe in store.probes(run.id):
        if probe.status == "skipped":
            stdout.print(f"Skipped {probe.probe}: {probe.reason}", style="yellow")
    if progress.errors:
        stdout.print(f"{progress.errors} rows failed; `python -m audit resume {run.id} --retry` tries them again.")
    for said, style in ((run.error, "red"), (run.note, "yellow")):
        if said:
            stdout.print(said, style=style)


def _print_head(run: Run, progress: Progress, told: Collection[str]) -> None:
    stdout.print(f"{run.name}  ({run.id})", style="bold")
    stdout.print(
        f"{run.model} on {run.table_name}: {run.rows_sampled or 0} distinct rows of {run.rows_total or 0}", style="dim"
    )
    if run.origin:
        stdout.print(f"{run.origin[0].upper()}{run.origin[1:]}.", style="yellow")
    state = f"{run.status} after {numbers().duration(progress.elapsed)}" if progress.elapsed is not None else run.status
    reused = f", {progress.shards_reused} of {progress.shards} shards reused" if progress.shards_reused else ""
    stdout.print(f"{state}{reused}; result hash {(run.result_hash or 'none yet')[:16]}", style="dim")
    if progress.waiting:
        stdout.print(f"{progress.waiting[0].upper()}{progress.waiting[1:]}", style="yellow")
    for warning in run.table_warnings:
        if warning not in told:
            stdout.print(f"Warning: {warning}", style="yellow")


def _print_verdict(run: Run, judgement: Judgement | None) -> None:
    from audit.score.policy import policy_name

    verdict = run.verdict if judgement is None else judgement.verdict
    if verdict:
        stdout.print()
        stdout.print(f"Verdict: {verdict}", style=VERDICT_STYLE.get(verdict, ""))
        stdout.print(f"By the policy {_policy(run, judgement)}", style="dim")
    if judgement is not None and run.verdict:
        own = f"The run itself keeps its verdict {run.verdict}, by {policy_name(run.policy, imported=run.imported)}."
        stdout.print(own, style="dim")


def _policy(run: Run, judgement: Judgement | None) -> str:
    from audit.score.policy import policy_name

    return policy_name(run.policy, imported=run.imported) if judgement is None else policy_name(judgement.policy)


def _print_finding(finding: Finding) -> None:
    stdout.print()
    head = styled(finding.verdict, VERDICT_STYLE.get(finding.verdict, ""))
    stdout.print(head + styled(f"  {finding.title}", "bold") + styled(f"  ({finding.severity})", "dim"))
    for said in (finding.why, finding.next_step, finding.note):
        if said:
            stdout.print(Padding(styled(said), (0, 0, 0, 2), expand=False), soft_wrap=False)
