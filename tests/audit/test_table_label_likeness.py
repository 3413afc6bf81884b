"""Labels that resemble a model's: proposed, never taken for them."""

from __future__ import annotations

import pytest

from audit.table import match_labels
from audit.table.label_likeness import alike

MOOD, POSTS, CARDS = ("negative", "positive"), ("normal", "offensive", "hateful"), ("card_arrival", "card_linking")


@pytest.mark.parametrize(
    ("typed", "labels", "meant"),
    [
        ("positve", MOOD, "positive"),
        ("Negativ", MOOD, "negative"),
        ("pos", MOOD, "positive"),
        ("好评", MOOD, "positive"),
        ("差评", MOOD, "negative"),
        ("hatespeech", POSTS, "hateful"),
        ("hate_speech", POSTS, "hateful"),
        ("offensiv", POSTS, "offensive"),
        ("card arival", CARDS, "card_arrival"),
        ("not positive", MOOD, None),
        ("non-positive", MOOD, None),
        ("不好", MOOD, None),
        ("inoffensive", POSTS, None),
        ("abnormal", POSTS, None),
        ("irrelevant", ("relevant", "other"), None),
        ("acceptable", ("unacceptable", "other"), None),
        ("class 3", ("class 1", "class 2"), None),
        ("2 stars", ("1 star", "3 stars"), None),
        ("card", CARDS, None),
        ("x", MOOD, None),
    ],
)
def test_resemblance_is_by_letters_stem_or_meaning_and_never_of_opposites(typed, labels, meant):
    assert alike(typed, labels) == meant


def test_what_resembles_is_proposed_and_stays_a_fault_until_it_is_said():
    mapping = match_labels({"positve": 3, "negative": 2, "odd": 1}, MOOD)
    assert mapping.mapping == {"negative": "negative"}
    assert mapping.proposed == {"positve": "positive"}
    assert mapping.why == ""
    assert mapping.complaint("positve").endswith("; did you mean 'positive'?")
    said = match_labels({"positve": 3, "negative": 2}, MOOD, chosen=mapping.proposed)
    assert (said.how, said.unmatched) == ("chosen", {})


def test_positions_go_before_resemblance():
    assert match_labels(["0", "1"], MOOD).how == "index"
    assert match_labels(["1", "2"], MOOD).why == "the labels seem to be counted from 1"
