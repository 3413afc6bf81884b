"""Word-level changes and the rule of validity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.attack.changes import changes_between, words_changed
from audit.attack.validity import are_antonyms, edits, is_valid
from audit.records import Change


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a good film", "a great film", [("good", "great")]),
        ("a good film", "a film", [("good", "")]),
        ("a film", "a good film", [("", "good")]),
        ("one two three", "six two four", [("one", "six"), ("three", "four")]),
        ("don't go", "do not go", [("don't", "do not")]),
        ("it  is", "it is", [("  ", " ")]),
        ("fine film", "fi\u200bne film", [("fine", "fi\u200bne")]),
        ("same", "same", []),
    ],
)
def test_changes_are_words(before: str, after: str, expected: list) -> None:
    assert [(c.before, c.after) for c in changes_between(before, after)] == expected


@settings(deadline=None)
@given(st.text(alphabet="ab ,.é\u200b\n", max_size=24), st.text(alphabet="ab ,.é\u200b\n", max_size=24))
def test_spans_hold_the_pieces_and_rebuild_the_text(before: str, after: str) -> None:
    changes = changes_between(before, after)
    rebuilt, place = [], 0
    for change in changes:
        assert before[change.start : change.end] == change.before
        assert after[change.new_start : change.new_end] == change.after
        assert change.start >= place
        place = change.end
        rebuilt.append(change.after)
    assert bool(changes) == (before != after)
    assert words_changed(changes) >= len(changes)


def test_the_rule_of_validity() -> None:
    typo, antonym, synonym = (
        Change(0, 4, a, 0, 4, b) for a, b in (("film", "fiml"), ("good", "bad"), ("film", "movie"))
    )
    assert edits("film", "fiml") == 1
    assert is_valid("character", [typo], 0.1) is True
    assert is_valid("character", [synonym], 0.99) is False
    assert is_valid("word", [synonym], 0.95) is True
    assert is_valid("word", [synonym], 0.79) is False
    assert is_valid("word", [antonym], 0.95) is False
    assert is_valid("word", [synonym], None) is None
    assert is_valid("mixed", [typo], 0.1) is True
    assert is_valid("mixed", [Change(0, 3, "bad", 0, 3, "sad")], 0.5) is False
    assert is_valid("reduction", [typo], 0.9) is None


@pytest.mark.parametrize(("a", "b"), [("good", "bad"), ("Never", "always"), ("loved", "hates"), ("best", "worst")])
def test_antonyms_in_any_inflection(a: str, b: str) -> None:
    assert are_antonyms(a, b)
    assert are_antonyms(b, a)
    assert not are_antonyms(a, a)
