"""An audit held against a reference table, whole: run, chapter, terminal, bundle, and sentences where it cannot be."""

from __future__ import annotations

import json

import numpy as np
import pytest
import run_fakes
from commands import typed
from two_tables import BLAME, OTHER, PRAISE, write

from audit.errors import TableError
from audit.report.blocks import Brand
from audit.report.build import build_report
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.report.textless import without_texts
from audit.results.by_hand import rows_of
from audit.results.judging import judged_by
from audit.results.reading import Results
from audit.results.recomputing import check_content
from audit.results.row_table import NotInTable
from audit.run.bundle import verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.holding import HeldModels
from audit.run.replay import check_run, replay
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.spec.suites import compared
from audit.store import close_stores, open_store
from audit.where import parse

PREDICT = ProbeSpec(kind="prediction", name="predict")


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
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    known = write(folder / "known.csv", {"positive": PRAISE, "negative": BLAME}, 25)
    today = write(folder / "today.csv", {"positive": OTHER, "negative": BLAME[:1]}, 26)
    return TableSpec(path=str(today)), TableSpec(path=str(known))


@pytest.fixture(scope="module")
def run(bench, tables):
    spec = AuditSpec(
        model=ModelSpec(name="sentiment"), table=tables[0], reference=tables[1], probes=compared((PREDICT,))
    )
    return bench.whole(spec)


def test_it_says_what_differs_and_which_rows_lie_outside(bench, run):
    assert run.status == "finished", run.note
    assert [probe.probe for probe in bench.store.probes(run.id)] == ["predict", "last_layer", "reference_rows"]
    scores = {(score.name, score.where.get("word")): score for score in bench.store.scores(run.id)}
    assert scores["shift_auc", None].low > 0.8
    assert scores["outside_share", None].value > 0.3
    assert scores["word_shift", "invoice"].value == pytest.approx(0.25)
    assert scores["label_shift", None].value == pytest.approx(0.25)
    assert any(f.score.name == "shift_auc" and f.verdict == "FAIL" for f in bench.store.findings(run.id))


def test_the_chapter_names_the_table_the_words_and_the_farthest_rows_and_hides_them_without_texts(bench, run):
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "<h2>Shift</h2>" in page
    assert "known.csv" in page
    assert "Words that make the difference" in page
    assert "The rows that lie farthest out." in page
    assert "invoice" in page
    hidden = render_html(lay_out(without_texts(report), Brand()))
    assert "<h2>Shift</h2>" in hidden
    assert "invoice" not in hidden
    assert "[word " in hidden


def test_the_terminal_tells_the_same(bench, run):
    done = typed("audit", "shift", run.id)
    assert done.status == 0, done.err
    assert "Words that make the difference" in done.out
    assert "The rows that lie farthest out" in done.out
    told = json.loads(typed("audit", "shift", run.id, "--json").out)
    assert told["reference"]["name"] == "known.csv"
    assert {score["name"] for score in told["scores"]} >= {"shift_auc", "label_shift", "prediction_shift"}
    assert all(one["distance"] > 0 and one["text"] for one in told["outside"])


def test_clusters_are_named_told_apart_and_found_by_their_numbers(bench, run):
    table = Results(bench.store, run).table("clusters")
    names = dict(zip(table["number"], table["words"], strict=True))
    scores = {int(s.where["cluster"]): s for s in bench.store.scores(run.id) if s.name == "cluster_shift"}
    assert set(scores) == set(names)
    letters = next(number for number, words in names.items() if {"invoice", "card", "account"} & set(words.split(", ")))
    assert scores[letters].low > 0.1
    rows = rows_of(Results(bench.store, run))
    held = [bench.store.example(run.id, str(row)).text for row in rows.ids[rows.mask(parse(f"cluster={letters}"))]]
    assert len(held) == table.set_index("number").loc[letters, "rows"]
    assert any(text.startswith(OTHER) for text in held)
    others = rows.mask(parse(f"cluster!={letters}"))
    assert np.array_equal(others, ~rows.mask(parse(f"cluster={letters}")))
    with pytest.raises(NotInTable, match=r"This run has the clusters 1 to [0-9]+, and no cluster 99\."):
        rows.mask(parse("cluster=2|99"))


