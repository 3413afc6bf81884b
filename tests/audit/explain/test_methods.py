"""Every method against Captum or the exact values, on every kind of head and architecture."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pytest

from audit.errors import ProbeUnavailable, SpecError
from audit.explain.explaining import explain
from audit.explain.rows import prepare
from audit.explain.running import Engine
from audit.explain.steps import masked
from audit.kinds import find, names
from audit.probe import Probe
from audit.records import Attribution, Example, from_dict, to_dict

METHODS = names("explainer")
TEXT = "The film was a quiet delight."
SHORT = "cold soup!"


def scores(record, what="words"):
    assert record.error is None, record.error
    return np.array([one.score for one in getattr(record, what)])


def test_none_that_specs_name_has_gone():
    assert set(METHODS) >= {
        "integrated_gradients", "leave_one_out", "shapley", "kernel_shap", "lime", "gradient_shap", "saliency",
        "attention",
    }  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_a_probe_with_a_complete_record(tiny_bert, explained, method):
    probe = find("explainer", method)()
    assert isinstance(probe, Probe)
    assert probe.name == method
    assert type(probe)(**probe.params).params == probe.params == json.loads(json.dumps(probe.params))
    record = explained(tiny_bert, method, TEXT)
    assert [word.text for word in record.words] == ["The", "film", "was", "a", "quiet", "delight", "."]
    assert all(TEXT[word.start : word.end] == word.text for word in record.words)
    assert [token.special for token in record.tokens][:1] == [True]
    plain = sum(token.score for token in record.tokens if not token.special)
    assert plain == pytest.approx(scores(record).sum(), abs=1e-6)
    assert from_dict(Attribution, to_dict(record)).words[0].text == "The"
    assert record.target in tiny_bert.labels
    assert record.steps > 0


@pytest.mark.parametrize("baseline", ["mask", "pad", "zero", "mean"])
def test_integrated_gradients_agree_with_captum_at_many_steps(tiny_bert, explained, baseline):
    ours = explained(tiny_bert, "integrated_gradients", TEXT, baseline=baseline)
    captum = explained(tiny_bert, "integrated_gradients", TEXT, baseline=baseline, engine="captum", max_nodes=513)
    assert ours.converged
    assert ours.value == pytest.approx(captum.value, abs=1e-4)
    assert ours.baseline_value == pytest.approx(captum.baseline_value, abs=1e-4)
    off = np.abs(scores(ours, "tokens") - scores(captum, "tokens"))
    bars = np.array([token.error for token in ours.tokens])
    assert off.max() <= 0.05 * np.abs(scores(captum, "tokens")).max()
    assert (off <= bars + 1e-4).mean() >= 0.9
    finer = explained(tiny_bert, "integrated_gradients", TEXT, baseline=baseline, tolerance=1e-4)
    assert scores(finer, "tokens") == pytest.approx(scores(captum, "tokens"), abs=2e-3)


@pytest.mark.parametrize("architecture", ["distilbert", "roberta", "albert", "deberta-v2", "electra", "gpt2", "llama"])
def test_integrated_gradients_are_complete_on_every_architecture(load_tiny, explained, architecture):
    record = explained(load_tiny(architecture), "integrated_gradients", TEXT)
    assert record.converged
    difference = record.value - record.baseline_value
    assert abs(record.delta) <= 0.03 * abs(difference) + 0.01
    assert scores(record).sum() == pytest.approx(difference + record.delta, abs=1e-5)
    assert all(token.score == 0 for token in record.tokens if token.special)


def test_a_row_that_does_not_converge_says_so(tiny_bert, explained):
    record = explained(tiny_bert, "integrated_gradients", TEXT, max_nodes=9, tolerance=1e-5)
    assert not record.converged
    assert record.steps == 9


@pytest.mark.parametrize("output", ["probability", "logit"])
def test_leave_one_out_equals_captums_feature_ablation(tiny_bert, explained, output):
    ours = explained(tiny_bert, "leave_one_out", TEXT, output=output)
    captum = explained(tiny_bert, "leave_one_out", TEXT, output=output, engine="captum")
    assert scores(ours) == pytest.approx(scores(captum), abs=1e-5)
    assert ours.unit == output


def exact_values(classifier, text):
    """Shapley values from all orders of the words, by definition."""
    (row,) = prepare(classifier, [Example("row", text)], seed=0)
    m = len(row.words)
    masks = (np.arange(2**m)[:, None] >> np.arange(m)) & 1 == 1
    values = row.value(Engine(classifier).one(masked(row, masks)), "probability")
    found = np.zeros(m)
    orders = list(permutations(range(m)))
    for order in orders:
        code = 0
        for word in order:
            found[word] += values[code | 1 << word] - values[code]
            code |= 1 << word
    return found / len(orders)


def test_shapley_and_kernel_shap_are_exact_for_few_words(tiny_bert, explained):
    text = "cold, tasteless soup!"
    exact = exact_values(tiny_bert, text)
    for method in ("shapley", "kernel_shap"):
        record = explained(tiny_bert, method, text)
        assert scores(record) == pytest.approx(exact, abs=1e-5), method
        assert all(word.error == 0 for word in record.words)
    captum = explained(tiny_bert, "kernel_shap", text, engine="captum", samples=3000)
    assert scores(captum) == pytest.approx(exact, abs=0.02)


def test_sampled_shapley_values_come_closer_with_more_orders(tiny_bert, explained):
    text = "The film was a quiet delight from start"
    exact = scores(explained(tiny_bert, "shapley", text, permutations=1000))
    near = explained(tiny_bert, "shapley", text, permutations=60)
    far = explained(tiny_bert, "shapley", text, permutations=4)
    captum = explained(tiny_bert, "shapley", text, permutations=150, engine="captum")
    errors = [np.abs(scores(record) - exact).max() for record in (near, far)]
    assert errors[0] < errors[1]
    assert scores(captum) == pytest.approx(exact, abs=0.05)
    bars = np.array([word.error for word in near.words])
    assert (np.abs(scores(near) - exact) <= 2.5 * bars).mean() >= 0.75
    assert near.delta == pytest.approx(0, abs=1e-6)


def test_kernel_shap_samples_come_close_and_add_up(tiny_bert, explained):
    text = "The film was a quiet delight from start to finish, and a fair price"
    exact = scores(explained(tiny_bert, "shapley", text, permutations=600))
    record = explained(tiny_bert, "kernel_shap", text, samples=400)
    assert record.steps == 402
    assert record.delta == pytest.approx(0, abs=1e-6)
    bars = np.array([word.error for word in record.words])
    assert (np.abs(scores(record) - exact) <= 3 * bars + 1e-3).mean() >= 0.8


def test_lime_agrees_with_captums_lime_of_the_same_kernel(tiny_bert, explained):
    ours = explained(tiny_bert, "lime", TEXT, samples=1500)
    captum = explained(tiny_bert, "lime", TEXT, samples=1500, engine="captum")
    assert np.corrcoef(scores(ours), scores(captum))[0, 1] > 0.98
    assert scores(ours) == pytest.approx(scores(captum), abs=0.04)


def test_gradient_shap_comes_close_to_captums_and_to_integrated_gradients(tiny_bert, explained):
    ours = explained(tiny_bert, "gradient_shap", TEXT, samples=600, noise=0.05)
    captum = explained(tiny_bert, "gradient_shap", TEXT, samples=600, noise=0.05, engine="captum")
    path = explained(tiny_bert, "integrated_gradients", TEXT)
    bars = np.array([word.error for word in ours.words])
    assert (np.abs(scores(ours) - scores(captum)) <= 4 * bars + 1e-3).all()
    assert (np.abs(scores(ours) - scores(path)) <= 4 * bars + 0.05).all()


def test_saliency_equals_captums(tiny_bert, explained):
    ours, captum = (explained(tiny_bert, "saliency", TEXT, engine=engine) for engine in ("assay", "captum"))
    assert scores(ours, "tokens") == pytest.approx(scores(captum, "tokens"), rel=1e-3, abs=1e-5)
    assert (scores(ours, "tokens") > 0).all()


def test_attention_adds_up_to_one(tiny_bert, explained):
    record = explained(tiny_bert, "attention", TEXT)
    assert scores(record, "tokens").sum() == pytest.approx(1, abs=1e-5)
    assert [name for name in names("explainer") if not find("explainer", name).evidence] == ["saliency", "attention"]


def test_captum_leaves_the_global_generators_alone(tiny_bert, explained):
    import torch

    torch.manual_seed(5)
    np.random.seed(5)
    expected = (torch.rand(1).item(), np.random.rand())
    torch.manual_seed(5)
    np.random.seed(5)
    one = explained(tiny_bert, "shapley", TEXT, engine="captum")
    assert (torch.rand(1).item(), np.random.rand()) == expected
    assert scores(one).tolist() == scores(explained(tiny_bert, "shapley", TEXT, engine="captum")).tolist()


@pytest.mark.parametrize("method", METHODS)
def test_rows_do_not_depend_on_each_other(tiny_bert, method):
    texts = [TEXT, SHORT, "Great service, friendly staff and a fair price.", "dull dull dull", "café"]
    examples = [Example(f"row{i}", text) for i, text in enumerate(texts)]
    probe = find("explainer", method)(**({"samples": 20} if method in ("lime", "kernel_shap", "gradient_shap") else {}))
    together = {r.row_id: r for r in probe.run(tiny_bert, examples, seed=3)}
    backwards = {r.row_id: r for r in probe.run(tiny_bert, examples[::-1], seed=3)}
    alone = {e.row_id: next(iter(probe.run(tiny_bert, [e], seed=3))) for e in examples}
    for row_id, record in together.items():
        for other in (backwards[row_id], alone[row_id]):
            assert scores(record) == pytest.approx(scores(other), abs=1e-5)
            assert record.steps == other.steps
    if probe.stochastic:
        other = next(iter(probe.run(tiny_bert, examples[:1], seed=4)))
        assert scores(other).tolist() != scores(together["row0"]).tolist()


@pytest.mark.parametrize("head", ["softmax", "sigmoid", "multi_label"])
@pytest.mark.parametrize("method", ["integrated_gradients", "leave_one_out"])
def test_every_head_explains_every_label(load_tiny, explained, head, method):
    classifier = load_tiny("bert", head)
    first, second = classifier.labels[:2]
    towards = [explained(classifier, method, TEXT, target=label) for label in (first, second)]
    contrast = explained(classifier, method, TEXT, target=f"{first}-vs-{second}")
    assert contrast.target == f"{first}-vs-{second}"
    assert contrast.value == pytest.approx(towards[0].value - towards[1].value, abs=1e-4)
    largest = np.abs(scores(contrast)).max()
    assert scores(contrast) == pytest.approx(scores(towards[0]) - scores(towards[1]), abs=0.1 * largest + 0.01)
    probs = classifier.predict_proba([TEXT])[0]
    if method == "leave_one_out":
        assert towards[0].value == pytest.approx(float(probs[0]), abs=1e-5)
    if head == "sigmoid":
        assert scores(towards[0]) == pytest.approx(-scores(towards[1]), abs=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_pairs_keep_their_segments_apart(tiny_bert, explained, method):
    record = explained(tiny_bert, method, "The film", pair="was cold soup")
    assert [(word.text, word.segment, word.start) for word in record.words] == [
        ("The", 0, 0), ("film", 0, 4), ("was", 1, 0), ("cold", 1, 4), ("soup", 1, 9),
    ]  # fmt: skip
    assert record.pair == "was cold soup"


def test_true_target_and_rows_without_a_label(tiny_bert):
    probe = find("explainer", "saliency")(target="true")
    records = list(probe.run(tiny_bert, [Example("a", TEXT, label="green"), Example("b", TEXT)], seed=0))
    by_id = {record.row_id: record for record in records}
    assert by_id["a"].target == "green"
    assert "label" in by_id["b"].error
    assert by_id["b"].words == ()


def test_methods_run_side_by_side_give_what_they_give_alone(tiny_bert, explained):
    methods = [find("explainer", name)() for name in ("shapley", "leave_one_out", "kernel_shap")]
    engine = Engine(tiny_bert)
    together = {r.name: r for _, r in explain(tiny_bert, methods, [Example("row", TEXT)], seed=0, engine=engine)}
    alone = 0
    for method in methods:
        own = Engine(tiny_bert)
        ((_, record),) = explain(tiny_bert, [method], [Example("row", TEXT)], seed=0, engine=own)
        assert scores(record) == pytest.approx(scores(together[method.name]), abs=1e-5)
        alone += own.evaluations
    assert engine.evaluations < alone, "variants that several methods ask for are evaluated once"


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("shapley", {"permutations": 3}), ("integrated_gradients", {"baseline": "black"}),
        ("integrated_gradients", {"max_nodes": 5}), ("lime", {"samples": 0}), ("leave_one_out", {"removal": "burn"}),
        ("attention", {"engine": "captum"}), ("saliency", {"metrics": ["beauty"]}), ("lime", {"output": "odds"}),
    ],
)  # fmt: skip
def test_a_parameter_out_of_range_is_refused_with_what_is_allowed(method, given):
    with pytest.raises(SpecError, match=r"must be|choose from"):
        find("explainer", method)(**given)


def test_a_method_says_what_a_model_lacks(tiny_bert, load_tiny):
    class Blind:
        """A classifier that only predicts."""

        capabilities = type(tiny_bert.capabilities)()
        labels = ("a", "b")

    for method in METHODS:
        assert "token ids" in find("explainer", method)().unavailable(Blind())
        assert find("explainer", method)().unavailable(tiny_bert) is None
    assert "violet" in find("explainer", "lime")(target="violet").unavailable(tiny_bert)
    assert "padding" in find("explainer", "integrated_gradients")(baseline="pad").unavailable(load_tiny("gpt2"))
    with pytest.raises(ProbeUnavailable):
        list(find("explainer", "lime")().run(Blind(), [Example("a", "b")], seed=0))
