"""Labels that nothing names: asked for when a model is registered, checked before a run, mended first after one that failed."""

from __future__ import annotations

import json

import pytest
from pages import check, seen

from audit.run import client
from audit.spec import ModelSpec, TableSpec, suite_spec
from dashboard.forms.table_check import spec_of


class Told:
    """An answer that is there."""

    done, error, seconds, parts, number, stopped = True, None, 0.1, (), 1, False

    def __init__(self, labels):
        self.result = {"labels": labels, "base_sha256": None, "reads": ["en"]}


@pytest.fixture
def registering(app, store, tmp_path, monkeypatch):
    """Registers a folder whose model has these labels once it is loaded."""

    def made(labels, beside=None):
        folder = tmp_path / "checkpoint"
        folder.mkdir()
        if beside is not None:
            (folder / "labels.json").write_text(json.dumps(beside))
        monkeypatch.setattr("dashboard.forms.register_model.ask_once", lambda *_, **__: Told(labels))
        test = app("models")
        test.text_input(key="new-path").set_value(str(folder))
        test.text_input(key="new-name").set_value("mine")
        test.checkbox(key="new-in-place").check()
        next(b for b in test.button if b.label == "Check and register").click().run()
        check(test)
        return test

    return made


def entry():
    from models import catalog

    return catalog.find("mine")


def told(test):
    return "\n".join(t.value for t in test.toast).replace("\\", "")


def test_labels_that_are_found_are_named_and_kept(registering):
    test = registering(["bad", "good"])
    assert "Registered mine: 2 labels (bad, good)." in told(test)
    assert (entry().labels, entry().known_labels) == ((), ("bad", "good"))


def test_names_beside_the_checkpoint_are_taken_and_said(registering):
    test = registering(["LABEL_0", "LABEL_1"], {"0": "bad", "1": "good"})
    assert "(bad, good). Their names are from labels.json." in told(test)
    assert entry().labels == ("bad", "good")


def test_what_nothing_names_is_asked_for(registering):
    test = registering(["LABEL_0", "LABEL_1"])
    assert entry() is None
    assert "mine** is sound, but nothing names its 2 labels." in seen(test)
    test.text_area(key="names-of-labels").set_value("bad")
    test.button(key="with-names").click().run()
    assert "The model has 2 labels and 1 names were given" in test.error[0].value.replace("\\", "")
    assert entry() is None
    test.text_area(key="names-of-labels").set_value("bad\ngood\n")
    test.button(key="with-names").click().run()
    check(test)
    assert entry().known_labels == ("bad", "good")
    assert test.text_input(key="new-name") is not None


def test_a_model_may_stay_without_names_and_every_page_says_so(app, store, registering, tmp_path):
    test = registering(["LABEL_0", "LABEL_1"])
    test.button(key="without-names").click().run()
    check(test)
    assert entry().known_labels == ("LABEL_0", "LABEL_1")
    assert "Nothing names its labels yet" in seen(test)
    path = tmp_path / "t.csv"
    path.write_text("text,label\na film,bad\nb film,good\n", encoding="utf-8")
    page = app("new_audit", model="mine", table=store.add_upload(path, path.name).sha256)
    assert page.button(key="start").disabled
    assert "Nothing names the model's labels" in seen(page)
    assert "Name the model's labels" in seen(page)


@pytest.fixture
def failed(app, store, tmp_path):
    """A run of these labels of a model on a table of two, which could not be prepared."""
    from models import catalog

    def made(labels, error="t.csv has 2 faults (2 unknown labels)", **table):
        (tmp_path / "m").mkdir()
        catalog.add("mine", str(tmp_path / "m"), found=labels, in_place=True)
        path = tmp_path / "t.csv"
        path.write_text("text,label\na film,bad\nb film,good\n", encoding="utf-8")
        upload = store.add_upload(path, path.name)
        spec = TableSpec(path=upload.sha256, name="t.csv", **table)
        run = client.start(suite_spec("quick", ModelSpec(name="mine"), spec), store=store)
        store.update_run(run.id, status="failed", error=error)
        return run.id, upload.sha256

    return made


def buttons(test):
    return {b.key: b.label for b in test.button if b.key in {"do-mend", "do-Resume"}}


def test_a_failed_run_leads_to_what_mends_it_and_then_goes_on(app, store, failed):
    from models import catalog

    run_id, _ = failed(("LABEL_0", "LABEL_1"))
    assert buttons(app("runs", run=run_id)) == {"do-mend": "Name the model's labels", "do-Resume": "Resume"}
    catalog.rename_labels("mine", ("bad", "good"))
    assert buttons(app("runs", run=run_id)) == {"do-Resume": "Resume"}


def test_a_table_is_mapped_and_the_run_started_again_as_it_is_read_now(app, store, failed):
    run_id, table = failed(("negative", "positive"))
    test = app("runs", run=run_id)
    assert buttons(test)["do-mend"] == "Map its labels"
    store.describe_upload(table, options={"model": "mine", "label_map": {"bad": "negative", "good": "positive"}})
    test = app("runs", run=run_id)
    assert buttons(test)["do-mend"] == "Start again as the table is read now"
    page = app("new_audit", clone=run_id)
    assert not page.button(key="start").disabled
    page.button(key="start").click().run()
    check(page)
    assert store.run("latest").spec["table"]["label_map"] == spec_of(store.upload(table)).label_map


def test_a_resource_is_fetched_first(app, failed):
    run_id, _ = failed(
        ("bad", "good"), error="The vectors are not here; get them: python -m audit resources get vectors"
    )
    assert buttons(app("runs", run=run_id))["do-mend"] == "Get what it lacks"


def test_a_model_that_is_gone_comes_first(app, failed, tmp_path):
    run_id, _ = failed(("bad", "good"))
    (tmp_path / "m").rmdir()
    assert buttons(app("runs", run=run_id))["do-mend"] == "Look at the model"
