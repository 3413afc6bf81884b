"""What people add around a text, other spellings, other ways of writing Chinese: each leaves the rest, and each keeps to its rule."""

from __future__ import annotations

import numpy as np
import pytest

from audit.behave.additions import EMOJI
from audit.behave.chinese import KEPT, POLYPHONES, spelled, writings
from audit.behave.spelling import ONE_WAY, other_spellings
from audit.kinds import find, names
from audit.resources import locate
from audit.resources.chinese import first_readings, looking_alike, sounding_alike
from audit.spec import suites

REVIEW = "酒店2018年装修，房间很安静，服务员态度不错。我们3个人住了15天，WiFi很快。"


def drawn(name: str, text: str, k: int = 12) -> list[str]:
    probe = find("perturbation", name)(k=k)
    if lacking := [need for need in probe.needs if locate(need) is None]:
        pytest.skip(f"{lacking[0]} is not provisioned")
    return probe.variants(text, np.random.default_rng(0))


def differing(before: str, after: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip(before, after, strict=True) if a != b]


@pytest.mark.parametrize("name", ["emoji", "addresses"])
@pytest.mark.parametrize("text", ["A quiet delight.", "房间安静"])
def test_what_is_added_leaves_the_text_whole(name, text):
    made = drawn(name, text)
    assert len(made) >= 5
    assert all(text in variant and len(variant) > len(text) for variant in made)


def test_emoji_are_single_signs_that_are_no_faces_and_no_hands():
    assert all(len(one) == 1 for one in EMOJI)
    assert not any(0x1F600 <= ord(one) <= 0x1F64F or 0x1F44A <= ord(one) <= 0x1F450 for one in EMOJI)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("The room was large. Breakfast starts at seven.", ["Breakfast starts at seven. The room was large."]),
        (
            "The room was large.  The bed was hard!\nBut we left.",
            ["The bed was hard!  The room was large.\nBut we left."],
        ),
        ("The room was large. It was cold.", []),
        ("The room was large. But breakfast was cold.", []),
        ("The staff were kind. Was the room large?", []),
        ("Great. The room was large.", []),
        ("The room was large and breakfast starts at seven", []),
        ("房间很大很安静。早餐七点开始。", ["早餐七点开始。房间很大很安静。"]),
        ("房间很大很安静。但是早餐太差。", []),
    ],
)
def test_sentences_that_stand_alone_change_places_and_no_others(text, after):
    assert drawn("sentence_order", text) == after


def test_what_follows_a_pair_of_sentences_may_not_point_back_to_the_second():
    assert drawn("sentence_order", "The room was large. The bed was hard. It hurt my back.") == []


def test_spelling_goes_both_ways_and_keeps_capitals():
    assert set(drawn("spelling", "Color and GREY.")) == {"Colour and GREY.", "Color and GRAY.", "Colour and GRAY."}
    assert drawn("spelling", "I check the story while the program runs.") == []


def test_the_table_of_spellings_is_sound():
    table = other_spellings()
    assert all(word != other and word.isalpha() and word.islower() for word, other in table.items())
    assert all(table[other] == word for word, other in table.items() if other in table)
    assert not ONE_WAY & set(table)
    assert {
        "analyse",
        "organisation",
        "travelled",
        "centre",
        "defence",
        "catalogue",
        "instalment",
        "prioritise",
    } <= set(table)
    assert not {"our", "or", "hour", "for", "your", "more", "sense", "size", "rise", "promise", "exercise"} & set(table)


@pytest.mark.parametrize(
    ("name", "table"), [("chinese_homophones", sounding_alike), ("chinese_look_alikes", looking_alike)]
)
def test_one_character_is_replaced_by_one_of_its_kind_and_none_that_negates(name, table):
    made = drawn(name, REVIEW)
    assert made
    for variant in made:
        [(before, after)] = differing(REVIEW, variant)
        assert after in table()[before]
        assert before not in KEPT


def test_sounds_are_the_same_but_for_the_tone():
    readings = first_readings()
    for character in "房间安静服务员":
        assert {readings[other].rstrip("12345") for other in sounding_alike()[character]} == {
            readings[character].rstrip("12345")
        }


def test_the_other_writing_and_back_again():
    [traditional] = drawn("chinese_script", REVIEW, k=1)
    assert traditional == "酒店2018年裝修，房間很安靜，服務員態度不錯。我們3個人住了15天，WiFi很快。"
    assert drawn("chinese_script", traditional, k=1) == [REVIEW]


def test_no_character_stands_on_both_sides_of_the_table_of_writings():
    to_traditional, to_simplified = writings()
    assert len(to_traditional) == len(to_simplified) >= 400
    assert not set(to_traditional) & set(to_simplified)
    assert not set("后里发面只干台系复") & set(to_traditional)


def test_full_width_forms_are_those_of_unicode():
    import unicodedata

    made = drawn("full_width", REVIEW)
    assert made
    assert {unicodedata.normalize("NFKC", variant) for variant in made} == {unicodedata.normalize("NFKC", REVIEW)}


def test_numbers_are_said_and_years_are_spelled():
    assert set(drawn("chinese_numbers", REVIEW)) == {
        REVIEW.replace("2018", "二〇一八"), REVIEW.replace("3个", "三个"), REVIEW.replace("15", "十五"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "8:30退房",
        "价格3.5元",
        "100%满意",
        "A380飞机",
        "电话13812345678",
        "1、房间很大",
        "住在302号",
        "1,000元",
        "007电影",
    ],
)
def test_what_is_no_plain_number_stays(text):
    assert drawn("chinese_numbers", text) == []


def test_numbers_of_up_to_four_digits_as_they_are_said():
    said = {
        "2": "二",
        "11": "十一",
        "90": "九十",
        "101": "一百零一",
        "999": "九百九十九",
        "1001": "一千零一",
        "3400": "三千四百",
    }
    assert {number: spelled(number) for number in said} == said


def test_pinyin_is_that_of_one_word_whose_sound_is_certain():
    for variant in drawn("pinyin", "房间安静，服务周到。"):
        assert sum(character.isascii() for character in variant) >= 4
    assert "房间anjing，服务周到。" in drawn("pinyin", "房间安静，服务周到。")
    assert drawn("pinyin", "银行") == []
    assert "行" in POLYPHONES


def test_marks_stand_inside_words_and_never_beside_a_negation():
    made = drawn("chinese_spacing", REVIEW, k=30)
    assert len(made) > 5
    for variant in made:
        i = next(i for i, (a, b) in enumerate(zip(REVIEW, variant, strict=False)) if a != b)
        assert variant[:i] + variant[i + 1 :] == REVIEW
        assert not KEPT & {REVIEW[i - 1], REVIEW[i]}


@pytest.mark.parametrize(
    "name", [name for name in names("perturbation") if find("perturbation", name).languages[:1] == ("zh",)]
)
def test_chinese_ones_leave_english_alone(name):
    assert drawn(name, "The room was large. We paid 15 pounds in 2018.") == []


def test_quick_and_standard_take_the_worst_case_over_the_first_set_and_deep_over_all():
    def of(suite):
        return tuple(probe.name for probe in suites.suite(suite).probes if probe.kind == "perturbation")

    assert of("standard") == suites.HARMLESS
    assert of("quick") == tuple(name for name in suites.HARMLESS if name not in suites.SLOW_PERTURBATIONS)
    assert {*of("deep"), *suites.CHINESE} == set(names("perturbation"))
    assert {probe.name for probe in suites.suite("deep").suited(("zh",))} >= set(suites.CHINESE)
