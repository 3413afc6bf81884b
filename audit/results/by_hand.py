"""Slices made by hand, of finished runs: which rows a condition means, what they come to, and what policies are held against.

No model runs: all of it is arithmetic over what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audit.errors import InputError
from audit.filtering import RowFilter
from audit.kinds.attack import ATTACK
from audit.kinds.perturbation import PERTURBATION
from audit.kinds.prediction import PREDICTION
from audit.language.translating import tr_later
from audit.results.reading import Results
from audit.results.row_table import Kept, NotInTable, RowTable
from audit.said import Said
from audit.where import parse, written
from models.names import short

if TYPE_CHECKING:
    from audit.score.by_hand import Sides
    from audit.score.frames import Frames
    from audit.score.measures import Measure, Measures
    from audit.score.pairing import Difference
    from audit.score.policy import Check, Policy
    from audit.scored import Finding

KINDS = (PREDICTION.name, PERTURBATION.name, ATTACK.name)
"""Kinds of probes whose scores a slice has."""


@dataclass(frozen=True, slots=True)
class HandSlice:
    """What a slice comes to in one run.

    Attributes:
        text: its condition, as `audit.where.written` gives it.
        rows: rows of the table in it, of the `of` that were audited, duplicates counted.
        sides: its scores beside those of all other rows; none where no row fits.
        level: of their intervals.
    """

    text: str
    rows: int
    of: int
    sides: tuple[Sides, ...]
    level: float

    @property
    def by_outcome(self) -> bool:
        """Whether its rows are chosen by what the model made of them, so that its accuracy says nothing of them."""
        return "right" in parse(self.text).columns


def rows_of(results: Results, kept: Kept | None = None) -> RowTable:
    """The rows of a run as columns, by its predictions.

    Args:
        results: of the run; kept: what was read of it before, as `RowTable` takes it.

    Raises:
        NotInTable: the run has no predictions, by which rows are told.
    """
    probe = next((p.probe for p in results.probes if p.kind == "prediction" and p.status == "planned"), None)
    if probe is None:
        raise NotInTable(tr_later("This run made no predictions, so it has no slices; choose a run that has."))
    return RowTable(results.store, results.run, probe, kept)


def frames_of(results: Results, kinds: Collection[str] = KINDS) -> Frames:
    """The records that slices are measured by; explanations, which are most of a run, are not read for them."""
    return results.of_probes(p.probe for p in results.probes if p.kind in kinds and p.status == "planned")


def hand_slice(
    results: Results,
    text: str,
    *,
    table: RowTable | None = None,
    frames: Frames | None = None,
    names: Collection[str] | None = None,
) -> HandSlice:
    """What a slice comes to in a run.

    Args:
        results: of the run.
        text: its condition.
        table, frames: what was read of the run before, as `rows_of` and `frames_of` give it.
        names: of the scores wanted; None: all that are shown (`audit.score.by_hand.SHOWN`).

    Raises:
        Unreadable: the text is no condition.
        NotInTable: the run lacks a column or a probe that it names.
    """
    from audit.score.by_hand import SHOWN, slice_sides
    from audit.score.measurer import Measurer

    condition = parse(text)
    table = rows_of(results) if table is None else table
    frames, said = frames_of(results) if frames is None else frames, written(condition)
    inside = table.mask(condition)
    ids, run = [str(row) for row in table.ids[inside]], results.run
    weights = _weights(frames, table)
    wanted = SHOWN if names is None else names
    sides = slice_sides(frames, ids, said, Measurer(run.seed), run.level, wanted) if inside.any() else []
    return HandSlice(said, round(float(weights[inside].sum())), round(float(weights.sum())), tuple(sides), run.level)


@dataclass(frozen=True, slots=True)
class SlicePair:
    """One slice in two runs, before and after.

    Attributes:
        first, second: what it comes to in each.
        shared: texts that are in the slice in both; the paired tests rest on these.
        paired: the tests, as `audit.score.pairing.compare_runs` has them; none where no text is shared.
        apart: second less first of each score that has no test, by name and probe, with its interval: of two sets of rows.
    """

    first: HandSlice
    second: HandSlice
    shared: int
    paired: tuple[Difference, ...]
    apart: Mapping[tuple[str, str], tuple[float, float | None, float | None]]


def slice_in_two(
    first: Results,
    second: Results,
    text: str,
    *,
    tables: tuple[RowTable, RowTable] | None = None,
    frames: tuple[Frames, Frames] | None = None,
) -> SlicePair:
    """A slice in two runs: what it comes to in each, and text by text where both have the text in it.

    A condition on what the model does, such as its confidence, means other rows in each; those in both are compared.

    Args:
        first, second: of the runs, before and after; text: the condition.
        tables, frames: what was read of both before, as `rows_of` and `frames_of` give it.

    Raises:
        Unreadable: the text is no condition.
        NotInTable: one of the runs lacks a column or a probe that it names; says which.
    """
    from audit.score.by_hand import apart_by, slice_measured
    from audit.score.common import common
    from audit.score.measurer import Measurer
    from audit.score.pairing import compare_runs
    from audit.score.part import part_of

    condition = parse(text)
    one, two = tables or (rows_of(first), rows_of(second))
    before, after = frames or (frames_of(first), frames_of(second))
    inside = _ids(one, condition, first), _ids(two, condition, second)
    made = hand_slice(first, text, table=one, frames=before), hand_slice(second, text, table=two, frames=after)
    level, seed = max(first.level, second.level), first.run.seed
    ours, theirs = part_of(before, inside[0]), part_of(after, inside[1])
    shared = common(ours, theirs).texts
    if shared:
        return SlicePair(made[0], made[1], shared, tuple(compare_runs(ours, theirs, level=level, seed=seed)), {})
    measured = [slice_measured(f, rows, text, Measurer(seed)) for f, rows in zip((before, after), inside, strict=True)]
    apart = {key: apart_by(measured[1][key], measured[0][key], level) for key in measured[0] if key in measured[1]}
    known = {key: (value, *(found or (None, None))) for key, (value, found) in apart.items() if value is not None}
    return SlicePair(made[0], made[1], 0, (), known)


def _ids(table: RowTable, condition: RowFilter, results: Results) -> list[str]:
    try:
        return [str(row) for row in table.ids[table.mask(condition)]]
    except NotInTable as error:
        raise NotInTable(tr_later(f"Of the run {short(results.run.name)}: {error}"), file=error.file) from error


def _weights(frames: Frames, table: RowTable) -> NDArray[np.int64]:
    known = dict(zip(frames.predictions["row_id"], frames.predictions["weight"], strict=True))
    return np.fromiter((known.get(row, 0) for row in table.ids), np.int64, len(table))


def with_slices(results: Results, measures: Measures, policy: Policy, *, known: Iterable[Finding] = ()) -> Measures:
    """The measures of a run with those of the slices that a policy names and that the run's own measures are not about.

    A slice that the run cannot have leaves a measure without a value, whose note says why.

    Args:
        results: of the run; measures: its own; policy: that judges it.
        known: findings on slices that cannot be measured again: so many comparisons there were.
    """
    from audit.score.measures import Measure

    stand_ins = (
        Measure(f.score.name, None, 0, probe=f.score.probe, where=f.score.where, registered=f.score.registered)
        for f in known
    )
    measures = replace(measures, measures=(*measures.measures, *stand_ins))
    asked = _asked(measures, policy)
    found: list[Measure] = []
    table: RowTable | None = None
    for text, checks in asked.items():
        try:
            table = table or rows_of(results)
            found += _measured(results, table, text, checks)
        except InputError as error:
            found += _unknown(text, checks, error)
    return replace(measures, measures=(*measures.measures, *found)) if found else measures


def without_its_table(findings: Iterable[Finding], results: Results) -> dict[str, Finding]:
    """The findings on slices whose columns cannot be read any more, for the file of the run's table is not here; by id."""
    found, table = {}, None
    for finding in findings:
        text = finding.score.where.by_hand
        if not text:
            continue
        try:
            table = table or rows_of(results)
            table.resolved(parse(text))
        except NotInTable as error:
            if not error.file:
                found[finding.id] = finding
        except InputError:
            continue
    return found


