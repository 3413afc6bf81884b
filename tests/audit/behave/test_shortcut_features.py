"""What is changed of a text when something that should not matter is changed alone."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.behave.shortcuts.features import FEATURES, SIGNS, edits_of, is_emoji
from audit.behave.shortcuts.padding import CHINESE, ENGLISH, padding
from audit.behave.shortcuts.vocabulary import leaning, place_in, put_in, spans, texts_of_words, without


def edits(text, seed=0, **about):
    return edits_of(text, np.random.default_rng(seed), **about)


def one(text, change, **about):
    (found,) = [edit for edit in edits(text, **about) if edit.change == change]
    return found


def test_a_text_is_made_longer_by_sentences_in_its_language_and_its_words_are_moved_by_them():
    last, first = (edit for edit in edits("Quiet, a delight of a film.") if edit.change == "padding")
    assert last.text.startswith("Quiet, a delight of a film. ")
    assert first.text.endswith(" Quiet, a delight of a film.")
    added = last.text.removeprefix("Quiet, a delight of a film. ")
    assert first.text == f"{added} Quiet, a delight of a film."
    assert set(re.findall(r"[^.]+\.", added.replace(". ", "."))) <= set(ENGLISH)
    moved = one("Quiet, a delight of a film.", "later")
    assert (moved.text, moved.against) == (first.text, last.text)
    assert any(sentence in one("房间安静，很舒服，早餐也不错", "later").text for sentence in CHINESE)
    assert padding("Das war nicht für uns und auch nicht schön.", 3, np.random.default_rng(0)) == ""


def test_a_mark_is_held_against_the_text_without_any():
    found = one("a quiet film .", "exclamation_mark")
    assert (found.text, found.against, found.step) == ("a quiet film !", "a quiet film", "more")
    taken = one("Great!", "exclamation_mark")
    assert (taken.text, taken.against, taken.step) == ("Great", None, "less")
    assert one("房间安静", "exclamation_mark").text == "房间安静！"
    assert one("a film", "dots").text == "a film..."
    assert one("well , that is , a film", "commas").text == "well that is a film"


def test_a_question_stays_one():
    assert not [edit for edit in edits("Is it good?") if edit.feature == "punctuation"]


def test_numbers_signs_capitals_and_breaks():
    assert one("seen in 1994, twice", "numbers").text == "seen in , twice"
    assert re.fullmatch(r"seen in \d{4}, twice", one("seen in 1994, twice", "other_numbers").text)
    assert all(
        a != b for a, b in zip("1994", re.search(r"\d{4}", one("in 1994", "other_numbers").text)[0], strict=True)
    )
    assert re.fullmatch(r"a film \(\d{4}\)", one("a film", "numbers").text)
    assert one("a film", "signs").text[-1] in SIGNS
    assert one("so good \U0001f600 indeed", "own_emoji").text == "so good indeed"
    assert {edit.step for edit in edits("Ab") if edit.feature == "case"} == {"more", "less"}
    assert one("It is long. It is dull.", "breaks").text == "It is long.\n\nIt is dull."
    assert one("It is long.\nIt is dull.", "breaks").step == "less"
    assert not any(map(is_emoji, "é3"))


def test_of_a_text_that_is_read_in_part_nothing_is_put_at_its_end():
    found = edits("It was long, and it was dull, in 1994 and later", whole=False)
    assert {edit.change for edit in found} == {"commas", "cutting", "capitals", "numbers", "other_numbers", "breaks"}


@given(st.text(max_size=60), st.integers(0, 5))
def test_every_change_is_one_of_those_named_and_changes_the_text(text, seed):
    for edit in edits(text, seed):
        assert edit.change in FEATURES[edit.feature]
        assert edit.text != (edit.against or text)
        assert edit.text.strip()
    assert edits(text, seed) == edits(text, seed)


# ---- words


def test_words_of_a_table_by_the_texts_that_hold_them():
    found = texts_of_words(["A film, a film", "film noir", "房间安静", "安静的房间"], 2)
    assert {word: rows.tolist() for word, rows in found.items()} == {"film": [0, 1], "安静": [2, 3], "房间": [2, 3]}


def test_the_words_whose_texts_lean_most_come_in_turn_for_each_class():
    probs = np.array([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 6)
    holding = {
        "bad": np.arange(6),
        "meh": np.arange(4),
        "good": np.arange(6, 12),
        "all": np.arange(12),
        "so": np.arange(3, 9),
    }
    found = leaning(holding, probs, 3)
    assert [(lean.word, lean.label) for lean in found] == [("bad", 0), ("good", 1), ("meh", 0)]
    assert leaning(holding, probs, 99)[-1].word == "meh"


@pytest.mark.parametrize(
    ("text", "word", "places", "made"),
    [
        ("a quiet delight .", "please", (0, 7, 15), ("please a quiet delight .", "a quiet please delight .", "a quiet delight please .")),
        ("Quiet", "so", (0, 5, 5), ("so Quiet", "Quiet so", "Quiet so")),
        ("房间安静。", "请", (0, 2, 4), ("请房间安静。", "房间请安静。", "房间安静请。")),
    ],
)  # fmt: skip
def test_a_word_is_put_in_at_the_start_in_the_middle_and_at_the_end(text, word, places, made):
    assert tuple(place_in(text, third) for third in range(3)) == places
    assert tuple(put_in(text, word, place) for place in places) == made


def test_a_word_is_taken_out_wherever_it_stands_whole():
    assert without("Please, it pleases; please wait please", "please") == ", it pleases; wait "
    assert without("房间安静，安静", "安静") == "房间，"


@given(st.text(alphabet="ab .!'好的", max_size=30), st.sampled_from(["ab", "a", "好"]))
def test_what_was_taken_out_is_gone(text, word):
    made = without(text, word)
    assert len(made) <= len(text)
    if word not in {found for _, _, found in spans(text)}:
        assert made == text
