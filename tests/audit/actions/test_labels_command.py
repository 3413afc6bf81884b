"""`audit labels`: what it lists, what it writes, and one sentence where there is nothing to say."""

from __future__ import annotations

import csv
import json

from commands import typed
from runs import make_run
from verbs import Bench, somebody

from audit.actions import label_reviews


def test_what_the_model_contradicts_is_listed_and_the_corrected_table_written(store, tmp_path):
    run = make_run(store, tmp_path, rows=60)
    found = json.loads(typed("audit", "labels", run.id, "--json").out)
    assert {score["name"] for score in found["scores"]} >= {
        "label_suspect_share",
        "label_error_share",
        "near_duplicate_share",
    }
    first, second, *_ = found["doubted"]
    assert first["answer"] != first["label"]
    assert first["confidence"] - first["given"] >= second["confidence"] - second["given"]
    label_reviews.judge(somebody(), run.id, first["row_id"], "relabel", first["answer"])
    label_reviews.judge(somebody(), run.id, second["row_id"], "drop")
    out = tmp_path / "corrected.csv"
    done = typed("audit", "labels", run.id, "--limit", 3, "--csv", out)
    assert done.status == 0
    assert f"relabel {first['answer']}" in done.out
    assert "2 rows were judged: keep 0, relabel 1, drop 1." in done.out
    assert "corrected" in done.out
    with out.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 59
    changed = [line for line in lines if line["label_judged"] == "relabel"]
    assert [(line["label"], line["label_before"]) for line in changed] == [(first["answer"], first["label"])]
    again = json.loads(typed("audit", "labels", run.id, "--json", "--limit", 1).out)
    assert len(again["doubted"]) == 1
    assert dict(map(tuple, again["judged"])) == {"drop": 1, "relabel": 1}


def test_cells_that_a_spreadsheet_would_run_are_defused(store, tmp_path):
    def begins_with_a_formula(lines):
        return [lines[0], *([f"=cmd({line[0]})", *line[1:]] for line in lines[1:])]

    run = make_run(store, tmp_path, rows=12, edit=begins_with_a_formula)
    out = tmp_path / "corrected.csv"
    assert typed("audit", "labels", run.id, "--csv", out).status == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert all(line["text"].startswith("'=") for line in csv.DictReader(file))


def test_one_sentence_where_there_is_nothing_to_say(bench: Bench, tmp_path):
    def without_labels(lines):
        return [[line[0], *line[2:]] for line in lines]

    bare = make_run(bench.store, tmp_path, rows=12, seed=3, edit=without_labels)
    done = typed("audit", "labels", bare.id)
    assert done.status != 0
    assert "has no labels, so none can be wrong" in done.err
    going = typed("audit", "labels", bench.made["running"].id)
    assert going.status != 0
    assert "is not over" in going.err
    few = typed("audit", "labels", bench.run)
    assert few.status == 0
    assert "from 50 labelled texts on; here there are 12" in " ".join(few.out.split())
    assert "Traceback" not in done.err + going.err + few.err


def test_a_place_that_cannot_be_written_is_said(store, tmp_path):
    run = make_run(store, tmp_path, rows=12)
    (tmp_path / "file").write_text("no folder")
    done = typed("audit", "labels", run.id, "--csv", tmp_path / "file" / "x.csv")
    assert done.status != 0
    assert "cannot be written" in done.err
    assert "Traceback" not in done.err
