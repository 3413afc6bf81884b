"""How slices are written: what is read is what was meant, what is printed reads back to the same, and faults say where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.errors import AuditError
from audit.filtering import FORMS, OPS, OUTCOMES, Among, Came, Compare, Contains, Holds, RowFilter
from audit.where import BUILT_IN, LONGEST, MOST_CLAUSES, Unreadable, parse, written

TYPED = {
    "cluster = 3 | 03|12": (Among("cluster", ("3", "12")),),
    "cluster!=3 & wrong": (Among("cluster", ("3",), True), Among("right", ("no",))),
    "column:cluster=north": (Among("column:cluster", ("north",)),),
    "region=north & length>50": (Among("region", ("north",)), Compare("length", ">", 50.0)),
    "region = north|south&right=no": (Among("region", ("north", "south")), Among("right", ("no",))),
    "wrong & confidence>=80%": (Among("right", ("no",)), Compare("confidence", ">=", 0.8)),
    'holds "late fee" & not holds refund': (Holds("late fee"), Holds("refund", negated=True)),
    'contains "n\'t" & subject contains "re: \\"x\\""': (Contains("text", "n't"), Contains("subject", 're: "x"')),
    "flipped by keyboard_typos & attacked by textfooler": (
        Came("keyboard_typos", "flipped"),
        Came("textfooler", "tried"),
    ),
    "not flipped by typos": (Came("typos", "flipped", negated=True),),
    'customer region != "a & b"|"" ': (Among("customer region", ("a & b", ""), negated=True),),
    '"holds"=3 & "x=y">2e3': (Among("holds", ("3",)), Compare("x=y", ">", 2000.0)),
    "form=digits|question & language!=en": (
        Among("form", ("digits", "question")),
        Among("language", ("en",), negated=True),
    ),
    "length=50.0": (Among("length", ("50",)),),
    "label=billing [EU], paid": (Among("label", ("billing [EU], paid",)),),
    "holds=3": (Among("holds", ("3",)),),
    "地区=北 & 长度>5": (Among("地区", ("北",)), Compare("长度", ">", 5.0)),
}


@pytest.mark.parametrize("text", TYPED)
def test_a_typed_condition_means_what_it_says(text):
    assert parse(text) == RowFilter(TYPED[text])
    assert parse(written(parse(text))) == parse(text)


WRONG = {
    "": "needs a condition, for example",
    "region": "at character 7: after 'region' one of = != > >= < <= or contains is wanted",
    "region=": 'at character 8: a value is missing; a blank cell is ""',
    "region=north &": "at character 15: a condition is missing",
    "& region=north": "at character 1: a condition is missing",
    "region=a=b": "at character 9: another condition is joined by &, and a value with a mark such as = stands in quotes",
    "cluster>2": "at character 1: the number of a cluster is its name, which takes = and !=",
    "cluster=refund": "a cluster is named by its number, such as 3, not 'refund'; a column of that name is column:cluster",
    "cluster=0": "a cluster is named by its number, such as 3, not '0'",
    "length>many": "at character 8: 'length' is compared with a number such as 50 or 0.8, not 'many'",
    "length>1e999": "is compared with a number",
    "label>3": "at character 1: label is no number; it takes = and !=",
    "right=maybe": "at character 7: right is one of yes, no, not 'maybe'",
    "form=digit": "did you mean 'digits'?",
    "text=hello": 'the text is searched: write holds "a word" or contains "a part"',
    'region="nor': "at character 8: a quotation mark opens here that none closes",
    "holds": 'after holds a word or phrase in quotes is wanted: holds "late fee"',
    'holds ""': "after holds a word or phrase in quotes is wanted",
    "flipped by": "the name of an attack or a harmless change is missing",
    "not region=north": "not stands before holds",
    "label contains x": "label is not searched",
    "=3": "at character 1: the name of a column is missing",
    "x" * (LONGEST + 1): "at most",
    " & ".join(f"a{i}=1" for i in range(MOST_CLAUSES + 1)): f"at most {MOST_CLAUSES} conditions",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_read_is_said_in_one_sentence_with_its_place(text):
    with pytest.raises(Unreadable) as fault:
        parse(text)
    assert WRONG[text] in str(fault.value)
    assert "\n" not in str(fault.value)
    assert str(fault.value).endswith((".", "?"))


words = st.text(min_size=1, max_size=12)
phrases = words.filter(str.strip)
columns = st.one_of(
    words, st.sampled_from(["holds", "not", "contains", "flipped by x", "a contains b", "wrong", "region"])
).filter(lambda name: name.strip() and name not in BUILT_IN)
bounds = st.floats(allow_nan=False, allow_infinity=False)
named = st.one_of(columns, st.sampled_from(["label", "language"]))
values = st.lists(st.text(max_size=12), min_size=1, max_size=3).map(tuple)
clauses = st.one_of(
    st.builds(Among, named, values, st.booleans()),
    st.builds(Among, st.just("form"), st.lists(st.sampled_from(FORMS), min_size=1).map(tuple), st.booleans()),
    st.builds(Compare, st.one_of(columns, st.sampled_from(["length", "confidence"])), st.sampled_from(OPS), bounds),
    st.builds(Contains, st.one_of(columns, st.just("text")), phrases, st.booleans()),
    st.builds(Holds, phrases, st.booleans()),
    st.builds(Came, words, st.sampled_from(OUTCOMES), st.booleans()),
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(clauses, min_size=1, max_size=4, unique=True))
@example([Among("holds", ("",), True)])
def test_what_is_printed_is_read_back(made):
    rows = RowFilter(tuple(made))
    assert parse(written(rows)) == rows


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=40), st.text("regionholdsby &|=<>!\"\\'1.5", max_size=40)))
def test_whatever_is_typed_is_a_condition_or_a_sentence(text):
    try:
        rows = parse(text)
    except AuditError:
        return
    assert parse(written(rows)) == rows


def test_a_cell_of_several_values_has_each_of_them():
    cells = {"targets": np.array(["African|Women", "Women", "", None, "African"], dtype=object)}
    assert Among("targets", ("Women",)).mask(cells.__getitem__).tolist() == [True, True, False, False, False]
    assert Among("targets", ("African|Women",)).mask(cells.__getitem__).tolist() == [True] + [False] * 4
    assert Among("targets", ("Women",), negated=True).mask(cells.__getitem__).tolist() == [
        False,
        False,
        True,
        True,
        True,
    ]
    texts = {"said": np.array(["a; b", "c; d", "a; b; e"], dtype=object)}  # not clear: most parts come but once
    assert Among("said", ("d",)).mask(texts.__getitem__).tolist() == [False] * 3


def test_numbers_are_equal_however_they_are_written_and_words_are_not_numbers():
    cells = {"stars": np.array(["5", "5.0", " 5", "five", None, ""], dtype=object), "length": np.array([5, 50, 7])}
    assert Among("stars", ("5",)).mask(cells.__getitem__).tolist() == [True, True, True, False, False, False]
    assert Among("stars", ("",)).mask(cells.__getitem__).tolist() == [False, False, False, False, True, True]
    assert Among("stars", ("five",), negated=True).mask(cells.__getitem__).tolist() == [True] * 3 + [False] + [True] * 2
    assert Compare("stars", "<=", 5).mask(cells.__getitem__).tolist() == [True] * 3 + [False] * 3
    assert Among("length", ("7", "5")).mask(cells.__getitem__).tolist() == [True, False, True]
