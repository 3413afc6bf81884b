"""The rows of a run that whoever looks has chosen, once for all sections: the one seam between that choice and what is drawn.

The address holds the choice. What is made of records is made of the records of these rows (`audit.results.part`), by the
same functions, and kept by run and condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import streamlit as st

from audit.errors import InputError
from audit.filtering import RowFilter
from audit.report.chapters import chapters
from audit.report.chapters.chapter import Chapter
from audit.results.by_hand import rows_of
from audit.results.part import OfRows, Part, scores_of
from audit.results.reading import Results, read
from audit.score.frames import Frames, with_marks
from audit.score.part import part_of
from audit.scored import Score
from audit.stored import RecordFilter, Run
from audit.where import parse, written
from dashboard.draw.row_tables import HOUR, prediction_probe, row_table
from dashboard.draw.stamps import stamp, stamp_of_all
from dashboard.page.kept_texts import kept_texts
from dashboard.page.state import SLICE, WHERE, parameter, store


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some rows of a run.

    Attributes:
        text: their condition, as `audit.where.written` gives it.
        ids: of the rows, in the order of the run.
        rows: of the table, of the `of` that were audited, duplicates counted.
        one_class: the true label of all of them; "" where they have several, or none.
    """

    text: str
    ids: tuple[str, ...]
    rows: int
    of: int
    one_class: str = ""


def asked_rows() -> RowFilter:
    """The condition that the address holds: a kept slice, what was typed, or both; every row without.

    Raises:
        Unreadable: what was typed is no condition.
    """
    kept = {one.name: one.condition for one in store().slices()} if parameter(SLICE) else {}
    named, typed = kept.get(parameter(SLICE), ""), kept_texts().get(parameter(WHERE)) or "" if parameter(WHERE) else ""
    found = RowFilter()
    for text in (named, typed):
        found = found & parse(text) if text.strip() else found
    return found


def rows_chosen(run: Run) -> Chosen | None:
    """The rows that the address asks for; None where it asks for all of them.

    Raises:
        InputError: it asks for what this run cannot have.
    """
    condition = asked_rows()
    return rows_meant(run, written(condition)) if condition else None


def rows_meant(run: Run, text: str) -> Chosen:
    """The rows that a condition means in a run.

    Raises:
        InputError: the run cannot have them.
    """
    found = _chosen(run.id, text, stamp(run))
    if isinstance(found, str):
        raise InputError(found)
    return found


def narrowed(run: Run, where: RecordFilter) -> RecordFilter:
    """A filter of records that keeps to the rows chosen."""
    found = rows_chosen(run)
    if found is None:
        return where
    ids = found.ids if where.row_ids is None else tuple(set(found.ids) & set(where.row_ids))
    return replace(where, row_ids=ids)


def shown_scores(run: Run, section: str) -> tuple[Score, ...]:
    """The scores of a section: those of the run, or of the rows chosen."""
    found = rows_chosen(run)
    return store().scores(run.id) if found is None else scores_of_rows(run, section, found.text)


def scores_of_rows(run: Run, section: str, text: str) -> tuple[Score, ...]:
    """The scores of a section, measured of the rows that a condition means; none where it cannot be told of rows."""
    needs = needs_of(section)
    return () if needs is None else _scores(run.id, text, needs, stamp_of_all(run))


def told_of_rows(section: str) -> list[Chapter]:
    """The chapters of a section that can be told of some rows."""
    return [one for one in chapters() if one.section == section and one.of_rows is not None]


def needs_of(section: str) -> OfRows | None:
    """What it takes to tell a section of some rows; None where nothing of it can be."""
    found = [one.of_rows for one in told_of_rows(section) if one.of_rows is not None]
    return reduce(or_, found) if found else None


def part_of_run(run: Run, found: Chosen, kinds: tuple[str, ...], scores: tuple[Score, ...] = ()) -> Part:
    """The rows chosen as results: with the records of some kinds, read as few times as may be.

    Args:
        run: the run; found: rows of it.
        kinds: of the records looked at; scores: what was measured of them.
    """
    needs = needs_of(parameter("section"))
    wide = needs.kinds if needs is not None and set(kinds) <= set(needs.kinds) else kinds
    return Part(read(store(), run.id), found.ids, _part(run.id, found.text, wide, stamp(run)), scores)


def run_frames(run: Run, kinds: tuple[str, ...]) -> Frames:
    """The records of some kinds of a run, those with predictions with the marks of their texts; kept for who looks next."""
    there = {p.kind for p in store().probes(run.id) if p.status == "planned"}
    return _frames(run.id, tuple(sorted(there & set(kinds))), stamp(run))


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _chosen(run_id: str, text: str, stamp_: str) -> Chosen | str:  # noqa: ARG001  (it tells one state from another)
    run = store().run(run_id)
    probe = prediction_probe(run)
    try:
        table = rows_of(read(store(), run_id)) if probe is None else row_table(run, probe)
        inside = table.mask(parse(text))
    except InputError as error:
        return str(error)
    ids, labels = tuple(str(row) for row in table.ids[inside]), set(table.column("label")[inside])
    weights, one = store().weights(run_id), str(next(iter(labels)) or "") if len(labels) == 1 else ""
    return Chosen(text, ids, _rows(weights, ids), _rows(weights, [str(row) for row in table.ids]), one)


def _rows(weights: Mapping[str, int], ids: tuple[str, ...] | list[str]) -> int:
    return sum(weights.get(content, 1) for content in {row.partition("-")[0] for row in ids})


@st.cache_resource(max_entries=4, ttl=HOUR, show_spinner=False)
def _frames(run_id: str, kinds: tuple[str, ...], stamp_: str) -> Frames:  # noqa: ARG001
    results = Results(store(), store().run(run_id))
    made = results.of_probes(p.probe for p in results.probes if p.kind in kinds and p.status == "planned")
    return with_marks(made, results.store.iter_examples(run_id)) if "prediction" in kinds else made


@st.cache_resource(max_entries=8, ttl=HOUR, show_spinner=False)
def _part(run_id: str, text: str, kinds: tuple[str, ...], stamp_: str) -> Frames:  # noqa: ARG001
    run = store().run(run_id)
    return part_of(run_frames(run, kinds), rows_meant(run, text).ids)


@st.cache_data(max_entries=64, ttl=HOUR, show_spinner=False)
def _scores(run_id: str, text: str, needs: OfRows, stamp_: str) -> tuple[Score, ...]:  # noqa: ARG001
    results = read(store(), run_id)
    run = results.run
    judged = {key: review.verdict for key, review in results.reviews.items()}
    frames = _part(run_id, text, needs.kinds, stamp(run))
    return scores_of(frames, needs.scores, level=run.level, seed=run.seed, reviews=judged)
