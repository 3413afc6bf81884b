"""Perturbations of texts that are not English: none puts English into Chinese, or takes letters from it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from audit.behave.characters import KeyboardTypos, LookAlikes
from audit.behave.rewording import CHINESE_CLOSERS, CHINESE_OPENERS, NeutralInsertions
from audit.behave.surface import Punctuation
from audit.kinds import find, names
from audit.resources import locate
from audit.spec.suites import CHINESE as CHINESE_ALONE

CHINESE = ("房间安静，很舒服。", "早餐一般，服务员态度很好", "喜欢！包装也不错，下次还来", "用iPhone预订，位置很好。")
MARKS = re.compile(r"[\s，。、；：！？,.;:!?…\u200b-\u200d]")


def variants(probe, text, seed=0):
    return probe.variants(text, np.random.default_rng(seed))


OTHERWISE = {*CHINESE_ALONE, "addresses"}
"""Write Chinese another way on purpose, or add what is written in Latin letters everywhere; see `test_more_perturbations.py`."""


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("name", [name for name in names("perturbation") if name not in OTHERWISE])
def test_no_perturbation_writes_letters_of_english_into_chinese(name, text):
    probe = find("perturbation", name)(k=5)
    if any(locate(need) is None for need in probe.needs):
        pytest.skip("a resource is not provisioned")
    for variant in variants(probe, text):
        assert re.findall("[A-Za-z]", variant) == re.findall("[A-Za-z]", text)
        if name not in {"neutral_insertions", "emoji"}:
            assert MARKS.sub("", variant) == MARKS.sub("", text)  # no character is lost or exchanged


def test_typing_errors_and_lookalikes_leave_chinese_alone_and_misspell_english():
    for probe in (KeyboardTypos(), LookAlikes()):
        assert [variants(probe, text) for text in CHINESE] == [[]] * len(CHINESE)
    assert variants(KeyboardTypos(), "A quiet delight.")


def test_additions_to_chinese_are_chinese_phrases_around_the_whole_text():
    for text in CHINESE:
        for variant in variants(NeutralInsertions(k=14), text):
            before, found, after = variant.partition(text)
            assert found
            assert before in CHINESE_OPENERS or after.lstrip("。") in CHINESE_CLOSERS
            assert "。。" not in variant


def test_chinese_marks_are_full_width_or_those_of_latin_in_their_places():
    made = variants(Punctuation(k=6), "房间安静，很舒服。")
    assert set(made) == {
        "房间安静，很舒服", "房间安静，很舒服。。", "房间安静，很舒服……", "房间安静很舒服", "房间安静,很舒服.",
    }  # fmt: skip


def test_a_text_in_another_language_of_the_same_script_is_left_alone_where_it_shows():
    german = "Das Zimmer war nicht sehr sauber, aber wir haben uns doch wohl gefühlt."
    assert variants(NeutralInsertions(), german) == []
    assert variants(KeyboardTypos(), german)
