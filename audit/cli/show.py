"""`python -m audit show RUN`: score card, findings and provenance of a run in the terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.padding import Padding

from audit.cli.common import JsonOption, emit_json, reader, stdout
from audit.cli.edit import own_json
from audit.cli.run_json import RunArgument, run_json
from audit.cli.score_lines import score_table
from audit.cli.states import comes_to, severity, state
from audit.cli.states import verdict as verdict_word
from audit.language.numbers import numbers
from audit.language.saying import capitalised, word
from audit.language.translating import tr, tr_n
from models.names import short
from models.telling import again
from models.terminal import styled

if TYPE_CHECKING:
    from audit.actions.reading import Reader
    from audit.results.judging import Judgement
    from audit.said import Said
    from audit.scored import Finding
    from audit.stored import Progress, Run

VERDICT_STYLE = {"PASS": "green", "FAIL": "bold red", "INCONCLUSIVE": "yellow"}
PATTERN_STYLE = "bold"


def show(
    run_id: RunArgument,
    every: Annotated[bool, typer.Option("--all", help="Show class-wise and other sliced scores too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the score card and the findings of a run."""
    store = reader()
    run = store.run(run_id)
    if as_json:
        emit_json(run_json(store, run, provenance=run.provenance, own=own_json(store, run.id)))
    else:
        print_run(store, run, every=every)


def print_run(
    store: Reader, run: Run, *, every: bool = False, judgement: Judgement | None = None, told: Collection[str] = ()
) -> None:
    """Print a run: head, scores, findings, what was skipped or failed.

    Args:
        store: where it is; run: the run.
        every: sliced scores too.
        judgement: by another policy than the run's own, in place of its findings and verdict.
        told: warnings about its table that need not be said again.
    """
    progress = store.progress(run.id)
    from audit.score.ranking import told_once

    _print_mismatch(run)
    _print_head(run, progress, told)
    scores = [score for score in store.scores(run.id) if every or not score.slice]
    if scores:
        stdout.print()
        stdout.print(score_table(scores))
    findings = store.findings(run.id) if judgement is None else judgement.findings
    collect = _what_to_collect(store, run, findings)
    for told_ in told_once(findings):
        _print_finding(told_.finding, collect.get(told_.finding.id))
    _print_verdict(run, judgement)
    for probe in store.probes(run.id):
        if probe.status == "skipped":
            stdout.print(
                tr("Skipped {probe}: {reason}", probe=short(probe.probe), reason=again(probe.reason)), style="yellow"
            )
    if progress.errors:
        stdout.print(
            tr_n(
                "{n} row failed; `python -m audit resume {id} --retry` tries it again.",
                "{n} rows failed; `python -m audit resume {id} --retry` tries them again.",
                progress.errors,
                id=run.id,
            )
        )
    for said, style in ((run.error, "red"), (run.note, "yellow")):
        if said:
            stdout.print(again(said), style=style)


def _print_mismatch(run: Run) -> None:
    from audit.score.languages import mismatch_of

    if found := mismatch_of(run.provenance):
        stdout.print(tr("Warning: {warning}", warning=word(found.title)), style="bold red")
        stdout.print(Padding(styled(word(found.text)), (0, 0, 0, 2), expand=False), soft_wrap=False)
        stdout.print()


def _print_head(run: Run, progress: Progress, told: Collection[str]) -> None:
    stdout.print(f"{short(run.name)}  ({run.id})", style="bold")
    stdout.print(
        tr_n(
            "{model} on {table_name}: {n} distinct row of {rows_total}",
            "{model} on {table_name}: {n} distinct rows of {rows_total}",
            run.rows_sampled or 0,
            model=short(run.model),
            table_name=short(run.table_name),
            rows_total=run.rows_total or 0,
        ),
        style="dim",
    )
    if run.origin:
        stdout.print(f"{capitalised(again(run.origin))}.", style="yellow")
    now = state(run.status)
    if progress.elapsed is not None:
        now = tr("{state} after {time}", state=now, time=numbers().duration(progress.elapsed))
    if progress.shards_reused:
        reused, shards = progress.shards_reused, progress.shards
        now = tr("{state}, {reused} of {shards} shards reused", state=now, reused=reused, shards=shards)
    result = run.result_hash[:16] if run.result_hash else tr("none yet")
    stdout.print(tr("{state}; result hash {hash}", state=now, hash=result), style="dim")
    if progress.waiting:
        stdout.print(capitalised(again(progress.waiting)), style="yellow")
    for warning in run.table_warnings:
        if warning not in told:
            stdout.print(tr("Warning: {warning}", warning=again(warning)), style="yellow")


def _print_verdict(run: Run, judgement: Judgement | None) -> None:
    from audit.results.judging import without_meaning
    from audit.score.policy import policy_name
    from audit.score.wording import title_said

    verdict = run.verdict if judgement is None else judgement.verdict
    if verdict:
        stdout.print()
        stdout.print(tr("Verdict: {verdict}", verdict=verdict_word(verdict)), style=VERDICT_STYLE.get(verdict, ""))
        stdout.print(tr("By the policy {policy}", policy=_policy(run, judgement)), style="dim")
        for check in without_meaning(run, None if judgement is None else judgement.policy):
            score = short(title_said(check.score))
            why = (
                tr(
                    "{score} has no part in it: it means nothing for a model that gives several labels at once",
                    score=score,
                )
                if run.task.several
                else tr("{score} has no part in it: it means nothing for a model that gives one label", score=score)
            )
            stdout.print(why, style="dim")
    if judgement is not None and run.verdict:
        own = tr(
            "The run itself keeps its verdict: {verdict}, by {policy}.",
            verdict=verdict_word(run.verdict),
            policy=short(policy_name(run.policy, imported=run.foreign_policy)),
        )
        stdout.print(own, style="dim")


def _policy(run: Run, judgement: Judgement | None) -> str:
    from audit.score.policy import policy_name

    if judgement is None:
        return short(policy_name(run.policy, imported=run.foreign_policy))
    return short(policy_name(judgement.policy))


def _what_to_collect(store: Reader, run: Run, findings: Collection[Finding]) -> Mapping[str, Said]:
    from audit.results.collecting import what_to_collect
    from audit.results.reading import read

    return what_to_collect(read(store, run.id), findings)


def _print_finding(finding: Finding, collect: Said | None) -> None:
    finding = replace(finding, said=finding.said.shortened())
    stdout.print()
    style = VERDICT_STYLE.get(finding.verdict, "") if finding.decides else PATTERN_STYLE
    head = styled(comes_to(finding), style)
    stdout.print(head + styled(f"  {finding.title}", "bold") + styled(f"  ({severity(finding.severity)})", "dim"))
    for said in (finding.why, finding.next_step, word(collect) if collect else "", finding.note):
        if said:
            stdout.print(Padding(styled(said), (0, 0, 0, 2), expand=False), soft_wrap=False)
