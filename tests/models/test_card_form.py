"""Cards of others: what is of another form is left out, and no command or page fails of it."""

import json

import pytest
from checkpoints import edit_json, make
from commands import typed
from pages import seen
from streamlit.testing.v1 import AppTest

from models import catalog, load
from models.card import read_card
from models.entry import bundled_folder
from models.errors import CheckpointError

ACCURACY = {"value": 0.5, "low": 0.25, "high": 0.75}
ODD = {
    "a text for metrics": {"metrics": "fine"},
    "a number for a split": {"metrics": {"test": 7}},
    "an empty split": {"metrics": {"test": {}}},
    "no number of rows": {"metrics": {"test": {"accuracy": ACCURACY, "n": None}}},
    "an accuracy in words": {"metrics": {"evaluation": {"accuracy": "high", "n": 3}}},
    "a value in words": {"metrics": {"test": {"accuracy": {**ACCURACY, "value": "\x1b[31m"}, "n": 3}}},
    "classes that are a number": {"metrics": {"test": {"accuracy": ACCURACY, "n": 3, "classes": 7}}},
    "labels that are a number": {"labels": 7},
    "labels in one text": {"labels": "red,green,blue"},
    "labels that are lists": {"labels": [["red"], {}, None]},
    "data that are a list": {"data": [1]},
    "a licence that is a list": {"data": {"licence": [1]}},
    "rows in words": {"data": {"test": {"rows": "many"}}},
    "a command that is none": {"command": {"a": 1}},
    "a base that is a number": {"base": 7},
    "a number beyond all": {"seconds": float("inf")},
    "one within": {"settings": {"rates": [1.0, float("-inf")]}},
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make(tmp_path_factory.mktemp("carded") / "model", "bert")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_entry_is_left_out_and_the_others_stay(model, home, odd):
    (model / "card.json").write_text(json.dumps({"name": "mine", "method": "full", "more": {"x": [1]}, **odd}))
    assert read_card(model) == {"name": "mine", "method": "full", "more": {"x": [1]}}
    catalog.add("odd", str(model))
    for words in (("list",), ("list", "--json"), ("show", "odd"), ("show", "odd", "--json")):
        done = typed("models", *words)
        assert done.status == 0, done
        assert "odd" in done.out


@pytest.mark.parametrize("name", ["sentiment", "intents", "toxicity"])
def test_our_own_cards_are_whole(name):
    folder = bundled_folder(name)
    assert read_card(folder) == json.loads((folder / "card.json").read_text())


def test_the_page_shows_all_models_whatever_one_card_says(model, home, monkeypatch):
    (model / "card.json").write_text(json.dumps({"metrics": {"test": 7}, "labels": 7, "data": "imdb"}))
    catalog.add("odd", str(model))
    test = AppTest.from_string("from dashboard.app import main\nmain('models')", default_timeout=300).run()
    assert not test.exception
    assert not test.error
    assert "imdb" in seen(test)
    assert "imdb" in typed("models", "show", "odd").out


def test_half_a_character_in_a_checkpoint_is_said(model, tmp_path):
    import shutil

    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / "card.json").write_text('{"name": "\\ud800"}')
    assert load(str(copy)).card == {}
    (copy / "card.json").write_text('{"name": "\\ud83d\\ude00"}')  # two halves are a whole
    assert load(str(copy)).card == {"name": "\U0001f600"}
    edit_json(copy / "config.json", id2label={"0": "a", "1": "b", "2": "\ud800"}, label2id=None)
    with pytest.raises(CheckpointError, match=r"config\.json: the file holds half a character"):
        load(str(copy))


def test_half_a_character_of_the_command_line_is_said():
    """Bytes that are no UTF-8 come as such halves: they could be put into no database and no JSON."""
    for program, words in (
        ("audit", ("show", "\udcff")),
        ("audit", ("run", "--name=\udcff")),
        ("audit", ("gate", "\udcff")),
        ("audit", ("verify", "x\udcff.zip")),
        ("audit", ("predict", "--csv", "\udcff.csv")),
        ("models", ("show", "\udcff")),
        ("models", ("add", "x", "y", "--note", "\udcff")),
    ):
        done = typed(program, *words)
        assert done.status == 2, done
        assert "not in UTF-8" in " ".join(done.err.split())
        assert "Traceback" not in done.err
