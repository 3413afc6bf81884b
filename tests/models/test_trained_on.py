"""The training table that a card names: by its bytes, never by a place."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from models.places import home as data_folder
from models.table_options import Reading
from models.trained_on import FOLDER, NotThere, can_be_opened, note_place, noted_place, opened, told_of, trained_on


@pytest.fixture
def table(home, tmp_path):
    path = tmp_path / "train.csv"
    path.write_text("text,label\nfine,good\ndull,bad\n", encoding="utf-8")
    return path


def card_of(path, /, **more):
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    told = {"file": path.name, "rows": 2, "sha256": sha256} | more
    return {"data": {"training": told, "evaluation": {"rows": 1, "sha256": sha256}}}


def fault(found, allowed=None):
    with pytest.raises(NotThere) as told, opened(found, allowed):
        pass
    return told.value.fault


def test_a_card_says_which_bytes_and_how_they_are_read(table):
    said = told_of(table, "text", "label", Reading(delimiter="tab", sheet="May", keep_good=True))
    assert said == {
        "file": "train.csv", "columns": {"text": "text", "label": "label"}, "reading": {"delimiter": "\t", "sheet": "May"}
    }  # fmt: skip
    assert str(table.parent) not in json.dumps(said)
    found = trained_on(card_of(table, **said))
    assert (found.name, found.rows, found.columns["text"], found.reading["sheet"]) == ("train.csv", 3, "text", "May")


def test_rows_of_another_table_are_not_counted(table):
    card = card_of(table)
    card["data"]["evaluation"]["sha256"] = "0" * 64
    assert trained_on(card).rows == 2


def test_it_is_opened_where_it_was_noted_if_it_is_the_same(table):
    found = trained_on(card_of(table))
    assert (noted_place(found.sha256), fault(found)) == (None, "unknown")
    note_place(table, found.sha256)
    assert can_be_opened(found, None) is None
    with opened(found, [table.parent]) as (file, name):
        assert (file.read(), name) == (table.read_bytes(), "train.csv")
    table.write_text("text,label\nfine,good\ndull,good\n", encoding="utf-8")
    assert fault(found) == "changed"
    table.unlink()
    assert fault(found) == "gone" == can_be_opened(found, None)


def test_what_is_no_ordinary_file_is_not_read(table):
    found = trained_on(card_of(table))
    note_place(table, found.sha256)
    table.unlink()
    os.mkfifo(table)
    assert fault(found) == "unreadable"  # and is not waited for
    table.unlink()
    table.symlink_to("/dev/zero")
    assert fault(found) == "unreadable"
    table.unlink()
    table.mkdir()
    assert fault(found) == "unreadable"


def test_outside_the_folders_nothing_is_told(table, tmp_path):
    found = trained_on(card_of(table))
    note_place(table, found.sha256)
    inside = tmp_path / "inside"
    inside.mkdir()
    assert fault(found, [inside]) == "elsewhere" == can_be_opened(found, [inside])
    table.unlink()
    assert fault(found, [inside]) == "elsewhere"
    real = tmp_path / "real.csv"
    real.write_text("x")
    (inside / "train.csv").symlink_to(real)
    note = data_folder() / FOLDER / found.sha256
    note.write_text(json.dumps({"path": str(inside / "train.csv")}))
    assert fault(found, [inside]) == "elsewhere"


HOSTILE = [
    {}, {"data": "x"}, {"data": {}}, {"data": {"training": []}}, {"data": {"training": {"file": "a.csv"}}},
    {"data": {"training": {"file": "a.csv", "sha256": "../../etc/passwd"}}},
    {"data": {"training": {"file": "a.csv", "sha256": 5}}}, {"data": {"training": {"file": "", "sha256": "a" * 64}}},
    {"data": {"training": {"file": "a.csv", "sha256": "A" * 64}}}, {"data": {"training": {"file": "a.csv", "sha256": "a" * 64 + "\n"}}},
]  # fmt: skip


@pytest.mark.parametrize("card", HOSTILE)
def test_a_card_of_another_form_names_none(card):
    assert trained_on(card) is None


def test_a_place_that_a_card_names_is_not_even_looked_at(home, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("text,label\nfine,good\n", encoding="utf-8")
    card = card_of(
        secret, file=str(secret), path=str(secret), reading={"path": str(secret), "sheet": 5}, columns=str(secret)
    )
    found = trained_on(card)
    assert (found.name, dict(found.reading), dict(found.columns)) == ("secret.csv", {}, {})
    assert fault(found) == "unknown" == can_be_opened(found, None)


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '{"path": 5}', '{"path": "relative.csv"}', "{}", '{"path": "' + "x" * 30_000]
)
def test_a_note_of_another_form_is_none(table, note):
    found = trained_on(card_of(table))
    note_place(table, found.sha256)
    (data_folder() / FOLDER / found.sha256).write_text(note)
    assert noted_place(found.sha256) is None


def test_notes_are_their_owners_alone(table):
    note_place(table, "a" * 64)
    place = data_folder() / FOLDER
    assert [path.stat().st_mode & 0o077 for path in (place, place / ("a" * 64))] == [0, 0]
