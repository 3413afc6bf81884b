"""The engine: every variant once, batches that change nothing, failures that stay with their row."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from audit.explain import gradients
from audit.explain.rows import filler_of, prepare, variants
from audit.explain.running import Engine
from audit.explain.steps import Slopes, masked
from audit.records import Example
from models.classifier import TokenRow

TEXTS = ("The film was a quiet delight.", "dull", "Great service and a fair price!", "An overlong, silly sequel.")


def rows_of(classifier, texts=TEXTS):
    return prepare(classifier, [Example(str(i), text) for i, text in enumerate(texts)], seed=0)


def test_a_variant_is_evaluated_once(tiny_bert):
    (row, *_) = rows_of(tiny_bert)
    engine = Engine(tiny_bert)
    keep = ~np.eye(len(row.words), dtype=bool)
    first = engine.one(masked(row, np.concatenate([keep, keep])))
    again = engine.one(masked(row, keep))
    assert engine.evaluations == len(row.words)
    assert (first[: len(keep)] == first[len(keep) :]).all()
    assert (first[: len(keep)] == again).all()


def test_equal_variants_of_different_rows_are_evaluated_once(tiny_bert):
    rows = rows_of(tiny_bert, (TEXTS[0], TEXTS[0]))
    engine = Engine(tiny_bert)
    empty = [masked(row, np.zeros((1, len(row.words)), dtype=bool)) for row in rows]
    assert len(list(engine.run(enumerate(empty)))) == 2
    assert engine.evaluations == 1


def test_masks_are_token_ids(tiny_bert):
    (row, *_) = rows_of(tiny_bert)
    keep = np.ones((1, len(row.words)), dtype=bool)
    keep[0, 1] = False
    (hidden,), (gone,) = list(variants(row, keep, "mask")), list(variants(row, keep, "delete"))
    places = row.words[1].tokens
    assert all(hidden.row.ids[i] == tiny_bert.special.mask for i in places)
    assert len(gone.row) == len(row.ids) - len(places)
    assert [i for i in row.ids.tolist() if i not in row.ids[list(places)]] == [
        i for i in gone.row.ids if i not in row.ids[list(places)]
    ]
    expected = tiny_bert.logits([hidden.row])
    assert Engine(tiny_bert).one(masked(row, keep)) == pytest.approx(expected, abs=1e-5)


def test_rows_together_give_what_they_give_alone(tiny_bert):
    rows = rows_of(tiny_bert)
    together = Engine(tiny_bert).answer([Slopes(row, (0.0, 0.25, 1.0)) for row in rows])
    for row, reply in zip(rows, together, strict=True):
        (alone,) = Engine(tiny_bert).answer([Slopes(row, (0.0, 0.25, 1.0))])
        assert reply.values == pytest.approx(alone.values, abs=1e-5)
        assert reply.slopes == pytest.approx(alone.slopes, abs=1e-5)
        assert reply.norms == pytest.approx(alone.norms, abs=1e-4)


def test_slopes_are_the_gradient_times_the_way(tiny_bert):
    (row, *_) = rows_of(tiny_bert)
    (reply,) = Engine(tiny_bert).answer([Slopes(row, (0.0, 0.3))])
    batch = tiny_bert.collate([row.encoding.row])
    inputs = tiny_bert.embed(batch["input_ids"])
    ids = torch.where(torch.tensor(row.word_of_token >= 0), tiny_bert.special.mask, batch["input_ids"])
    start = tiny_bert.embed(ids)
    at = (start + 0.3 * (inputs - start)).requires_grad_()
    value = tiny_bert.forward_embeddings(batch, at)[0] @ torch.tensor(row.target.weights)
    (grad,) = torch.autograd.grad(value, at)
    assert reply.values[1] == pytest.approx(value.item(), abs=1e-5)
    assert reply.slopes[1] == pytest.approx((grad * (inputs - start)).sum(-1)[0].numpy(), abs=1e-4)
    assert reply.values[0] == pytest.approx(float(row.value(tiny_bert.logits([TokenRow(tuple(ids[0].tolist()),
                                            row.encoding.row.type_ids)]), "logit")[0]), abs=1e-5)  # fmt: skip
    specials = row.word_of_token < 0
    assert (reply.slopes[1][specials] == 0).all()


@pytest.mark.parametrize("architecture", ["gpt2", "llama"])
def test_without_a_mask_token_the_mean_embedding_stands_in(load_tiny, architecture):
    classifier = load_tiny(architecture)
    assert filler_of(classifier, "mask") == ("mean" if architecture == "gpt2" else classifier.special.unknown)
    rows = rows_of(classifier)
    engine = Engine(classifier)
    found = dict(engine.run((i, masked(row, np.zeros((1, len(row.words)), dtype=bool))) for i, row in enumerate(rows)))
    for i, row in enumerate(rows):
        (baseline,) = engine.answer([Slopes(row, (0.0,))])
        assert row.value(found[i], "logit")[0] == pytest.approx(baseline.values[0], abs=1e-4)


def test_the_failing_row_fails_alone(tiny_bert):
    rows = rows_of(tiny_bert)

    def broken():
        yield from masked(rows[3], np.zeros((1, 0), dtype=bool))  # a mask that does not fit the row

    def sound(row):
        return (yield from masked(row, np.zeros((1, len(row.words)), dtype=bool))).shape

    jobs = [("a", sound(rows[0])), ("b", broken()), ("c", sound(rows[2]))]
    found = dict(Engine(tiny_bert).run(jobs))
    assert isinstance(found["b"], Exception)
    assert found["a"] == found["c"] == (1, 3)


def test_no_more_rows_than_the_width_are_under_way(tiny_bert):
    rows = rows_of(tiny_bert, [f"film {i}" for i in range(12)])
    open_now: set[int] = set()
    most = 0

    def job(number, row):
        nonlocal most
        open_now.add(number)
        most = max(most, len(open_now))
        yield from masked(row, np.zeros((1, len(row.words)), dtype=bool))
        open_now.discard(number)

    assert len(list(Engine(tiny_bert, width=4).run((i, job(i, row)) for i, row in enumerate(rows)))) == 12
    assert most == 4


def test_out_of_memory_halves_the_batch(tiny_bert, monkeypatch):
    rows = rows_of(tiny_bert)
    expected = Engine(tiny_bert).answer([Slopes(row, (0.5, 1.0)) for row in rows])
    true_batch, sizes = gradients.Gradients._batch, []

    def small_memory(self, points, *, gradient):
        sizes.append(len(points))
        if len(points) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return true_batch(self, points, gradient=gradient)

    monkeypatch.setattr(gradients.Gradients, "_batch", small_memory)
    found = Engine(tiny_bert).answer([Slopes(row, (0.5, 1.0)) for row in rows])
    assert max(sizes) > 2 >= min(sizes)
    for one, other in zip(found, expected, strict=True):
        assert one.slopes == pytest.approx(other.slopes, abs=1e-5)
