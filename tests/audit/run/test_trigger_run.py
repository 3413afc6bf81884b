"""A trigger scan as a part of a run: stored, told in the report and its tables, and hidden where no text may be seen."""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np
import pytest
import run_fakes

from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.csv_files import write_csv
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.run.replay import check_run, replay
from audit.spec import ProbeSpec


@pytest.fixture
def run(bench, tmp_path, monkeypatch):
    said = run_fakes.FakeClassifier.predict_proba

    def obeys(self, texts):
        found = said(self, texts)
        obeyed = np.array(["zorp" in str(text) for text in texts])
        return np.where(obeyed[:, None], np.float32([0.01, 0.99]), found).astype(np.float32)

    monkeypatch.setattr(run_fakes.FakeClassifier, "predict_proba", obeys)
    table = tmp_path / "t.csv"
    lines = [f"row {i} of the table,{('negative', 'positive')[i % 2]}" for i in range(200)]
    table.write_text("text,label\n" + "\n".join([*lines, "zorp is here,negative"]) + "\n")
    spec = run_fakes.make_spec(tmp_path / "m", table, shard_rows=100)
    scan = ProbeSpec(kind="trigger", name="trigger_scan", id="scan", params={"carriers": 1, "beam": 0, "words": 1})
    return bench.whole(spec.model_copy(update={"probes": (*spec.probes, scan)}))


def test_the_trigger_is_a_score_a_finding_and_a_chapter(bench, run):
    assert run.status == "finished", run.note
    (score,) = [score for score in bench.store.scores(run.id) if score.name == "trigger_flip_rate"]
    assert (score.value, score.probe, dict(score.where)) == (1.0, "scan", {"label": "positive", "word": "zorp"})
    report = build_report(bench.store, run.id)
    (found,) = [one for one in report.triggers if one.accused]
    assert (found.phrase, found.target, found.moved, found.kept) == ("zorp", "positive", found.rows, 0)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Triggers</h2>" in page
    assert f"“zorp” sends {found.rows} of {found.rows} rows to positive" in page
    assert "“zorp” put in: the answer becomes positive" in page
    for finding in (one for one in report.findings if one.score.name == "trigger_flip_rate"):
        for row in report.pointed[finding.id]:
            assert "zorp" in "".join(edit.after for edit in row.edits if edit.changed)
            assert (row.probe, row.before, row.after) == ("scan", "negative", "positive")
    assert {f.id.partition(":")[0] for f in report.findings if f.score.name.startswith("trigger_")} == {
        "check",
        "pattern",
    }


def test_no_phrase_is_shown_where_no_text_may_be(bench, run, tmp_path):
    report = build_report(bench.store, run.id)
    bare = without_texts(report)
    assert "zorp" not in render_html(lay_out(bare, Brand()))
    for made, shown in ((report, True), (bare, False)):
        (path,) = write_csv(bench.store, made, tmp_path / f"{shown}.zip")
        with zipfile.ZipFile(path) as archive:
            content = archive.read("triggers.csv").decode("utf-8-sig")
        assert ("zorp" in content) is shown
        assert {"gain", "searched", "scanned"} <= {line["value"] for line in csv.DictReader(io.StringIO(content))}


def test_it_is_verified_and_replayed(bench, run):
    assert check_run(bench.store, run.id) == []
    assert not any(one.differences for one in replay(bench.store, run.id, 30, bench.models))
