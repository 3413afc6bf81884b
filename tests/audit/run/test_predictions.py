"""Predictions of a whole table by a worker: the model's own answers, the lines of the file, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext

import openpyxl
import pytest

from audit.actions import predictions, tables
from audit.actor import local_user
from audit.run.holding import HeldModels
from audit.run.jobs import do_job
from audit.spec import TableSpec

NOTES = ("0012", "=1+1", "", "two\nlines")
TEXTS = ("A quiet delight.", "=cmd|' /C calc'!A0", "Dull and overlong, a chore.", "A quiet delight.")


@pytest.fixture(scope="module")
def models():
    return HeldModels()


@pytest.fixture
def upload(store, tmp_path):
    path = tmp_path / "films.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "text", "prediction", "label", "group:region", "note"])
        for i, text in enumerate(TEXTS):
            out.writerow([f"r{i}", text, f"old {i}", "positive" if i % 2 == 0 else "negative", "north", NOTES[i]])
    return store.add_upload(path, path.name)


def made(store, models, upload, model="sentiment"):
    job = predictions.queue(local_user(), model, TableSpec(path=upload.sha256))
    do_job(store, job.id, models, nullcontext())
    return store.job(job.id)


def rows(store, job):
    file, _ = job.result["files"]
    text = store.files.read(file["sha256"]).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_row_has_the_models_own_answer_and_its_line(store, models, upload):
    job = made(store, models, upload)
    assert job.status == "done", job.error
    assert (job.result["done"], job.result["of"], job.result["failed"]) == (4, 4, 0)
    assert [file["name"] for file in job.result["files"]] == ["films-predictions.csv", "films-predictions.xlsx"]
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


def test_the_other_columns_of_the_table_go_along(store, models, upload):
    found = rows(store, made(store, models, upload))
    assert list(found[0])[:7] == ["line", "text", "label", "group:region", "id", "prediction (table)", "note"]
    assert [row["id"] for row in found] == ["r0", "r1", "r2", "r3"]
    assert [row["prediction (table)"] for row in found] == ["old 0", "old 1", "old 2", "old 3"]
    assert [row["note"] for row in found] == ["0012", "'=1+1", "", "two\nlines"]


def test_the_workbook_says_the_same_and_its_texts_stay_texts(store, models, upload):
    job = made(store, models, upload)
    book = openpyxl.load_workbook(io.BytesIO(store.files.read(job.result["files"][1]["sha256"])))
    head, *cells = book["Predictions"].iter_rows()
    found = [dict(zip((cell.value for cell in head), row, strict=True)) for row in cells]
    for row, told in zip(found, rows(store, job), strict=True):
        assert {name: "" if cell.value is None else str(cell.value) for name, cell in row.items()} == {
            name: value.removeprefix("'") for name, value in told.items()
        }
    assert found[1]["text"].value == TEXTS[1]
    assert "f" not in {cell.data_type for row in found for cell in row.values()}
    assert all(isinstance(row["p_positive"].value, float) for row in found)


def test_numbers_of_the_table_are_numbers_in_the_workbook(store, models, tmp_path):
    """Each column whole: what one cell of it would lose as a number, it keeps as text in all of them."""
    columns = {
        "year": ("1999", "2004", "", "2010"), "share": ("0.5", "-2", "0", "12.25"), "post": ("01067", "10115", "20095", "4109"),
        "price": ("1.50", "2", "3", "4"), "order": ("1234567890123456", "1", "2", "3"), "group:age": ("31", "9", "31", "77"),
        "none": ("", "", "", ""), "bad": ("=1", "1", "2", "3"), "label": ("1", "0", "1", "0"),
    }  # fmt: skip
    path = tmp_path / "numbers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", *columns), *zip(TEXTS, *columns.values(), strict=True)])
    spec = TableSpec(path=store.add_upload(path, path.name).sha256, label_map={"1": "positive", "0": "negative"})
    job = predictions.queue(local_user(), "sentiment", spec)
    do_job(store, job.id, models, nullcontext())
    job = store.job(job.id)
    assert job.status == "done", job.error
    book = openpyxl.load_workbook(io.BytesIO(store.files.read(job.result["files"][1]["sha256"])))
    head, *cells = book["Predictions"].iter_rows(values_only=True)
    found = {name: [row[place] for row in cells] for place, name in enumerate(head)}
    assert found["year"] == [1999, 2004, None, 2010]
    assert found["share"] == [0.5, -2, 0, 12.25]
    assert found["group:age"] == [31, 9, 31, 77]
    assert found["none"] == [None] * 4
    for name in ("post", "price", "order", "bad"):
        assert found[name] == list(columns[name]), name
    assert [row["share"] for row in rows(store, job)] == ["0.5", "'-2", "0", "12.25"], "the CSV is as it was"


def test_rows_that_are_left_out_do_not_shift_the_columns_of_the_others(store, models, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text("id,text,label\na,fine,positive\nb,\nc,,negative\nd,dull,negative\n")
    spec = TableSpec(path=store.add_upload(path, path.name).sha256, keep_good=True)
    job = predictions.queue(local_user(), "sentiment", spec)
    do_job(store, job.id, models, nullcontext())
    job = store.job(job.id)
    assert job.status == "done", job.error
    assert [(row["line"], row["id"], row["text"]) for row in rows(store, job)] == [
        ("2", "a", "fine"),
        ("5", "d", "dull"),
    ]


def test_new_ones_replace_those_before_and_go_with_their_table(store, models, upload):
    first, second = made(store, models, upload), made(store, models, upload)
    assert [job.id for job in store.predictions(upload.sha256)] == [second.id]
    kept = [file["sha256"] for file in second.result["files"]]
    assert [file["sha256"] for file in first.result["files"]] == kept  # the same bytes each time
    tables.delete(local_user(), upload.sha256)
    assert store.predictions(upload.sha256) == ()
    assert not any(map(store.files.there, kept))


def test_a_table_or_model_that_cannot_be_used_is_a_sentence(store, models, tmp_path, upload):
    path = tmp_path / "odd.csv"
    path.write_text("text,label\nfine,banana\n")
    odd = store.add_upload(path, path.name)
    job = made(store, models, odd)
    assert job.status == "failed"
    assert "banana" in job.error
    assert made(store, models, upload, model="no-such-model").status == "failed"
