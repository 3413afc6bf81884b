"""New audit, the table that the model's card names: taken where its bytes are here, and never read for a stranger's card."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from pages import check, seen
from runs import write_table

from models import catalog
from models.places import BUNDLED
from models.trained_on import note_place

NAMES = ("negative", "positive")


@pytest.fixture
def train(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    return write_table(folder / "train.csv", 40, NAMES, seed=7)


@pytest.fixture
def model(store, tmp_path, train):
    """A model of its own whose card names the table."""
    folder = shutil.copytree(BUNDLED / "sentiment", tmp_path / "model")
    card = json.loads((folder / "card.json").read_text())
    sha256 = hashlib.sha256(train.read_bytes()).hexdigest()
    card["data"]["training"] = {
        "file": "train.csv", "rows": 36, "sha256": sha256, "path": str(train), "columns": {"text": "text", "label": "label"}
    }  # fmt: skip
    card["data"]["evaluation"] = {"file": "train.csv", "rows": 4, "sha256": sha256}
    (folder / "card.json").write_text(json.dumps(card))
    catalog.add("mine", str(folder), in_place=True)
    return sha256


@pytest.fixture
def now(store, tmp_path):
    return store.add_upload(write_table(tmp_path / "now.csv", 30, NAMES, seed=1), "now.csv").sha256


def box(test):
    return next(box for box in test.selectbox if box.key == "audit-reference")


def said(test):
    return seen(test).replace("\\", "")


def test_one_among_the_tables_is_taken_and_can_be_gone_without(app, store, train, model, now):
    store.add_upload(train, "renamed.csv")
    test = app("new_audit", model="mine", table=now)
    assert box(test).value == model
    assert "Compared with train.csv (40 rows), which the model was trained on by its card" in said(test)
    box(test).select("").run()
    check(test)
    assert box(test).value == ""
    test.button(key="start").click().run()
    assert "reference" not in store.run("latest").spec


def test_it_goes_with_its_model(app, store, train, model, now):
    store.add_upload(train, "train.csv")
    test = app("new_audit", model="mine", table=now)
    next(one for one in test.selectbox if one.key == "audit-model").select("sentiment").run()
    check(test)
    assert box(test).value == ""


def test_a_stranger_s_card_has_nothing_read(app, store, train, model, now):
    test = app("new_audit", model="mine", table=now)
    assert "trained on train.csv, but that table is not among those here; upload it to compare with it." in said(test)
    assert box(test).value == ""
    assert not [button for button in test.button if button.key == "take-training-table"]
    assert model not in {upload.sha256 for upload in store.uploads()}


def test_one_that_was_trained_on_here_is_taken_at_a_press(app, store, train, model, now, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(train.parent))
    note_place(train, model)
    test = app("new_audit", model="mine", table=now)
    assert "trained on train.csv (40 rows)" in said(test)
    test.button(key="take-training-table").click().run()
    check(test)
    assert box(test).value == model
    assert store.upload(model).options["label"] == "label"
    test.button(key="start").click().run()
    assert store.run("latest").spec["reference"]["path"] == model


def test_one_that_has_changed_is_told(app, store, train, model, now, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(train.parent))
    note_place(train, model)
    test = app("new_audit", model="mine", table=now)
    train.write_text(train.read_text() + "one more,positive,north\n")
    test.button(key="take-training-table").click().run()
    check(test)
    assert "that file has changed since; upload it to compare with it." in said(test)
    assert len(store.uploads()) == 1


@pytest.mark.parametrize(("setting", "value", "why"), [
    ("ASSAY_MODEL_FOLDERS", "/usr/share", "it lies outside the folders that pages may read"),
    ("ASSAY_HOSTS", "assay.example.org", "pages that others can reach too read no files of this machine"),
])  # fmt: skip
def test_what_pages_may_not_read(app, train, model, now, monkeypatch, setting, value, why):
    monkeypatch.setenv("ASSAY_MODEL_FOLDERS", str(train.parent))
    monkeypatch.setenv(setting, value)
    note_place(train, model)
    test = app("new_audit", model="mine", table=now)
    assert why in said(test)
    assert not [button for button in test.button if button.key == "take-training-table"]
    assert str(train.parent) not in said(test)


def test_the_very_table_is_told(app, store, train, model):
    upload = store.add_upload(train, "train.csv")
    test = app("new_audit", model="mine", table=upload.sha256)
    assert "trained on this very table" in said(test)
    assert box(test).value == ""
