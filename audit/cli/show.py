"""`python -m audit show RUN`: score card, findings and provenance of a run in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from audit.cli.common import JsonOption, emit_json
from audit.cli.runs import RunArgument, run_json, seconds_text

if TYPE_CHECKING:
    from audit.records import Finding, Score
    from audit.store import Run, Store

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


def print_run(store: Store, run: Run, *, every: bool = False) -> None:
    """Print a run: head, scores, findings, what was skipped or failed."""
    out = Console(highlight=False)
    progress = store.progress(run.id)
    out.print(Text(f"{run.name}  ({run.id})", style="bold"))
    out.print(
        f"{run.model} on {run.table_name}: {run.rows_sampled or 0} distinct rows of {run.rows_total or 0}", style="dim"
    )
    state = f"{run.status} after {seconds_text(progress.elapsed)}" if progress.elapsed is not None else run.status
    reused = f", {progress.shards_reused} of {progress.shards} shards reused" if progress.shards_reused else ""
    out.print(f"{state}{reused}; result hash {(run.result_hash or 'none yet')[:16]}", style="dim")
    scores = [score for score in store.scores(run.id) if every or not score.slice]
    if scores:
        out.print()
        out.print(_score_table(scores))
    for finding in store.findings(run.id):
        _print_finding(out, finding)
    if run.verdict:
        out.print()
        out.print(Text(f"Verdict: {run.verdict}", style=VERDICT_STYLE.get(run.verdict, "")))
    for probe in store.probes(run.id):
        if probe.status == "skipped":
            out.print(Text(f"Skipped {probe.probe}: {probe.reason}", style="yellow"))
    if progress.errors:
        out.print(Text(f"{progress.errors} rows failed; `python -m audit resume {run.id} --retry` tries them again."))
    for said, style in ((run.error, "red"), (run.note, "yellow")):
        if said:
            out.print(Text(said, style=style))


def _score_table(scores: list[Score]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column, justify in (
        ("score", "left"),
        ("probe", "left"),
        ("value", "right"),
        ("interval", "right"),
        ("n", "right"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for score in scores:
        name = score.name.replace("_", " ") + (f" [{score.slice}]" if score.slice else "")
        interval = (
            f"{number(score.low, score.unit)} – {number(score.high, score.unit)}" if score.low is not None else "–"
        )
        table.add_row(name, score.probe, number(score.value, score.unit), interval, str(score.n))
    return table


def _print_finding(out: Console, finding: Finding) -> None:
    out.print()
    head = Text(f"{finding.verdict}", style=VERDICT_STYLE.get(finding.verdict, ""))
    out.print(head + Text(f"  {finding.title}", style="bold") + Text(f"  ({finding.severity})", style="dim"))
    for said in (finding.why, finding.next_step, finding.note):
        if said:
            out.print(Padding(Text(said), (0, 0, 0, 2)))


def number(value: float | None, unit: str) -> str:
    """A score's number for people: shares as per cent."""
    if value is None:
        return "–"
    return f"{100 * value:.1f}%" if unit == "share" else f"{value:.3f}" if abs(value) < 100 else f"{value:,.0f}"
