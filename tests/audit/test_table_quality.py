"""What went wrong with texts: encodings, markup, the same words around each; and that sound texts are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.records import Example
from audit.score.quality import quality_measures
from audit.table.quality import QUALITY, garbled, quality


def rows(texts):
    return [Example(f"{i:016x}", text, line=i + 2) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    "text",
    [
        "Ein schöner Café, déjà vu — naïve façade…",
        "我们很喜欢这里的味道",
        "“Why?” she asked: 50 € £3",
        "Привет, мир",
        "",
        "🙂👍",
    ],
)
def test_texts_of_any_language_are_sound(text):
    assert not garbled(text)


@given(
    st.sampled_from(["déjà vu", "naïve façade", "“quoted” words", "straße", "año nuevo"]), st.sampled_from(["cp1252"])
)
def test_what_was_read_in_another_encoding_is_told(text, wrong):
    assert garbled(text.encode().decode(wrong, "replace"))


HTML = (
    "Good.<br /><br />Very good.",
    "Tom &amp; Jerry",
    "a <b>bold</b> move",
    "it&#39;s",
    "Oil #39; prices",
    '<a href="x">',
)
NO_HTML = ("I <3 you", "a < b and c > d", "AT&T; and R&D", "#39 of the list", "<sigh>")


@pytest.mark.parametrize(("text", "told"), [*((text, True) for text in HTML), *((text, False) for text in NO_HTML)])
def test_leftovers_of_markup_are_told_from_other_signs(text, told):
    assert quality(rows([text]))["markup"]["rows"] == int(told)


def test_words_around_many_texts_are_told_and_equal_texts_are_not():
    body = [f"row {i} is about something else each time, {i * 7} of it" for i in range(100)]
    signed = [f"{text}. Sent from my old brown phone" if i % 2 else text for i, text in enumerate(body)]
    found = quality(rows(signed))
    assert found["edges"]["rows"] == 50
    assert len(found["edges"]["shown"]) == 20
    assert quality(rows(body))["edges"]["rows"] == 0
    assert quality(rows(["one and the same long text that stands here again and again"] * 100))["edges"]["rows"] == 0


@pytest.mark.parametrize("said", [
    None, {}, {"table": {"quality": 3}}, {"table": {"quality": {"rows": "9"}}}, {"table": {"quality": {"rows": 0, "garbled": {"rows": 0}}}},
    {"table": {"quality": {"rows": 5, "garbled": {"rows": 6}, "markup": {"rows": -1}, "edges": {"rows": True}}}},
])  # fmt: skip
def test_what_cannot_be_gives_no_score(said):
    assert list(quality_measures(said, ())) == []


def test_scores_are_counted_in_the_table_and_point_to_audited_rows_alone():
    kept = quality(rows(["fine"] * 8 + ["a<br />b", "c &amp; d"]))
    made = {m.name: m for m in quality_measures({"table": {"quality": kept}}, {f"{9:016x}"})}
    assert set(made) == {"garbled_share", "markup_share", "edge_share", "personal_share"}
    assert (made["markup_share"].value, made["markup_share"].n, made["markup_share"].counted) == (0.2, 10, True)
    assert made["markup_share"].evidence == (f"{9:016x}",)
    assert set(kept) == {"rows", *QUALITY}
