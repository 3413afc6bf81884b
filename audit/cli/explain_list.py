"""`explain --list`: the methods with paper, needs and cost, and whether each is valid for a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.cli.common import emit_json, stdout
from audit.cli.parameters import parameters_json, print_parameters
from audit.language.translating import tr, tr_later
from models.telling import again

if TYPE_CHECKING:
    from models.classifier import Classifier

NOT_OFFERED = {
    "DeepLift, DeepLiftShap": tr_later(
        "run on transformers without complaint, with completeness errors as large as the output"
    ),
    "Guided Backprop": tr_later("a transformer has no ReLU, so it equals the plain gradient"),
    "LRP": tr_later("Captum has no rules for attention and layer normalisation"),
    "Input x Gradient": tr_later("measured no better than random orders"),
}


def show_methods(classifier: Classifier | None, *, as_json: bool) -> None:
    """Print the methods; with a model, whether each can explain it, and if not why."""
    methods = [about(name, classifier) for name in _names()]
    if as_json:
        emit_json({"methods": methods, "not_offered": NOT_OFFERED})
        return
    for one in methods:
        view = "" if one["evidence"] else f"  {tr('(a view, not evidence)')}"
        stdout.print(f"{one['method']}{view}")
        stdout.print(f"  {tr('paper: {paper}', paper=one['paper'])}")
        needs, cost = again(one["needs"]), again(one["cost"])
        stdout.print(f"  {tr('needs: {needs}; a row costs {cost}', needs=needs, cost=cost)}")
        print_parameters(one["parameters"])
        if classifier is not None:
            fit = tr("yes") if one["valid"] else tr("no: {reason}", reason=again(one["unavailable"]))
            stdout.print(f"  {tr('valid for {model}: {fit}', model=classifier.name, fit=fit)}")
    stdout.print()
    stdout.print(tr("Not offered, since they are no evidence on transformers:"))
    for name, why in NOT_OFFERED.items():
        stdout.print(f"  {name}: {tr(why)}")


def about(name: str, classifier: Classifier | None) -> dict[str, Any]:
    """One method as data."""
    from audit.cards import card
    from audit.kinds import find

    about = card("explainer", name)
    reason = None if classifier is None else find("explainer", name)().unavailable(classifier)
    return {
        "method": name,
        "title": about.title,
        "act": about.act,
        "paper": about.paper,
        "needs": ", ".join((about.reads, *about.needs)),
        "cost": about.cost,
        "evidence": about.evidence,
        "parameters": parameters_json(about.parameters),
        "valid": None if classifier is None else reason is None,
        "unavailable": reason,
    }


def _names() -> tuple[str, ...]:
    from audit.kinds import names

    return names("explainer")
