"""Scores of a part of the rows that somebody chose by a condition, and how far they are from those of all other rows.

Nothing was chosen by looking, so all rows of the part judge: no halves, no correction beyond that of the policy.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from audit.said import Number, Said
from audit.score.calibration import calibration
from audit.score.frames import Frames
from audit.score.intervals import Interval
from audit.score.measurer import Measurer, absent, difference
from audit.score.measures import Measure
from audit.score.part import part_of
from audit.score.performance import labelled, performance, surest_errors
from audit.score.perturbation import of_perturbation
from audit.score.robustness import of_recipe, recipes
from audit.score.sliced import GAP, OF_ATTACK, OF_CHANGE, SLICED
from audit.score.weak.slices import right_of
from audit.scored import Score
from audit.slices import Slice, of_condition

SHOWN = ("accuracy", "macro_f1", "ece", "flip_rate", "accuracy_under_attack", "prediction_retained")
"""Those that are shown side by side with the rest."""


@dataclass(frozen=True, slots=True)
class Sides:
    """A score in a slice and in all other rows.

    Attributes:
        inside, rest: the two; `rest` is None where every row is in the slice.
        apart: inside less rest, None where one has no value; `low`, `high` the interval, None where one side has none.
    """

    inside: Score
    rest: Score | None
    apart: float | None = None
    low: float | None = None
    high: float | None = None


def slice_measures(
    frames: Frames, rows: Collection[str], text: str, measurer: Measurer, names: Collection[str] = SLICED
) -> Iterator[Measure]:
    """The scores of the rows that a condition means, where there are records of them.

    Args:
        frames: of the run; rows: ids of the rows meant.
        text: the condition, as it is written.
        measurer: that measures.
        names: of the scores wanted, of `SLICED`.
    """
    where = of_condition(text)
    inside = part_of(frames, rows)
    if not len(inside.predictions):
        yield from (absent(name, Said("note.slice_none"), where=where) for name in SLICED if name in names)
        return
    for measure in _measures(inside, measurer, names):
        yield replace(measure, where=where)
    if GAP in names and len(labelled(frames)):
        yield _gap(inside, part_of(frames, rows, outside=True), where)


def slice_sides(
    frames: Frames, rows: Collection[str], text: str, measurer: Measurer, level: float, names: Collection[str] = SHOWN
) -> list[Sides]:
    """The scores of a slice beside those of all other rows, with how far they are apart and the interval of that.

    The interval is put together of those of both sides (MOVER), which for shares is Newcombe's.

    Args:
        frames, rows, text, measurer, names: as in `slice_measures`.
        level: of the intervals.

    Source: Zou & Donner 2008.
    """
    where = of_condition(text)
    inside, rest = part_of(frames, rows), part_of(frames, rows, outside=True)
    others = {(m.name, m.probe): m for m in _measures(rest, measurer, names)}
    found = []
    for measure in _measures(inside, measurer, names):
        own, other = replace(measure, where=where), others.get((measure.name, measure.probe))
        apart, interval = apart_by(own, other, level) if other is not None else (None, None)
        low, high = interval or (None, None)
        found.append(Sides(own.score(level), other.score(level) if other is not None else None, apart, low, high))
    return found


def slice_measured(
    frames: Frames, rows: Collection[str], text: str, measurer: Measurer, names: Collection[str] = SHOWN
) -> dict[tuple[str, str], Measure]:
    """The scores of a slice by name and probe, as `slice_sides` has them inside."""
    where = of_condition(text)
    found = (replace(measure, where=where) for measure in _measures(part_of(frames, rows), measurer, names))
    return {(measure.name, measure.probe): measure for measure in found}


def apart_by(first: Measure, second: Measure, level: float) -> tuple[float | None, Interval | None]:
    """First less second, of two sets of rows without common texts, and its interval where both have one."""
    if first.value is None or second.value is None:
        return None, None
    value, ours, theirs = first.value - second.value, first.interval(level), second.interval(level)
    if ours is None or theirs is None:
        return value, None
    low = math.hypot(first.value - ours.low, theirs.high - second.value)
    high = math.hypot(ours.high - first.value, second.value - theirs.low)
    return value, Interval(value - low, value + high)


def _measures(frames: Frames, measurer: Measurer, names: Collection[str]) -> Iterator[Measure]:
    made = _all(frames, measurer, names)
    registered = frames.names
    for measure in made:
        notes = tuple(note for note in measure.notes if note.key != "note.bundled")
        called = (registered[measure.probe],) if measure.probe in registered else ()
        yield replace(measure, notes=notes, registered=called)


def _all(frames: Frames, measurer: Measurer, names: Collection[str]) -> Iterator[Measure]:
    """Each family is asked for no more than is wanted: some of its scores take longer than all others."""
    if not {"accuracy", "macro_f1"}.isdisjoint(names):
        yield from _first(performance(frames, measurer), ("accuracy", "macro_f1"), names)
    if "ece" in names:
        yield from _first(calibration(frames, measurer), ("ece",), names)
    for probe, rows in frames.perturbations.groupby("probe", sort=True):
        yield from (m for m in of_perturbation(str(probe), rows, measurer) if m.name in OF_CHANGE and m.name in names)
    for probe, rows in recipes(frames):
        found = of_recipe(probe, rows, measurer, frames.task)
        yield from _first(found, OF_ATTACK, names)


def _first(found: Iterable[Measure], wanted: tuple[str, ...], names: Collection[str]) -> Iterator[Measure]:
    """Those wanted, up to the last of them: what a family yields behind it is not measured."""
    for measure in found:
        if measure.name in wanted and measure.name in names:
            yield measure
        if measure.name == wanted[-1]:
            return


def _gap(inside: Frames, rest: Frames, where: Slice) -> Measure:
    ours, others = labelled(inside), labelled(rest)
    right, right_rest = right_of(ours), right_of(others)
    if right is None or right_rest is None:
        return absent(GAP, Said("note.slice_none" if right is None else "note.slice_whole"), where=where)
    within, without = right[0] / right[1], right_rest[0] / right_rest[1]
    made = difference(
        GAP, right, right_rest, where=where, evidence=surest_errors(ours),
        notes=(Said("note.slice_right", {"inside": Number(within), "rest": Number(without)}),),
        context={"inside": within, "rest": without},
    )  # fmt: skip
    return replace(made, n=round(float(ours["weight"].sum())))
