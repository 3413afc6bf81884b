"""What the bundled models show at the same settings, so that a reader can tell whether a figure of robustness is usual."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from audit.said import Number, Said
from models.places import ASSETS

FILE = ASSETS / "reference" / "robustness.json"
"""Made by `make_robustness.py` beside it: per model, perturbation and attack the figures with their n and 95% interval."""


def usual_flips(probe: str, variants: int) -> Said | None:
    """The flip rates of the bundled models under one perturbation, said; None where it was tried otherwise.

    Args:
        probe: the perturbation's registered name.
        variants: most variants a row; only figures of as many are comparable.
    """
    found = [(model, model["changes"].get(probe)) for model in _read()]
    alike = [(model, made) for model, made in found if made is not None and made["variants"] == variants]
    return _said(alike)


def usual_worst_case(names: Sequence[str], variants: int) -> Said | None:
    """The same for the rows that keep their prediction under every variant, over the same set of perturbations.

    Args:
        names: the perturbations of the set.
        variants: most variants a row, over all of them; a fifth more or less counts as alike.
    """
    alike = [
        model
        for model in _read()
        if sorted(model["changes"]) == sorted(names) and abs(model["worst_case"]["variants"] - variants) <= variants / 5
    ]
    return _said([(model, model["worst_case"]) for model in alike])


def usual_under_attack(score: str, recipe: str) -> Said | None:
    """What the bundled models show of one score under one attack that no budget stops; None where it was not tried.

    Args:
        score: its name; recipe: the attack's registered name.
    """
    found = [(model, model["attacks"].get(recipe, {}).get(score)) for model in _read()]
    return _said([(model, made) for model, made in found if made is not None])


def usual_worst_attack(recipes: Sequence[str]) -> Said | None:
    """The rows of the bundled models that none of a set of attacks turns; None for another set.

    Args:
        recipes: the registered names of the set.
    """
    alike = [model for model in _read() if sorted(model["attacked"]) == sorted(recipes)]
    found = [(model, model["attacks"].get("attacks", {}).get("worst_case_accuracy")) for model in alike]
    return _said([(model, made) for model, made in found if made is not None])


def _said(figures: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> Said | None:
    each = tuple(
        Said(
            "note.bundled_model",
            {
                "model": model["model"],
                "share": Number(made["value"]),
                "range": Number(None, "share", made["low"], made["high"]),
                "rows": model["rows"],
            },
        )
        for model, made in figures
    )
    return Said("note.bundled", {"models": each}) if each else None


@cache
def _read() -> list[dict[str, Any]]:
    if not FILE.is_file():
        return []
    models: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["models"]
    return models
