"""Words: spans that rebuild the text, whatever the tokenizer and whatever is typed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.words import han_words, words_of

TOKENIZERS = ("bert", "roberta", "xlm-roberta", "gpt2", "llama")
ODD = [
    "", " ", "\u3000\n\t ", "don't", "A naïve café\u0301 ", "👩‍👩‍👧 👍🏽 🇩🇪", "שלום עולם, hello", "\u202eevil\u202c b",
    "我们很喜欢这家酒店，very nice！", "全角ＡＢＣ　空白", "a\u200bb\ufeffc", "x\x00y\x1bz", "\x1f0",
    "ﬁne ﬂow", "한국어 문장", "日本語のテキスト",
    "\ud7ffend",
    "<b>&amp;</b>", "a" * 300,
]  # fmt: skip
PIECES = st.sampled_from(
    [
        "film ",
        "don't",
        "的味道",
        "非常",
        "，",
        "👍🏽",
        "é",
        "e\u0301",
        "\u200d",
        "\u00a0",
        "\n\n",
        "שלום",
        "<i>",
        "[MASK]",
        "▁",
        "Ġ",
        "\x07",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@pytest.fixture(scope="module", params=TOKENIZERS)
def classifier(request: pytest.FixtureRequest, checkpoint):
    from models import load

    folder: Path = checkpoint(request.param, "softmax")
    return load(str(folder), threads=1)


def check(classifier, text: str) -> None:
    encoding = classifier.encode([text])[0]
    words = words_of(encoding, text)
    at = 0
    rebuilt = ""
    for word in words:
        assert at <= word.start <= word.end, "spans ascend and do not overlap"
        assert word.text == text[word.start : word.end]
        rebuilt += text[at : word.start] + word.text
        at = word.end
    assert rebuilt + text[at:] == text
    owned = [position for word in words for position in word.tokens]
    assert owned == sorted(owned)
    assert sorted(owned) == [i for i, token in enumerate(encoding.tokens) if not token.special]
    if not encoding.truncated:
        covered = {i for word in words for i in range(word.start, word.end)}
        left_out = [text[i] for i in range(len(text)) if i not in covered]
        assert all(droppable(character) for character in left_out), left_out


def droppable(character: str) -> bool:
    """What a tokenizer may leave without a token: white space, controls, unassigned characters, marks."""
    return character.isspace() or character in "\ufffd▁" or unicodedata.category(character)[0] in "CMZ"


@pytest.mark.parametrize("text", ODD)
def test_spans_rebuild_odd_texts(classifier, text):
    check(classifier, text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_spans_rebuild_any_text(classifier, text):
    check(classifier, text)


def test_pieces_join_into_words(tiny_bert):
    text = "Tasteless, isn't  it?"
    words = words_of(tiny_bert.encode([text])[0], text)
    assert [word.text for word in words] == ["Tasteless", ",", "isn", "'", "t", "it", "?"]
    assert [(word.start, word.end) for word in words][-2:] == [(18, 20), (20, 21)]
    assert max(len(word.tokens) for word in words) > 1, "this tokenizer cuts some word into pieces"


def test_chinese_is_cut_by_jieba(tiny_bert):
    text = "它的味道非常好 and cheap"
    words = [word.text for word in words_of(tiny_bert.encode([text])[0], text)]
    assert words == ["它", "的", "味道", "非常", "好", "and", "cheap"]
    assert ["我们 ok 喜欢"[start:end] for start, end in han_words("我们 ok 喜欢")] == ["我们", "喜欢"]


def test_emoji_with_joiners_stay_whole(tiny_bert):
    text = "ok 👩‍👩‍👧 e\u0301x"
    words = [word.text for word in words_of(tiny_bert.encode([text])[0], text)]
    assert words == ["ok", "👩‍👩‍👧", "e\u0301x"]


def test_segments_of_a_pair_keep_their_own_offsets(tiny_bert):
    encoding = tiny_bert.encode([("The film", "was dull")])[0]
    words = words_of(encoding, "The film", "was dull")
    assert [(word.text, word.segment, word.start) for word in words] == [
        ("The", 0, 0), ("film", 0, 4), ("was", 1, 0), ("dull", 1, 4),
    ]  # fmt: skip


def test_a_truncated_text_ends_where_the_model_stops(tiny_bert):
    text = "dull film " * 100
    encoding = tiny_bert.encode([text])[0]
    words = words_of(encoding, text)
    assert encoding.truncated
    assert words[-1].end < len(text)
    assert len(words) == tiny_bert.max_tokens - 2
