"""What slices made by hand come to in a run: read once for all who look, and drawn as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from audit.errors import InputError
from audit.language.numbers import numbers
from audit.language.probes import display_name
from audit.language.translating import tr, tr_later, tr_n
from audit.report.blocks import Cell, Column, Table
from audit.results.by_hand import KINDS, HandSlice, SlicePair, hand_slice, slice_in_two
from audit.results.reading import Results
from audit.score.by_hand import Sides
from audit.score.pairing import Difference
from audit.score.wording import title_said
from audit.scored import Score
from audit.stored import Run
from dashboard.draw.blocks import draw_table
from dashboard.draw.chosen_rows import run_frames
from dashboard.draw.row_tables import HOUR, prediction_probe, row_table
from dashboard.draw.stamps import stamp
from dashboard.page.state import store
from dashboard.page.text import told_again

BY_OUTCOME = tr_later(
    "Its rows are chosen by whether the model is right on them, so its accuracy says nothing about them."
)
LONGEST = 90
"""Characters of a slice in a cell."""


def slice_of(run: Run, text: str, *, accuracy: bool = False) -> HandSlice | str:
    """What a slice comes to in a run, or its accuracy alone; else the sentence that says why it has none, as the reader speaks."""
    found = _slice(run.id, text, stamp(run), ("accuracy",) if accuracy else None)
    return told_again(found) if isinstance(found, str) else found


def pair_of(first: Run, second: Run, text: str) -> SlicePair | str:
    """A slice in two runs; else the sentence that says why not, in the reader's language."""
    found = _pair(first.id, second.id, text, stamp(first) + stamp(second))
    return told_again(found) if isinstance(found, str) else found


def draw_sides(found: HandSlice) -> None:
    """Every score of a slice beside all other rows."""
    if not found.sides:
        st.info(tr("No row of this audit fits the slice."), icon=":material/filter_alt_off:")
        return
    level = numbers().level(found.level)
    columns = (
        Column(tr("Score"), width=2.2), Column(tr("In the slice"), "right", 1.6), Column(tr("In all other rows"), "right", 1.6),
        Column(tr("Difference"), "right", 1.8), Column(tr("n"), "right", 0.6),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(_called(side.inside)), _estimate(side.inside), _estimate(side.rest), _apart(side),
            Cell(numbers().count(side.inside.n)),
        )
        for side in found.sides
    )  # fmt: skip
    said = tr_n(
        "{n} of {all} row is in it. Ranges are {level} intervals; a difference is that of the slice less that of all other rows.",
        "{n} of {all} rows are in it. Ranges are {level} intervals; a difference is that of the slice less that of all other rows.",
        found.rows, all=f"{found.of:,}", level=level,
    )  # fmt: skip
    draw_table(Table(columns, rows, said, small=True))
    if found.by_outcome:
        st.caption(f":material/info: {tr(BY_OUTCOME)}")


def draw_slices(found: Mapping[str, HandSlice]) -> None:
    """Slices by name, a line each: how often the model is right in them and in all other rows."""
    columns = (
        Column(tr("Slice"), width=2.6), Column(tr("Rows"), "right", 0.7), Column(tr("Accuracy in it"), "right", 1.6),
        Column(tr("In all other rows"), "right", 1.6), Column(tr("Difference"), "right", 1.8),
    )  # fmt: skip
    rows = tuple(_line(name, one) for name, one in found.items())
    draw_table(Table(columns, rows, small=True))


def draw_pair(pair: SlicePair) -> None:
    """The scores of a slice in two runs, with the differences that can be told."""
    before, after = ({_key(s.inside): s.inside for s in side.sides} for side in (pair.first, pair.second))
    tested = {(test.name, test.probe): test for test in pair.paired}
    level = numbers().level(max(pair.first.level, pair.second.level))
    columns = (
        Column(tr("Score"), width=2.2), Column(tr("Before"), "right", 1.6), Column(tr("After"), "right", 1.6),
        Column(tr("Difference"), "right", 1.9), *((Column(tr("Texts"), "right", 0.7),) if tested else ()),
    )  # fmt: skip
    rows, texts = [], bool(tested)
    for key in dict.fromkeys((*before, *after)):
        one, two, test = before.get(key), after.get(key), tested.pop(key, None)
        known = one or two
        if known is None:
            continue
        cells = Cell(_called(known)), _estimate(one), _estimate(two)
        if test is not None:
            rows.append((*cells, _tested(test, known.unit), Cell(numbers().count(test.n))))
        else:
            apart = pair.apart.get(key)
            last = _difference(*apart, known.unit) if apart else Cell(numbers().none)
            rows.append((*cells, last, *((Cell(""),) if texts else ())))
    draw_table(Table(columns, tuple(rows), _pair_said(pair, level), small=True))


