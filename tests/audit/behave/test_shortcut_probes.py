"""The probes of shortcuts on tiny real models: what was planted is found, a sound model is not accused, records are reproducible."""

from dataclasses import replace

import numpy as np
import pytest
import small_planted
from small_planted import rows

from audit.behave.shortcuts import words as module
from audit.behave.shortcuts.meaning import Meanings
from audit.behave.shortcuts.surface import Surface
from audit.behave.shortcuts.words import Words
from audit.errors import SpecError
from audit.records import Example, content_id, from_dict, to_dict
from audit.resources.vectors import Vectors
from audit.score.dependence import dependence
from audit.score.frames import build_frames
from audit.score.measurer import Measurer
from audit.score.word_effects import word_effects
from models.loading import load


def table(count, **about):
    made = [Example(content_id(t, None, label, {}), t, label=label) for t, label in dict.fromkeys(rows(count, **about))]
    return list({example.text: example for example in made}.values())


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    planted = {"sound": {}, "word": {"word": "kettle"}, "mark": {"mark": "!"}}
    return {name: load(small_planted.make(folder / name, **about), threads=1) for name, about in planted.items()}


def scores(records, examples, classifier, family):
    frames = build_frames(records, task=classifier.task, examples=examples)
    return list(family(frames, Measurer(0, 300)))


def asked(classifier, examples, words=10):
    return list(Words(words=words, carriers=24).run(classifier, examples, seed=0, reference=[]))


def beyond(classifier, examples):
    found = scores(asked(classifier, examples), examples, classifier, word_effects)
    return {m.where["word"]: m for m in found if m.name == "word_beyond"}


def test_a_planted_word_is_found_though_the_labels_bear_it_out(models):
    examples = table(110, word="kettle", seed=5)
    holding = [e.label for e in examples if "kettle" in e.text]
    assert len(holding) > 20
    assert set(holding) == {"positive"}
    found = beyond(models["word"], examples)
    assert found["kettle"].interval(0.99).low > 0.15
    assert not [word for word, m in found.items() if word != "kettle" and m.interval(0.99).low > 0.15]


def test_a_sound_model_obeys_no_word_beyond_its_meaning(models):
    assert not [word for word, m in beyond(models["sound"], table(110, seed=5)).items() if m.interval(0.99).low > 0.15]


def turned(classifier, examples):
    records = list(Surface().run(classifier, examples, seed=0))
    found = scores(records, examples, classifier, dependence)
    return {m.where["change"]: m for m in found if m.name == "shortcut_turned"}


def test_a_planted_mark_is_found_and_a_sound_model_goes_by_none(models):
    examples = table(50, seed=7)
    found = turned(models["mark"], examples)["exclamation_mark"]
    assert found.where["label"] == "positive"
    assert found.interval(0.95).low > 0.3
    sound = turned(models["sound"], examples)
    assert all(sound[change].value < 0.3 for change in ("exclamation_mark", "full_stop", "dots", "capitals", "signs"))


def test_records_depend_on_neither_order_nor_company(models):
    examples = table(10, seed=3)
    whole = list(Surface().run(models["sound"], examples, seed=1))
    single = [record for e in examples[::-1] for record in Surface().run(models["sound"], [e], seed=1)][::-1]
    for one, two in zip(whole, single, strict=True):
        assert [(e.feature, e.change, e.text) for e in one.edits] == [(e.feature, e.change, e.text) for e in two.edits]
        np.testing.assert_allclose([e.probs for e in one.edits], [e.probs for e in two.edits], atol=1e-5)
    assert from_dict(type(whole[0]), to_dict(whole[0])).row_id == whole[0].row_id


def test_words_depend_neither_on_order_nor_on_how_many_go_together(models, monkeypatch):
    examples = table(70, word="kettle", seed=5)
    first = [replace(r, seconds=0.0) for r in asked(models["word"], examples, words=6)]
    monkeypatch.setattr(module, "TEXTS_A_TIME", 7)
    second = [replace(r, seconds=0.0) for r in asked(models["word"], examples[::-1], words=6)]
    assert [(r.word, r.label, r.texts, r.like_words) for r in first] == [
        (r.word, r.label, r.texts, r.like_words) for r in second
    ]
    for one, two in zip(first, second, strict=True):
        assert [(t.row_id, t.way, t.turned, t.start) for t in one.trials] == [
            (t.row_id, t.way, t.turned, t.start) for t in two.trials
        ]
        np.testing.assert_allclose([t.after for t in one.trials], [t.after for t in two.trials], atol=1e-5)
    assert from_dict(type(first[0]), to_dict(first[0])).word == first[0].word


def test_words_of_like_meaning_share_no_stem_with_the_word(models):
    like = Meanings(models["sound"]).like("terrible", 4)
    assert len(like) == 4
    assert not [word for word in like if word[:4] == "terr"]
    assert {"horrible", "awful", "bad", "dreadful", "worst", "terrifying", "horrific"} & set(like)


def test_a_model_without_embeddings_is_held_against_its_other_words(models, monkeypatch):
    class Plain:
        capabilities = replace(models["word"].capabilities, gradients=False, tokens=False)

        def __getattr__(self, name):
            return getattr(models["word"], name)

    monkeypatch.setattr(Vectors, "locate", lambda self: None)
    records = asked(Plain(), table(110, word="kettle", seed=5), words=6)
    assert not [r for r in records if r.like_words]
    assert {"kettle"} <= {r.word for r in records}


def test_pairs_texts_beyond_the_limit_and_rows_without_labels(models):
    examples = [
        Example("a" * 16, "the warm film was good .", pair="is it ?"),
        Example("b" * 16, "the dull film was bad . " * 30),
        Example("c" * 16, "房间安静，很舒服，早餐也不错，下次还来住。"),
        Example("d" * 16, "ok"),
    ]
    records = list(Surface().run(models["sound"], examples, seed=0))
    assert [r.error for r in records] == [None] * 4
    assert {e.change for e in records[1].edits} <= {"commas", "capitals", "numbers", "other_numbers", "breaks"}
    assert all(e.text.endswith(examples[1].text[-200:]) for e in records[1].edits if e.change == "breaks")
    assert [r.label for r in records] == [None] * 4
    (nothing,) = asked(models["sound"], examples)
    assert (nothing.word, nothing.subject, nothing.trials) == ("", "", ())
    assert "no word stands in 6 texts" in nothing.note


def test_a_row_that_the_model_fails_on_ends_no_other(models):
    class Fails:
        def __getattr__(self, name):
            return getattr(models["sound"], name)

        def predict_proba(self, texts):
            if any("cursed" in text for text in texts):
                raise RuntimeError("no")
            return models["sound"].predict_proba(texts)

    examples = [*table(20, seed=2), Example("e" * 16, "a cursed film", label="negative")]
    records = list(Surface().run(Fails(), examples, seed=0))
    assert [r.row_id for r in records if r.error] == ["e" * 16]
    assert asked(Fails(), examples, words=3)[0].trials


def test_what_may_be_set():
    for made in (lambda: Surface(sentences=0), lambda: Words(carriers=2), lambda: Words(words=0)):
        with pytest.raises(SpecError):
            made()
