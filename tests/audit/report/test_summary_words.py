"""What the first page says in words is what the numbers say."""

from __future__ import annotations

from audit.report.chapters.summary import _word
from audit.report.model import WordFacts
from audit.report.strings import strings


def test_a_word_that_speaks_against_a_class_is_not_said_to_move_towards_it():
    facts = {"probe": "ig", "target": "negative", "low": None, "high": None, "texts": 9, "positive": 1, "q_value": 0.01}
    say = strings("en")
    assert _word(WordFacts(word="and", mean=-0.081, **facts), say) == "“and” away from negative"
    assert _word(WordFacts(word="dull", mean=0.4, **facts), say) == "“dull” towards negative"
