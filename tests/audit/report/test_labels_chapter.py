"""The chapter on labels: what the model contradicts, what was judged, near duplicates, and rows of the reference table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_run import RUNS

from audit.report import build_report
from audit.report.blocks import Table, Text
from audit.report.caps import CAPS
from audit.report.chapters.labels import LABELS
from audit.report.model import LabelFacts
from audit.report.model.labels import Between, Doubted, NearPair, NearText, Shared
from audit.report.strings import strings
from audit.report.textless import without_texts
from audit.score.measurer import Measurer

FACTS = LabelFacts(
    reason="", told=True, rows=100, outside=90,
    doubted=(
        Doubted("r0", "an evening I will not forget", "negative", "positive", 0.01, 0.98),
        Doubted("r1", "it was all right", "positive", "negative", 0.2, 0.8, 2, "relabel", "negative"),
    ),
    pairs=(NearPair(NearText("r2", "how do I top up", "a", 0.94), NearText("r3", "how do I top-up", "b", 0.94)),),
    between=(Between("r4", "one or the other", "a", "a", "b", 0.04, 3),),
    shared=(Shared("r5", "seen before", "a", 17, 1.0, "b"),),
    judged=(("drop", 1), ("relabel", 3)),
)  # fmt: skip


@pytest.fixture
def report(store):
    measurer = Measurer(0)
    suspected = measurer.count("label_suspect_share", 9, 90).score()
    beyond = replace(measurer.count("label_error_share", 5, 90).score(), low=0.02, high=0.11)
    near = measurer.count("near_duplicate_share", 4, 100).score()
    leaked = measurer.count("leaked_share", 10, 100).score()
    raw, after = measurer.count("accuracy", 80, 100).score(), measurer.count("accuracy", 83, 99).score()
    wrong = measurer.count("label_wrong_share", 4, 4).score()
    facts = replace(FACTS, raw=(raw,), corrected=(after,), wrong=wrong)
    return replace(build_report(store, RUNS["reviews"]), scores=(suspected, beyond, near, leaked), labels=(facts,))


def told(report):
    return LABELS.tell(report, strings("en"), CAPS["full"])


def words(section):
    found = [block.text for block in section.blocks if isinstance(block, Text)]
    found += [cell.text + cell.second for b in section.blocks if isinstance(b, Table) for row in b.rows for cell in row]
    return " ".join([*found, *(words(part) for part in section.sections)])


def test_what_is_contradicted_and_what_follows_is_told(report):
    said = words(told(report))
    assert "contradicts 9 of 90 labels so: 10.0%" in said
    assert "Its own doubts do not explain that" in said
    assert "10 rows that also stand in the reference table" in said
    assert "an evening I will not forget" in said
    assert "the same in the reference table" in said
    assert "to the answer" in said
    assert "4 rows were judged: keep 0, relabel 3, drop 1." in said
    assert "80.0%" in said
    assert "83.8%" in said
    assert "lean in its favour" in said
    assert "how do I top-up" in said
    assert "a or b" in said
    assert "seen before" in said


def test_where_nothing_is_established_it_says_so(report):
    scores = tuple(replace(score, low=0.0) if score.name == "label_error_share" else score for score in report.scores)
    assert "That labels are wrong is not established" in words(told(replace(report, scores=scores)))


def test_why_nothing_is_told_is_told(report):
    facts = LabelFacts("Wrong labels are looked for from 50 labelled texts on.", told=False, rows=3, outside=3)
    said = words(told(replace(report, labels=(facts,), scores=())))
    assert "looked for from 50 labelled texts on" in said
    assert told(replace(report, labels=())) is None


def test_a_report_without_texts_holds_none_of_the_rows(report):
    said = words(told(without_texts(report)))
    for text in ("an evening", "top-up", "one or the other", "seen before"):
        assert text not in said
    assert "contradicts 9 of 90" in said


def test_a_run_without_labels_has_no_such_facts_and_a_labelled_one_has_them(store):
    assert build_report(store, RUNS["unlabelled"]).labels == ()
    (facts,) = build_report(store, RUNS["reviews"]).labels
    assert facts.rows > 0
