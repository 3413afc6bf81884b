"""`python -m audit suite`: what people and programs see of a suite, its import, its making and its run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.support.commands import typed

SUITE = """
name = "colours"
[[test]]
name = "always blue"
type = "MFT"
capability = "Vocabulary"
label = "BLUE"
cases = [{cases}]
[[test]]
name = "case of letters"
type = "INV"
capability = "Robustness"
cases = [["a fine film", "a fine film"], ["a bad film", "a bad film"]]
[[test]]
name = "no violet"
type = "MFT"
label = "violet"
cases = ["a fine film"]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "colours.toml"
    path.write_text(SUITE.replace("{cases}", ", ".join(f'"film number {n}"' for n in range(40))), encoding="utf-8")
    return path


def answers(model: Path, texts: list[str]) -> list[str]:
    """What the model says, by another way: its own plain predictions."""
    from models import load

    classifier = load(str(model))
    return [classifier.labels[int(p.argmax())] for p in classifier.predict_proba(texts)]


def test_a_run_counts_what_the_model_says(suite, tiny_bert_dir, tmp_path):
    out = tmp_path / "failed.csv"
    done = typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--json", "--out", out)
    told = json.loads(done.out)
    blue, same, violet = told["tests"]
    said = answers(tiny_bert_dir, [f"film number {n}" for n in range(40)])
    wrong = sum(answer != "blue" for answer in said)
    assert (blue["failed"], blue["run"]) == (wrong, 40)
    assert wrong > 10, "else the test below shows nothing"
    assert blue["says"] == "FAIL"
    assert done.status == 1, "a pipeline hears of it"
    assert (same["failed"], same["run"], same["says"]) == (0, 2, "INCONCLUSIVE"), "two cases show nothing"
    assert (violet["run"], violet["unasked"], violet["says"]) == (0, 1, "NOT_RUN")
    assert told["labels"] == {"BLUE": "blue"}
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [f"film number {n}" for n, answer in enumerate(said) if answer != "blue"]
    assert {row["expected"] for row in rows} == {"BLUE"}


def test_people_read_rates_examples_and_what_was_not_asked(suite, tiny_bert_dir):
    done = typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--cases", "30")
    assert "always blue" in done.out
    assert "FAIL" in done.out
    assert "always blue, for example:" in done.out
    assert "The model has no label for violet of the suite; say --map SUITE=MODEL where it has." in done.err
    assert "corrected for 2 tests" in done.err
    mapped = typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--map", "violet=red", "--allowed", "0.99")
    assert "violet" not in mapped.err
    assert mapped.status == 0


def test_show_import_and_new(suite, tmp_path):
    shown = typed("audit", "suite", "show", suite)
    assert shown.status == 0
    assert "tests: 3, cases: 43; labels: BLUE, violet" in shown.out
    assert "every variant is answered as the original" in shown.out
    assert "and 37 more" in shown.out
    plain = tmp_path / "cases.csv"
    plain.write_text("sentence,gold,what\na fine film,red,one\na film,blue,two\n", encoding="utf-8")
    words = ("--text", "sentence", "--label", "gold", "--test", "what")
    made = tmp_path / "made.toml"
    done = typed("audit", "suite", "import", plain, *words, "--out", made, "--name", "mine", "--json")
    assert json.loads(done.out)["cases"] == 2
    assert "mine" in typed("audit", "suite", "show", made).out
    new = tmp_path / "new.toml"
    done = typed("audit", "suite", "new", "The {thing} was not {good}.", "--list", "thing=film,plot", "--list", "good=good,fine",
                 "--label", "negative", "--out", new)  # fmt: skip
    assert done.out.splitlines()[0] == "- The film was not good."
    assert "cases: 4" in done.err
    assert "cases: 4;" in typed("audit", "suite", "show", new).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "none.toml"), "There is no file none.toml, and no suite of that name (intents-chinese"),
        (("run", "{suite}", "--model", "sentiment", "--out", "{suite}"), "exists already; name a file that does not"),
        (("run", "{suite}", "--model", "{model}", "--map", "BLUE=mauve"), "The model has no label 'mauve' for 'BLUE'"),
        (("run", "{suite}", "--model", "{model}", "--map", "BLUE"), "--map must be TYPED=LABEL"),
        (("new", "{who} is", "--out", "x.toml", "--label", "a"), "no list of words called 'who'"),
        (("new", "x", "--out", "x.toml", "--label", "a", "--list", "who"), "--list must be NAME=WORD,WORD"),
        (("new", "x", "--out", "none/x.toml", "--label", "a"), "There is no folder none for --out"),
        (("new", "x", "--out", "x.toml", "--type", "ABC"), "field type: input should be 'MFT', 'INV' or 'DIR'"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_nothing_is_written(words, said, suite, tiny_bert_dir, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    places = {"{suite}": str(suite), "{model}": str(tiny_bert_dir)}
    done = typed("audit", "suite", *(places.get(word, word) for word in words))
    assert done.status == 2
    assert said in " ".join(done.err.split())
    assert "Traceback" not in done.err
    assert sorted(tmp_path.iterdir()) == before
