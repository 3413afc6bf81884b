"""Scores as the terminal shows them: one line each, whichever command says them, and beneath what must be known besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from audit.language.numbers import numbers
from audit.language.translating import tr
from models.names import short
from models.terminal import grid

if TYPE_CHECKING:
    from rich.table import Table

    from audit.scored import Score

Cells = Mapping[str, Mapping[str, str]]
"""Head of a column -> key of a score -> what stands there."""


def score_table(scores: Sequence[Score], more: Cells | None = None) -> Table:
    """One line per score, all of them at one level; `more` adds columns."""
    table = grid({head: "left" if place < 2 else "right" for place, head in enumerate(score_heads(scores, more))})
    for cells in score_cells(scores, more):
        table.add_row(*cells)
    return table


def side_by_side(scores: Iterable[Score]) -> list[Score]:
    """Scores of one name together, so that probes can be compared; names in the order in which they first come."""
    by_name: dict[str, list[Score]] = {}
    for score in scores:
        by_name.setdefault(score.name, []).append(score)
    return [score for found in by_name.values() for score in found]


def score_heads(scores: Sequence[Score], more: Cells | None = None) -> list[str]:
    """The heads of the columns of `score_cells`."""
    level = numbers().level(scores[0].level) if scores else ""
    interval_head = tr("{level} interval", level=level) if level else tr("interval")
    return [tr("score"), tr("probe"), tr("value"), interval_head, tr("n"), *(more or {})]


def score_cells(scores: Iterable[Score], more: Cells | None = None) -> list[list[str]]:
    """Name, probe, value, interval and n of each score, as text."""
    return [
        [
            score.name.replace("_", " ") + (f" [{score.where.shortened()}]" if score.slice else ""),
            short(score.about),
            numbers().number(score.value, score.unit),
            interval(score),
            numbers().count(score.n),
            *(column.get(score.key, "") for column in (more or {}).values()),
        ]
        for score in scores
    ]


def interval(score: Score) -> str:
    """Both ends, or a dash."""
    return numbers().interval(score.low, score.high, score.unit) or numbers().none


def note_lines(scores: Iterable[Score]) -> list[str]:
    """The notes of scores, each once: `accuracy, attack success rate of deepwordbug: ...`."""
    by_probe: dict[tuple[str, str], list[str]] = {}
    for score in scores:
        if score.note:
            by_probe.setdefault((score.note, score.about), []).append(score.name.replace("_", " "))
    merged: dict[tuple[str, str], list[str]] = {}
    for (note, about), names in by_probe.items():
        merged.setdefault((note, ", ".join(names)), []).append(about)
    return [
        tr("{scores} of {probes}: {note}", scores=names, probes=", ".join(filter(None, about)), note=note)
        if any(about)
        else tr("{scores}: {note}", scores=names, note=note)
        for (note, names), about in merged.items()
    ]


def score_json(score: Score) -> dict[str, Any]:
    """One score as every command's `--json` has it."""
    from audit.scored import worded

    return worded(score) | {"key": score.key}
