"""Near duplicates: what edit distance between all pairs finds, and no pair besides."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from audit.score.near.shingles import WINDOW, bands, plain
from audit.score.near.twins import ALIKE, twins_among, twins_between

WORDS = [
    "the",
    "film",
    "was",
    "a",
    "quiet",
    "delight",
    "and",
    "every",
    "scene",
    "of",
    "it",
    "held",
    "me",
    "although",
    "its",
    "end",
    "came",
    "far",
    "too",
    "soon",
    "for",
    "my",
    "taste",
]


def texts(n, seed=0):
    draw = random.Random(seed)
    return [" ".join(draw.choice(WORDS) for _ in range(draw.randint(6, 30))) for _ in range(n)]


def changed(text, draw):
    letters = list(text)
    for _ in range(max(1, len(letters) // 20)):
        letters[draw.randrange(len(letters))] = draw.choice("abcxyz ")
    return "".join(letters)


def all_pairs(found):
    read = [plain(one) for one in found]
    alike = np.triu(cdist(read, read, scorer=Levenshtein.normalized_similarity), 1)
    return set(zip(*(side.tolist() for side in np.nonzero(alike >= ALIKE)), strict=True))


def pairs(twins):
    return set(zip(twins.first.tolist(), twins.second.tolist(), strict=True))


def alone(found):
    return [(text, None) for text in found]


def test_what_all_pairs_hold_is_found_and_nothing_else():
    base, draw = texts(400), random.Random(1)
    many = base + [changed(text, draw) for text in base[:150]]
    wanted, found = all_pairs(many), pairs(twins_among(alone(many)))
    assert len(wanted) >= 140
    assert found <= wanted
    assert len(found) >= 0.93 * len(wanted)


def test_capitals_and_spaces_aside_a_text_is_the_same():
    found = twins_among(
        [("Hello  World, how are you", None), ("hello world,\nhow are you", None), ("something else altogether", None)]
    )
    assert pairs(found) == {(0, 1)}
    assert found.alike.tolist() == [1.0]


def test_the_pair_of_a_text_is_part_of_it():
    one, other = "Is the statement true or false?", "The cat sat on the mat the whole of the day."
    assert pairs(twins_among([(one, other), (one, other), (one, "A wholly other sentence stands here instead.")])) == {
        (0, 1)
    }


@given(st.permutations(range(30)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_a_table_does_not_matter(order):
    base, draw = texts(20), random.Random(2)
    many = base + [changed(text, draw) for text in base[:10]]
    there = {frozenset(pair) for pair in pairs(twins_among(alone(many)))}
    shuffled = pairs(twins_among(alone([many[i] for i in order])))
    assert {frozenset((order[i], order[j])) for i, j in shuffled} == there


@given(st.lists(st.text(max_size=12), max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_texts_can_be_compared_and_pairs_are_alike(found):
    made = twins_among(alone(found))
    assert (made.first < made.second).all()
    for i, j, alike in zip(made.first, made.second, made.alike, strict=True):
        assert Levenshtein.normalized_similarity(plain(found[i]), plain(found[j])) == pytest.approx(alike, abs=1e-5)
        assert alike >= ALIKE - 1e-6


def test_a_family_of_many_copies_is_one_without_every_pair_of_it():
    draw = random.Random(3)
    base = texts(1)[0] + " and so on and so forth, as the saying goes among people"
    many = [*(changed(base, draw) for _ in range(300)), *texts(50, seed=9)]
    found = twins_among(alone(many))
    assert len(found) < 300 * WINDOW * 20
    families = found.families(len(many))
    assert np.bincount(families).max() >= 290


def test_texts_among_others_are_found_on_the_side_of_the_others():
    base, draw = texts(60), random.Random(4)
    others = [*texts(200, seed=8), *(changed(text, draw) for text in base[:20]), *base[20:30]]
    asked = []

    def read(place):
        asked.append(place)
        return others[place], None

    found = twins_between(alone(base), alone(others), read)
    near = {i for i, alike in zip(found.first.tolist(), found.alike.tolist(), strict=True) if alike < 1}
    same = {i for i, alike in zip(found.first.tolist(), found.alike.tolist(), strict=True) if alike == 1}
    assert same >= set(range(20, 30))
    assert len((near | same) & set(range(20))) >= 18
    assert len(set(asked)) < len(others)


def test_bands_need_no_text_and_take_one_by_one():
    assert bands([]).shape[0] == 0
    assert len(twins_among([])) == 0
    many = texts(2100)
    assert (bands(iter(many)) == np.concatenate([bands(many[:7]), bands(many[7:])])).all()
