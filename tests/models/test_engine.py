"""ONNX Runtime gives what torch gives, is exported once, and steps back where it cannot; memory back-off; batching."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import models.exporting
from models import load
from models.batching import FIRST, INVERSE, equal_tokens, length_batches
from models.onnx_engine import onnx_engine
from models.pruning import prune_unread_tokens
from models.sharing import share_equal_tokens
from models.threads import choose_threads

TEXTS = [
    "The film was a quiet delight from start to finish.",
    "dull",
    "Great service, but a silly sequel; nobody answers.",
    "",
]


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("architecture", ["bert", "roberta", "distilbert"])
def test_onnx_equals_torch(checkpoint, own_cache, architecture):
    folder = checkpoint(architecture, "softmax")
    expected = load(str(folder)).predict_proba(TEXTS)
    classifier = load(str(folder), engine="onnx")
    assert classifier.engine == "onnx"
    np.testing.assert_allclose(classifier.predict_proba(TEXTS), expected, atol=1e-5)
    assert not classifier.module.training
    exported = list((own_cache / "engines").glob("*.onnx"))
    assert len(exported) == 1
    stamp = exported[0].stat().st_mtime_ns
    assert load(str(folder), engine="auto").engine == "onnx"
    assert exported[0].stat().st_mtime_ns == stamp, "exported again"


def exported_as_it_is(folder, cache, monkeypatch):
    """A model on an export that nothing was left out of, and its file."""
    with monkeypatch.context() as patch:
        patch.setattr(models.exporting, "_lighten", lambda path: None)
        plain = load(str(folder), engine="onnx")
    [exported] = (cache / "engines").glob("*.onnx")
    return plain, exported


@pytest.mark.parametrize(
    ("architecture", "spared"),
    [("bert", 3), ("distilbert", 3), ("roberta", 3), ("electra", 3), ("mpnet", 3), ("albert", 0)],
)
def test_only_the_token_the_head_reads_goes_through_the_end_of_the_last_layer(
    checkpoint, own_cache, monkeypatch, architecture, spared
):
    import onnx

    folder = checkpoint(architecture, "softmax")
    plain, exported = exported_as_it_is(folder, own_cache, monkeypatch)
    graph = onnx.load(exported)
    nodes = len(graph.graph.node)
    assert prune_unread_tokens(graph) == spared  # two matrices of the feed-forward part, one behind attention
    assert len(graph.graph.node) <= nodes + 3
    onnx.checker.check_model(graph)
    expected = plain.predict_proba(TEXTS)
    exported.unlink()
    np.testing.assert_allclose(load(str(folder), engine="onnx").predict_proba(TEXTS), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("architecture", "shared"),
    [("bert", 3), ("distilbert", 3), ("roberta", 0), ("electra", 4), ("mpnet", 0), ("albert", 4), ("deberta-v2", 3)],
)
def test_equal_tokens_are_projected_once(checkpoint, own_cache, monkeypatch, architecture, shared):
    import onnx

    folder = checkpoint(architecture, "softmax")
    plain, exported = exported_as_it_is(folder, own_cache, monkeypatch)
    graph = onnx.load(exported)
    assert share_equal_tokens(graph) == shared  # query, key and value; a widening before; places not counted
    onnx.checker.check_model(graph)
    onnx.save(graph, exported)
    texts = [*TEXTS, *(text.replace("a", "the", 1) for text in TEXTS), *TEXTS]
    expected = plain.predict_proba(texts)
    np.testing.assert_allclose(load(str(folder), engine="onnx").predict_proba(texts), expected, atol=1e-6)


@pytest.mark.parametrize("architecture", ["bert", "roberta", "mpnet", "electra"])
def test_neighbours_change_no_answer_whatever_ids_a_text_holds(checkpoint, own_cache, architecture):
    folder = str(checkpoint(architecture, "softmax"))
    plain, fast = load(folder), load(folder, engine="onnx")
    rows = plain.encode_rows(TEXTS * 2)[0]
    special = plain.special
    for at, odd in ((1, special.pad), (2, special.unknown), (1, special.unknown)):
        rows += [replace(r, ids=(*r.ids[:at], odd, *r.ids[at + 1 :])) for r in rows[:8] if len(r) > at + 1]
    np.testing.assert_allclose(fast.logits(rows), plain.logits(rows), atol=1e-5)


@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=7), min_size=1, max_size=6), st.data())
def test_only_tokens_of_one_id_type_and_place_are_equal(rows, data):
    width = max(map(len, rows))
    ids, mask = (np.zeros((len(rows), width), dtype=np.int64) for _ in range(2))
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, 1
    types = np.array(data.draw(st.lists(st.integers(0, 1), min_size=ids.size, max_size=ids.size))).reshape(ids.shape)
    found = equal_tokens({"input_ids": ids, "attention_mask": mask, "token_type_ids": types})
    facts = np.stack([ids, mask, types, np.broadcast_to(np.arange(width), ids.shape)], axis=-1)
    handed = facts.reshape(-1, 4)[found[FIRST]][found[INVERSE]]
    np.testing.assert_array_equal(handed, facts)
    assert len(found[FIRST]) == len({tuple(fact) for fact in facts.reshape(-1, 4).tolist()})


def test_a_damaged_export_is_made_anew(checkpoint, own_cache):
    folder = checkpoint("bert", "softmax")
    assert load(str(folder), engine="onnx").engine == "onnx"
    [exported] = (own_cache / "engines").glob("*.onnx")
    exported.write_bytes(exported.read_bytes()[:1000])
    assert load(str(folder), engine="onnx").engine == "onnx"
    assert exported.stat().st_size > 1000


def test_a_wrong_export_is_not_used(checkpoint, own_cache):
    """An engine file that gives other numbers (here: another model's) is caught, and torch does the work."""
    bert, other = checkpoint("bert", "softmax"), checkpoint("distilbert", "softmax")
    assert load(str(other), engine="onnx").engine == "onnx"
    [exported] = (own_cache / "engines").glob("*.onnx")
    classifier = load(str(bert))
    name = exported.name.replace(load(str(other)).fingerprint[:32], classifier.fingerprint[:32])
    exported.rename(exported.with_name(name))
    assert onnx_engine(classifier) is None
    assert load(str(bert), engine="auto").engine == "torch"


def test_bfloat16_stays_with_torch(checkpoint, own_cache):
    classifier = load(str(checkpoint("bert", "softmax")), dtype="bfloat16", engine="auto")
    assert (classifier.engine, classifier.dtype) == ("torch", "bfloat16")
    full = load(str(checkpoint("bert", "softmax")))
    np.testing.assert_allclose(classifier.predict_proba(TEXTS), full.predict_proba(TEXTS), atol=0.05)


def test_out_of_memory_halves_the_batch(tiny_bert):
    class Small:
        name = "small"

        def __init__(self):
            self.sizes = []

        def run(self, rows):
            self.sizes.append(len(rows))
            if len(rows) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory")
            return before.run(rows)

    before, small = tiny_bert._engine, Small()
    rows = tiny_bert.encode_rows(TEXTS * 3)[0]
    expected = tiny_bert.logits(rows)
    tiny_bert.use_engine(small)
    try:
        np.testing.assert_allclose(tiny_bert.logits(rows), expected, atol=1e-5)
    finally:
        tiny_bert.use_engine(before)
    assert max(small.sizes) > 2
    assert 1 in small.sizes or 2 in small.sizes


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 2000), st.booleans())
def test_batches_hold_every_row_once_within_the_budget(lengths, budget, equal):
    batches = list(length_batches(lengths, budget, equal=equal))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget
        assert not equal or {lengths[i] for i in batch} == {longest}


def cost(batches: list[list[int]], price: int) -> int:
    """Tokens and prices, `batches` being lists of lengths."""
    return sum(len(batch) * max(batch) + price for batch in batches)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=9), st.integers(0, 30))
def test_no_other_way_to_batch_neighbouring_lengths_costs_less(lengths, price):
    made = [[lengths[i] for i in batch] for batch in length_batches(lengths, 10_000, price=price)]
    ordered = sorted(lengths, reverse=True)
    inner = range(1, len(ordered))
    ways = [
        [ordered[a:b] for a, b in pairwise([0, *cuts, len(ordered)])]
        for n in range(len(ordered))
        for cuts in combinations(inner, n)
    ]
    assert cost(made, price) == min(cost(way, price) for way in ways)


def test_threads_honour_the_environment(monkeypatch):
    before = torch.get_num_threads()
    try:
        monkeypatch.setenv("OMP_NUM_THREADS", "1")
        assert choose_threads(None) == torch.get_num_threads() == 1
        assert choose_threads(2) == torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
