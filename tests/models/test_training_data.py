"""Reading what a model learns from: the table options that every command has."""

from __future__ import annotations

import pytest

from models.errors import TrainingError
from models.table_options import Reading
from models.training_data import read_labels, read_texts


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
