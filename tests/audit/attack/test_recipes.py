"""What recipes say of themselves: names, parameters, labels, what they lack."""

from __future__ import annotations

import inspect
import json
from types import SimpleNamespace

import pytest

from audit.errors import SpecError
from audit.kinds import find, names
from models.classifier import Capabilities

NAMES = names("attack")
KEPT = {
    "textfooler", "pwws", "deepwordbug", "textbugger", "bae", "bert_attack", "clare", "a2t", "genetic",
    "faster_genetic", "iga", "pso", "kuleshov", "pruthi", "input_reduction", "checklist", "leap",
    "bad_characters", "hotflip", "chinese",
}  # fmt: skip


def test_none_that_specs_name_has_gone() -> None:
    assert set(NAMES) >= KEPT


@pytest.mark.parametrize("name", NAMES)
def test_recipes_describe_themselves(name: str) -> None:
    kind = find("attack", name)
    recipe = kind()
    assert kind.name == name
    assert kind.paper
    assert kind.cost in {"low", "medium", "high", "very high"}
    assert kind.kind in {"character", "word", "mixed", "reduction"}
    assert kind(**json.loads(json.dumps(dict(recipe.params)))).params == recipe.params
    assert {"max_queries", "max_words", "min_similarity", "goal", "target"} <= set(inspect.signature(kind).parameters)
    assert kind.__doc__


def test_every_stand_in_is_named() -> None:
    recipe = find("attack", "textfooler")()
    stand_ins = {name for name, found in recipe.found().items() if found.stand_in and name in recipe.needs}
    assert "encoder" in stand_ins
    assert {told.partition(":")[0] for told in recipe.stand_ins} == stand_ins
    assert find("attack", "pwws")().stand_ins == ()
    assert find("attack", "pso")().stand_ins[-1] == "sememes: wordnet"


def test_what_cannot_run_says_why_and_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    model = SimpleNamespace(labels=("a", "b"), capabilities=Capabilities(tokens=True))
    assert "gradients" in find("attack", "hotflip")().unavailable(model)
    assert "none of the model's labels: a, b" in find("attack", "pwws")(goal="targeted", target="c").unavailable(model)
    several = SimpleNamespace(labels=("a",), capabilities=Capabilities(multi_label=True))
    assert find("attack", "pwws")().unavailable(several) is None
    monkeypatch.setenv("ASSAY_MASKED_LM", "/nowhere")
    assert "python -m audit resources get masked-lm" in find("attack", "bae")().unavailable(model)


@pytest.mark.parametrize(
    "params",
    [
        {"goal": "targeted"},
        {"target": "a"},
        {"goal": "other"},
        {"max_queries": 0},
        {"min_similarity": 2.0},
        {"min_similarity": -0.5},
        {"min_similarity": float("nan")},
        {"max_words": 0},
    ],
)
def test_bad_parameters_are_refused_in_a_sentence(params: dict) -> None:
    with pytest.raises(SpecError, match=r"\."):
        find("attack", "pwws")(**params)


def test_input_reduction_keeps_to_the_similarity_it_is_given(classifier, rows):
    from audit.kinds import find

    outcomes = list(
        find("attack", "input_reduction")(max_queries=80, min_similarity=0.6).run(classifier, rows[:4], seed=0)
    )
    assert not [o.error for o in outcomes if o.error]
    free = list(find("attack", "input_reduction")(max_queries=80).run(classifier, rows[:4], seed=0))
    assert sum(o.words_left for o in outcomes if o.words_left) > sum(o.words_left for o in free if o.words_left)


def test_chinese_characters_turn_a_chinese_model(tmp_path):
    from attack_rows import example
    from small_sentiment import CHINESE, make

    from audit.resources.chinese import similar_characters
    from models.loading import load

    model = load(make(tmp_path / "chinese", *CHINESE, steps=60), device="cpu", threads=1)
    texts = ["这个地方很小，人也很水", "今天的天气火，明天水", "今天的天气新，明天好", "plain English here"]
    outcomes = list(find("attack", "chinese")(max_queries=200).run(model, [example(text) for text in texts], seed=0))
    together = find("attack", "chinese")(max_queries=200)
    together.side_by_side = 2
    backwards = list(together.run(model, [example(text) for text in texts[::-1]], seed=0))[::-1]
    assert [(o.perturbed_text, o.queries) for o in backwards] == [(o.perturbed_text, o.queries) for o in outcomes]
    assert [o.error is None for o in outcomes] == [True, True, True, False]
    assert "simplified Chinese" in outcomes[-1].error
    assert "success" in {o.status for o in outcomes}
    similar = similar_characters()
    for outcome in outcomes[:-1]:
        assert (outcome.name, outcome.stand_ins) == ("chinese", ("chinese-characters: sounds-and-shapes",))
        swaps = [(a, b) for a, b in zip(outcome.text, outcome.perturbed_text, strict=True) if a != b]
        assert all(b in similar[a] for a, b in swaps)
        assert outcome.valid is (True if outcome.status == "success" else None)
