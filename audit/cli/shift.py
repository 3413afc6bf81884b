"""`python -m audit shift RUN`: how the audited rows differ from those of the reference table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding

from audit.cli.common import JsonOption, emit_json, reader, stdout
from audit.cli.run_json import RunArgument
from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.language.saying import worded
from audit.language.translating import tr
from models.names import short
from models.terminal import grid, styled

if TYPE_CHECKING:
    from audit.results.reading import Results
    from audit.scored import Score

WHOLE = (
    "shift_auc", "outside_share", "outside_gap", "label_shift", "prediction_shift", "language_shift", "length_shift",
    "estimated_accuracy",
)  # fmt: skip
SHOWN, CUT = 10, 100
"""Rows that are listed, and characters of each; JSON has all that are kept, whole."""


def shift(
    run_id: RunArgument,
    limit: Annotated[
        int,
        typer.Option("--limit", min=0, max=200, help="Rows outside the reference table to list, the farthest first."),
    ] = SHOWN,
    as_json: JsonOption = False,
) -> None:
    """Say how the rows of a run differ from those of its reference table, and which of them lie outside it."""
    from audit.results.reading import read

    results = read(reader(), run_id)
    if results.run.status != "finished":
        raise ReportError(
            f"The run {results.run.id} is not over: its rows are held against the reference table when it has ended."
        )
    if results.run.spec.get("reference") is None:
        raise ReportError(
            f"The run {results.run.id} has no reference table to hold its rows against; audit them with one (run --reference FILE)."
        )
    if not results.planned("reference"):
        raise ReportError(
            f"The run {results.run.id} did not ask the model about its reference table; audit again with the probe reference_rows."
        )
    if as_json:
        emit_json(_json(results))
    else:
        _print(results, limit)


def _of(results: Results, *names: str) -> list[Score]:
    order = {name: place for place, name in enumerate(names)}
    found = [score for score in results.scores if score.name in order and score.value is not None]
    return sorted(found, key=lambda score: order[score.name])


def _json(results: Results) -> dict[str, Any]:
    from audit.cli.score_lines import score_json

    far = results.table("farthest")
    return {
        "run_id": results.run.id,
        "reference": (results.run.provenance or {}).get("reference"),
        "scores": [score_json(score) for score in _of(results, *WHOLE)],
        "words": [score_json(score) for score in _of(results, "word_shift")],
        "clusters": [_cluster_json(score, results) for score in _of(results, "cluster_shift")],
        "outside": [
            {"row_id": str(row), "distance": float(distance), "text": results.examples[str(row)].text}
            for row, distance in zip(far["row_id"], far["distance"], strict=True)
            if str(row) in results.examples
        ],
    }


def _cluster_json(score: Score, results: Results) -> dict[str, Any]:
    from audit.cli.score_lines import score_json

    table = results.table("clusters").set_index("number")
    number = int(score.where["cluster"] or 0)
    known = table.loc[number] if number in table.index else None
    return {
        **score_json(score), "cluster": number, "words": [] if known is None or not known["words"] else known["words"].split(", "),
        "row_ids": [] if known is None else list(known["row_ids"]),
    }  # fmt: skip


def _print(results: Results, limit: int) -> None:
    from audit.cli.score_lines import score_table

    stdout.print(f"{short(results.run.name)}  ({results.run.id})", style="bold")
    whole, words = _of(results, *WHOLE), _of(results, "word_shift")
    if not whole:
        stdout.print(tr("Too few rows of either table were answered to hold them against each other."), style="yellow")
        return
    stdout.print(score_table(whole))
    for score in whole:
        for note in score.notes:
            told = f"{score.name.replace('_', ' ')}: {worded(note)}"
            stdout.print(Padding(styled(told), (0, 0, 0, 2), expand=False), style="dim")
    if words:
        stdout.print()
        stdout.print(tr("Words that make the difference"), style="bold")
        stdout.print(score_table(words))
    _print_clusters(results)
    _print_rows(results, limit)


def _print_clusters(results: Results) -> None:
    from audit.report.naming import noted_number
    from audit.results.clustered import cluster_names

    found = _of(results, "cluster_shift")
    if not found:
        return
    names = cluster_names(results.table("clusters"))
    stdout.print()
    stdout.print(tr("Clusters of both tables taken together, for `cluster=NUMBER` in a filter"), style="bold")
    heads = (tr("cluster"), tr("reference"), tr("audited"), tr("difference"), tr("p"), tr("n"))
    table = grid({head: "left" if not place else "right" for place, head in enumerate(heads)})
    for score in found:
        number, say = int(score.where["cluster"] or 0), numbers()
        shares = (say.number(noted_number(score, name)) for name in ("reference", "audited"))
        apart = say.with_interval(
            say.difference(score.value, score.unit), say.difference_interval(score.low, score.high, score.unit)
        )
        p = say.p_value(noted_number(score, "p"))
        table.add_row(short(names.get(number, str(number))), *shares, apart, p, say.count(score.n))
    stdout.print(table)
    stdout.print(tr("p is corrected for all clusters together; ranges are each for itself."), style="dim")


def _print_rows(results: Results, limit: int) -> None:
    far = [str(row) for row in results.table("farthest")["row_id"] if str(row) in results.examples][:limit]
    if not far:
        return
    stdout.print()
    stdout.print(tr("The rows that lie farthest out"), style="bold")
    table = grid({tr("row"): "left", tr("label"): "left", tr("text"): "left"})
    for row in far:
        example = results.examples[row]
        table.add_row(row, short(example.label or ""), short(example.text, CUT))
    stdout.print(table)
