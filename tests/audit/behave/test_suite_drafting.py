"""A test as it is written in a form: what comes of its lines, what is wrong with them, and files that stay what they were."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.behave.suites.bundled import names, place
from audit.behave.suites.drafting import Draft, drawn, suite_text, toml_of, with_labels, with_test, without_test
from audit.behave.suites.toml_file import parse_toml
from audit.errors import InputError

PLAIN = Draft("denied", "The {thing} was not {good}.", "thing = film, book*3\ngood = good, fine", label="negative")


def test_a_draft_is_its_fillings():
    made = drawn(PLAIN)
    assert (made.fillings, made.cases) == (4, 4)
    assert made.shown[0] == ("The film was not good.",)


def test_variants_stand_behind_an_arrow_or_vary():
    texts = "It was {good}. => It was really {good}."
    assert drawn(Draft("d", texts, "good = good, fine", "DIR", expect="no_less_sure")).shown[1] == (
        "It was fine.",
        "It was really fine.",
    )
    varied = drawn(Draft("d", "{name} liked the {thing}.", "name = Emma, Ming\nthing = film, book", "INV", vary="name"))
    assert (varied.cases, varied.shown[0]) == (2, ("Emma liked the film.", "Ming liked the film."))


def test_weights_and_exclusions_and_a_sample_that_the_seed_alone_decides():
    one = Draft("d", "{a} {b}", "a = x, y*9\nb = 1, 2, 3", label="l", exclude="a = x, b = 2", sample=3, seed=1)
    assert drawn(one) == drawn(one)
    assert ("x 2",) not in drawn(one).shown
    assert "weight = 9.0" in suite_text("s", one)
    assert drawn(Draft("d", "{a}" * 9, "a = " + ", ".join("abcdefghij"), label="l", sample=5)).fillings == 10


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"templates": " \n"}, "Write a template"),
        ({"name": " "}, "Give the test a name"),
        ({"lists": "thing = film"}, "no list of words called 'good'"),
        ({"lists": "thing: film"}, "The list 'thing: film' must be a name, = and its words"),
        ({"lists": "thing = film\nthing = book\ngood = a"}, "Two lists are called 'thing'"),
        ({"lists": "thing = film*0\ngood = a"}, "has the weight 0"),
        ({"exclude": "book"}, "The exclusion 'book' must be slots with words"),
        ({"exclude": "thing = tune"}, "'tune' of 'thing' is excluded, and no filling"),
        ({"exclude": "name = Emma"}, "No template has all the slots"),
        ({"label": ""}, "has no label"),
        ({"type": "INV", "vary": "name"}, "'name' is to vary and is a slot of no template"),
        ({"type": "DIR", "expect": "same"}, "must say expect"),
    ],
)
def test_what_is_wrong_is_one_sentence(changes, said):
    from dataclasses import replace

    with pytest.raises(InputError, match=said):
        drawn(replace(PLAIN, **changes))


@pytest.mark.parametrize("name", names())
def test_a_suite_that_is_written_anew_says_the_same(name):
    text = place(name).read_text(encoding="utf-8")
    assert parse_toml(toml_of(tomllib.loads(text)), name).digest == parse_toml(text, name).digest


@given(
    st.text(min_size=1, max_size=20).filter(
        lambda t: t.strip() and not set("{}\r\n\0") & set(t) and t.splitlines() == [t]
    )
)
def test_any_sentence_survives_the_file(text):
    draft = Draft("any", text.strip().replace("=>", "->"), label="l")
    read = parse_toml(suite_text("s", draft), "s")
    assert read.tests[0].cases[0].texts == drawn(draft).shown[0]


def test_a_test_is_added_and_taken_away_and_labels_are_renamed():
    text = suite_text("films", PLAIN, language="en")
    more = with_test(text, Draft("names", "{name} came.", "name = Emma, Ming", "INV", vary="name"))
    assert [test.name for test in parse_toml(more, "films").tests] == ["denied", "names"]
    assert without_test(more, "names").count("[[test]]") == 1
    renamed = parse_toml(with_labels(more, {"negative": "bad"}), "films")
    assert renamed.labels == ("bad",)
    assert renamed.tests[0].cases[0].texts == ("The film was not good.",)
    assert with_labels(more, {"negative": "negative"}) == more
    for wrong, said in (
        (lambda: with_test(text, PLAIN), "two tests are called 'denied'"),
        (
            lambda: with_test(text, Draft("x", "{thing}", "thing = tune", label="l")),
            "has a list called 'thing' with other words",
        ),
        (lambda: without_test(text, "denied"), "at least one test"),
        (lambda: with_labels(text, {"negative": " "}), "must have a name"),
    ):
        with pytest.raises(InputError, match=said):
            wrong()
