"""Perturbations: what each changes and leaves, the same draws for the same row, outcomes that add up."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.behave.characters import KEYS
from audit.behave.rewording import CONTRACTIONS, synonyms
from audit.errors import SpecError
from audit.kinds import find, names
from audit.records import Example, to_dict
from audit.resources import locate
from models.task import Label

NAMES = names("perturbation")
TEXT = "I've paid 40 pounds for a car, and it isn't running well in London."
CHINESE = "2018年来过，房间安静，3个人住，WiFi很快，很多服务员。早餐七点开始。"
OTHER_TEXTS = {
    "sentence_order": "The room was large. Breakfast starts at seven.",
    "spelling": "My favourite colour is grey.",
}


def text_of(name: str) -> str:
    """A text in which a perturbation finds something."""
    return CHINESE if find("perturbation", name).languages[:1] == ("zh",) else OTHER_TEXTS.get(name, TEXT)


class Shouting:
    """A stand-in model: positive where a text holds a capital word, an odd character or the word 'movie'."""

    labels = ("negative", "positive")
    capabilities = SimpleNamespace(tokens=False)
    max_tokens = 512
    calls = 0

    def predict_proba(self, texts: list) -> np.ndarray:
        self.calls += 1
        flat = [text if isinstance(text, str) else text[0] for text in texts]
        if any("boom" in text for text in flat):
            raise RuntimeError("no memory left")
        hits = np.asarray([any(w.isupper() and len(w) > 1 for w in t.split()) or not t.isascii() for t in flat], float)
        return np.stack([1 - hits, hits], axis=1)

    @property
    def task(self) -> Label:
        return Label(self.labels)


def made(name: str, **params: object):
    """A perturbation, or a skip where its resource is missing."""
    probe = find("perturbation", name)(**params)
    lacking = [need for need in probe.needs if locate(need) is None]
    if lacking:
        pytest.skip(f"{lacking[0]} is not provisioned; run: python -m audit resources get --standard")
    return probe


def row(text: str, **more: object) -> Example:
    """A row."""
    return Example(row_id=f"{abs(hash(text)):016x}"[:16], text=text, **more)


def test_none_that_specs_name_has_gone() -> None:
    kept = "keyboard_typos case punctuation contractions neutral_insertions white_space homoglyphs zero_width numbers synonyms"
    assert set(kept.split()) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_variants_differ_and_repeat(name: str) -> None:
    probe, text = made(name, k=4), text_of(name)
    first = probe.variants(text, np.random.default_rng(1))
    assert first == probe.variants(text, np.random.default_rng(1))
    assert first
    assert len(set(first)) == len(first) <= 4
    assert text not in first
    assert find("perturbation", name)(**json.loads(json.dumps(dict(probe.params)))).params == probe.params


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=40)
@given(text=st.text(max_size=40))
def test_any_text_goes_through(name: str, text: str) -> None:
    probe = made(name, k=2)
    for variant in probe.variants(text, np.random.default_rng(0)):
        assert variant != text


def letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def test_each_changes_only_its_own_kind() -> None:
    draw = lambda name: made(name, k=12).variants(TEXT, np.random.default_rng(0))  # noqa: E731
    for name in ("case", "punctuation", "white_space"):
        assert {letters(variant) for variant in draw(name)} == {letters(TEXT)}, name
    for variant in draw("keyboard_typos"):
        changed = [(a, b) for a, b in zip(TEXT.split(), variant.split(), strict=True) if a != b]
        assert len(changed) == 1
        assert abs(len(changed[0][0]) - len(changed[0][1])) <= 1
    for variant in draw("zero_width"):
        assert "".join(c for c in variant if c not in "\u200b\u200c\u200d") == TEXT
    for variant in draw("homoglyphs"):
        assert len(variant) == len(TEXT)
        assert sum(a != b for a, b in zip(TEXT, variant, strict=True)) == 1
        assert not variant.isascii()
    for variant in draw("numbers"):
        assert variant.split()[0] == "I've"
        assert variant.replace(variant.split()[2], "40") == TEXT
    assert set(draw("contractions")) == {TEXT.replace("I've", "I have"), TEXT.replace("isn't", "is not")}
    for variant in draw("neutral_insertions"):
        assert TEXT in variant
    assert any("auto" in variant for variant in draw("synonyms"))


def test_tables_are_sound() -> None:
    assert all(a in KEYS[b] for a, near in KEYS.items() for b in near)
    assert set(KEYS["s"]) == set("aqwedzx") or {"a", "d", "w", "e"} <= set(KEYS["s"])
    assert all(short.count("'") == 1 and "'" not in long for short, long in CONTRACTIONS.items())


def test_synonyms_share_the_main_sense() -> None:
    made("synonyms")
    assert "movie" in synonyms("film")
    assert synonyms("not") == ()
    assert synonyms("films") == ()
    assert synonyms("boring") == ()  # the first sense is a drilling, most uses are of the verb
    assert synonyms("john") == synonyms("will") == synonyms("but") == ()
    assert set(synonyms("completely")) >= {"entirely", "totally"}


@pytest.mark.parametrize("name", ["case", "zero_width"])
def test_outcomes_count_flips_of_changed_variants(name: str) -> None:
    rows = [row("a plain text here"), row("Another PLAIN text"), row("x")]
    outcomes = list(made(name, k=3).run(Shouting(), rows, seed=2))
    assert [o.row_id for o in outcomes] == [r.row_id for r in rows]
    for outcome in outcomes:
        before = int(np.argmax(outcome.original_probs))
        flips = sum(v.changed and int(np.argmax(v.probs)) != before for v in outcome.variants)
        assert outcome.flips == flips
        for variant in outcome.variants:
            assert variant.changed == (variant.text != outcome.text)
            assert bool(variant.changes) == variant.changed
    assert outcomes[0].flips > 0
    alone = [o for r in rows[::-1] for o in made(name, k=3).run(Shouting(), [r], seed=2)][::-1]
    assert [to_dict(replace(o, seconds=0.0)) for o in alone] == [to_dict(replace(o, seconds=0.0)) for o in outcomes]


def test_a_failing_row_ends_no_other() -> None:
    outcomes = list(made("case", k=2).run(Shouting(), [row("fine text"), row("boom text"), row("more text")], seed=0))
    assert [o.error for o in outcomes] == [None, "RuntimeError: no memory left", None]


def test_many_rows_go_to_the_model_together() -> None:
    model = Shouting()
    assert len(list(made("case", k=2).run(model, [row(f"text number {i}") for i in range(40)], seed=0))) == 40
    assert model.calls == 2


def test_of_a_pair_only_the_text_changes() -> None:
    (outcome,) = made("case", k=2).run(Shouting(), [row("some text", pair="the other")], seed=0)
    assert outcome.pair == "the other"
    assert outcome.flips >= 0


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(SpecError):
        find("perturbation", "case")(k=0)
    assert find("perturbation", "case")().unavailable(SimpleNamespace()) is None
