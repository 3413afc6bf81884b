"""`--reference card`: the table that the model's card says it was trained on, and where commands offer it."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from commands import typed
from runs import make_run, write_table

from audit.store import close_stores, open_store
from models.places import BUNDLED
from models.trained_on import note_place

NAMES = ("negative", "positive")


@pytest.fixture
def here(home, tmp_path, monkeypatch):
    """A model's folder whose card names `train.csv`, and a table to audit."""
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    monkeypatch.setattr("audit.cli.runs.ensure_worker", lambda _: None)
    train = write_table(tmp_path / "train.csv", 40, NAMES, seed=7)
    train.write_text(train.read_text().replace("text,label", "sentence,class", 1), encoding="utf-8")
    folder = shutil.copytree(BUNDLED / "sentiment", tmp_path / "model")
    card = json.loads((folder / "card.json").read_text())
    sha256 = hashlib.sha256(train.read_bytes()).hexdigest()
    columns = {"text": "sentence", "label": "class"}
    card["data"]["training"] = {"file": "train.csv", "rows": 40, "sha256": sha256, "columns": columns}
    (folder / "card.json").write_text(json.dumps(card))
    yield folder, write_table(tmp_path / "now.csv", 30, NAMES, seed=1), train, sha256
    close_stores()


def audited(folder, table, *more):
    return typed("audit", "run", "--model", folder, "--csv", table, "--detach", *more)


def reference():
    return open_store().run("latest").spec["reference"]


def test_it_is_taken_from_where_it_was_trained_on(here):
    folder, table, train, sha256 = here
    note_place(train, sha256)
    assert "--reference card compares with it" in audited(folder, table).err
    done = audited(folder, table, "--reference", "card")
    assert done.status == 0, done.err
    assert "--reference card" not in done.err
    assert (reference()["path"], reference()["text"], reference()["label"]) == (sha256, "sentence", "class")


def test_it_is_taken_from_among_the_tables(here):
    folder, table, train, sha256 = here
    open_store().add_upload(train, "old.csv")
    train.unlink()
    done = audited(folder, table, "--reference", "card")
    assert done.status == 0, done.err
    assert (reference()["path"], reference()["name"]) == (sha256, "old.csv")


def test_one_that_is_not_here_is_one_sentence(here):
    folder, table, train, sha256 = here
    told = audited(folder, table, "--reference", "card")
    assert told.status == 2
    assert "but that table is not among those here; give that table with --reference FILE." in " ".join(
        told.err.split()
    )
    assert "--reference card" not in audited(folder, table).err
    note_place(train, sha256)
    train.write_text("text,label\n")
    assert "that file has changed since" in " ".join(audited(folder, table, "--reference", "card").err.split())
    (folder / "card.json").write_text("{}")
    assert "names no table that it was trained on" in " ".join(
        audited(folder, table, "--reference", "card").err.split()
    )


def test_what_needs_one_says_that_it_is_there(here, tmp_path):
    folder, _, train, sha256 = here
    note_place(train, sha256)
    run = make_run(open_store(), tmp_path, rows=12)
    open_store().update_run(run.id, model=str(folder))
    row = next(iter(open_store().iter_examples(run.id))).row_id
    for words in (("labels", run.id), ("influence", run.id, row)):
        done = typed("audit", *words)
        assert "--reference card compares with it" in " ".join((done.out + done.err).split())
