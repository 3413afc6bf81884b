"""What a long text costs an attack: as much as the words that the model reads. Work is counted, never timed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import zoo
from attack_rows import TEXTS, example

from audit.attack.reach import LETTERS, TOKENS, reach
from audit.kinds import find
from audit.records import Example
from models.engine import LONGEST_EXPORTED, TorchEngine

NEAR = " ".join(TEXTS * 3)
ODD = {
    "no blanks": "abcdefghij" * 2_000,
    "one letter": "a" * 20_000,
    "letters as words": "x y z " * 2_000,
    "blanks": f"good{' ' * 10_000}film",
    "Chinese": "这家酒店的服务很好房间干净" * 400,
    "right to left": "هذا الفيلم جميل جدا " * 400,
    "emoji": "👩‍👩‍👧‍👦😀" * 900,
    "marks": "a" + "\u0301" * 5_000,
    "controls": "\x01\x02 good \x1b[31m" * 700,
    "hyphens": "-".join(["good"] * 3_000),
    "signs": "!" * 9_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["deepwordbug", "textfooler", "pwws", "input_reduction"])
def test_what_the_model_does_not_read_is_never_asked_about(name, classifier, monkeypatch) -> None:
    monkeypatch.setattr(classifier, "max_tokens", 24)
    real, asked, found = classifier.predict_proba, [], []

    def counting(texts):
        asked[-1] += texts
        return real(texts)

    monkeypatch.setattr(classifier, "predict_proba", counting)
    for text in (NEAR, NEAR + " " + " ".join(TEXTS * 500)):
        asked.append([])
        (outcome,) = find("attack", name)().run(classifier, [Example("0" * 16, text)], seed=0)
        assert outcome.error is None
        found.append((outcome.status, outcome.queries, outcome.words_total, outcome.attacked))
    assert found[0] == found[1]
    assert asked[0] == asked[1]  # to the letter: nothing of 5,000 more sentences
    assert max(map(len, asked[0])) < 4 * 24 * 10


@pytest.mark.parametrize("kind", ODD)
def test_of_any_text_few_words_and_letters_are_attacked(kind, classifier) -> None:
    for most in (5, 40):
        part = reach(classifier, ODD[kind], None, most)
        assert part.words <= most
        assert part.end - part.start <= most * LETTERS
        assert part.limit is not None
        assert part.words <= part.total


def test_of_a_row_of_many_tokens_fewer_words_are_attacked_in_proportion(long_model) -> None:
    text = " ".join(TEXTS * 300)
    kept = long_model.encode([text])[0].kept
    assert kept == 2_048
    lengths: list[int] = []
    real = long_model.run_batch
    long_model.run_batch = lambda rows, *engine: lengths.extend(map(len, rows)) or real(rows, *engine)
    try:
        (outcome,) = find("attack", "deepwordbug")(most_words=24).run(long_model, [example(text)], seed=0)
    finally:
        del long_model.run_batch
    assert outcome.error is None
    assert outcome.words_total == 24 * TOKENS // kept == 6
    assert outcome.note.startswith("only the first 6 of ")
    assert outcome.note.endswith("the recipe takes no more of a text")
    assert sum(lengths) <= (2 + 6 + 4 * 6) * kept  # a row of 512 tokens and 24 words asks for as much
    (short,) = find("attack", "deepwordbug")(most_words=24).run(long_model, [example(" ".join(TEXTS[:4]))], seed=0)
    assert short.words_total == 24


def test_an_exported_model_never_runs_a_row_whose_attention_would_fill_the_memory(long_model) -> None:
    class Exported(TorchEngine):
        name = "onnx"

        def run(self, rows):
            assert max(map(len, rows)) <= LONGEST_EXPORTED
            return super().run(rows)

    texts = ["short", " ".join(TEXTS * 300)]
    expected = long_model.predict_proba(texts)
    calls: list[int] = []
    before = long_model.use_engine(Exported(long_model))
    try:
        with long_model.on_forward(calls.append):
            assert np.allclose(long_model.predict_proba(texts), expected, atol=1e-6)
    finally:
        long_model.use_engine(before)
    assert sum(calls) >= len(texts)


@pytest.fixture(scope="module")
def long_model(tmp_path_factory):
    """A tiny ModernBERT that reads 2,048 tokens."""
    from models.loading import load

    zoo.ZOO["long"] = replace(zoo.ZOO["ModernBERT"], limit=2_048)
    try:
        return load(str(zoo.make(tmp_path_factory.mktemp("long") / "m", "long")), device="cpu", threads=1)
    finally:
        del zoo.ZOO["long"]
