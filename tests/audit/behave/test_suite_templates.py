"""Templates of behavioural suites: every expansion, or a seeded sample of a billion of them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.behave.suites.templates import Template, Word, count, expand, slots
from audit.errors import InputError

WORDS = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=4, unique=True)


def lists(**words: list[str]) -> dict[str, list[Word]]:
    return {name: [Word(word) for word in some] for name, some in words.items()}


@given(WORDS, WORDS)
def test_all_expansions_come_in_order_and_once(names, jobs):
    template = Template(("{name} is a {job}.",))
    found = expand(template, lists(name=names, job=jobs))
    assert found == [(f"{name} is a {job}.",) for name, job in product(names, jobs)]
    assert count(template, lists(name=names, job=jobs)) == len(names) * len(jobs)


def test_a_billion_expansions_are_sampled_and_never_made():
    many = lists(**{f"s{n}": [f"w{n}{m}" for m in range(1_000)] for n in range(3)})
    template = Template(("{s0} {s1} {s2}",), sample=200, seed=3)
    assert count(template, many) == 10**9
    found = expand(template, many)
    assert len(set(found)) == 200
    assert found == expand(template, many), "the seed decides"
    assert found != expand(Template(("{s0} {s1} {s2}",), sample=200, seed=4), many)
    with pytest.raises(InputError, match=r"1,000,000,000 expansions; say how many"):
        expand(Template(("{s0} {s1} {s2}",)), many)


def test_what_varies_makes_the_variants_of_one_case():
    words = lists(who=["He", "She"], adj=["kind", "rude"])
    assert expand(Template(("{who} is {adj}.",), vary="who"), words) == [
        ("He is kind.", "She is kind."), ("He is rude.", "She is rude."),
    ]  # fmt: skip
    assert expand(
        Template(
            ("It is {adj}.", "It is not {adj}."),
        ),
        words,
    )[0] == ("It is kind.", "It is not kind.")


def test_exclusions_and_weights():
    words = lists(who=["He", "She"], job=["king", "queen"])
    assert expand(Template(("{who}: {job}",), exclude=({"who": "He", "job": "queen"},)), words) == [
        ("He: king",), ("She: king",), ("She: queen",),
    ]  # fmt: skip
    heavy = {"w": [Word("often", 1000.0), Word("rarely", 0.001)], "n": [Word(str(n)) for n in range(50)]}
    drawn = expand(Template(("{w} {n}",), sample=20), heavy)
    assert sum("often" in text for (text,) in drawn) == 20
    with pytest.raises(InputError, match="every filling of its slots is excluded"):
        expand(Template(("{who}",), exclude=({"who": "He"}, {"who": "She"})), words)


def test_braces_and_slots():
    assert expand(Template(("{{x}} {who}",)), lists(who=["He"])) == [("{x} He",)]
    assert slots(Template(("{b} {a} {b}",))) == ("b", "a")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (Template(("{who",)), "a brace that is not closed"),
        (Template(("who}",)), "a brace that is not closed or not opened"),
        (Template(("{}",)), "a slot without a name"),
        (Template(("{job}",)), r"no list of words called 'job' for the slot \{job\}; there are: who"),
        (Template(("{who}",), vary="job"), "'job' is to vary and is no slot"),
        (Template(("{who}",), exclude=({"who": "Hee"},)), "'Hee' of 'who' is excluded, and no filling"),
    ],
)
def test_what_cannot_be_expanded_is_said_in_a_sentence(template, said):
    with pytest.raises(InputError, match=said):
        expand(template, lists(who=["He", "She"]))
