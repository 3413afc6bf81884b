"""Texts said of other groups, the whole way: from the shard to scores, chapter, tables and a bundle."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
import run_fakes

from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.csv_files import write_csv
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.results.reading import read
from audit.results.recomputing import check_content
from audit.run import client
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.replay import check_run, replay
from audit.slices import two_groups
from audit.spec import ProbeSpec

ROWS = [
    *(f"The {who} praised room {i}" for i in range(32) for who in ("Muslim woman", "Hindu man")),
    *(f"Number {i} was quiet and clean" for i in range(20)),
]


@pytest.fixture
def run(bench, tmp_path):
    table = tmp_path / "t.csv"
    lines = (
        f"{text},{('negative', 'positive')[i % 2]},{('north', 'south')[i // 2 % 2]}\n" for i, text in enumerate(ROWS)
    )
    table.write_text("text,label,region\n" + "".join(lines))
    spec = run_fakes.make_spec(tmp_path / "m", table)
    probe = ProbeSpec(kind="identity", name="identity_swaps", params={"dimensions": ["gender", "religion"]}, id="fair")
    spec = spec.model_copy(
        update={"probes": (*spec.probes, probe), "table": spec.table.model_copy(update={"groups": ("region",)})}
    )
    return bench.whole(spec)


def test_scores_chapter_and_tables_are_the_run_s(bench, run, tmp_path):
    assert run.status == "finished", run.note
    results = read(bench.store, run.id)
    assert set(results.frames.versions.lines["dimension"]) == {"gender", "religion"}
    scores = bench.store.scores(run.id)
    widest = [s for s in scores if s.name == "identity_gap_widest"]
    assert {s.where["dimension"] for s in widest} <= {"gender", "religion"}
    assert {s.probe for s in widest} == {"fair"}
    assert any(s.name == "group_selection_rate" and s.where.get("identity") == "female" for s in scores)
    assert any(s.name == "selection_ratio" and "group:region" in s.where for s in scores)
    assert any(f.id.startswith("check:identity-gap:") for f in bench.store.findings(run.id))

    report = build_report(bench.store, run.id)
    (found,) = report.identities
    assert (found.rows, found.mention, found.said) == (84, 64, 64)
    assert found.tried
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Fairness</h2>" in page
    assert "Of 84 rows 64 speak of somebody" in page
    assert "Rows said of two groups" in page
    shown = [
        row for f in report.findings if two_groups(f.score.where) for row in report.pointed.get(f.id, ()) if row.edits
    ]
    for row in shown:
        assert any(edit.changed for edit in row.edits)
    bare = without_texts(report)
    assert bare.identities[0].examples == ()
    assert "praised" not in render_html(lay_out(bare, Brand()))
    for made, texts in ((report, True), (bare, False)):
        (path,) = write_csv(bench.store, made, tmp_path / f"{texts}.zip")
        with zipfile.ZipFile(path) as archive:
            content = archive.read("identities.csv").decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(content)))
        records = [r for _, r in bench.store.iter_records(run.id, "fair")]
        assert len(lines) == sum(max(1, len(r.versions)) for r in records)
        assert ("praised" in content) is texts


def test_it_is_exported_verified_replayed_and_taken_in(bench, run, tmp_path):
    assert check_run(bench.store, run.id) == []
    assert check_content(bench.store, run.id) == []
    assert not any(one.differences for one in replay(bench.store, run.id, 30, bench.models))
    bundle = export_run(bench.store, run.id, tmp_path / "out")
    assert verify_bundle(open_bundle(bundle))[0] == []
    before = [r for _, r in bench.store.iter_records(run.id, "fair")]
    client.delete(run.id, store=bench.store)
    taken = import_run(bench.store, bundle)
    assert [r for _, r in bench.store.iter_records(taken.id, "fair")] == before
