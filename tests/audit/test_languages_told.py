"""Commands that ask a model about a table say once, before they begin, that it does not know the language of the rows."""

from __future__ import annotations

import csv
import json

import pytest
from checkpoints import edit_json, make
from commands import typed

from audit.table import TableOptions, open_table
from audit.table.languages import languages_in, mismatch
from models.known_languages import Known

CHINESE, ENGLISH = "第{i}次来了，房间很干净，服务也不错", "It was not the {i}th time that we had to wait"
COMMANDS = {
    "attack": ("--recipe", "deepwordbug", "--max-queries", "3", "--out", "out.jsonl"),
    "explain": ("--method", "saliency", "--out", "out.jsonl"),
    "predict": ("--out", "out.csv"),
}
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model whose card names English."""
    folder = make(tmp_path_factory.mktemp("languages") / "model", "bert", "softmax")
    (folder / "card.json").write_text("{}", encoding="utf-8")
    edit_json(folder / "card.json", languages=["en"])
    return folder


@pytest.fixture
def asked(home, tmp_path, monkeypatch, model):
    """What a command does with some texts; it is run in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def ask(command, texts):
        with (tmp_path / "t.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("text", "label"), *((text, "red") for text in texts)])
        return typed("audit", command, "--model", model, "--csv", "t.csv", *COMMANDS[command], "--json")

    return ask


@pytest.mark.parametrize("command", COMMANDS)
def test_rows_in_another_language_are_told_once_in_the_sentence_of_an_audit(command, asked, tmp_path):
    done = asked(command, [CHINESE.format(i=i) for i in range(3)] + [ENGLISH.format(i=0)])
    rows = languages_in(open_table(tmp_path / "t.csv", TableOptions()))
    assert rows == {"zh": 3, "en": 1}
    said = mismatch(rows, Known(("en",), "card"))
    assert "3 of 4 rows looked at are in Chinese" in said
    assert done.err.splitlines()[0] == f"Warning: {said}", "before anything is done"
    assert done.err.count("looked at") == 1
    assert "looked at" not in done.out, "what programs read is as it was"
    json.loads(done.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_rows_in_the_language_of_the_model_are_not_told_of(command, asked):
    done = asked(command, [ENGLISH.format(i=i) for i in range(3)])
    assert "looked at" not in done.err
    assert done.status == 0, done


def test_a_model_of_which_no_language_is_known_is_not_held_against_anything(asked, monkeypatch):
    monkeypatch.setattr("audit.cli.tables.known_languages", lambda _: Known())
    assert "looked at" not in asked("predict", [CHINESE.format(i=i) for i in range(3)]).err