def test_the_chapter_and_the_terminal_tell_the_clusters(bench, run):
    report = build_report(bench.store, run.id)
    page = render_html(lay_out(report, Brand()))
    assert "Clusters that make the difference" in page
    assert "Rows in the middle of the clusters that make the difference." in page
    hidden = render_html(lay_out(without_texts(report), Brand()))
    assert "Clusters that make the difference" in hidden
    assert "no word stands out" not in hidden
    assert "Clusters of both tables taken together" in typed("audit", "shift", run.id).out
    told = json.loads(typed("audit", "shift", run.id, "--json").out)["clusters"]
    assert all(
        bool(one["row_ids"]) == ("0.0% of the audited ones" not in one["note"].split(" and ")[1]) for one in told
    )
    listed = json.loads(typed("audit", "slices", run.id, "--json").out)["clusters"]
    assert [one["cluster"] for one in listed] == [one["cluster"] for one in told]
    assert sum(one["rows"] for one in listed) == 104
    assert "for `--where cluster=NUMBER`" in typed("audit", "slices", run.id).out


def test_a_policy_that_names_a_cluster_is_held_against_it_and_told_where_there_is_none(bench, run, tables):
    asks = {"version": 1, "name": "one", "check": [{"id": "c", "score": "accuracy", "slice": "cluster=1", "min": 0.0}]}
    found = next(f for f in judged_by(bench.store, run.id, asks).findings if f.score.where)
    assert found.score.n > 0
    plain = bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], probes=(PREDICT,)))
    found = next(f for f in judged_by(bench.store, plain.id, asks).findings if f.score.where)
    assert found.verdict == "INCONCLUSIVE"
    assert "did not keep where the model puts its rows, so it has no clusters" in found.score.note


def test_a_run_of_three_rows_has_no_clusters_and_says_so(bench, tables, tmp_path):
    few = TableSpec(path=str(write(tmp_path / "few.csv", {"positive": PRAISE}, 1)))
    placed = (PREDICT, ProbeSpec(kind="embedding", name="last_layer"))
    small = bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=few, probes=placed))
    done = typed("audit", "slices", small.id, "--where", "cluster=1")
    assert done.status != 0
    assert "The rows of this run form no clusters: they are too few, or all alike" in done.err


def test_a_run_without_a_reference_table_says_what_to_do(bench, tables):
    plain = bench.whole(AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], probes=(PREDICT,)))
    done = typed("audit", "shift", plain.id)
    assert done.status != 0
    assert "has no reference table to hold its rows against; audit them with one (run --reference FILE)." in done.err
    unasked = bench.whole(
        AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], reference=tables[1], probes=(PREDICT,))
    )
    assert "audit again with the probe reference_rows" in typed("audit", "shift", unasked.id).err


def test_a_reference_table_of_three_rows_is_refused_in_one_sentence(bench, tables, tmp_path):
    few = TableSpec(path=str(write(tmp_path / "few.csv", {"positive": PRAISE}, 1)))
    spec = AuditSpec(model=ModelSpec(name="sentiment"), table=tables[0], reference=few, probes=compared((PREDICT,)))
    with pytest.raises(TableError, match=r"few\.csv has 3 rows that can be used, and at least 20 are needed"):
        bench.whole(spec)
    done = typed(
        "audit", "run", "--model", "sentiment", "--csv", tables[0].path, "--reference", few.path, "--suite", "quick"
    )
    assert done.status == 2
    assert (
        "at least 20 are needed to say whether others are like them; give a longer one, or audit without." in done.err
    )


def test_it_is_checked_replayed_and_exported(bench, run, tmp_path):
    assert check_run(bench.store, run.id) == []
    assert check_content(bench.store, run.id) == []
    assert not any(one.differences for one in replay(bench.store, run.id, 20, bench.models))
    assert verify_bundle(open_bundle(export_run(bench.store, run.id, tmp_path / "out")))[0] == []
