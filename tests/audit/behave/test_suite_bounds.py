"""Suites at their bounds: what is too much, too little or strange is refused in a sentence, or it runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from audit.behave.suites.labels import askable, named
from audit.behave.suites.model import Case, Expectation, Suite, SuiteTest
from audit.behave.suites.running import TEXTS_A_TIME, run_suite
from audit.behave.suites.toml_file import parse_toml
from audit.errors import InputError
from models.task import Labels
from tests.support.commands import typed

HEAD = 'name = "s"\n[[test]]\nname = "t"\ntype = "MFT"\nlabel = "red"\n'
INV = 'name = "s"\n[[test]]\nname = "t"\ntype = "INV"\n'
WIDE = ", ".join(f'"w{n}"' for n in range(1_000))


def lists(**words: str) -> str:
    return "[lists]\n" + "".join(f"{name} = [{some}]\n" for name, some in words.items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "cases = []\n", r"test 't' has no cases; give cases or a template"),
        (HEAD + 'cases = ["fine", "\\t "]\n', "test 't', case 2 is empty; write a text, or leave the case out"),
        (INV + 'cases = [["a", ""]]\n', r"test 1 \('t'\), field cases.0.1: string should have at least 1 character"),
        (HEAD + '[[test.template]]\ntexts = ["a {who}"]\n', "There is no list of words called 'who' for the slot {who}; there are: none"),
        (HEAD + '[[test.template]]\ntexts = ["{a} {b} {c}"]\n' + lists(a=WIDE, b=WIDE, c=WIDE),
         "1,000,000,000 expansions; say how many to draw"),
        (INV + '[[test.template]]\ntexts = ["{a} {b} {c}"]\nvary = "a"\nsample = 10000\n' + lists(a=WIDE, b=WIDE, c=WIDE),
         "test 't': with it the suite has more than 200,000 texts; draw fewer cases"),
        (HEAD + '[[test.template]]\ntexts = ["x"]\nseed = 1' + "0" * 5_000 + "\n", "a number in it has too many digits"),
        (HEAD + '[[test.template]]\ntexts = ["{a}"]\n[lists]\na = [{word = "x", weight = 1e308}, {word = "y", weight = 1e308}]\n',
         "s.toml: field lists.a.0.weight: input should be less than or equal to 1000000000"),
    ],
)  # fmt: skip
def test_too_much_and_too_little_is_one_sentence(text, said):
    with pytest.raises(InputError, match=said) as told:
        parse_toml(text, "s.toml")
    assert "\n" not in str(told.value)


def test_templates_of_one_test_may_have_labels_of_their_own():
    text = HEAD + 'cases = ["a"]\n[[test.template]]\ntexts = ["b"]\n[[test.template]]\ntexts = ["c"]\nlabel = "blue"\n'
    (test,) = parse_toml(text, "s.toml").tests
    assert [(case.texts, case.labels) for case in test.cases] == [(("a",), ("red",)), (("b",), ("red",)), (("c",), ("blue",))]  # fmt: skip


class Counting:
    """A model that keeps what it is asked and says it of itself; everything else is the model's own."""

    def __init__(self, classifier) -> None:
        self.classifier, self.asked = classifier, []

    def __getattr__(self, name):
        return getattr(self.classifier, name)

    def predict_proba(self, texts):
        self.asked.append(list(texts))
        return self.classifier.predict_proba(texts)


def test_ten_thousand_cases_run_in_batches_and_no_text_is_asked_twice(tiny_bert):
    texts = [f"w {n % 2_500}" for n in range(10_000)]
    cases = tuple(Case((text,), ("red",)) for text in texts)
    pairs = tuple(Case((text, f"{text} too"), (None, None)) for text in texts[:50])
    labelled, same_answer = Expectation("label"), Expectation("same")
    suite = Suite("s", (SuiteTest("many", "MFT", labelled, cases), SuiteTest("same", "INV", same_answer, pairs)))
    model, moved = Counting(tiny_bert), []
    many, same = run_suite(model, suite, named(suite.labels, model.labels, {}), moved=moved.append)
    asked = [text for batch in model.asked for text in batch]
    assert len(asked) == len(set(asked)) == 2_550
    assert max(map(len, model.asked)) <= TEXTS_A_TIME
    assert sum(moved) == 10_050
    different = texts[:2_500]
    red = dict(zip(different, tiny_bert.predict_proba(different).argmax(axis=1) == 0, strict=True))
    assert (many.passed, many.run) == (sum(red[text] for text in texts), 10_000)
    assert [failure.case.texts[0] for failure in many.failures] == [text for text in texts if not red[text]]
    assert same.run == 50


