"""`python -m audit influence RUN ROW`: which rows of the training table taught the model its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from audit.cli.common import JsonOption, emit_json, reader, stderr, stdout
from audit.cli.run_json import RunArgument
from audit.cli.training_tables import hint
from audit.language.answers import answer_words
from audit.language.numbers import numbers
from audit.language.translating import tr
from models.names import short
from models.terminal import grid

if TYPE_CHECKING:
    from audit.score.places.influence import Teacher
    from models.task import Task

WIDTH = 60


def influence(
    run_id: RunArgument,
    row_id: Annotated[str, typer.Argument(metavar="ROW", help="Id of the row, as reports and exports have it.")],
    most: Annotated[int, typer.Option("--most", min=1, max=200, help="Rows of each list.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Show which rows of the training table taught the model an answer: the nearest, and those that speak for and against it.

    The training table is the run's reference table (`run --reference`).
    """
    from audit.results.reading import read
    from audit.results.reference_texts import reference_texts
    from audit.results.taught import frames_of
    from audit.score.places.influence import influence as found_of

    results = read(reader(), run_id)
    if results.run.spec.get("reference") is None and (said := hint(results.run.model)):
        stderr.print(said)
    found = found_of(frames_of(results), row_id, most=most)
    texts = reference_texts(results.store, results.run, found.lines)
    if as_json:
        emit_json(_json(asdict(found), texts or {}))
        return
    task = results.run.task
    stdout.print(_asked(found.answer, found.label, task), style="bold")
    if found.wrong:
        stdout.print(
            tr(
                "{n} of the {all} nearest have the label that the model wrongly gave.",
                n=found.misled,
                all=len(found.nearest),
            )
        )
    if texts is None:
        stdout.print(
            tr("The reference table's file is not here: its rows are told by their lines alone."), style="yellow"
        )
    titles = (tr("Nearest to the model"), tr("Speak for the answer"), tr("Speak against it"))
    for title, rows in zip(titles, (found.nearest, found.speaks_for, found.against), strict=True):
        stdout.print()
        _print(title, rows, texts or {}, task)


def _asked(answer: str, label: str, task: Task) -> str:
    said = {"answer": short(answer_words(answer, task)), "label": short(answer_words(label, task)) if label else ""}
    return tr("The model says {answer}; labelled {label}.", **said) if label else tr("The model says {answer}.", **said)


def _print(title: str, rows: Iterable[Teacher], texts: Mapping[int, str], task: Task) -> None:
    lines = list(rows)
    if not lines:
        stdout.print(tr("{title}: none.", title=title))
        return
    say = numbers()
    table = grid(
        {tr("line"): "right", tr("likeness"): "right", tr("push"): "right", tr("label"): "left", tr("says"): "left", tr("text"): "left"},
        title,
    )  # fmt: skip
    for row in lines:
        push = say.none if row.push is None else say.number(row.push, "share", sign=True)
        label = f"{answer_words(row.label, task) if row.label else say.none}{' !' if row.misled else ''}"
        text = " ".join(texts.get(row.line, "").split())
        cut = text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
        table.add_row(
            str(row.line), say.number(row.cosine, "cosine"), push, label, answer_words(row.predicted, task),
            f"{cut}{' ' + tr('(the same text)') if row.same else ''}",
        )  # fmt: skip
    stdout.print(table)


def _json(found: dict[str, Any], texts: Mapping[int, str]) -> dict[str, Any]:
    """The same as data, each row with its text."""
    for name in ("nearest", "speaks_for", "against"):
        found[name] = [{**row, "text": texts.get(row["line"])} for row in found[name]]
    return found
