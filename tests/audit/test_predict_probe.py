"""The prediction probe: equal to the classifier's own probabilities, one record per row, errors kept to their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audit.kinds import find, names
from audit.predict import Predict
from audit.probe import Probe
from audit.records import Example, Prediction, from_dict, to_dict

TEXTS = [
    "a fine film",
    "dull",
    "The soup was cold, and nobody answered the phone for forty minutes!",
    "它的味道非常好",
    "\u200b",
]


def examples(texts: Sequence[str]) -> list[Example]:
    return [Example(f"{i:016x}", text) for i, text in enumerate(texts)]


def test_it_is_registered():
    assert "predict" in names("prediction")
    made = find("prediction", "predict")()
    assert isinstance(made, Predict)
    assert isinstance(made, Probe)
    assert dict(made.params) == {}


def test_probabilities_are_the_classifier_s(tiny_bert: Any):
    records = list(Predict().run(tiny_bert, examples(TEXTS), seed=0))
    expected = tiny_bert.predict_proba(TEXTS)
    assert [record.row_id for record in records] == [f"{i:016x}" for i in range(len(TEXTS))]
    np.testing.assert_allclose([record.probs for record in records], expected, atol=1e-6)
    for record, probs in zip(records, expected, strict=True):
        assert record.predicted == tiny_bert.labels[int(probs.argmax())]
        assert record.error is None
        assert from_dict(Prediction, to_dict(record)).predicted == record.predicted
    assert Predict().unavailable(tiny_bert) is None


def test_results_do_not_depend_on_company(tiny_bert: Any, monkeypatch: pytest.MonkeyPatch):
    whole = list(Predict().run(tiny_bert, examples(TEXTS), seed=0))
    alone = [next(iter(Predict().run(tiny_bert, [example], seed=1))) for example in examples(TEXTS)]
    monkeypatch.setattr("audit.predict.CHUNK", 2)
    chunked = list(Predict().run(tiny_bert, examples(TEXTS), seed=2))
    for records in (alone, chunked):
        assert [(r.row_id, r.tokens, r.kept) for r in records] == [(r.row_id, r.tokens, r.kept) for r in whole]
        np.testing.assert_allclose([r.probs for r in records], [r.probs for r in whole], atol=1e-5)


def test_texts_beyond_the_limit_are_flagged(tiny_bert: Any):
    short, long = Predict().run(tiny_bert, examples(["a film", "a film " * tiny_bert.max_tokens]), seed=0)
    assert not short.truncated
    assert long.truncated
    assert long.kept == tiny_bert.max_tokens < long.tokens


def test_pairs_are_predicted_together(tiny_bert: Any, checkpoint: Callable[..., Path]):
    paired = Example("0" * 16, "a fine film", "nothing works")
    (record,) = Predict().run(tiny_bert, [paired], seed=0)
    np.testing.assert_allclose(record.probs, tiny_bert.predict_proba([("a fine film", "nothing works")])[0], atol=1e-6)

    from models import load

    decoder = load(str(checkpoint("gpt2", "softmax")), threads=1)
    fine, refused = Predict().run(decoder, [examples(["a film"])[0], paired], seed=0)
    assert fine.error is None
    assert "takes single texts, and this row is a pair" in (refused.error or "")
    assert (refused.predicted, refused.probs) == (None, ())


def test_several_labels_are_joined(checkpoint: Callable[..., Path]):
    from models import load

    model = load(str(checkpoint("bert", "multi_label")), threads=1)
    for record in Predict().run(model, examples(TEXTS), seed=0):
        assert record.predicted == "|".join(
            name for name, p in zip(model.labels, record.probs, strict=True) if p >= 0.5
        )


def test_a_row_that_fails_fails_alone(tiny_bert: Any, monkeypatch: pytest.MonkeyPatch):
    real = type(tiny_bert).encode_rows

    def encode_rows(self: Any, texts: Sequence[Any]) -> Any:
        if "dull" in texts:
            raise RuntimeError("out of luck\nand a traceback")
        return real(self, texts)

    expected = list(Predict().run(tiny_bert, examples(TEXTS), seed=0))
    monkeypatch.setattr(type(tiny_bert), "encode_rows", encode_rows)
    records = list(Predict().run(tiny_bert, examples(TEXTS), seed=0))
    assert [record.error for record in records] == [None, "RuntimeError: out of luck", None, None, None]
    assert [r.predicted for r in records if not r.error] == [r.predicted for i, r in enumerate(expected) if i != 1]
