"""Reading what a model learns from: the table options that every command has."""

from __future__ import annotations

import pandas as pd
import pytest

from models.errors import TrainingError
from models.table_options import Reading
from models.training_data import read_labels, read_texts
from tests.support.workbooks import rows_xml, sheet_xml, write_workbook


@pytest.fixture
def read(tmp_path):
    def rows(content, reading=Reading(), encoding="utf-8"):
        path = tmp_path / "t.csv"
        path.write_bytes(content.encode(encoding))
        labels = read_labels(path, "label", reading)
        found = read_texts(path, "text", "label", labels, reading)
        return [(text, labels[target]) for text, target in zip(found.texts, found.targets, strict=True)]

    return rows


QUOTED = 'text\tlabel\n"I loved it .\tgood\nso "bad"\tbad\nfine"\tgood\n'


def test_quotes_can_be_letters(read):
    assert read(QUOTED, Reading(quotes=False)) == [('"I loved it .', "good"), ('so "bad"', "bad"), ('fine"', "good")]
    with pytest.raises(TrainingError, match="give --no-quotes where quotes are letters"):
        read(QUOTED)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", [False, True])
def test_delimiters_are_found_or_told(read, sign, said):
    content = f"label{sign}text\na{sign}x y\nb{sign}z\n"
    assert read(content, Reading(delimiter=sign if said else None)) == [("x y", "a"), ("z", "b")]


def test_names_of_delimiters_and_what_is_none():
    assert [Reading(delimiter=name).delimiter for name in ("Tab", "pipe", "semicolon", "comma")] == [
        "\t",
        "|",
        ";",
        ",",
    ]
    with pytest.raises(TrainingError, match="not 'x'"):
        Reading(delimiter="x")


def test_encodings_are_told(read):
    content = "text,label\ncafé,a\nthé,b\n"
    assert read(content, Reading(encoding="latin-1"), "latin-1") == [("café", "a"), ("thé", "b")]
    with pytest.raises(TrainingError, match=r"not a UTF-8 CSV file .* --encoding"):
        read(content, encoding="latin-1")
    with pytest.raises(TrainingError, match="not a klingon CSV file"):
        read(content, Reading(encoding="klingon"))


def test_good_rows_alone(read):
    content = "text,label\nx,a\n,a\ny\nz,b\nw,\n"
    assert read(content, Reading(keep_good=True)) == [("x", "a"), ("z", "b")]
    with pytest.raises(TrainingError, match="row 4: the number of cells"):
        read(content)


def test_the_first_row_can_be_data(read, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,a\nz,b\n", encoding="utf-8")
    reading = Reading(header=False)
    assert read_labels(path, "column 2", reading) == ("a", "b")
    assert read_texts(path, "column 1", "column 2", ("a", "b"), reading).texts == ("x", "z")
    with pytest.raises(TrainingError, match="its columns are: column 1, column 2"):
        read_labels(path, "label", reading)


ROWS = [("text", "label"), ("a film", "good"), ("  so so ", "bad"), ("a play", "good")]


@pytest.fixture
def book(tmp_path):
    """A workbook of notes, a table, and one without names of columns."""
    sheets = {
        "Notes": [("nothing", "here")],
        "Train": ROWS,
        "Bare": ROWS[1:],
        "Broken": [*ROWS, ("", "good")],
        "Blank": [*ROWS, ("last", "")],
    }
    return write_workbook(tmp_path / "t.xlsx", {name: sheet_xml(rows_xml(rows)) for name, rows in sheets.items()})


def learnt(path, reading, text="text", label="label"):
    labels = read_labels(path, label, reading)
    found = read_texts(path, text, label, labels, reading)
    return [(text, labels[target]) for text, target in zip(found.texts, found.targets, strict=True)]


def test_a_workbook_gives_what_the_csv_of_its_cells_gives(book, tmp_path):
    plain = tmp_path / "t.csv"
    plain.write_text("".join(f"{text},{label}\n" for text, label in ROWS), encoding="utf-8")
    assert learnt(book, Reading(sheet="Train")) == learnt(plain, Reading()) == ROWS[1:]
    assert learnt(book, Reading(sheet="Bare", header=False), "column 1", "column 2") == ROWS[1:]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_so_do_the_other_formats(tmp_path, kind):
    frame = pd.DataFrame(ROWS[1:], columns=ROWS[0])
    path = tmp_path / f"t.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=True)
    assert learnt(path, Reading()) == ROWS[1:]


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (Reading(), "no column 'label'; its columns are: nothing, here"),
        (Reading(sheet="Trian"), "no sheet 'Trian'; the sheets are: 'Notes', 'Train', 'Bare', 'Broken', 'Blank'"),
        (Reading(sheet="Broken"), "row 5: the text is empty"),
        (Reading(sheet="Blank"), "row 5: the label is empty"),
    ],
)
def test_what_is_wrong_with_a_workbook_is_said_with_its_place(book, reading, said):
    with pytest.raises(TrainingError, match=said):
        learnt(book, reading, label="label")


@pytest.mark.parametrize("sheet", ["Broken", "Blank"])
def test_good_rows_of_a_workbook_alone(book, sheet):
    assert learnt(book, Reading(sheet=sheet, keep_good=True)) == ROWS[1:]


def test_a_row_without_a_label_is_no_class_of_its_own(read):
    with pytest.raises(TrainingError, match="row 3: the label is empty; remove the row, or give --keep-good"):
        read("text,label\nx,a\ny,\nz,b\n")


@pytest.mark.parametrize(("name", "said"), [("t.xls", "save it as an Excel workbook"), ("none.xlsx", "none.xlsx")])
def test_what_is_no_workbook_is_refused_in_a_sentence(tmp_path, name, said):
    if name == "t.xls":
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(TrainingError, match=said):
        read_labels(tmp_path / name, "label")
