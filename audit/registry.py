"""Names of probes to the classes that implement them, imported on use: adding a probe is one line here."""

from __future__ import annotations

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
ATTACKS: dict[str, str] = {}
PERTURBATIONS: dict[str, str] = {}
PREDICTIONS: dict[str, str] = {"predict": "audit.predict:Predict"}

KINDS = {"explainer": EXPLAINERS, "attack": ATTACKS, "perturbation": PERTURBATIONS, "prediction": PREDICTIONS}


def names(kind: str) -> tuple[str, ...]:
    """The names on offer of one kind, in their order of presentation."""
    return tuple(KINDS[kind])


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
