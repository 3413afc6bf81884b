"""Commands act as the user of the operating system, through the one door."""

from __future__ import annotations

import json

import pytest
from commands import typed
from runs import make_run

from audit.actor import user_name
from audit.spec import ProbeSpec


def listed(*words: object) -> list[dict[str, object]]:
    done = typed("audit", "events", "--json", *words)
    assert done.status == 0, done
    return json.loads(done.out)["events"]


def test_what_is_typed_is_done_by_the_user_of_the_system(bench):
    run = bench.made["running"].id
    for words in (("cancel", run, "--pause"), ("priority", run, "7"), ("cancel", run), ("delete", run, "--yes")):
        done = typed("audit", *words)
        assert done.status == 0, done
    found = listed("--run", run)
    assert [event["verb"] for event in found] == ["delete_run", "cancel_run", "set_priority", "pause_run"]
    assert {(event["who"], event["via"], event["outcome"]) for event in found} == {(user_name(), "system", "done")}
    assert listed("--limit", 2) == listed()[:2]


def test_the_list_is_read_by_people(bench):
    assert typed("audit", "cancel", bench.run).status != 0  # it has finished
    shown = typed("audit", "events").out
    for said in ("Cancelled the run", bench.run, "failed", "Registered the model", "mine", "done", user_name()):
        assert said in shown, said
    assert "No events yet" in typed("audit", "events", "--run", bench.made["failed"].id).out
    unknown = typed("audit", "events", "--run", "nowhere")
    assert unknown.status == 2
    assert "no run named 'nowhere'" in unknown.err


def test_a_report_made_here_is_told_when_its_files_are_kept(bench, tmp_path):
    done = typed("audit", "report", bench.run, "--json", tmp_path / "r.json")
    assert done.status == 0, done
    event, begun = listed("--run", bench.run)
    assert (begun["verb"], begun["outcome"], begun["subject"]) == ("make_report", "begun", bench.run)
    assert (event["verb"], event["kind"], event["outcome"]) == ("make_report", "report", "done")
    assert event["subject"] == bench.store.reports(bench.run)[0].id
    (tmp_path / "a folder").mkdir()
    assert typed("audit", "report", bench.run, "--json", tmp_path / "a folder").status != 0
    assert [(e["verb"], e["outcome"]) for e in listed("--run", bench.run)] == [
        ("make_report", "failed"),
        ("make_report", "begun"),
        ("make_report", "done"),
        ("make_report", "begun"),
    ]
    assert len(bench.store.reports(bench.run)) == 1, "what could not be handed over is not kept"


def test_a_bundle_that_leaves_and_comes_back(bench, tmp_path):
    for words in (
        ("export", bench.run, "--out", tmp_path / "b.zip", "--no-report"),
        ("delete", bench.run, "--yes"),
        ("import", tmp_path / "b.zip"),
    ):
        done = typed("audit", *words)
        assert done.status == 0, done
    assert [(event["verb"], event["outcome"]) for event in listed("--run", bench.run)] == [
        ("import_run", "done"),
        ("delete_run", "done"),
        ("export_run", "done"),
        ("export_run", "begun"),
    ]


def test_models_too(bench):
    before = len(listed())
    folder = bench.has.checkpoint
    for words in (("add", "again", folder, "--in-place"), ("remove", "again")):
        done = typed("models", *words)
        assert done.status == 0, done
    assert typed("models", "remove", "again").status == 2
    found = listed()[: len(listed()) - before]
    assert [(e["verb"], e["kind"], e["subject"], e["outcome"], e["who"]) for e in found] == [
        ("remove_model", "model", "again", "failed", user_name()),
        ("remove_model", "model", "again", "done", user_name()),
        ("register_model", "model", "again", "done", user_name()),
    ]


def test_a_training_is_told_and_goes_well_without(bench, tmp_path, capsys, monkeypatch):
    from audit.errors import StoreError
    from models.errors import TrainingError
    from models.train_command import noted_training

    with noted_training(tmp_path / "my-model"):
        assert [(e["subject"], e["outcome"]) for e in listed("--limit", 1)] == [("my-model", "begun")]
    with pytest.raises(TrainingError), noted_training(tmp_path / "a sentence that I typed"):
        raise TrainingError("no rows")
    found = listed("--limit", 4)
    assert {(e["verb"], e["kind"], e["who"]) for e in found} == {("train_model", "model", user_name())}
    assert [(e["subject"], e["outcome"], e["error"]) for e in found] == [
        ("", "failed", "TrainingError"),
        ("", "begun", None),
        ("my-model", "done", None),
        ("my-model", "begun", None),
    ]

    def refuse() -> None:
        raise StoreError("The database cannot be used.")

    monkeypatch.setattr("audit.actions.doing.open_store", refuse)
    with noted_training(tmp_path / "other"):
        (tmp_path / "other").mkdir()
    said = " ".join(capsys.readouterr().err.split())
    assert said.count("could not be noted: The database cannot be used.") == 1


def test_a_training_that_could_not_be_noted_at_its_end_is_there(bench, tmp_path, capsys, monkeypatch):
    from audit.errors import StoreError
    from audit.store import base
    from models.train_command import noted_training

    def refuse(*_: object, **__: object) -> None:
        raise StoreError("The database cannot be used.")

    with monkeypatch.context() as patched, noted_training(tmp_path / "my-model"):
        patched.setattr("audit.store.events.insert_event", refuse)
    assert base.going_on.get() is None
    assert "could not be noted: The database cannot be used." in " ".join(capsys.readouterr().err.split())
    assert listed("--limit", 1)[0]["outcome"] == "begun"


