"""Texts nobody wants: HTML, 10,000 characters, nothing at all, one token, only unknown characters, control characters."""

from __future__ import annotations

import numpy as np
import pytest

from audit.errors import InputError
from audit.explain.explaining import explain
from audit.kinds import find, names
from audit.records import Example

TEXTS = {
    "markup": "<script>alert('x')</script> <b>dull</b> &amp; film",
    "long": "dull and overlong story " * 420,
    "one long word": "z" * 10_000,
    "empty": "",
    "blank": " \t\n\u3000",
    "one token": "dull",
    "unknown": "ᚠᛇᚻ ꙮ 𓂀",
    "controls": "\x00\x07film\x1b[31m \u202edull\u202c",
    "formula": "=cmd|'/C calc'!A0",
    "mixed": "שלום 你好 👩‍👩‍👧 e\u0301 film",
}


@pytest.mark.parametrize("architecture", ["bert", "roberta", "xlm-roberta", "gpt2"])
@pytest.mark.parametrize("method", names("explainer"))
def test_every_method_gets_through(load_tiny, architecture, method):
    classifier = load_tiny(architecture)
    quick = {"samples": 12} if method in ("lime", "kernel_shap", "gradient_shap") else {}
    quick |= {"permutations": 2} if method == "shapley" else {}
    examples = [Example(name, text) for name, text in TEXTS.items()]
    records = {r.row_id: r for r in find("explainer", method)(**quick).run(classifier, examples, seed=0)}
    assert set(records) == set(TEXTS)
    for name, record in records.items():
        if name == "empty" and architecture == "gpt2":
            assert "nothing to read" in record.error
            continue
        assert record.error is None, (name, record.error)
        assert record.text == TEXTS[name]
        assert all(TEXTS[name][word.start : word.end] == word.text for word in record.words)
        assert np.isfinite([word.score for word in record.words]).all()
        assert record.truncated == (len(record.tokens) == classifier.max_tokens)
    assert records["long"].truncated
    assert 0 < records["long"].words[-1].end < len(TEXTS["long"])


def test_an_unknown_word_is_a_word(tiny_bert, explained):
    record = explained(tiny_bert, "leave_one_out", "ᚠᛇᚻ film")
    token = next(token for token in record.tokens if token.text == "[UNK]")
    assert not token.special
    assert [word.text for word in record.words] == ["ᚠᛇᚻ", "film"]
    assert record.words[0].score != 0


def test_a_model_that_breaks_on_one_row_loses_that_row_only(tiny_bert, monkeypatch):
    true_logits = type(tiny_bert).logits
    poison = tiny_bert.encode(["cold soup"])[0].row.ids[1]

    def sometimes(self, rows):
        if any(poison in row.ids for row in rows):
            raise RuntimeError("boom")
        return true_logits(self, rows)

    monkeypatch.setattr(type(tiny_bert), "logits", sometimes)
    examples = [Example("a", "dull film"), Example("b", "cold soup"), Example("c", "quiet delight")]
    records = {r.row_id: r for r in find("explainer", "leave_one_out")().run(tiny_bert, examples, seed=0)}
    assert "boom" in records["b"].error
    assert records["b"].value is None
    assert records["a"].error is None
    assert records["c"].words


def test_a_model_that_says_not_a_number_is_an_error(tiny_bert, monkeypatch):
    monkeypatch.setattr(type(tiny_bert), "logits", lambda self, rows: np.full((len(rows), 3), np.nan, np.float32))
    (record,) = find("explainer", "saliency")().run(tiny_bert, [Example("a", "film")], seed=0)
    assert "not a number" in record.error


def test_many_rows_come_in_windows(tiny_bert):
    examples = [Example(f"r{i}", f"film {i % 7}") for i in range(150)]
    seen = [position for position, _ in explain(tiny_bert, [find("explainer", "saliency")()], examples, seed=0)]
    assert sorted(seen) == list(range(150))
    assert max(seen[:64]) == 63, "a window is finished before the next is begun"


def test_a_pair_needs_a_model_that_takes_pairs(load_tiny):
    (record,) = find("explainer", "saliency")().run(load_tiny("gpt2"), [Example("a", "film", pair="dull")], seed=0)
    if record.error is None:
        assert {word.segment for word in record.words} == {0, 1}
    else:
        assert "pair" in record.error


def test_bad_targets_are_bad_input(tiny_bert):
    with pytest.raises(Exception, match="violet") as raised:
        list(find("explainer", "saliency")(target="violet").run(tiny_bert, [Example("a", "film")], seed=0))
    assert not isinstance(raised.value, InputError)
