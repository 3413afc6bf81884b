"""`explain --list`: the methods with paper, needs and cost, and whether each is valid for a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from audit.cli.common import emit_json, stdout

if TYPE_CHECKING:
    from models.classifier import Classifier

NOT_OFFERED = {
    "DeepLift, DeepLiftShap": "run on transformers without complaint, with completeness errors as large as the output",
    "Guided Backprop": "a transformer has no ReLU, so it equals the plain gradient",
    "LRP": "Captum has no rules for attention and layer normalisation",
    "Input x Gradient": "measured no better than random orders",
}


def show_methods(classifier: Classifier | None, *, as_json: bool) -> None:
    """Print the methods; with a model, whether each can explain it, and if not why."""
    methods = [about(name, classifier) for name in _names()]
    if as_json:
        emit_json({"methods": methods, "not_offered": NOT_OFFERED})
        return
    for one in methods:
        view = "" if one["evidence"] else "  (a view, not evidence)"
        stdout.print(f"{one['method']}{view}")
        stdout.print(f"  paper: {one['paper']}")
        stdout.print(f"  needs: {one['needs']}; a row costs {one['cost']}")
        if classifier is not None:
            stdout.print(f"  valid for {classifier.name}: {'yes' if one['valid'] else 'no: ' + one['unavailable']}")
    stdout.print()
    stdout.print("m is the number of words. Not offered, since they are no evidence on transformers:")
    for name, why in NOT_OFFERED.items():
        stdout.print(f"  {name}: {why}")


def about(name: str, classifier: Classifier | None) -> dict[str, Any]:
    """One method as data."""
    from audit.registry import find

    method = find("explainer", name)
    reason = None if classifier is None else method().unavailable(classifier)
    return {
        "method": name,
        "title": method.card.title,
        "paper": method.card.paper,
        "needs": method.card.needs,
        "cost": method.card.cost,
        "evidence": method.card.evidence,
        "valid": None if classifier is None else reason is None,
        "unavailable": reason,
    }


def _names() -> tuple[str, ...]:
    from audit.registry import names

    return names("explainer")
