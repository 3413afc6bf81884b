"""`python -m audit diff A B ...`: what differs between runs, by paired tests on the rows they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout
from audit.errors import ReportError
from audit.language.numbers import numbers
from audit.language.translating import language, tr
from models.telling import again
from models.terminal import grid
from models.writing import write_whole

if TYPE_CHECKING:
    from rich.table import Table

    from audit.report.compared import Compared
    from audit.results.comparing import Comparison
    from audit.results.several import Several
    from audit.score.pairing import Difference


def diff(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="The run before, then one or more after it.")],
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the comparison as a PDF here.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as one self-contained web page here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare runs on the rows they share: two with their scores side by side, up to six in one table."""
    from audit.report.compared import compared

    store = reader()
    found = compared(store, runs)
    for fmt, path in (("pdf", pdf), ("html", html)):
        if path is not None:
            _write(found, fmt, path)
    if as_json:
        both = found.pair or found.several
        emit_json({} if both is None else both.to_json())
    else:
        _print(found)


def _write(found: Compared, fmt: str, path: Path) -> None:
    from audit.actions import comparisons

    _, content = comparisons.make(reader().actor, [run.id for run in found.runs], fmt, language=language())
    try:
        write_whole(path, content)
    except OSError as error:
        raise ReportError(f"{path} cannot be written ({error.strerror}).") from None
    stderr.print(tr("Wrote {path}.", path=str(path)))


def _print(found: Compared) -> None:
    from audit.report.compared_words import headline
    from audit.report.strings import strings

    stdout.print(" → ".join(run.id for run in found.runs), style="bold")
    for said in headline(found, strings(language())):
        stdout.print(said)
    if found.several is not None:
        _print_several(found.several)
    if found.pair is not None:
        _print_pair(found.pair)


def _print_several(several: Several) -> None:
    from audit.score.definitions import define

    say = numbers()
    heads = {tr("score"): "left", **{run[:12]: "right" for run in several.runs}, tr("rows"): "right"}
    table = grid(heads, tr("On the rows all have; * is established best, at {level}", level=say.level(several.level)))
    for line in several.lines:
        unit = define(line.name).unit
        cells = [
            f"{say.number(value, unit)}{'*' if line.best == place else ''}" for place, value in enumerate(line.values)
        ]
        table.add_row(line.key, *cells, say.count(line.n))
    stdout.print()
    stdout.print(table)


def _print_pair(found: Comparison) -> None:
    if not found.spec:
        stdout.print(tr("The specs are the same."), style="dim")
    for change in found.spec:
        stdout.print(f"{change['field']}: {_short(change['first'])} → {_short(change['second'])}")
    for said in found.common.said:
        stdout.print(again(said), style="yellow")
    if found.paired:
        stdout.print()
        stdout.print(_paired(found.paired, found.level))
    if found.scores:
        stdout.print()
        stdout.print(_scores(found.scores))


def _paired(rows: Sequence[Difference], level: float) -> Table:
    from audit.score.definitions import define

    say = numbers()
    heads = (tr("rows"), tr("first"), tr("second"), tr("difference"), tr("p (Holm)"))
    table = grid(
        {tr("score"): "left", **dict.fromkeys(heads, "right"), "": "left"},
        tr("On the rows both have, {level} intervals", level=say.level(level)),
    )
    for row in rows:
        unit = define(row.name).unit
        ends = say.difference_interval(row.low, row.high, unit)
        table.add_row(
            row.key, say.count(row.n), say.number(row.first, unit), say.number(row.second, unit),
            say.with_interval(say.difference(row.difference, unit), ends), say.p_value(row.p_adjusted), again(row.said),
        )  # fmt: skip
    return table


def _scores(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = grid({tr("score"): "left", tr("first"): "right", tr("second"): "right"})
    for row in rows:
        table.add_row(
            row["key"], numbers().number(row["first"], row["unit"]), numbers().number(row["second"], row["unit"])
        )
    return table


def _short(value: Any) -> str:
    """A value of a spec in a few words; hashes by their beginning."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return tr("present")
    text = str(value)
    return text[:12] if len(text) == 64 else text