def test_answers_that_hold_several_labels_are_named_part_by_part():
    model = ("rude", "a threat")
    task = Labels(model, (0.5, 0.5))
    found = named(["Rude", "a_threat|rude", "rude|kind", "|"], model, {}, several=task.several)
    assert set(found) == {"Rude", "a_threat|rude", "|"}
    assert task.same(found["a_threat|rude"], "rude|a threat")
    assert task.parts(found["|"]) == ()
    assert named(["bad"], model, {"bad": "rude|a threat"}, several=True) == {"bad": "rude|a threat"}
    with pytest.raises(InputError, match=r"The model has no label 'rude\|kind'"):
        named(["bad"], model, {"bad": "rude|kind"}, several=True)


def test_a_test_that_compares_needs_no_label_of_its_cases():
    case = Case(("a", "b"), ("violet", "violet"))
    assert askable(SuiteTest("t", "INV", Expectation("same"), (case,)), {}) == (True,)
    assert askable(SuiteTest("t", "MFT", Expectation("label"), (case,)), {}) == (False,)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "s.toml"
    path.write_text(HEAD + 'cases = ["a", "b"]\n', encoding="utf-8")
    return path


def test_a_suite_of_which_nothing_can_be_asked_is_refused(suite, tiny_bert_dir):
    suite.write_text(HEAD.replace("red", "violet") + 'cases = ["a"]\n', encoding="utf-8")
    done = typed("audit", "suite", "run", suite, "--model", tiny_bert_dir)
    assert done.status == 2, "no test failed, and none was run: a pipeline must not go on"
    said = "The model has none of the labels that the suite's tests are about (violet); its own are: red, green, blue."
    assert said in " ".join(done.err.split())
    assert typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--map", "violet=red").status != 2


def test_a_place_for_failures_that_cannot_be_written_is_refused_before_the_model_is_asked(suite, tiny_bert_dir):
    done = typed("audit", "suite", "run", suite, "--model", "no such model", "--out", suite.parent / "none" / "x.csv")
    assert done.status == 2
    assert "There is no folder" in done.err


def test_nothing_allowed_makes_one_failure_enough(suite, tiny_bert_dir, tiny_bert):
    answers = [tiny_bert.labels[int(np.argmax(p))] for p in tiny_bert.predict_proba(["a", "b"])]
    label = next(label for label in tiny_bert.labels if label not in answers)
    suite.write_text(HEAD.replace("red", label) + 'cases = ["a"]\n', encoding="utf-8")
    told = json.loads(typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--allowed", "0", "--json").out)
    assert (told["tests"][0]["p_value"], told["tests"][0]["says"]) == (0.0, "FAIL")
    assert typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--allowed", "nan").status == 2
    assert typed("audit", "suite", "run", suite, "--model", tiny_bert_dir, "--level", "1").status == 2


def test_hostile_and_long_texts_are_shown_as_data(tmp_path, tiny_bert_dir, tiny_bert):
    path, out = tmp_path / "s.toml", tmp_path / "f.csv"
    answer = tiny_bert.labels[int(np.argmax(tiny_bert.predict_proba(["=1+1 [b]x"])[0]))]
    label = next(label for label in tiny_bert.labels if label != answer)
    long = "long " * 100
    path.write_text(
        'name = "[red]s \\u001b]0;owned\\u0007"\n[[test]]\nname = "[/b] \\u001b[2J t"\ntype = "MFT"\n'
        f'label = "{label}"\ncases = ["=1+1 [b]x"]\n'
        f'[[test]]\nname = "alike"\ntype = "INV"\ncases = [["{long}", "{long} end"], ["b", "b"]]\n',
        encoding="utf-8",
    )
    shown = typed("audit", "suite", "show", path)
    run = typed("audit", "suite", "run", path, "--model", tiny_bert_dir, "--allowed", "0", "--out", out)
    assert run.status == 1
    for told in (shown.out, run.out, run.err):
        assert not {"\x1b", "\x07"} & set(told)
    assert "[/b] ‹U+001B›[2J t" in run.out, "names are no markup"
    assert "- =1+1 [b]x" in run.out
    assert shown.out.count("…") == 2, "both sides are cut, so both are seen"
    assert "alike: in 1 case all texts are the same, so nothing is compared." in run.err
    with out.open(encoding="utf-8", newline="") as file:
        assert next(iter(csv.DictReader(file)))["text"] == "'=1+1 [b]x", "no spreadsheet calculates it"
