"""What the first page says in words is what the numbers say."""

from __future__ import annotations

from audit.report import naming
from audit.report.chapters.summary import _word
from audit.report.model import WordFacts
from audit.report.strings import strings


def test_a_word_that_speaks_against_a_class_is_not_said_to_move_towards_it():
    facts = {"probe": "ig", "target": "negative", "low": None, "high": None, "texts": 9, "positive": 1, "q_value": 0.01}
    say = strings("en")
    assert _word(WordFacts(word="and", mean=-0.081, **facts), say) == "“and” away from negative"
    assert _word(WordFacts(word="dull", mean=0.4, **facts), say) == "“dull” towards negative"


def test_what_the_report_has_no_words_of_its_own_for_is_told_as_everywhere(monkeypatch):
    say = strings("en")
    monkeypatch.delitem(say._texts, "ways.pruthi")
    monkeypatch.delitem(say._texts, "harmless.case")
    monkeypatch.delitem(say._texts, "kind.attack")
    assert naming.way("pruthi", say) == "typing slips as on a real keyboard (Pruthi)"
    assert naming.harmless("case", say) == "changing upper and lower case"
    assert naming.kind_name("attack", say) == "Attacks"
    assert naming.way("theirs", say) == "“Theirs”"
