"""Words are counted as their language cuts them; a table's profile says which language that is."""

from __future__ import annotations

import csv

import pytest

from audit.table import open_table, profile
from audit.table.languages import mismatch
from audit.table.profiling import CUT, _words
from audit.words import count_words, han_words
from models.known_languages import Known


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A quiet delight.", 3), ("It isn't , is it ?", 6), ("", 0), ("   ", 0), ("房间很大，床也舒服", 5),
        ("用iPhone下单", 3), ("！！！", 1),
        ("我们住了3天 very good", None),
    ],
)  # fmt: skip
def test_words_are_those_between_blanks_and_of_chinese_those_of_the_dictionary(text, words):
    expected = words if words is not None else sum(1 for _ in han_words("我们住了天")) + 1 + 2
    assert abs(count_words(text) - expected) <= (words is None)


def test_a_long_chinese_text_is_taken_to_be_as_dense_as_its_beginning():
    text = "房间很大，床也舒服。" * (CUT // 5)
    assert len(text) == 2 * CUT
    assert _words(text) == 2 * count_words(text[:CUT])


def test_a_profile_says_languages_scripts_and_words(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [*["房间很大，床也舒服"] * 3, "It was not for us", "Superb"]
        csv.writer(file).writerows([["text"], *([row] for row in rows)])
    found = profile(open_table(path))
    assert found.languages == {"zh": 3, "en": 2}
    assert list(found.scripts) == ["Hani", "Latn"]
    assert found.words[2] == 5


def test_a_mismatch_is_told_in_one_sentence_and_only_where_it_is_known():
    told = mismatch({"zh": 58, "en": 2}, Known(("en",), "card"))
    assert told == (
        "58 of 60 rows looked at are in Chinese, and the model was trained on English: what it says of them may mean nothing."
    )
    assert mismatch({"en": 60, "Latn": 3, "": 1}, Known(("en",), "card")) is None
    assert mismatch({"de": 3}, Known(("de", "en"), "card")) is None
