"""Untrusted text made printable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.language.printable import LONG, breakable, drawable, lookalikes, plain, printable, unbroken
from audit.report.dots import dots


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b", "a‹U+0000›b"),
        ("\x1b[31m", "‹U+001B›[31m"),
        ("one\ntwo\tthree", "one two three"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("\u202eabc", "‹U+202E›abc"),
        ("한", "‹U+D55C›"),
        ("#strong[x] $y$ <b>", "#strong[x] $y$ <b>"),
        ("你好 😀", "你好 😀"),
        ("a\u200db", "a‹U+200D›b"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
    ],
)
def test_every_character_is_shown(typed, shown):
    assert printable(typed) == shown


def test_towers_of_marks_are_cut():
    assert printable("a" + "\u0301" * 5).startswith("a\u0301\u0301\u0301‹U+0301›")


def test_right_to_left_text_is_kept_apart():
    assert printable("مرحبا") == "\u2068مرحبا\u2069"


def test_long_words_can_break_and_nothing_is_lost():
    word = "x" * 1000
    made = breakable(word)
    assert max(len(part) for part in made.split("\u200b")) <= LONG
    assert made.replace("\u200b", "") == word
    assert "\u200b" not in plain(word)


def test_cut_texts_say_so():
    assert printable("a b c d", 3) == "a b …"
    assert printable("abc", 3) == "abc"


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_only_drawable_characters_are_left(text):
    for character in printable(text).replace("\u200b", ""):
        assert drawable(character)
        assert unicodedata.category(character) not in ("Cc", "Cs", "Co", "Cn") or character == " "


def test_lookalikes_are_named():
    assert lookalikes("good", "gооd") == "о (U+043E)"
    assert lookalikes("good", "goodest") == ""
    assert lookalikes("ab", "a\u200bb") == "‹U+200B›"


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_a_chart_shows_what_the_report_prints_without_its_marks_for_lines(text):
    label = unbroken(printable(text))
    assert label == plain(text)
    assert plain(label) == label, "what a chart makes printable again stays as it is"


def test_names_with_underscores_and_from_right_to_left_stand_in_charts_as_they_are():
    (line,) = dots([(printable("negate_positive_nh"), 0.5, 0.4, 0.6, 9, "share")]).rows
    assert line[0] == "negate_positive_nh"
    (line,) = dots([(printable("שלום"), 0.5, 0.4, 0.6, 9, "share")]).rows
    assert line[0] == "שלום"
