"""Names of probes to the classes that implement them, imported on use: adding a probe is one line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from audit.errors import UnknownName

EXPLAINERS: dict[str, str] = {
    "integrated_gradients": "audit.explain.integrated_gradients:IntegratedGradients",
    "leave_one_out": "audit.explain.leave_one_out:LeaveOneOut",
    "shapley": "audit.explain.shapley:Shapley",
    "kernel_shap": "audit.explain.kernel_shap:KernelShap",
    "lime": "audit.explain.lime:Lime",
    "gradient_shap": "audit.explain.gradient_shap:GradientShap",
    "saliency": "audit.explain.saliency:Saliency",
    "attention": "audit.explain.attention:Attention",
}
ATTACKS: dict[str, str] = {
    "textfooler": "audit.attack.synonym_recipes:TextFooler",
    "pwws": "audit.attack.synonym_recipes:Pwws",
    "deepwordbug": "audit.attack.character_recipes:DeepWordBug",
    "textbugger": "audit.attack.character_recipes:TextBugger",
    "pruthi": "audit.attack.character_recipes:Pruthi",
    "bad_characters": "audit.attack.bad_characters:BadCharacters",
    "input_reduction": "audit.attack.other_recipes:InputReduction",
    "hotflip": "audit.attack.other_recipes:HotFlip",
    "checklist": "audit.attack.other_recipes:CheckList",
    "a2t": "audit.attack.synonym_recipes:A2t",
    "kuleshov": "audit.attack.synonym_recipes:Kuleshov",
    "iga": "audit.attack.population_recipes:Iga",
    "genetic": "audit.attack.population_recipes:Genetic",
    "faster_genetic": "audit.attack.population_recipes:FasterGenetic",
    "pso": "audit.attack.population_recipes:Pso",
    "leap": "audit.attack.population_recipes:Leap",
    "bae": "audit.attack.masked_recipes:Bae",
    "bert_attack": "audit.attack.masked_recipes:BertAttack",
    "clare": "audit.attack.masked_recipes:Clare",
    "chinese": "audit.attack.character_recipes:Chinese",
}
PERTURBATIONS: dict[str, str] = {
    "keyboard_typos": "audit.behave.characters:KeyboardTypos",
    "case": "audit.behave.surface:Case",
    "punctuation": "audit.behave.surface:Punctuation",
    "contractions": "audit.behave.wording:Contractions",
    "neutral_insertions": "audit.behave.wording:NeutralInsertions",
    "white_space": "audit.behave.surface:WhiteSpace",
    "homoglyphs": "audit.behave.characters:LookAlikes",
    "zero_width": "audit.behave.characters:ZeroWidth",
    "numbers": "audit.behave.wording:Numbers",
    "synonyms": "audit.behave.wording:Synonyms",
}
PREDICTIONS: dict[str, str] = {"predict": "audit.predict:Predict"}

KINDS = {"explainer": EXPLAINERS, "attack": ATTACKS, "perturbation": PERTURBATIONS, "prediction": PREDICTIONS}


def names(kind: str) -> tuple[str, ...]:
    """The names on offer of one kind, in their order of presentation."""
    return tuple(KINDS[kind])


def known(probes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Every name a probe of a run can go by: those on offer, and those its spec gives (fields id and name)."""
    given = (probe.get("id") or probe.get("name") for probe in probes)
    return tuple(dict.fromkeys([*(name for table in KINDS.values() for name in table), *filter(None, given)]))


def find(kind: str, name: str) -> Any:
    """Import and return the class registered under `name`.

    Raises:
        UnknownName: nothing of that kind has that name; the message lists the choices.
    """
    table = KINDS[kind]
    if name not in table:
        raise UnknownName(kind, name, tuple(table))
    module, _, attribute = table[name].partition(":")
    return getattr(import_module(module), attribute)
