"""The rule of validity."""

from __future__ import annotations

import pytest

from audit.attack.validity import are_antonyms, edits, is_valid
from audit.records import Change


def test_the_rule_of_validity() -> None:
    typo, antonym, synonym = (
        Change(0, 4, a, 0, 4, b) for a, b in (("film", "fiml"), ("good", "bad"), ("film", "movie"))
    )
    assert edits("film", "fiml") == 1
    assert is_valid("character", [typo], 0.1) is True
    assert is_valid("character", [synonym], 0.99) is False
    assert is_valid("character", [Change(0, 3, "of ", 0, 0, "")], 0.1) is True  # the blank is no edit of the word
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