def _asked(measures: Measures, policy: Policy) -> dict[str, list[Check]]:
    """The conditions that checks and patterns name, each with those that do."""
    from audit.score.matching import by_hand, matching

    asked: dict[str, list[Check]] = {}
    for check in (*policy.checks, *policy.patterns):
        where = by_hand(check)
        if where is not None and not matching(check, measures):
            asked.setdefault(where.by_hand, []).append(check)
    return asked


def _measured(results: Results, table: RowTable, text: str, checks: list[Check]) -> Iterable[Measure]:
    from audit.score.by_hand import slice_measures
    from audit.score.definitions import define
    from audit.score.measurer import Measurer

    inside = table.mask(parse(text))
    names, seed = {check.score for check in checks}, results.run.seed
    kinds = {define(name).probe or "prediction" for name in names} | {"prediction"}
    ids = [str(row) for row in table.ids[inside]]
    yield from slice_measures(frames_of(results, kinds), ids, text, Measurer(seed), names)


def _unknown(text: str, checks: list[Check], error: InputError) -> Iterable[Measure]:
    """In place of the scores of a slice that the run does not have: why it does not."""
    from audit.score.measures import Measure
    from audit.score.wildcards import ANY
    from audit.slices import of_condition

    note = Said("note.slice_unknown", {"reason": str(error).removesuffix(".")})
    named = dict.fromkeys((check.score, "" if ANY in check.probe else check.probe) for check in checks)
    for score, probe in named:
        yield Measure(score, None, 0, probe=probe, where=of_condition(text), notes=(note,))


def columns_missing(results: Results, conditions: Mapping[str, RowFilter]) -> dict[str, str]:
    """Of several conditions by name, those that a run cannot have, each with the sentence that says why."""
    found, table = {}, None
    for name, condition in conditions.items():
        try:
            table = table or rows_of(results)
            table.resolved(condition)
        except NotInTable as error:
            found[name] = str(error)
    return found
