"""`python -m audit slices RUN`: where a run is weak, and what any part of its rows comes to. No model runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout
from audit.cli.run_json import RunArgument
from audit.cli.score_lines import score_json
from audit.errors import InputError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from models.names import short
from models.terminal import grid

if TYPE_CHECKING:
    from audit.results.by_hand import HandSlice
    from audit.results.reading import Results
    from audit.score.by_hand import Sides
    from audit.scored import Score
    from audit.stored import StoredSlice


def slices(
    run_id: RunArgument,
    where: Annotated[
        str | None, typer.Option("--where", help="Which rows, such as 'region=north & length>50'; see docs/slices.md.")
    ] = None,
    saved: Annotated[
        str | None, typer.Option("--saved", help="Name of a slice that is kept, in place of --where.")
    ] = None,
    save: Annotated[
        str | None, typer.Option("--save", help="Keep the condition under this name, for all runs.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the weak spots that a run found, and the scores of any slice beside those of all other rows."""
    from audit.actions import slices as kept
    from audit.results.by_hand import hand_slice
    from audit.results.reading import Results

    store = reader()
    if where is not None and saved is not None:
        raise InputError("--where and --saved both say which rows; give one of them.")
    text = kept.named(store, saved).condition if saved is not None else where
    if save is not None and text is None:
        raise InputError("--save keeps a condition; give it with --where.")
    run = store.run(run_id)
    if run.status != "finished":
        raise InputError(f"Run {run.id} is {run.status}; slices are of a run that has finished.")
    found = [score for score in store.scores(run.id) if score.name == "slice_gap" and score.value is not None]
    made = hand_slice(Results(store, run), text) if text is not None else None
    if save is not None and made is not None:
        kept.save(store.actor, save, made.text)
        stderr.print(tr("Kept the slice {name}.", name=save))
    if as_json:
        emit_json(
            {
                "run_id": run.id, "weak": [score_json(score) for score in found], "clusters": _clusters_json(Results(store, run)),
                "slice": None if made is None else _slice_json(made),
                "kept": [{"name": one.name, "where": one.condition} for one in store.slices()],
            }
        )  # fmt: skip
        return
    if made is not None:
        _print_slice(made)
        return
    _print_weak(found)
    _print_clusters(Results(store, run))
    _print_kept(store.slices())


def _slice_json(found: HandSlice) -> dict[str, Any]:
    return {
        "where": found.text,
        "rows": found.rows,
        "of": found.of,
        "level": found.level,
        "scores": [
            {
                "inside": score_json(side.inside), "rest": None if side.rest is None else score_json(side.rest),
                "difference": side.apart, "low": side.low, "high": side.high,
            }
            for side in found.sides
        ],
    }  # fmt: skip


def _print_slice(found: HandSlice) -> None:
    stdout.print(short(found.text, 300), style="bold")
    stdout.print(
        tr_n("{n} of {all} row is in it", "{n} of {all} rows are in it", found.rows, all=f"{found.of:,}"), style="dim"
    )
    if not found.sides:
        stdout.print(tr("No row of this audit fits the slice."))
        return
    heads = (tr("score"), tr("probe"), tr("in the slice"), tr("in all other rows"), tr("difference"), tr("n"))
    table = grid({head: "left" if place < 2 else "right" for place, head in enumerate(heads)})
    for side in found.sides:
        score, rest = side.inside, side.rest
        cells = [
            score.name.replace("_", " "),
            short(score.about),
            _told(score),
            numbers().none if rest is None else _told(rest),
        ]
        table.add_row(*cells, _apart(side), numbers().count(score.n))
    stdout.print(table)
    said = tr(
        "Ranges are {level} intervals; a difference is that of the slice less that of all other rows.",
        level=numbers().level(found.level),
    )
    stdout.print(said, style="dim")


def _told(score: Score) -> str:
    return numbers().estimate(score.value, score.low, score.high, score.unit)


def _apart(side: Sides) -> str:
    if side.apart is None:
        return numbers().none
    unit = side.inside.unit
    return numbers().with_interval(
        numbers().difference(side.apart, unit), numbers().difference_interval(side.low, side.high, unit)
    )


def _print_weak(found: list[Score]) -> None:
    from audit.language.saying import worded
    from audit.report.naming import noted_number
    from audit.score.weak.saying import part_said

    if not found:
        stdout.print(tr("This run judged no part of its table; it takes 200 labelled texts of which some are wrong."))
        return
    stdout.print(tr("Parts of the table that looked weakest, judged on the other half of its texts"), style="bold")
    heads = (tr("part"), tr("right"), tr("right, others"), tr("less often right"), tr("p"), tr("n"))
    table = grid({head: "left" if not place else "right" for place, head in enumerate(heads)})
    for score in sorted(found, key=lambda one: (noted_number(one, "p") or 0.0, -(one.value or 0.0), one.key)):
        said = (numbers().number(noted_number(score, name)) for name in ("inside", "rest"))
        p = numbers().p_value(noted_number(score, "p"))
        part = tr("rows {part}", part=short(worded(part_said(score.where)), 80))
        table.add_row(part, *said, _told(score), p, numbers().count(score.n))
    stdout.print(table)
    stdout.print(tr("p is corrected for all of these together; ranges are each for itself."), style="dim")


def _clusters_json(results: Results) -> list[dict[str, Any]]:
    found = results.table("clusters").to_dict("records") if results.planned("embedding") else []
    return [
        {
            "cluster": int(one["number"]), "words": one["words"].split(", ") if one["words"] else [], "rows": int(one["rows"]),
            "labelled": int(one["labelled"]), "right": int(one["right"]), "row_ids": list(one["row_ids"]),
        }
        for one in found
    ]  # fmt: skip


def _print_clusters(results: Results) -> None:
    found = _clusters_json(results)
    if not found:
        return
    from audit.results.clustered import BETWEEN, cluster_name

    stdout.print()
    stdout.print(tr("Clusters, rows that are alike to the model, for `--where cluster=NUMBER`"), style="bold")
    table = grid({tr("cluster"): "left", tr("rows"): "right", tr("right"): "right"})
    for one in found:
        right = tr("{right} of {n}", right=one["right"], n=one["labelled"]) if one["labelled"] else numbers().none
        table.add_row(
            short(cluster_name(one["cluster"], BETWEEN.join(one["words"]))), numbers().count(one["rows"]), right
        )
    stdout.print(table)


def _print_kept(kept: tuple[StoredSlice, ...]) -> None:
    if not kept:
        return
    stdout.print()
    stdout.print(tr("Slices that are kept, for `--saved NAME`"), style="bold")
    table = grid((tr("name"), tr("condition")))
    for one in kept:
        table.add_row(short(one.name), short(one.condition, 120))
    stdout.print(table)
