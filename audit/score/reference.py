"""What the bundled models show at the same settings, so that a reader can tell whether a flip rate is usual."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from audit.said import Number, Said
from models.places import ASSETS

FILE = ASSETS / "reference" / "robustness.json"
"""Made by `make_robustness.py` beside it: per model and perturbation the flip rate with its n and 95% interval."""


def usual_flips(probe: str, variants: int) -> Said | None:
    """The flip rates of the bundled models under one perturbation, said; None where it was tried otherwise.

    Args:
        probe: the perturbation's registered name.
        variants: most variants a row; only figures of as many are comparable.
    """
    found = [(model, model["changes"].get(probe)) for model in _read()]
    alike = [(model, made) for model, made in found if made is not None and made["variants"] == variants]
    return _said([(model["model"], model["rows"], made) for model, made in alike])


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
    return _said([(model["model"], model["rows"], model["worst_case"]) for model in alike])


def _said(figures: Sequence[tuple[str, int, Mapping[str, Any]]]) -> Said | None:
    each = tuple(
        Said(
            "note.bundled_model",
            {
                "model": name,
                "share": Number(made["value"]),
                "range": Number(None, "share", made["low"], made["high"]),
                "rows": rows,
            },
        )
        for name, rows, made in figures
    )
    return Said("note.bundled", {"models": each}) if each else None


@cache
def _read() -> list[dict[str, Any]]:
    if not FILE.is_file():
        return []
    models: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["models"]
    return models
