"""`python -m audit explain`: why the model decides as it does, row by row, with how far each method can be trusted."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.cli.common import (
    FAILED,
    Advance,
    BaseOption,
    DeviceOption,
    JsonOption,
    LevelOption,
    LimitOption,
    SeedOption,
    UngroupedTable,
    emit_json,
    progress,
    stderr,
    stdout,
)
from audit.errors import InputError, ProbeUnavailable
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.telling import again

if TYPE_CHECKING:
    from audit.cli.explain_summary import Explained
    from audit.explain.base import Explainer
    from audit.records import Attribution, Example
    from audit.table import AuditTable
    from models.classifier import Classifier

CHUNK = 64  # rows read, explained and written before the next are read
DEFAULT = "integrated_gradients"

MethodOption = Annotated[list[str] | None, typer.Option("--method", help=f"Method; repeat for more ({DEFAULT}).")]
TargetOption = Annotated[
    str, typer.Option("--target", help="What to explain: predicted, true, a LABEL, or a contrast LABEL-vs-LABEL.")
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", help="NAME=VALUE for the methods that have it, or METHOD.NAME=VALUE; repeat for more."),
]
MetricOption = Annotated[
    list[str] | None, typer.Option("--metric", help="Only this group of metrics; repeat for more.")
]


def explain(
    *,
    model: Annotated[str | None, typer.Option("--model", help="Bundled or registered name, folder, or hub id.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV, Excel, Parquet or JSONL file, a text per row.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON Lines file to write.")] = None,
    method: MethodOption = None,
    target: TargetOption = "predicted",
    param: ParamOption = None,
    metrics: Annotated[bool, typer.Option("--metrics", help="Measure faithfulness and stability as well.")] = False,
    metric: MetricOption = None,
    html: Annotated[Path | None, typer.Option("--html", help="Page of heatmaps to write.")] = None,
    list_methods: Annotated[
        bool, typer.Option("--list", help="Show the methods (valid for --model) and stop.")
    ] = False,
    choices: UngroupedTable,
    limit: LimitOption = None,
    seed: SeedOption = 0,
    base: BaseOption = None,
    device: DeviceOption = None,
    level: LevelOption = 0.95,
    as_json: JsonOption = False,
) -> None:
    """Explain the rows of a table: a score for every token and word, with error bars and the value explained.

    Writes one JSON object per row and method to --out, rows in input order, and a page of heatmaps to --html. The
    scores and their intervals are those an audit of these rows has; with --metrics each explanation is measured beside
    random ones and the best found.
    """
    from audit.cli.explain_list import show_methods
    from audit.cli.tables import accept, for_model
    from audit.table import TableOptions, open_table
    from models import load

    if list_methods:
        show_methods(None if model is None else load(model, base=base, device=device), as_json=as_json)
        return
    if model is None or csv is None or (out is None and html is None):
        raise InputError("explain needs --model, --csv and --out (or --html); --list shows the methods.")
    for path in (out, html):
        check_place(path, csv)
    explainers = chosen(method or [DEFAULT], target, param or [], True if metrics and not metric else metric or False)
    table = open_table(csv, TableOptions.of(choices, limit=limit))
    if not len(table):
        accept(table, keep_good=choices.keep_good)
    classifier = load(model, base=base, device=device)
    for explainer in explainers:
        reason = explainer.unavailable(classifier)
        if reason:
            raise InputError(reason) if "There is no" in reason else ProbeUnavailable(reason)
    accepted = for_model(table, classifier, choices)
    started = time.monotonic()
    explained = written(classifier, explainers, accepted, seed=seed, level=level, out=out, html=html)
    seconds, files = time.monotonic() - started, [str(path) for path in (out, html) if path]
    if as_json:
        about = {"rows": len(accepted), "files": files, "model": classifier.name, "seed": seed}
        emit_json(about | {"seconds": round(seconds, 3)} | explained.summary())
    else:
        stdout.print(
            tr_n(
                "{n} row explained in {seconds}, written to {files}",
                "{n} rows explained in {seconds}, written to {files}",
                len(accepted),
                seconds=numbers().duration(seconds, fine=True),
                files=", ".join(files),
            )
        )
        tell(explained)
    if any(one["errors"] for one in explained.counts):
        raise typer.Exit(FAILED)


def check_place(path: Path | None, source: Path) -> None:
    """Refuse a place that cannot be written to before anything long is started.

    Raises:
        InputError: its folder does not exist, it is a folder, or it is the input file.
    """
    if path is None:
        return
    if path.resolve() == source.resolve():
        raise InputError(f"{path} is the input file; name another file to write.")
    if not path.absolute().parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to write to; make it first.")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file to write.")


def chosen(names: Sequence[str], target: str, params: Sequence[str], metrics: bool | Sequence[str]) -> list[Explainer]:
    """The methods asked for, each once, with their parameters.

    Raises:
        UnknownName: no such method.
        InputError: a parameter that none of them has, or a value of the wrong kind.
    """
    from audit.cli import parameters
    from audit.kinds import find

    classes = {name: find("explainer", name) for name in dict.fromkeys(names)}
    given = parameters.given(classes, params, without=("target", "metrics"))
    return [cls(target=target, metrics=metrics, **given[name]) for name, cls in classes.items()]


def written(
    classifier: Classifier,
    explainers: Sequence[Explainer],
    table: AuditTable,
    *,
    seed: int,
    level: float,
    out: Path | None,
    html: Path | None,
) -> Explained:
    """Explain the table in chunks, write the files, and return what there is to say of it."""
    from audit.cli.explain_summary import TITLE, Explaining
    from audit.cli.json_lines import JsonLines
    from audit.explain.heatmap_page import HeatmapPage
    from audit.language.probes import display_name
    from audit.records import to_dict

    explaining, number = Explaining(classifier, explainers), 0
    with ExitStack() as stack:
        lines = stack.enter_context(JsonLines(out)) if out else None
        facts = {
            tr("model"): classifier.name, tr("table"): table.source.name, tr("rows"): numbers().count(len(table)),
            tr("seed"): str(seed),
        }  # fmt: skip
        titles = {explainer.name: display_name(explainer.name) for explainer in explainers}
        page = HeatmapPage(html, title=tr("Explanations"), facts=facts, methods=titles) if html else None
        if page:
            stack.enter_context(page)
        advance = stack.enter_context(
            progress(tr("Explaining {name}", name=table.source.name), len(table) * len(explainers))
        )
        for examples in table.chunks(CHUNK):
            for example, records in in_order(classifier, explainers, examples, seed, advance):
                number += 1
                explaining.add(example, records)
                if lines:
                    for record in records:
                        lines.write(to_dict(record))
                if page:
                    page.add(number, records, example.label)
        explained = explaining.explained(seed=seed, level=level)
        if page and explained.measured:
            page.summary(*explained.lines(), tr(TITLE))
    return explained


def in_order(
    classifier: Classifier, explainers: Sequence[Explainer], examples: Sequence[Example], seed: int, advance: Advance
) -> Iterator[tuple[Example, list[Attribution]]]:
    """Each row with its records by all methods, in input order; `advance` hears of every record."""
    from audit.explain.explaining import explain as explain_rows

    waiting: dict[int, dict[str, Attribution]] = {}
    following = 0
    for position, record in explain_rows(classifier, explainers, examples, seed=seed):
        waiting.setdefault(position, {})[record.name] = record
        advance(1)
        while len(waiting.get(following, ())) == len(explainers):
            found = waiting.pop(following)
            yield examples[following], [found[explainer.name] for explainer in explainers]
            following += 1


def tell(explained: Explained) -> None:
    """Counts of each method, the scores of all, and what must be known of them."""
    for one in explained.counts:
        notes = [tr_n("{n} evaluation a row", "{n} evaluations a row", round(one["steps"]))]
        notes += (
            [tr("{not_converged} did not converge", not_converged=one["not_converged"])] if one["not_converged"] else []
        )
        notes += [tr("{truncated} longer than the model reads", truncated=one["truncated"])] if one["truncated"] else []
        notes += [tr("{n} failed", n=one["errors"])] if one["errors"] else []
        stdout.print(f"{one['method']}: {', '.join(notes)}")
        if one["errors"]:
            stderr.print(
                tr_n(
                    "Error: {n} row failed: {first_error}",
                    "Error: {n} rows failed; first: {first_error}",
                    one["errors"],
                    first_error=again(one["first_error"]),
                ),
                style="red",
            )
    stdout.print()
    stdout.print(explained.table())
    notes = explained.notes()
    for line in ["", *notes] if notes else []:
        stdout.print(line)
