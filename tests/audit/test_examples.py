"""The examples in the docstrings of probes, of `audit` and in the README say what really comes out: each is run as it stands.

Models are loaded once. An example that rests on a resource is skipped, and says so, where that is missing or another variant
than the one it was made with: another list of synonyms gives other words.
"""

from __future__ import annotations

import doctest
from functools import cache
from importlib import import_module
from inspect import unwrap
from pathlib import Path

import pytest

import audit.front
import models.loading
from audit.kinds import KINDS, find
from audit.resources import locate

README = Path(__file__).resolve().parents[2] / "README.md"
PROBES = [(kind.name, name) for kind in KINDS.values() for name in kind.probes]
FRONT = ["attack", "explain", "load"]
MADE_WITH = {
    "chinese-characters": "sounds-and-shapes", "encoder": "minilm", "gazetteer": "textattack-lists", "homoglyphs": "own-list",
    "language-model": "wordnet-trigram", "polarity": "own-list", "stopwords": "own-list", "tagger": "textblob-aptagger",
    "vectors": "minilm-counter-fitted", "wordnet": "debian-3.0",
}  # fmt: skip
"""Variants of resources with which the examples' outcomes were found."""
ASKS_NOTHING = {"bae", "bert_attack", "clare"}
"""Their examples show the recipe alone, for nobody has a masked language model at hand by default."""


@pytest.fixture(autouse=True, scope="module")
def _loaded_once():
    real = models.loading.load
    models.loading.load = cache(real)
    yield
    models.loading.load = real


def run(text: str, globs: dict, name: str) -> int:
    """Run the examples of a text; how many there were.

    Raises:
        AssertionError: one gave something else, and what.
    """
    test = doctest.DocTestParser().get_doctest(text, globs, name, None, None)
    assert not [one.source for one in test.examples if one.options.get(doctest.SKIP)], f"{name}: an example is left out"
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    assert failed == 0, "".join(said)
    return tried


def lacking(names: tuple[str, ...]) -> list[str]:
    found = {name: locate(name) for name in names}
    return [
        f"{name}: {'missing' if here is None else here.variant}"
        for name, here in found.items()
        if here is None or here.variant != MADE_WITH.get(name)
    ]


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


@pytest.mark.slow
def test_the_readme_says_what_comes_out(home, monkeypatch):
    monkeypatch.chdir(README.parent)
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    _, mark, rest = README.read_text(encoding="utf-8").partition("```pycon\n")
    assert mark
    if other := lacking(("stopwords", "encoder")):
        pytest.skip(f"here: {', '.join(other)}")
    assert run(rest.partition("```")[0], {}, "README") > 5
