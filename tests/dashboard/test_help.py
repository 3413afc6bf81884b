"""The Help page: every suite, method, recipe, change and number is on it; its examples are what probes do."""

from __future__ import annotations

import json
from pathlib import Path
from runpy import run_path

import pytest
from examples import MADE_WITH, lacking
from pages import check, seen

from audit.kinds import find, names
from audit.score.definitions import known
from audit.spec import SUITES

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = json.loads((ROOT / "assets" / "help" / "examples.json").read_text(encoding="utf-8"))
WITHOUT = {"bae", "bert_attack", "clare", "chinese"}
"""Recipes that need a model nobody has by default, or another language."""


@pytest.fixture(scope="module")
def generator():
    return run_path(str(ROOT / ".ci" / "help_examples.py"))


def test_nearly_every_probe_has_an_example():
    missing = {name for kind in EXAMPLES for name in names(kind) if name not in EXAMPLES[kind]}
    assert missing <= WITHOUT | {"a2t", "checklist", "kuleshov"}, "recipes that turn none of the texts"
    for kind in ("explainer", "perturbation"):
        assert set(names(kind)) == set(EXAMPLES[kind])


@pytest.mark.filterwarnings("ignore:Creating a tensor from a list")  # TextAttack's, of its sentence encoder
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, of in EXAMPLES.items() for name in of])
def test_an_example_is_what_the_probe_does(kind, name, generator):
    needs = (*getattr(find(kind, name), "needs", ()), *(("encoder",) if kind == "attack" else ()))
    if other := lacking(needs):
        pytest.skip(f"the example of {name} was made with {MADE_WITH}; here: {', '.join(other)}")
    assert generator["made"](kind, name, EXAMPLES[kind][name]["text"]) == EXAMPLES[kind][name]


def test_everything_is_explained(app):
    test = app("help")
    said, heads = seen(test), {one.value for one in test.markdown}
    assert "Five minutes with the sample" in said
    for suite in SUITES.values():
        assert suite.name.capitalize() in said
    for kind in ("explainer", "attack", "perturbation"):
        for name in names(kind):
            assert f"**{title(kind, name)}**" in heads, name
    titles = [one.value for one in app("help", part="glossary").markdown if one.value.startswith("**")]
    assert len(titles) == len(known())


def title(kind, name):
    from audit.cards import card
    from dashboard.page.text import plain

    return plain(card(kind, name).title)


def test_a_search_finds_by_words_of_the_explanation(app):
    test = app("help")
    test.text_input(key="find").set_value("PERMUTATION deepwordbug nothing").run()
    check(test)
    assert "Nothing here holds these words" in seen(test)
    test.text_input(key="find").set_value("misspelling LETTER").run()
    check(test)
    titles = [one.value for one in test.markdown if one.value.startswith("**")]
    assert titles == ["**DeepWordBug**"]
    assert "Five minutes" not in seen(test)


def test_the_advice_says_what_was_measured():
    from dashboard.views.help import WHICH

    table = (ROOT / "docs" / "faithfulness.md").read_text(encoding="utf-8").partition("## HateXplain")[0]
    shares = {name: [] for name in names("explainer")}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[0] in shares and cells[4].endswith("%") and "Rank" not in line:
            shares[cells[0]].append(int(cells[4].rstrip("%")))
    views = [share for name in ("saliency", "attention") for share in shares[name][:4]]
    others = [share for name, found in shares.items() if name not in ("saliency", "attention") for share in found[:4]]
    assert (min(views), max(views)) == (16, 46)
    (said,) = [one for one in WHICH if "76% to 97%" in one]
    assert (min(others), max(others)) == (76, 97)
    assert "a fifth to under a half" in said
