"""The chapter on when an answer may be trusted: thresholds by wanted error, sets of labels, and what a small table lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_run import RUNS

from audit.report import build_report
from audit.report.blocks import Table, Text
from audit.report.caps import CAPS
from audit.report.chapters.confidence import CONFIDENCE
from audit.report.strings import strings
from audit.said import Number, Said
from audit.score.measurer import Measurer, absent
from audit.slices import Slice

ALL = [1.0] * 40


def answered(wanted, hits, notes):
    where = Slice(error_at_most=str(wanted))
    return (
        Measurer()
        .proportion("answered_share", [1.0] * hits + [0.0] * (40 - hits), ALL, where=where, notes=notes)
        .score()
    )


def held(hits, **where):
    notes = (Said("note.sets", {"wanted": Number(0.9), "least": Number(0.2), "fitted": 40}),)
    return (
        Measurer()
        .proportion("set_coverage", [1.0] * hits + [0.0] * (40 - hits), ALL, where=Slice(where), notes=notes)
        .score()
    )


@pytest.fixture
def told(store):
    report = build_report(store, RUNS["reviews"])
    return lambda *scores: CONFIDENCE.tell(replace(report, scores=scores), strings("en"), CAPS["full"])


def test_each_wanted_error_has_its_threshold_or_says_that_there_is_none(told):
    promise = Said("note.promise", {
        "threshold": Number(0.957), "wanted": Number(0.05), "doubt": Number(0.95, "level"), "error": Number(0.037), "answered": 30,
    })  # fmt: skip
    section = told(
        answered(0.01, 0, (Said("note.no_promise", {"wanted": Number(0.01)}),)), answered(0.05, 30, (promise,))
    )
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    none, some = ([cell.text for cell in row] for row in table.rows)
    assert none == ["1.0%", "–", "None: cannot be promised", "–", "40"]
    assert [some[0], some[1], some[3]] == ["5.0%", "95.7%", "3.7%"]
    assert some[2].startswith("75.0% (")
    assert section.sections == ()


def test_a_table_too_small_says_how_many_rows_it_takes(told):
    few = absent(
        "answered_share", Said("note.promise_rows", {"needed": 42, "rows": 20}), where=Slice(error_at_most="0.1")
    )
    said = " ".join(block.text for block in told(few.score()).blocks if isinstance(block, Text))
    assert "42 labelled texts" in said


def test_sets_are_told_with_their_size_and_the_classes_they_hold_least_first(told):
    size = Measurer().mean("set_size", [1.0, 2.0] * 20, ALL).score()
    section = told(size, held(36), held(39, label="positive"), held(30, label="negative"))
    (sets,) = section.sections
    assert "20.0% or more hold the true one for 90.0%" in sets.blocks[0].text
    (table,) = (block for block in sets.blocks if isinstance(block, Table))
    assert [row[0].text for row in table.rows] == ["negative", "positive"]


def test_without_labels_there_is_no_chapter(told):
    assert told() is None
