"""Words that say something are told from punctuation, pieces and function words, in English and Chinese."""

from __future__ import annotations

import pytest

from audit.word_kinds import LISTS, function_words, says_something, word_kind
from models.places import ASSETS


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("mark", [",", ".", "!", "\uff01", "\uff0c", "'", "--", "(", "\u201c", "$", ""]),
        ("fragment", ["t", "s", "##ing", "'ll", "\u2019re", "x"]),
        ("function", ["the", "The", "AND", "of", "is", "it", "\u7684", "\u4e86", "\u6211\u4eec"]),
        ("content", ["refund", "Dull", "not", "no", "isn't", "won\u2019t", "2024", "\u597d", "\u559c\u6b22", "\U0001f600", "card_arrival"]),
    ],
)  # fmt: skip
def test_kinds(kind, words):
    assert {word: word_kind(word) for word in words} == dict.fromkeys(words, kind)
    assert all(says_something(word) == (kind == "content") for word in words)


def test_every_word_of_the_lists_is_a_function_word_but_for_negations():
    for name in LISTS:
        lines = (ASSETS / "wordlists" / name).read_text(encoding="utf-8").splitlines()
        for word in (line for line in lines if line and not line.startswith("#")):
            assert word in function_words()
            kinds = {"content"} if word in {"no", "nor", "not"} or word.endswith("n't") else {"function", "fragment"}
            assert word_kind(word) in kinds, word
