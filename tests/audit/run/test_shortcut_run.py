"""A whole audit of a model with shortcuts: found, told in the report with its rows, exported, replayed, and hidden without texts."""

import csv
import io
import zipfile

import pytest
import run_fakes
import small_planted

from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.csv_files import write_csv
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.results.recomputing import check_content
from audit.run.bundle import verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.holding import HeldModels
from audit.run.replay import check_run, replay
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import close_stores, open_store


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("ASSAY_HOME", str(tmp_path_factory.mktemp("home")))
    patch.delenv("ASSAY_DATABASE_URL", raising=False)
    made = run_fakes.InProcess(open_store())
    made.models = HeldModels()
    yield made
    close_stores()
    patch.undo()


@pytest.fixture(scope="module")
def run(bench, tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    model = small_planted.make(folder / "model", mark="!", word="kettle")
    table = folder / "rows.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *dict.fromkeys(small_planted.rows(90, word="kettle", seed=4))])
    spec = AuditSpec(
        model=ModelSpec(name=str(model)), table=TableSpec(path=str(table)),
        probes=(ProbeSpec(kind="shortcut", name="surface"), ProbeSpec(kind="word", name="words", params={"words": 8})),
    )  # fmt: skip
    return bench.whole(spec)


def test_the_fault_is_a_finding_and_what_it_is_about_stands_in_its_slice(bench, run):
    assert run.status == "finished", run.note
    failed = [f for f in bench.store.findings(run.id) if f.verdict == "FAIL" and f.score.name == "shortcut_turned"]
    assert {"change": "exclamation_mark", "feature": "punctuation", "label": "positive"} in [
        dict(f.score.where) for f in failed
    ]
    (found,) = [f for f in failed if f.score.where["change"] == "exclamation_mark"]
    assert found.title.startswith("An exclamation mark at the end alone turns ")
    assert found.evidence


def test_the_chapter_says_what_was_tried_and_found_with_rows_and_the_change_in_them(bench, run):
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Shortcuts</h2>" in page
    assert "What should not matter was changed alone in" in page
    assert "Found: " in page
    assert "An exclamation mark at the end alone turns" in page
    assert "Single words" in page
    key = next(key for key in report.changed_rows if "exclamation_mark" in key)
    row = report.changed_rows[key][0]
    assert (row.before, row.after) == ("negative", "positive")
    assert "!" in "".join(edit.after for edit in row.edits if edit.changed)
    finding = next(f for f in report.findings if f.score.key == key)
    assert report.pointed[finding.id][0].row_id == finding.evidence[0]


def test_without_texts_no_word_and_no_row_is_shown(bench, run, tmp_path):
    report = build_report(bench.store, run.id)
    bare = without_texts(report)
    assert (bare.changed_rows, bare.pointed) == ({}, {})
    page = render_html(lay_out(bare, Brand()))
    words = {score.where["word"] for score in report.scores if "word" in score.where}
    assert words
    assert not [word for word in words if f"“{word}”" in page]
    for made, texts in ((report, True), (bare, False)):
        (path,) = write_csv(bench.store, made, tmp_path / f"{texts}.zip")
        with zipfile.ZipFile(path) as archive:
            lines = list(csv.DictReader(io.StringIO(archive.read("word_trials.csv").decode("utf-8-sig"))))
            rows = list(csv.DictReader(io.StringIO(archive.read("shortcuts.csv").decode("utf-8-sig"))))
        assert {line["value"] for line in lines} >= {"inserted_rows", "inserted_change", "inserted_turned"}
        assert any(line["subject"] for line in lines) is texts
        assert {int(line["edits"]) for line in rows} <= set(range(8, 20))


def test_it_is_checked_replayed_and_exported(bench, run, tmp_path):
    assert check_run(bench.store, run.id) == []
    assert check_content(bench.store, run.id) == []
    assert not any(one.differences for one in replay(bench.store, run.id, 20, bench.models))
    assert verify_bundle(open_bundle(export_run(bench.store, run.id, tmp_path / "out")))[0] == []
