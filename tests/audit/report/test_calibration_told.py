"""What a report says of calibration in parts, of the curve of errors against answers, and of texts the model cannot know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_run import RUNS

from audit.report import build_report
from audit.report.blocks import Figure, Table, Text
from audit.report.caps import CAPS
from audit.report.chapters.calibration import CALIBRATION
from audit.report.chapters.confidence import CONFIDENCE
from audit.report.chapters.samples import SAMPLES
from audit.report.chapters.strange import STRANGE
from audit.report.model import RiskPoint, SampleFacts
from audit.report.strings import strings
from audit.score.measurer import Measurer
from audit.slices import Slice

ALL = [1.0] * 200


@pytest.fixture
def told(store):
    report = build_report(store, RUNS["reviews"])
    return lambda chapter, **held: chapter.tell(replace(report, **held), strings("en"), CAPS["full"])


def part(name, value, **where):
    values = [value - 0.1] * 100 + [value + 0.1] * 100
    return Measurer().mean(name, values, ALL, where=Slice(where)).score()


def tables(section):
    return [block for block in section.blocks if isinstance(block, Table)]


def test_parts_stand_in_a_table_the_furthest_off_first(told):
    scores = [
        part(name, value, **where)
        for where, value in (({"predicted": "positive"}, 0.02), ({"group:region": "south"}, 0.21))
        for name in ("ece", "confidence_gap")
    ]
    (table,) = tables(told(CALIBRATION, scores=tuple(scores)))
    assert [row[0].text for row in table.rows] == ["region = south", "Answered “positive”"]
    assert table.rows[0][1].text.startswith("21.0% (")
    assert table.rows[0][3].text == "200"
    assert tables(told(CALIBRATION, scores=())) == []


def test_the_curve_is_drawn_beneath_the_thresholds_and_told_in_words(told):
    points = (RiskPoint(0.5, 0.02, 0.01, 0.04, 0.97, 100), RiskPoint(1.0, 0.1, 0.07, 0.14, 0.5, 200))
    promised = Measurer().proportion("answered_share", [0.0] * 200, ALL, where=Slice(error_at_most="0.05")).score()
    section = told(CONFIDENCE, scores=(promised,), risk=points)
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    assert "50.0% answered, 2.0% of them wrong; 100.0% answered, 10.0% of them wrong" in figure.alt
    assert (figure.spec.kind, len(figure.spec.rows)) == ("risk", 2)
    none = told(CONFIDENCE, scores=(promised,), risk=())
    assert not any(isinstance(block, Figure) for block in none.blocks)


def strange(subject, **held):
    values = {"strange_confident": 0.25, "usual_confidence": 0.96, "mean_confidence": 0.7}
    made = SampleFacts("strange_texts", "strange_texts", subject, values, 0, 0, None, None, ("strange_confident",))
    return replace(made, **held)


def test_texts_it_cannot_know_have_a_chapter_of_their_own_and_are_told_once(told):
    kept = (strange("blanks"), strange("shuffled"))
    score = Measurer().count("strange_confident", 10, 40, probe="strange_texts", where=Slice(subject="blanks")).score()
    section = told(STRANGE, samples=kept, scores=(score,))
    assert "usually sure of what it has right with 96.0%" in section.blocks[0].text
    (table,) = tables(section)
    assert [row[0].text for row in table.rows] == ["Next to nothing", "The rows' words, shuffled"]
    assert table.rows[0][1].text.startswith("25.0% (14.")
    assert table.rows[0][3].text == "40"
    assert told(SAMPLES, samples=kept) is None
    assert told(STRANGE, samples=()) is None


def test_what_could_not_be_asked_says_why(told):
    failed = strange("", values={}, error="the model has 3 rows right, and 20 are needed")
    (block,) = told(STRANGE, samples=(failed,)).blocks
    assert isinstance(block, Text)
    assert "3 rows right" in block.text
    hidden = told(STRANGE, samples=(strange("blanks").without_texts(),))
    assert tables(hidden)[0].rows[0][0].text == "–"
