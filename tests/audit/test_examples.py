"""The examples in the docstrings of probes and of `audit` say what really comes out: each is run as it stands.

Models are loaded once. An example that rests on a resource is skipped, and says so, where that is missing or another variant
than the one it was made with: another list of synonyms gives other words.
"""

from __future__ import annotations

import doctest
from functools import cache
from importlib import import_module
from inspect import unwrap

import pytest
from examples import MADE_WITH, lacking, run

import audit.front
import models.loading
from audit.kinds import KINDS, find

PROBES = [
    (kind.name, name) for kind in KINDS.values() for name, path in kind.probes.items() if path.startswith("audit.")
]
FRONT = ["attack", "explain", "load"]
ASKS_NOTHING = {"bae", "bert_attack", "clare"}
"""Their examples show the recipe alone, for nobody has a masked language model at hand by default."""


@pytest.fixture(autouse=True, scope="module")
def _loaded_once():
    real = models.loading.load
    models.loading.load = cache(real)
    yield
    models.loading.load = real


@pytest.mark.filterwarnings("ignore:Creating a tensor from a list")  # TextAttack's, of its sentence encoder
@pytest.mark.parametrize(("kind", "name"), PROBES, ids=lambda part: part)
def test_the_example_of_a_probe_says_what_comes_out(kind, name):
    probe = find(kind, name)
    text, module = probe.__doc__ or "", import_module(probe.__module__)
    examples = doctest.DocTestParser().get_examples(text)
    assert len(examples) > 1, f"{name} has no example"
    assert any(one.want for one in examples), f"the example of {name} shows nothing"
    assert sum(one.source.count("\n") + one.want.count("\n") for one in examples) <= 8
    needs = () if name in ASKS_NOTHING else (*getattr(probe, "needs", ()), *(("encoder",) if kind == "attack" else ()))
    if other := lacking(needs):
        pytest.skip(f"the example of {name} was made with {MADE_WITH}; here: {', '.join(other)}")
    assert run(text, dict(vars(module)), name) == len(examples)


@pytest.mark.parametrize("name", FRONT)
def test_the_example_of_what_python_programs_call_says_what_comes_out(name):
    verb = unwrap(getattr(audit.front, name))
    if other := lacking(("stopwords", "encoder") if name == "attack" else ()):
        pytest.skip(f"here: {', '.join(other)}")
    assert run(verb.__doc__ or "", {}, name) > 1


def test_an_example_that_is_wrong_is_found():
    with pytest.raises(AssertionError, match=r"Got:\s+2"):
        run(">>> 1 + 1\n3\n", {}, "sum")
    with pytest.raises(AssertionError, match="left out"):
        run(">>> 1 + 1  # doctest: +SKIP\n3\n", {}, "sum")
