"""The smallest flip: verified, minimal, and honest where there is none."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from audit.errors import ProbeUnavailable
from audit.explain.counterfactual import smallest_change
from audit.explain.rows import prepare
from audit.explain.running import Engine
from audit.explain.steps import masked
from audit.records import Example

TEXTS = ("The film was a quiet delight, dull.", "Great service but cold soup!", "An overlong sequel and a fair price.")


@pytest.mark.parametrize("removal", ["delete", "mask"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_flip_is_verified_and_needs_every_word(tiny_bert, text, removal):
    found = smallest_change(tiny_bert, Example("row", text), removal=removal)
    assert found.before == tiny_bert.predicted_label(tiny_bert.predict_proba([text])[0])
    assert found.flips == (found.before != found.after)
    if not found.flips:
        assert not found.verified
        return
    assert found.verified
    if removal == "delete":
        probs = tiny_bert.predict_proba([found.new_text])[0]
        assert tiny_bert.predicted_label(probs) == found.after
        assert found.after_probs == pytest.approx(probs, abs=1e-5)
        rebuilt = text
        for change in reversed(found.changes):
            assert text[change.start : change.end] == change.before
            rebuilt = rebuilt[: change.start] + change.after + rebuilt[change.end :]
        assert rebuilt == found.new_text
        assert "  " not in found.new_text
    if found.minimal:
        (row,) = prepare(tiny_bert, [Example("row", text)], seed=0)
        gone = [row.words.index(word) for word in found.words]
        keep = np.ones((len(gone), len(row.words)), dtype=bool)
        keep[:, gone] = False
        keep[np.arange(len(gone)), gone] = True
        if len(gone) > 1:
            logits = Engine(tiny_bert).one(masked(row, keep, removal))
            said = {tiny_bert.predicted_label(one) for one in tiny_bert.probabilities(logits)}
            assert said == {found.before}


def test_a_single_word_is_found_where_one_is_enough(tiny_bert):
    """Checked against all single words and all pairs."""
    for text in TEXTS:
        (row,) = prepare(tiny_bert, [Example("row", text)], seed=0)
        m = len(row.words)
        sizes = []
        for size in (1, 2):
            keep = np.ones((len(list(combinations(range(m), size))), m), dtype=bool)
            for mask, gone in zip(keep, combinations(range(m), size), strict=True):
                mask[list(gone)] = False
            said = tiny_bert.probabilities(Engine(tiny_bert).one(masked(row, keep))).argmax(axis=1)
            sizes += [size] if (said != row.logits.argmax()).any() else []
        found = smallest_change(tiny_bert, Example("row", text), removal="mask")
        if 1 in sizes:
            assert found.flips
            assert len(found.words) == 1


@pytest.mark.parametrize("head", ["sigmoid", "multi_label"])
def test_other_heads(load_tiny, head):
    found = smallest_change(load_tiny("bert", head), Example("row", TEXTS[0]), removal="mask")
    assert found.flips == (found.before != found.after)
    assert len(found.before_probs) == len(load_tiny("bert", head).labels)


@pytest.mark.parametrize("architecture", ["bert", "gpt2"])
def test_nothing_to_remove_is_no_flip(load_tiny, architecture):
    classifier = load_tiny(architecture)
    for text in ("", "dull"):
        if architecture == "gpt2" and not text:
            continue
        found = smallest_change(classifier, Example("row", text))
        assert found.flips == (found.before != found.after)
        assert found.verified == found.flips


def test_the_second_text_of_a_pair_may_lose_words(tiny_bert):
    found = smallest_change(tiny_bert, Example("row", "The film", pair="was a dull and overlong sequel"))
    assert found.new_pair is not None
    if found.flips:
        assert tiny_bert.predicted_label(tiny_bert.predict_proba([(found.new_text, found.new_pair)])[0]) == found.after


def test_a_model_without_tokens_is_refused(tiny_bert):
    class Blind:
        """A classifier that only predicts."""

        capabilities = type(tiny_bert.capabilities)()

    with pytest.raises(ProbeUnavailable, match="token ids"):
        smallest_change(Blind(), Example("row", "film"))
