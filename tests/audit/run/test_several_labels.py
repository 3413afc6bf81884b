"""An audit of a model of several labels, one called `food|drink`, from the table to the bundle, pages' tables and report."""

from __future__ import annotations

import csv
import json

import pytest
import run_fakes
import sqlalchemy as sa
from test_commands_as_runs import program

from audit.report.build import build_report
from audit.report.csv_files import write_csv
from audit.report.html import render_html
from audit.report.layout import lay_out
from audit.results.reading import read
from audit.results.recomputing import check_content
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.run.holding import HeldModels
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.store import RecordFilter, Store, close_stores, open_store

NAMED = ("food|drink", "staff", "price")
ESCAPED = r"food\|drink"
PROBES = (
    ProbeSpec(kind="prediction", name="predict"),
    ProbeSpec(kind="attack", name="deepwordbug", params={"max_queries": 40}),
    ProbeSpec(kind="attack", name="deepwordbug", id="aimed", params={"goal": "targeted", "target": "staff"}),
    ProbeSpec(kind="perturbation", name="keyboard_typos", params={"k": 3}),
    ProbeSpec(kind="explainer", name="leave_one_out", params={"metrics": []}),
    ProbeSpec(kind="explainer", name="leave_one_out", id="to_true", params={"target": "true", "metrics": []}),
    ProbeSpec(kind="explainer", name="leave_one_out", id="to_price", params={"target": "price", "metrics": []}),
)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The store, the finished run, its table and its model."""
    from small_aspects import make, texts

    folder = tmp_path_factory.mktemp("several")
    model, table = make(folder / "m", NAMED, thresholds={"price": 0.4}), folder / "t.csv"
    names = dict(zip(("food", "staff", "price"), (ESCAPED, "staff", "price"), strict=True))
    rows = [(text, "|".join(names[label] for label in reversed(about)) or "|") for text, about in texts()]
    rows = [(text, "food|drink" if label == ESCAPED else label) for text, label in rows]
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_HOME", str(folder / "home"))
        patch.delenv("ASSAY_DATABASE_URL", raising=False)
        store = open_store()
        bench = run_fakes.InProcess(store)
        bench.models = HeldModels()
        spec = AuditSpec(
            model=ModelSpec(name=str(model), engine="torch", threads=1), table=TableSpec(path=str(table)), probes=PROBES
        )
        run = bench.whole(spec)
        assert run.status == "finished", run.error
        yield store, run, table, model
        close_stores()


def of_probe(store, run, probe, **where):
    return store.records(run.id, RecordFilter(probe=probe, **where), limit=1000)


def test_rows_are_labelled_and_answered_with_sets(audited):
    store, run, *_ = audited
    assert run.task.thresholds == (0.5, 0.5, 0.4)
    found = of_probe(store, run, "predict")
    golds = {run.task.parts(label) for label in found["label"]}
    assert {(), ("food|drink",), ("food|drink", "staff", "price")} <= golds
    assert found["label"].notna().all()
    right = [run.task.parts(a) == run.task.parts(b) for a, b in zip(found["predicted"], found["label"], strict=True)]
    assert list(found["correct"]) == [int(one) for one in right]
    assert 0 < sum(right) <= len(right)


def test_a_flip_from_several_labels_to_fewer_is_kept_and_can_be_shown(audited):
    store, run, *_ = audited
    task = run.task
    for probe in ("deepwordbug", "keyboard_typos"):
        flips = of_probe(store, run, probe, flipped=True)
        sets = [
            (set(task.parts(a)), set(task.parts(b)))
            for a, b in zip(flips["predicted"], flips["flipped_to"], strict=True)
        ]
        assert all(before != after for before, after in sets)
        assert any(len(before) > 1 and after < before for before, after in sets), probe
    assert {
        o.status for o in read(store, run.id).records("aimed", of_probe(store, run, "aimed")["row_id"]).values()
    } >= {"success"}


def test_no_explanation_is_a_right_prediction(audited):
    store, run, *_ = audited
    for probe in ("leave_one_out", "to_true", "to_price"):
        assert of_probe(store, run, probe)["correct"].isna().all()
        assert store.count_records(run.id, RecordFilter(probe=probe, correct=True)) == 0
    explained = of_probe(store, run, "to_true", status="ok")
    assert all(t in run.task.parts(label) for t, label in zip(explained["predicted"], explained["label"], strict=True))
    none = of_probe(store, run, "to_true", status="error")
    assert len(none) == (of_probe(store, run, "predict")["label"] == "|").sum()
    assert set(of_probe(store, run, "to_price")["predicted"]) == {"price"}


def test_predict_prints_the_runs_own_scores(audited, tmp_path):
    store, run, table, model = audited
    out = tmp_path / "out.jsonl"
    said = json.loads(program("predict", "--model", model, "--csv", table, "--out", out, "--json"))["scores"]
    mine = {s.key: (s.value, s.low, s.high, s.n) for s in store.scores(run.id)}
    assert {"accuracy", "micro_f1", "hamming_loss", "macro_f1", r"class_f1[label=food|drink]"} <= {
        one["key"] for one in said
    }
    for one in said:
        assert mine[one["key"]] == (one["value"], one["low"], one["high"], one["n"])


def test_the_bundle_is_right_and_comes_back(audited, tmp_path):
    store, run, *_ = audited
    path = tmp_path / "run.zip"
    export_run(store, run.id, path)
    assert verify_bundle(open_bundle(path))[0] == []
    other = Store(f"sqlite:///{tmp_path}/other.db")
    try:
        import_run(other, path)
        assert other.run(run.id).task.thresholds == run.task.thresholds
        assert check_content(other, run.id) == []
    finally:
        other.close()


def test_a_bundle_with_odd_thresholds_is_not_taken_in(audited, tmp_path):
    from audit.run.bundle_shape import RunShape

    store, run, *_ = audited
    path = tmp_path / "run.zip"
    export_run(store, run.id, path)
    data = open_bundle(path).json("run.json")
    RunShape.model_validate(data)
    for odd in ([0.5], [0.5, 0.5, 2.0], "0.5"):
        with pytest.raises(ValueError, match="threshold"):
            RunShape.model_validate(data | {"identity": data["identity"] | {"thresholds": odd}})


def test_a_run_as_it_was_kept_before_is_still_right(audited, tmp_path):
    """Confidence was the largest probability, explanations were right or wrong, and accuracy was called so."""
    store, run, *_ = audited
    path = tmp_path / "run.zip"
    export_run(store, run.id, path)
    other = Store(f"sqlite:///{tmp_path}/other.db")
    try:
        import_run(other, path)
        with other.database.write() as connection:
            for row in connection.execute(sa.text("SELECT shard_key, position, payload FROM records")).all():
                data = json.loads(row.payload)
                probs = data.get("probs") or data.get("original_probs")
                if probs:
                    connection.execute(
                        sa.text("UPDATE records SET confidence = :c WHERE shard_key = :k AND position = :p"),
                        {"c": max(probs), "k": row.shard_key, "p": row.position},
                    )
            gone = "DELETE FROM scores WHERE run_id = :r AND key IN ('micro_f1', 'hamming_loss')"
            connection.execute(sa.text(gone), {"r": run.id})
            found = connection.execute(sa.text("SELECT payload FROM scores WHERE key = 'accuracy'")).scalar()
            was = json.dumps(json.loads(found) | {"definition": "accuracy", "notes": []})
            connection.execute(sa.text("UPDATE scores SET payload = :p WHERE key = 'accuracy'"), {"p": was})
        faults = check_content(other, run.id)
        assert [
            fault for fault in faults if "notes of the score accuracy" not in fault and "finding" not in fault
        ] == []
    finally:
        other.close()


def test_the_report_says_sets_and_a_word_for_none(audited, tmp_path):
    store, run, *_ = audited
    report = build_report(store, run.id)
    html = render_html(lay_out(report))
    for said in (
        "Subset accuracy",
        "Hamming loss",
        "Micro-F1",
        "none of the labels",
        "any number of labels",
        "exactly the right labels",
    ):
        assert said in html, said
    assert report.run.task.thresholds == run.task.thresholds
    examples = [e for recipe in report.recipes for e in recipe.examples]
    assert any(len(run.task.parts(e.before)) > 1 for e in examples)
    assert all(not run.task.same(e.before, e.after) for e in examples)
    for heat in report.heatmaps:
        probs = read(store, run.id).records("predict", [heat.row_id])[heat.row_id].probs
        sure = (probs[run.labels.index(heat.target)], run.task.sure(probs))
        assert heat.confidence == pytest.approx(sure[0], abs=1e-5) or run.task.answer(probs) == heat.target
    write_csv(store, report, tmp_path / "csv")
    with (tmp_path / "csv" / "perturbations.csv").open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            assert (line["flipped"] == "1") == (
                line["changed"] == "1" and not run.task.same(line["before"], line["after"])
            )


def test_show_and_attack_speak_of_whole_answers(audited, tmp_path):
    store, run, table, model = audited
    shown = json.loads(program("show", run.id, "--json"))
    assert {"micro_f1", "hamming_loss"} <= {score["name"] for score in shown["scores"]}
    out = tmp_path / "a.jsonl"
    program("attack", "--model", model, "--csv", table, "--recipe", "deepwordbug", "--max-queries", "40", "--out", out)
    lines = {line["row_id"]: line["status"] for line in map(json.loads, out.read_text().splitlines())}
    found = of_probe(store, run, "deepwordbug")
    assert [lines[row_id] for row_id in found["row_id"]] == list(found["status"])


def test_an_unknown_part_of_a_cell_is_named(audited, tmp_path):
    _, _, _, model = audited
    table = tmp_path / "odd.csv"
    table.write_text("text,label\nthe soup,food|drink\nthe bill,price|bill\n")
    said = program("run", "--model", model, "--csv", table, "--suite", "quick", status=2)
    assert "'bill' in 'price|bill' is not a label of the model" in said
    assert "'price' in" not in said


def test_the_calibration_error_has_no_part_in_the_verdict_and_the_report_says_so(audited):
    store, run, *_ = audited
    assert not [finding for finding in store.findings(run.id) if finding.score.name == "ece"]
    (said,) = [limit for limit in build_report(store, run.id).limits if limit.kind == "left_out_of_several"]
    assert said.values == {"score": "ece", "check": "calibration"}
    html = render_html(lay_out(build_report(store, run.id)))
    assert "Expected calibration error (check “calibration”) has no part in the verdict" in html


def test_a_run_judged_before_is_held_as_it_was(audited):
    """Earlier Assays held a model of several labels to the calibration error: their findings are not called wrong."""
    from audit.results.judging import measure
    from audit.score.findings import find, verdict
    from audit.score.policy import policy_from_dict

    store, run, *_ = audited
    now, own = store.findings(run.id), run.verdict
    before = find(measure(store, run), policy_from_dict(run.policy), level=run.level)
    store.save_findings(run.id, before, verdict(before))
    try:
        assert "check:calibration:ece" in {finding.id for finding in store.findings(run.id)}
        assert not check_content(store, run.id)
    finally:
        store.save_findings(run.id, now, own)
    assert not check_content(store, run.id)
