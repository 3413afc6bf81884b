"""Predictions of a whole table by a worker: the model's own answers, the lines of the file, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext

import pytest

from audit.actions import predictions, tables
from audit.actor import local_user
from audit.run.holding import HeldModels
from audit.run.jobs import do_job
from audit.spec import TableSpec

TEXTS = ("A quiet delight.", "=cmd|' /C calc'!A0", "Dull and overlong, a chore.", "A quiet delight.")


@pytest.fixture(scope="module")
def models():
    return HeldModels()


@pytest.fixture
def upload(store, tmp_path):
    path = tmp_path / "films.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["text", "label", "group:region"])
        out.writerows([text, "positive" if i % 2 == 0 else "negative", "north"] for i, text in enumerate(TEXTS))
    return store.add_upload(path, path.name)


def made(store, models, upload, model="sentiment"):
    job = predictions.queue(local_user(), model, TableSpec(path=upload.sha256))
    do_job(store, job.id, models, nullcontext())
    return store.job(job.id)


def rows(store, job):
    (file,) = job.result["files"]
    text = store.files.read(file["sha256"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_row_has_the_models_own_answer_and_its_line(store, models, upload):
    job = made(store, models, upload)
    assert job.status == "done", job.error
    assert (job.result["done"], job.result["of"], job.result["failed"]) == (4, 4, 0)
    assert job.result["files"][0]["name"] == "films-predictions.csv"
    found = rows(store, job)
    assert [row["line"] for row in found] == ["2", "3", "4", "5"]
    assert [row["group:region"] for row in found] == ["north"] * 4
    import models as library

    classifier = library.load("sentiment")
    for row, text in zip(found, TEXTS, strict=True):
        (probs,) = classifier.probabilities(classifier.logits(classifier.encode_rows([text])[0]))
        assert row["prediction"] == classifier.labels[probs.argmax()]
        for label, p in zip(classifier.labels, probs, strict=True):
            assert float(row[f"p_{label}"]) == pytest.approx(p, abs=2e-6)


def test_no_cell_is_a_formula(store, models, upload):
    assert rows(store, made(store, models, upload))[1]["text"] == "'" + TEXTS[1]


def test_new_ones_replace_those_before_and_go_with_their_table(store, models, upload):
    first, second = made(store, models, upload), made(store, models, upload)
    assert [job.id for job in store.predictions(upload.sha256)] == [second.id]
    sha256 = second.result["files"][0]["sha256"]
    assert first.result["files"][0]["sha256"] == sha256  # the same bytes each time
    tables.delete(local_user(), upload.sha256)
    assert store.predictions(upload.sha256) == ()
    assert not store.files.there(sha256)


def test_a_table_or_model_that_cannot_be_used_is_a_sentence(store, models, tmp_path, upload):
    path = tmp_path / "odd.csv"
    path.write_text("text,label\nfine,banana\n")
    odd = store.add_upload(path, path.name)
    job = made(store, models, odd)
    assert job.status == "failed"
    assert "banana" in job.error
    assert made(store, models, upload, model="no-such-model").status == "failed"