def _tested(test: Difference, unit: str) -> Cell:
    tone: Any = "good" if test.better else "bad" if test.better is False else ""
    made = _difference(test.difference, test.low, test.high, unit)
    return replace(made, tone=tone, second=" · ".join(part for part in (made.second, told_again(test.said)) if part))


def _pair_said(pair: SlicePair, level: str) -> str:
    sizes = tr(
        "{before} rows are in it before, {after} after.",
        before=f"{pair.first.rows:,}", after=f"{pair.second.rows:,}",
    )  # fmt: skip
    if pair.shared:
        how = tr_n(
            "A difference is told text by text, of the {n} text that is in it in both runs; ranges are {level} intervals.",
            "A difference is told text by text, of the {n} texts that are in it in both runs; ranges are {level} intervals.",
            pair.shared, level=level,
        )  # fmt: skip
    else:
        how = tr(
            "The runs share no text of it: a difference is that of two samples; ranges are {level} intervals.",
            level=level,
        )
    return f"{sizes} {how}"


def _key(score: Score) -> tuple[str, str]:
    return score.name, score.probe


def _called(score: Score) -> str:
    probe = display_name(score.probe, *score.registered[:1]) if score.probe else ""
    return ", ".join(part for part in (title_said(score.definition), probe) if part)


def _line(name: str, found: HandSlice) -> tuple[Cell, ...]:
    accuracy = next((side for side in found.sides if side.inside.name == "accuracy"), None)
    title = Cell(name, strong=True, second=_cut(found.text) if found.text != name else "")
    count = Cell(numbers().count(found.rows))
    if accuracy is None:
        return title, count, Cell(numbers().none), Cell(numbers().none), Cell(numbers().none)
    return title, count, _estimate(accuracy.inside), _estimate(accuracy.rest), _apart(accuracy)


def _estimate(score: Score | None) -> Cell:
    if score is None or score.value is None:
        return Cell(numbers().none)
    return Cell(numbers().number(score.value, score.unit), second=numbers().interval(score.low, score.high, score.unit))


def _apart(side: Sides) -> Cell:
    """The difference, marked where the whole interval says that the slice does worse, or better."""
    if side.apart is None:
        return Cell(numbers().none)
    worse = {"higher_is_better": 1.0, "lower_is_better": -1.0}.get(side.inside.direction, 0.0)
    ends = [] if side.low is None or side.high is None else [worse * side.low, worse * side.high]
    tone: Any = "bad" if ends and max(ends) < 0 else "good" if ends and min(ends) > 0 else ""
    unit = side.inside.unit
    return Cell(
        numbers().difference(side.apart, unit), tone, second=numbers().difference_interval(side.low, side.high, unit)
    )


def _difference(value: float, low: float | None, high: float | None, unit: str) -> Cell:
    return Cell(numbers().difference(value, unit), second=numbers().difference_interval(low, high, unit))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def named_slices(run: Run, slices: Mapping[str, str]) -> Iterator[tuple[str, HandSlice | str]]:
    """Slices by name with the accuracy of each in a run, or why it has nothing there."""
    for name, text in slices.items():
        yield name, slice_of(run, text, accuracy=True)


@st.cache_data(max_entries=256, ttl=HOUR, show_spinner=False)
def _slice(run_id: str, text: str, stamp_: str, names: tuple[str, ...] | None) -> HandSlice | str:  # noqa: ARG001
    run = store().run(run_id)
    try:
        return hand_slice(Results(store(), run), text, table=_rows(run), frames=run_frames(run, KINDS), names=names)
    except InputError as error:
        return str(error)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _pair(first: str, second: str, text: str, stamp_: str) -> SlicePair | str:  # noqa: ARG001
    runs = store().run(first), store().run(second)
    try:
        tables = _rows(runs[0]), _rows(runs[1])
        frames = run_frames(runs[0], KINDS), run_frames(runs[1], KINDS)
        both = Results(store(), runs[0]), Results(store(), runs[1])
        return slice_in_two(*both, text, tables=tables if all(tables) else None, frames=frames)  # type: ignore[arg-type]
    except InputError as error:
        return str(error)


def _rows(run: Run) -> Any:
    """The rows of a run as columns; None where it made no predictions, which is told by whoever asks for a slice."""
    probe = prediction_probe(run)
    return None if probe is None else row_table(run, probe)
