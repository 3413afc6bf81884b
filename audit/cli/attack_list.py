"""`python -m audit attack --list`: every recipe with its paper, what it needs, its cost and whether it can run."""

from __future__ import annotations

from typing import Any

from audit.cli.common import emit_json, stdout
from audit.cli.parameters import parameters_json, print_parameters
from audit.language.translating import tr, tr_later
from models.telling import again
from models.terminal import styled

READY = tr_later("ready")
NOT_YET = {
    "french": tr_later("needs the Open Multilingual WordNet and a French tagger, which no resource here provides yet"),
    "spanish": tr_later(
        "needs the Open Multilingual WordNet and a Spanish tagger, which no resource here provides yet"
    ),
}


def list_recipes(model: str | None, *, as_json: bool) -> None:
    """Print the recipes; with a model, also whether they can run on it."""
    rows = _rows(model)
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        color = "green" if row["state"] == READY else "yellow"
        stdout.print(styled(row["name"], "bold"), styled(again(row["state"]), color))
        heads = {
            "label": tr("label:"), "act": tr("act:"), "paper": tr("paper:"), "needs": tr("needs:"), "cost": tr("cost:"),
        }  # fmt: skip
        for name, head in heads.items():
            if row[name]:
                told = ", ".join(map(again, row[name].split(", "))) if name == "needs" else row[name]
                stdout.print(f"  {head:<7}{told if name == 'paper' else again(told)}")
        print_parameters(row["parameters"])


def _rows(model: str | None) -> list[dict[str, Any]]:
    from audit.cards import card
    from audit.kinds import find, names
    from audit.records import with_stand_ins

    classifier = None
    if model is not None:
        from models import load

        classifier = load(model)
    rows = []
    for name in names("attack"):
        recipe, about = find("attack", name)(), card("attack", name)
        missing = recipe.missing()
        reason = recipe.unavailable(classifier) if classifier is not None else None
        state = reason or (
            tr_later(f"needs {', '.join(missing)}: python -m audit resources get {' '.join(missing)}")
            if missing
            else ""
        )
        needs = [*about.needs, *([about.reads] if about.reads else [])]
        rows.append(
            {"name": name, "state": state or READY, "label": with_stand_ins(name, recipe.stand_ins), "act": about.act,
             "paper": about.paper, "needs": ", ".join(needs), "cost": about.cost,
             "parameters": parameters_json(about.parameters)}
        )  # fmt: skip
    blank = {"label": "", "act": "", "paper": "", "needs": "", "cost": "", "parameters": []}
    rows += [{"name": name, "state": why, **blank} for name, why in NOT_YET.items()]
    return rows
