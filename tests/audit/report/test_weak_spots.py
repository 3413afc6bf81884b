"""The chapter on weak spots: what is said of parts of a table, and that it is silent where none was judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_run import RUNS

from audit.language.saying import worded
from audit.report import build_report
from audit.report.blocks import Figure, Table, Text
from audit.report.caps import CAPS
from audit.report.chapters.weak import WEAK
from audit.report.strings import strings
from audit.said import Number, Said
from audit.score.measurer import difference
from audit.score.weak.saying import part_said
from audit.slices import Slice


def part(inside, rest, p, **where):
    shares = {"inside": Number(inside[0] / inside[1]), "rest": Number(rest[0] / rest[1])}
    tested = {"p": Number(p, "p_value"), "chosen": 2, "looked": 310}
    notes = (Said("note.slice_right", shares), Said("note.slice_tested", tested))
    return difference("slice_gap", inside, rest, where=Slice(where), notes=notes).score()


def report_score(name):
    return replace(part((1, 2), (1, 2), 1.0), name=name, where=Slice())


@pytest.fixture
def report(store):
    found = (
        part((30, 31), (200, 220), 0.61, form="digits"),
        part((24, 40), (190, 200), 0.004, holds="refund", words_over="20"),
    )
    return replace(build_report(store, RUNS["reviews"]), scores=found)


def told(report):
    return WEAK.tell(report, strings("en"), CAPS["full"])


def test_parts_stand_in_words_with_both_shares_and_what_is_sure_first(report):
    section = told(report)
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    first, second = table.rows
    assert first[0].text == "Rows that hold the word 'refund' and of more than 20 words"
    assert [cell.text for cell in first[1:3]] == ["60.0%", "95.0%"]
    assert first[0].strong
    assert not second[0].strong
    assert second[0].text == "Rows with digits"
    (chart,) = (block for block in section.blocks if isinstance(block, Figure))
    assert "refund" in chart.alt
    said = " ".join(block.text for block in section.blocks if isinstance(block, Text))
    assert "310 parts were looked at" in said
    assert "the 2 that looked weakest" in said


def test_without_parts_it_says_what_is_missing_and_without_labels_nothing(report):
    (missing,) = told(replace(report, scores=(report_score("accuracy"),))).blocks
    assert "from 200 labelled texts on" in missing.text
    assert told(replace(report, scores=())) is None


def test_a_part_that_a_bundle_made_up_is_shown_as_it_stands():
    for where in ({"words_over": "abc"}, {"form": "no such"}, {"words_upto": "9" * 40}, {"other": "x"}):
        (column, value), *_ = where.items()
        assert worded(part_said(Slice(where))) == f"with {column} = {value}"
