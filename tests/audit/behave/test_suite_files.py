"""Behavioural suites as files: Assay's own TOML, and the layouts of others."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.behave.suites.checklist_sentences import read_expectation
from audit.behave.suites.layouts import Columns, read_table
from audit.behave.suites.model import WANTED, Case, Expectation, Suite, SuiteTest
from audit.behave.suites.starting import started
from audit.behave.suites.toml_file import parse_toml, read_toml, suite_toml
from audit.errors import AuditError, InputError

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20).filter(
    str.strip
)
SHARES = st.integers(0, 100).map(lambda n: n / 100)


@st.composite
def any_test(draw, name):
    kind = draw(st.sampled_from(list(WANTED)))
    wanted = draw(st.sampled_from(WANTED[kind]))
    labelled = "label" in wanted
    size = 1 if labelled else 2
    cases = draw(
        st.lists(
            st.lists(st.tuples(TEXT, TEXT if labelled else st.none()), min_size=size, max_size=3),
            min_size=1,
            max_size=4,
        )
    )
    expectation = Expectation(wanted, draw(SHARES), ("a",) if wanted in {"no_less", "no_more"} else (), (), ("é|*",))
    made = tuple(Case(tuple(text for text, _ in case), tuple(label for _, label in case)) for case in cases)
    return SuiteTest(name, kind, expectation, made, draw(st.text("ab c", max_size=5)))


@given(st.data())
def test_what_is_written_is_read_back(data):
    names = data.draw(st.lists(TEXT, min_size=1, max_size=3, unique=True))
    suite = Suite("s", tuple(data.draw(any_test(name)) for name in names), "en")
    again = parse_toml(suite_toml(suite), "s.toml")
    assert again == suite
    assert again.digest == suite.digest


HEAD = 'name = "s"\n'
MFT = HEAD + '[[test]]\nname = "t"\ntype = "MFT"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", r"s.toml is no TOML file: Invalid value \(at"),
        ("a = " + "[" * 4000 + "]" * 4000, "s.toml is no TOML file: lists or tables stand within each other too deep"),
        (HEAD, "s.toml: field test: field required"),
        (MFT + 'cases = ["a"]\n', r"s.toml: test 't', case 1 has no label; say label = "),
        (MFT + 'label = "x"\n', "s.toml: test 't' has no cases; give cases or a template"),
        (MFT + 'label = "x"\ncases = [" "]\n', "s.toml: test 't', case 1 is empty"),
        (MFT + 'label = "x"\ncases = [[]]\n', "s.toml: test 't', case 1 is empty"),
        (MFT + 'labels = "x"\ncases = ["a"]\n', r"s.toml: test 1 \('t'\), field labels: there is no such field"),
        (MFT + "label = 3\n", r"s.toml: test 1 \('t'\), field label: input should be a valid string"),
        (MFT + 'expect = "same"\ncases = [["a", "b"]]\n', "a test of type MFT must say expect = one of 'label', 'not_label'"),
        (MFT.replace("MFT", "DIR") + 'cases = [["a", "b"]]\n', "a test of type DIR must say expect = one of 'no_less_sure'"),
        (MFT.replace("MFT", "XXX"), r"s.toml: test 1 \('t'\), field type: input should be 'MFT', 'INV' or 'DIR'"),
        (MFT.replace("MFT", "INV") + 'cases = ["a"]\n', "case 1 has one text; a test that compares needs the original"),
        (MFT.replace("MFT", "DIR") + 'expect = "no_less"\ncases = [["a", "b"]]\n', "needs labels whose probability it is about"),
        (MFT + 'label = "x"\ntolerance = 2.0\ncases = ["a"]\n', "field tolerance: input should be less than or equal to 1"),
        (MFT + 'label = "x"\n[[test.template]]\ntexts = ["{who}"]\n', "test 't': There is no list of words called 'who'"),
        (MFT + 'label = "x"\ncases = ["a"]\n' + MFT.removeprefix(HEAD) + 'label = "x"\ncases = ["a"]\n', "two tests are called 't'"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_is_one_sentence_that_names_its_place(text, said):
    with pytest.raises(InputError, match=said) as told:
        parse_toml(text, "s.toml")
    assert "\n" not in str(told.value)
    assert "pydantic" not in str(told.value)


def test_templates_are_expanded_and_may_be_drawn_anew():
    text = started("s", ["{who} is {adj}."], {"who": ["Ann", "Bo"], "adj": ["kind", "wise"]}, label="good", sample=3)
    (test,) = parse_toml(text, "s.toml").tests
    assert len(test.cases) == 3
    assert {case.labels for case in test.cases} == {("good",)}
    varied = started("s", ["{who} is {adj}."], {"who": ["Ann", "Bo"], "adj": ["kind", "wise"]}, type_="INV", vary="who")
    (test,) = parse_toml(varied, "s.toml").tests
    assert test.cases[0].texts == ("Ann is kind.", "Bo is kind.")


def test_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "s.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(InputError, match=r"s.toml is no TOML file: byte 9 is no UTF-8"):
        read_toml(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_toml(tmp_path / "none.toml")


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


CASES = ("text", "label", "test", "capability", "type", "case_id", "example_idx")
SAME = (
    "prediction of every perturbed text equals that of the first (original) text (a flip whose probability change is under "
    "the CheckList threshold 0.1 is forgiven)"
)


def test_checklists_export(tmp_path):
    table(tmp_path / "tests.csv", ("test", "capability", "type", "expectation", "description"),
          ("words", "Vocabulary", "MFT", "each example has its label", "single words"), ("names", "NER", "INV", SAME, ""))  # fmt: skip
    path = table(
        tmp_path / "cases.csv", CASES,
        ("fine", "positive", "words", "Vocabulary", "MFT", "0", "0"), ("Hi Bo", "", "names", "NER", "INV", "7", "1"),
        ("awful", "negative", "words", "Vocabulary", "MFT", "1", "0"), ("Hi Ann", "", "names", "NER", "INV", "7", "0"),
    )  # fmt: skip
    words, names = read_table(path).tests
    assert words.cases == (Case(("fine",), ("positive",), 2), Case(("awful",), ("negative",), 4))
    assert words.description == "single words"
    assert names.cases == (Case(("Hi Ann", "Hi Bo"), (None, None), 5),), (
        "in the order of example_idx, whatever the rows'"
    )
    assert names.expectation == Expectation("same", 0.1)


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("confidence in the original prediction must not drop by more than 0.1 (skipped when original is neutral)",
         Expectation("no_less_sure", 0.1, unless=("neutral",))),
        ('confidence in the prediction made for X must not rise by more than 0.2 on "I used to X" (skipped when X is predicted neutral)',
         Expectation("no_surer", 0.2, unless=("neutral",))),
        ("P(positive)-P(negative) must not go down by more than 0.1 against the original",
         Expectation("no_less", 0.1, ("positive",), ("negative",))),
        ("anything else", None),
    ],
)  # fmt: skip
def test_what_an_export_expects_is_understood_or_refused(sentence, meant):
    assert read_expectation(sentence) == meant


def test_faults_of_an_export_name_file_line_and_column(tmp_path):
    row = ("fine", "positive", "words", "Vocabulary", "MFT", "0", "0")
    path = table(tmp_path / "cases.csv", CASES, row)
    with pytest.raises(InputError, match=r"tests.csv, which says what its tests expect, is not beside it"):
        read_table(path)
    heads = ("test", "type", "expectation", "description")
    table(tmp_path / "tests.csv", heads, ("words", "MFT", "whatever", ""))
    with pytest.raises(InputError, match=r"tests.csv, line 2, column expectation: 'whatever' is no expectation"):
        read_table(path)
    table(tmp_path / "tests.csv", heads, ("other", "MFT", "each example has its label", ""))
    with pytest.raises(InputError, match=r"cases.csv, line 2: tests.csv says nothing of the test 'words'"):
        read_table(path)
    table(tmp_path / "tests.csv", heads, ("words", "MFT", "each example has its label", ""))
    table(path, CASES, (*row[:6], "first"))
    with pytest.raises(InputError, match=r"cases.csv, line 2: example_idx must be a whole number, not 'first'"):
        read_table(path)
    table(path, CASES, (row[0], "", *row[2:]))
    with pytest.raises(InputError, match=r"cases.csv, line 2: the case has no label"):
        read_table(path)
    table(tmp_path / "tests.csv", heads, ("words", "MFT", SAME, ""))
    with pytest.raises(InputError, match=r"cases.csv, line 2: the case has one text"):
        read_table(path)


def test_hatecheck_pairs_terms_and_plain_tables(tmp_path):
    hate = table(tmp_path / "h.csv", ("functionality", "case_id", "test_case", "label_gold", "target_ident"),
                 ("slur_h", "1", "You are x", "hateful", "women"), ("ident_neutral_nh", "2", "I am y", "non-hateful", ""))  # fmt: skip
    assert [(t.name, t.type, t.cases[0].labels) for t in read_table(hate).tests] == [
        ("slur_h", "MFT", ("hateful",)), ("ident_neutral_nh", "MFT", ("non-hateful",)),
    ]  # fmt: skip
    pairs = table(tmp_path / "p.csv", ("original", "changed", "label", "changed_label"), ("good", "bad", "pos", "neg"))
    (test,) = read_table(pairs).tests
    assert test.cases == (Case(("good", "bad"), ("pos", "neg"), 2),)
    terms = table(
        tmp_path / "t.csv", ("text", "label", "template", "identity_terms"),
        ("Kim is a kind woman", "ok", "t", "woman"), ("Kim is a kind man", "ok", "t", "man"), ("Lee is a rude man", "no", "t", "man"),
    )  # fmt: skip
    found = {t.name: t for t in read_table(terms).tests}
    assert [case.texts for case in found["terms make no difference"].cases] == [
        ("Kim is a kind woman", "Kim is a kind man")
    ]
    assert [case.labels for case in found["term: man"].cases] == [("ok",), ("no",)]
    plain = table(
        tmp_path / "c.csv", ("sentence", "gold", "what"), ("a", "x", "one"), ("b", "y", "two"), ("c", "x", "one")
    )
    read = read_table(plain, columns=Columns("sentence", "gold", "what"))
    assert [(t.name, len(t.cases)) for t in read.tests] == [("one", 2), ("two", 1)]
    with pytest.raises(
        InputError, match=r"c.csv has the columns sentence, gold, what, which no known layout of a suite has"
    ):
        read_table(plain)
    unlabelled = table(
        tmp_path / "u.csv", ("functionality", "test_case", "label_gold"), ("f", "a", ""), ("f", "b", "x")
    )
    with pytest.raises(AuditError, match=r"line 2"):
        read_table(unlabelled)


def test_a_table_of_more_texts_than_a_suite_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr("audit.behave.suites.layouts.MOST_TEXTS", 3)
    pairs = table(
        tmp_path / "p.csv",
        ("original", "changed", "label", "changed_label"),
        *[("a", f"b{n}", "x", "y") for n in range(2)],
    )
    with pytest.raises(InputError, match=r"p.csv has 4 texts; a suite has at most 3: part the table"):
        read_table(pairs)
