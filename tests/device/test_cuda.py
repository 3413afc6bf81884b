"""On a GPU: the CPU's answers, whatever the batch, twice the same, and memory that runs out is told. Skipped without one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import zoo
from checkpoints import ARCHITECTURES, HEADS

from audit.records import Example
from models import load
from models.errors import DeviceError, ModelError

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here"),
    pytest.mark.filterwarnings("ignore"),
]

TEXTS = [
    "The film was a quiet delight from start to finish.",
    "dull",
    "Great service,  friendly staff — and a fair price! It hasn't cost much; nobody complained, not even my uncle.",
    "它的味道非常好，我们很喜欢。",
    "An overlong, dull and rather silly sequel.",
]
NAMES = {"sigmoid": ["no", "yes"]}
CLOSE = 2e-5  # float32 on either device: sums are made in another order
ROWS = [Example(row_id=f"{i:016x}", text=text, label="positive") for i, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def both():
    """The bundled sentiment model on the CPU and on the GPU."""
    return load("sentiment", device="cpu", threads=1), load("sentiment", device="cuda", threads=1)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_probabilities_are_the_cpus(checkpoint, architecture, head):
    folder = str(checkpoint(architecture, head))
    here, there = (load(folder, labels=NAMES.get(head), device=device) for device in ("cpu", "cuda"))
    assert there.device == "cuda"
    assert there.fingerprint == here.fingerprint
    np.testing.assert_allclose(there.predict_proba(TEXTS), here.predict_proba(TEXTS), atol=CLOSE)


@pytest.mark.parametrize("name", zoo.ZOO)
def test_every_architecture_answers_as_on_the_cpu_or_is_refused_on_both(name, tmp_path):
    folder = str(zoo.make(tmp_path / "model", name))
    try:
        here = load(folder, device="cpu")
    except ModelError:
        with pytest.raises(ModelError):
            load(folder, device="cuda")
        return
    there = load(folder, device="cuda")
    assert there.capabilities == here.capabilities
    np.testing.assert_allclose(there.predict_proba(TEXTS), here.predict_proba(TEXTS), atol=1e-4)
    alone = np.concatenate([there.predict_proba([text]) for text in TEXTS])
    np.testing.assert_allclose(there.predict_proba(TEXTS), alone, atol=1e-4)


def test_a_row_does_not_depend_on_its_neighbours_and_answers_twice_the_same(both):
    there = both[1]
    together = there.predict_proba(TEXTS * 40)
    np.testing.assert_array_equal(together, there.predict_proba(TEXTS * 40))
    alone = np.concatenate([there.predict_proba([text]) for text in TEXTS])
    np.testing.assert_allclose(together[: len(TEXTS)], alone, atol=CLOSE)


def test_bfloat16_is_close_to_float32(both):
    half = load("sentiment", device="cuda", dtype="bfloat16")
    assert half.dtype == "bfloat16"
    np.testing.assert_allclose(half.predict_proba(TEXTS), both[0].predict_proba(TEXTS), atol=0.05)


@pytest.mark.parametrize("name", ["integrated_gradients", "leave_one_out", "saliency", "shapley", "attention"])
def test_explanations_are_the_cpus(both, name):
    from audit.kinds import find

    here, there = (list(find("explainer", name)().run(classifier, ROWS, seed=3)) for classifier in both)
    for one, other in zip(here, there, strict=True):
        assert other.error is None
        np.testing.assert_allclose([t.score for t in other.tokens], [t.score for t in one.tokens], atol=1e-3)


@pytest.mark.parametrize("name", ["deepwordbug", "pwws"])
def test_attacks_find_what_they_find_on_the_cpu(both, name):
    from audit.kinds import find

    found = []
    for classifier in both:
        recipe = find("attack", name)(max_queries=300)
        if recipe.unavailable(classifier):
            pytest.skip(recipe.unavailable(classifier))
        found.append([(o.status, o.perturbed_text) for o in recipe.run(classifier, ROWS, seed=0)])
    assert found[0] == found[1]


def test_a_batch_beyond_the_memory_is_halved(both):
    here, there = both
    long = ["a film that never ends " * 100] * 64
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_allocated() + 250 * 2**20) / total)
    try:
        got = there.predict_proba(long)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    np.testing.assert_allclose(got, np.repeat(here.predict_proba(long[:1]), len(long), axis=0), atol=CLOSE)


def test_a_row_beyond_the_memory_is_told_in_a_sentence(both):
    there = both[1]
    there.predict_proba(TEXTS)
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 2**20) / total)
    try:
        with pytest.raises(DeviceError, match="does not fit"):
            there.predict_proba(["a film that never ends " * 100])
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert there.predict_proba(TEXTS).shape == (len(TEXTS), 2)
