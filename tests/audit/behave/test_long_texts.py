"""Perturbations of long texts: only what the model reads is drawn, and nothing is put into the middle of a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.behave.surface import Punctuation, _each_word
from audit.changes import rebuilt
from audit.kinds import find, names
from audit.records import Example
from audit.resources import locate
from audit.window import inside, span_of

SENTENCE = "I've paid 40 pounds for a good car, and it isn't running well in London. "
CHINESE_SENTENCE = "我们3个人住，早晨房间安静，服务周到，WiFi很快，很多服务员。"
OTHERS = {
    "spelling": "My favourite colour is grey. ",
    "sentence_order": "The room was large. Breakfast starts at seven. ",
}


def sentence_of(name: str) -> str:
    """One in which a perturbation finds something."""
    return CHINESE_SENTENCE if find("perturbation", name).languages[:1] == ("zh",) else OTHERS.get(name, SENTENCE)


@pytest.mark.parametrize("name", names("perturbation"))
def test_a_text_beyond_the_limit_is_drawn_as_its_beginning_is(name, tiny_bert, monkeypatch) -> None:
    probe = find("perturbation", name)(k=4)
    if any(locate(need) is None for need in probe.needs):
        pytest.skip("a resource is not provisioned; run: python -m audit resources get --standard")
    near, far = sentence_of(name) * 25, sentence_of(name) * 900
    span = span_of(tiny_bert, far, None)
    assert span == span_of(tiny_bert, near, None)
    assert 0 == span[0] < span[1] < len(near)
    drawn: list[str] = []
    real = type(probe).draw
    monkeypatch.setattr(type(probe), "draw", lambda self, text, rng: drawn.append(text) or real(self, text, rng))
    found = []
    for text in (near, far):
        (outcome,) = probe.run(tiny_bert, [Example("0" * 16, text)], seed=0)
        assert outcome.error is None
        changed = [variant for variant in outcome.variants if variant.changed]
        for variant in changed:
            assert rebuilt(text, variant.changes) == variant.text
            assert variant.text.endswith(text[span[1] :])
            assert all(change.start < span[1] and change.end <= span[1] for change in variant.changes)
        found.append([variant.changes for variant in changed])
    assert set(map(len, drawn)) == {span[1]}
    assert found[0] == found[1]
    assert found[0] or name == "synonyms"


def test_nothing_is_added_where_a_text_goes_on() -> None:
    assert inside("a film.", "a film", follows=False, goes_on=False)
    assert not inside("a film.", "a film!!", follows=False, goes_on=True)
    assert not inside("a film", "a film. Kind regards.", follows=False, goes_on=True)
    assert not inside(" a film", "Hello, a film", follows=True, goes_on=False)
    assert inside("a film", "Hello, a film", follows=False, goes_on=True)
    assert inside("a film", "a fi1m", follows=True, goes_on=True)


@given(st.text("ab .!?…\n\t\u00a0", max_size=12), st.integers(0, 50))
def test_end_marks_are_found_as_a_regular_expression_finds_them(text: str, seed: int) -> None:
    import numpy as np

    body = re.sub(r"[.!?…]*\s*$", "", text)
    end = text[len(body) :].strip()
    allowed = {
        text, body, f"{body}.", f"{body}{end or '.'}{end[-1:] or '.'}", f"{body}...",
        re.sub(r"(?<=\w)[,;:!?.](?=\s|$)", "", text), re.sub(r"(?<=\w)[,;:!?.](?=\s|$)", lambda m: f" {m.group()}", text),
    }  # fmt: skip
    assert Punctuation().draw(text, np.random.default_rng(seed)) in allowed


@given(st.text("aß ’'ÉǆB1_\u0301", max_size=20))
def test_each_word_has_its_capital(text: str) -> None:
    word = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
    assert _each_word(text) == re.sub(word, lambda match: match.group().capitalize(), text)
