"""Word-level changes between two texts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.changes import changes_between, rebuilt, words_changed


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a good film", "a great film", [("good", "great")]),
        ("a good film", "a film", [("good ", "")]),
        ("a film", "a good film", [("", "good ")]),
        ("one two three four", "one three", [("two ", ""), (" four", "")]),
        ("one two three", "six two four", [("one", "six"), ("three", "four")]),
        ("don't go", "do not go", [("don't", "do not")]),
        ("it  is", "it is", [("  ", " ")]),
        ("fine film", "fi\u200bne film", [("fine", "fi\u200bne")]),
        (
            "I like this film a lot.",
            "I do like that film lots.",
            [("", "do "), ("this", "that"), ("a ", ""), ("lot", "lots")],
        ),
        ("a good nice film here", "a go od nce flm here", [("good", "go od"), ("nice", "nce"), ("film", "flm")]),
        ("it is so bad", "it isso b ad", [("is so", "isso"), ("bad", "b ad")]),
        ("a big dog", "abig dog", [("a big", "abig")]),
        ("这家餐厅的菜很好吃，服务也不错", "这家餐厅的饭很好吃，服务也不行", [("菜", "饭"), ("不错", "不行")]),
        ("处理中的小错误", "处理中的小挫误", [("错误", "挫误")]),  # jieba would cut 小挫|误
        ("再次入住大酒店", "再刺入注大九店", [("再次", "再刺"), ("入住", "入注"), ("大酒店", "大九店")]),
        ("办了银行卡", "办了银\u200b行卡", [("银行卡", "银\u200b行卡")]),
        ("same", "same", []),
    ],
)
def test_changes_are_words(before: str, after: str, expected: list) -> None:
    assert [(c.before, c.after) for c in changes_between(before, after)] == expected


def test_words_of_a_chinese_change_count_one_by_one() -> None:
    (change,) = changes_between("服务也不错", "服务也不错，明天还要来吃饭")
    assert change.after == "，明天还要来吃饭"
    assert words_changed([change]) >= 3
    assert words_changed(changes_between("小错误", "小挫误")) == 1


def test_a_few_changes_in_a_long_text_of_few_words_stay_apart() -> None:
    draw = random.Random(0)
    words = [draw.choice(["good", "film", "the", "a", "of"]) for _ in range(5000)]
    changed = list(words)
    for i in range(0, 5000, 50):
        changed[i] = "new"
    del changed[3001:3011]
    changes = changes_between(" ".join(words), " ".join(changed))
    assert words_changed(changes) == 110
    assert sum(c.after == "new" for c in changes) == 100


TEXTS = st.text(alphabet="ab ,.é\u200b\n菜很好银行", max_size=24)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_spans_hold_the_pieces_and_rebuild_the_text(before: str, after: str) -> None:
    changes = changes_between(before, after)
    place = 0
    for change in changes:
        assert before[change.start : change.end] == change.before
        assert after[change.new_start : change.new_end] == change.after
        assert change.start >= place
        place = change.end
    assert rebuilt(before, changes) == after
    assert bool(changes) == (before != after)
    assert words_changed(changes) >= len(changes)


def test_long_words_are_not_compared_letter_by_letter_with_all_others(monkeypatch):
    from rapidfuzz.distance import Levenshtein

    real, work = Levenshtein.distance, []

    def counting(before, after):
        work.append(len(before) * len(after))
        return real(before, after)

    monkeypatch.setattr(Levenshtein, "distance", counting)
    before = " ".join(chr(ord("a") + i % 26) * 900 for i in range(40))
    after = " ".join(chr(ord("a") + (i + 1) % 26) * 901 for i in range(39))
    changes = changes_between(before, after)
    assert rebuilt(before, changes) == after
    assert sum(work) <= 25_000_000 * 10
    work.clear()
    changes_between("ab cd", "abc d")
    assert work  # short ones are