def test_fetching_makes_no_data_folder_where_there_is_none(tmp_path, monkeypatch):
    from audit.actions import resources
    from audit.actor import local_user

    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "none"))
    (found,) = resources.get(local_user(), ["stopwords"], lambda line: None)
    assert found.name == "stopwords"
    assert not (tmp_path / "none").exists()


def test_fetching_in_the_terminal_is_told_once_and_goes_well_without(bench, capsys, monkeypatch):
    from audit.actions import resources
    from audit.actor import local_user
    from audit.errors import StoreError, UnknownName

    said: list[str] = []
    (found,) = resources.get(local_user(), ["stopwords"], said.append)
    assert found.name == "stopwords"
    with pytest.raises(UnknownName):
        resources.get(local_user(), ["no-such"], said.append)
    assert [(e["verb"], e["subject"], e["outcome"]) for e in listed("--limit", 4)] == [
        ("fetch_resource", "no-such", "failed"),
        ("fetch_resource", "no-such", "begun"),
        ("fetch_resource", "stopwords", "done"),
        ("fetch_resource", "stopwords", "begun"),
    ]
    monkeypatch.setenv(resources.TOLD, "1")
    resources.get(local_user(), ["stopwords"], said.append)
    monkeypatch.delenv(resources.TOLD)
    assert listed("--limit", 1)[0]["subject"] == "no-such"

    def refuse() -> None:
        raise StoreError("The database cannot be used.")

    monkeypatch.setattr("audit.actions.doing.open_store", refuse)
    assert resources.get(local_user(), ["stopwords"], said.append) == [found]
    assert said[-1] == "That stopwords was fetched could not be noted: The database cannot be used."


def test_a_run_is_named_tagged_starred_and_found_again(bench):
    finding = bench.store.findings(bench.run)[0].id
    for words in (
        ("--name", "the March release", "--tag", "release", "--tag", "bank", "--star", "--baseline"),
        ("--untag", "BANK", "--note", "for the committee"),
        ("--note", "read again", "--row", bench.row),
        ("--note", "accepted by the board", "--finding", finding),
    ):
        done = typed("audit", "edit", bench.run, *words)
        assert done.status == 0, done
    shown = json.loads(typed("audit", "show", bench.run, "--json").out)["own"]
    assert {key: shown[key] for key in ("name", "tags", "starred", "archived", "baseline")} == {
        "name": "the March release", "tags": ["release"], "starred": True, "archived": False, "baseline": True,
    }  # fmt: skip
    assert {(n["about"], n["subject"], n["note"]) for n in shown["notes"]} == {
        ("run", "", "for the committee"), ("row", bench.row, "read again"), ("finding", finding, "accepted by the board"),
    }  # fmt: skip
    for wanted in (("--search", "board"), ("--search", "march"), ("--starred",), ("--search", "release")):
        assert [r["run_id"] for r in json.loads(typed("audit", "status", "--json", *wanted).out)["runs"]] == [bench.run]
    assert "★ the March release #release" in typed("audit", "status", "--starred").out
    verdict = bench.store.run(bench.run).verdict
    found = json.loads(typed("audit", "status", "--json", "--verdict", verdict.lower()).out)["runs"]
    assert [r["run_id"] for r in found] == [bench.run]
    assert "No run fits" in typed("audit", "status", "--search", "nowhere").out


def test_an_archived_run_is_on_its_own_list(bench):
    assert typed("audit", "edit", bench.run, "--archive").status == 0
    there = {r["run_id"] for r in json.loads(typed("audit", "status", "--json").out)["runs"]}
    away = {r["run_id"] for r in json.loads(typed("audit", "status", "--json", "--archived").out)["runs"]}
    assert away == {bench.run}
    assert len(there) == 3
    assert typed("audit", "edit", bench.run, "--unarchive").status == 0
    assert json.loads(typed("audit", "status", "--json", "--archived").out)["runs"] == []


def test_what_cannot_be_edited_is_said(bench):
    for words, said in (
        (("--row", "r1"), "give --note with them"),
        (("--note", "x", "--row", "r1", "--finding", "f"), "not both"),
        (("--untag", "never"), "has no tag 'never'"),
        (("--tag", "a,b"), "is no tag"),
        (("--name", " "), "1 to 200"),
        (("--note", "x", "--row", "nothing"), "no row named 'nothing'"),
    ):
        done = typed("audit", "edit", bench.run, *words)
        assert done.status == 2, done
        assert said in " ".join(done.err.split())
    refused = typed("audit", "status", "--verdict", "maybe")
    assert refused.status == 2
    assert "choose pass, fail or inconclusive" in refused.err


def test_a_run_again_on_new_data(bench, monkeypatch, tmp_path):
    monkeypatch.setattr("audit.cli.runs.ensure_worker", lambda _: False)
    predict = (ProbeSpec(kind="prediction", name="predict"),)
    old = make_run(bench.store, bench.folder, rows=8, seed=31, probes=predict, score=False)
    done = typed("audit", "again", old.id, "--csv", bench.new_table(), "--detach", "--json")
    assert done.status == 2, done  # its labels are not the model's
    assert "labels" in done.err
    good = tmp_path / "october.csv"
    good.write_text(
        "text,label\n" + "".join(f"take {i} was {w},{w}\n" for i, w in enumerate(("positive", "negative") * 4))
    )
    done = typed("audit", "again", old.id, "--csv", good, "--detach", "--json")
    assert done.status == 0, done
    run = bench.store.run(json.loads(done.out)["run_id"])
    assert run.table_name == "october.csv"
    assert run.upload != old.upload
    same = ("probes", "seed", "level", "sample", "suite", "policy", "budget")
    assert {key: run.spec[key] for key in same} == {key: old.spec[key] for key in same}
    assert "does not exist" in typed("audit", "again", old.id, "--csv", tmp_path / "no.csv").err
