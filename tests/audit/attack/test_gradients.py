"""Gradients are exact and the same on every call; HotFlip runs on a transformer."""

from __future__ import annotations

import numpy as np
import pytest

from audit.attack.gradients import loss_gradient
from audit.kinds import find

pytestmark = pytest.mark.filterwarnings("ignore")


def test_the_gradient_equals_finite_differences(classifier) -> None:
    import torch

    text = "a good film with two songs"
    row, gradient = loss_gradient(classifier, text)
    assert np.array_equal(gradient, loss_gradient(classifier, text)[1])
    assert gradient.shape == (len(row), classifier.embedding_matrix.shape[1])
    batch = classifier.collate([row])
    base = classifier.embed(batch["input_ids"]).detach().double()
    module = classifier.module.double()
    try:
        label = int(classifier.forward_embeddings(batch, base).argmax())
        loss = lambda e: float(-classifier.forward_embeddings(batch, e).log_softmax(1)[0, label])  # noqa: E731
        for place, unit in ((1, 0), (2, 3), (3, 7)):
            step = torch.zeros_like(base)
            step[0, place, unit] = 1e-4
            estimate = (loss(base + step) - loss(base - step)) / 2e-4
            assert estimate == pytest.approx(float(gradient[place, unit]), rel=1e-2, abs=1e-6)
    finally:
        module.float()


def test_hotflip_swaps_near_words_and_at_most_two(classifier, rows) -> None:
    from audit.resources.vectors import load_vectors

    table = load_vectors()
    outcomes = list(find("attack", "hotflip")().run(classifier, rows[:6], seed=0))
    changed = [o for o in outcomes if o.changes]
    assert changed
    for outcome in changed:
        assert outcome.words_changed <= 2
        for change in outcome.changes:
            a, b = (table.vectors[table.place[w.lower()]] for w in (change.before, change.after))
            assert float(a @ b) >= 0.79


def test_a2t_ranks_words_by_the_gradient(classifier, rows) -> None:
    from audit.attack import _textattack as ta
    from audit.attack.goals import ClassifierWrapper

    wrapper = ClassifierWrapper(lambda service, items: classifier.predict_proba(items), classifier)
    text = ta.AttackedText(rows[0].text)
    mapping = text.align_with_model_tokens(wrapper)
    tokens = classifier.encode([rows[0].text])[0].tokens
    for i, word in enumerate(text.words):
        assert "".join(rows[0].text[tokens[t].start : tokens[t].end] for t in mapping[i]).lower() == word.lower()
