"""`python -m audit labels RUN`: which labels the model contradicts, what people judged of them, and the corrected table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.padding import Padding

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout
from audit.cli.run_json import RunArgument
from audit.cli.training_tables import hint
from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.language.translating import tr, tr_n
from audit.stored import OF_LABELS
from models.names import short
from models.terminal import grid, styled
from models.writing import write_whole

if TYPE_CHECKING:
    from audit.report.model import LabelFacts
    from audit.results.reading import Results

SCORES = ("label_suspect_share", "label_error_share", "near_duplicate_share", "near_conflict_share", "leaked_share")
SHOWN = 20
CUT = 90
"""Characters of a text in the terminal; JSON has it whole."""


def labels(
    run_id: RunArgument,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1000, help="Rows to list, the most doubtful first.")
    ] = SHOWN,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="Write the corrected table here: labels as people judged, dropped rows left out."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say which labels of a run's table look wrong, and write the table as people corrected it."""
    from audit.report.caps import Caps
    from audit.report.labelled import label_facts
    from audit.results.reading import read

    results = read(reader(), run_id)
    if results.run.status != "finished":
        raise ReportError(f"The run {results.run.id} is not over: its labels are looked at when it has ended.")
    found = label_facts(results, Caps(doubted=limit))
    if not found:
        raise ReportError(
            f"The table {results.run.table_name} has no labels, so none can be wrong; audit it with its label column (--label-column)."
        )
    if csv is not None:
        _write(results, csv)
    if as_json:
        emit_json(_json(results, found[0]))
    else:
        _print(results, found[0])


def _write(results: Results, path: Path) -> None:
    from audit.csv_cells import to_csv
    from audit.results.corrected import corrected_table

    table = corrected_table(results)
    try:
        write_whole(path, to_csv(list(table.columns), table.itertuples(index=False, name=None)))
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({error.strerror}).") from None
    stderr.print(tr("Wrote {path}.", path=str(path)))


def _json(results: Results, found: LabelFacts) -> dict[str, Any]:
    from audit.cli.score_lines import score_json
    from audit.records import to_dict

    own = [score_json(score) for score in results.scores if score.name in SCORES]
    return {"run_id": results.run.id, "scores": own, **to_dict(found)}


def _print(results: Results, found: LabelFacts) -> None:
    from audit.cli.score_lines import score_table

    own = [score for score in results.scores if score.name in SCORES]
    stdout.print(f"{short(results.run.name)}  ({results.run.id})", style="bold")
    if found.reason:
        stdout.print(Padding(styled(found.reason), (0, 0, 0, 2), expand=False), soft_wrap=False)
    if own:
        stdout.print(score_table(own))
    if not found.told:
        stdout.print(
            tr("No reference table was given, so it is not known whether the model was trained on these rows."),
            style="yellow",
        )
        if said := hint(results.run.model):
            stdout.print(said)
    if found.doubted:
        stdout.print()
        stdout.print(_rows(found))
    for line in _judged(found):
        stdout.print(line)


def _rows(found: LabelFacts) -> Any:
    say = numbers()
    table = grid(
        {tr("label"): "left", tr("answer"): "left", tr("sure"): "right", tr("judged"): "left", tr("text"): "left"},
        tr("Labels that the model contradicts with confidence, the most doubtful first"),
    )
    for one in found.doubted:
        text = " ".join(one.text.split())
        judged = f"{one.verdict} {one.relabelled}".strip()
        cut = text if len(text) <= CUT else f"{text[: CUT - 1]}…"
        table.add_row(short(one.label), short(one.answer), say.share(one.confidence), short(judged), cut)
    return table


def _judged(found: LabelFacts) -> Iterator[str]:
    counts = dict(found.judged)
    if not counts:
        return
    say, n = numbers(), sum(counts.values())
    each = tr(
        "keep {keep}, relabel {relabel}, drop {drop}", **{name: say.count(counts.get(name, 0)) for name in OF_LABELS}
    )
    yield ""
    yield f"{tr_n('{n} row was judged:', '{n} rows were judged:', n)} {each}."
    after = {score.name: score for score in found.corrected}
    for raw in found.raw:
        one, other = (say.estimate(score.value, score.low, score.high, score.unit) for score in (raw, after[raw.name]))
        yield tr(
            "{score}: {raw} with the labels as they were, {corrected} corrected",
            score=raw.name,
            raw=one,
            corrected=other,
        )
