"""A run with a negation put in: stored, scored, told in its chapter, and exported; without texts it shows none."""

from __future__ import annotations

from dataclasses import replace

import pytest
import run_fakes

from audit.kinds import all_of
from audit.records import DirectionOutcome
from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.pointed import pointed
from audit.report.textless import without_texts
from audit.results.reading import read
from audit.run.replay import check_run
from audit.score.direction import FALL
from audit.spec import ProbeSpec


@pytest.fixture
def run(bench, tmp_path):
    table = tmp_path / "t.csv"
    texts = [f"The acting in part {i} is superb" for i in range(11)] + ["The film is long"]
    table.write_text("text,label\n" + "".join(f"{text},positive\n" for text in texts))
    spec = run_fakes.make_spec(tmp_path / "m", table)
    more = (ProbeSpec(kind="direction", name="negation"), ProbeSpec(kind="perturbation", name="emoji"))
    return bench.whole(spec.model_copy(update={"probes": (*spec.probes, *more)}))


def test_it_is_stored_scored_and_told(bench, run):
    assert run.status == "finished", run.note
    found = all_of((record for _, record in bench.store.iter_records(run.id, "negation")), DirectionOutcome)
    changed = [one for one in found if one.variants]
    assert (len(found), len(changed)) == (12, 11)
    stays = [one for one in changed if one.fall is not None and one.fall < FALL]
    [score] = [one for one in bench.store.scores(run.id) if one.name == "direction_failure"]
    assert (score.value, score.n) == (pytest.approx(len(stays) / 11, abs=1e-6), 11)
    report = build_report(bench.store, run.id)
    [facts] = report.directions
    assert (facts.rows, facts.changed, facts.stayed) == (12, 11, len(stays))
    assert facts.examples
    page = render_html(lay_out(report, Brand()))
    assert "Changes that should turn the answer</h2>" in page
    assert "of 11 rows the answer stays" in page
    assert facts.examples[0].row_id in page


def test_the_rows_of_a_finding_show_what_was_put_in_and_the_answer_that_stays(bench, run):
    results = read(bench.store, run.id)
    [score] = [one for one in results.scores if one.name == "direction_failure"]
    stays = tuple(results.frames.of("directions").query("kept > 0 and fall < @FALL")["row_id"])
    finding = replace(results.findings[0], score=score, verdict="FAIL", evidence=stays)
    shown = pointed(results, [finding], 5)[finding.id]
    assert [row.row_id for row in shown] == list(stays[:5])
    for row in shown:
        assert {edit.after for edit in row.edits if edit.changed} <= {"not ", "isn't", " not", "not"}
        assert (row.probe, row.before) == ("negation", row.after)


def test_it_has_no_part_in_the_worst_case(bench, run):
    frames = read(bench.store, run.id).frames
    assert "negation" not in set(frames.perturbations["probe"])
    assert not [one for one in bench.store.scores(run.id) if one.name == "flip_rate" and one.probe == "negation"]


def test_without_texts_no_example_is_left(bench, run):
    bare = without_texts(build_report(bench.store, run.id))
    assert bare.directions[0].changed == 11
    assert bare.directions[0].examples == ()
    assert "The acting" not in render_html(lay_out(bare, Brand()))


def test_it_is_verified(bench, run):
    assert check_run(bench.store, run.id) == []
