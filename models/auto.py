"""Transformers' automatic classes, imported without scikit-learn: its text generation, which classifiers never use, wants it.

That import takes 1.5 s of CPU, a quarter of the start of every process that loads a model.
"""

from __future__ import annotations

import sys
from typing import Any

from transformers.utils import import_utils

__all__ = ["CONFIG_MAPPING", "AutoModelForSequenceClassification"]

GENERATION = "transformers.generation.candidate_generator"


def _roc_curve(*arguments: Any, **named: Any) -> Any:
    """Give whoever generates text in this process after all what was put off."""
    from sklearn.metrics import roc_curve

    return roc_curve(*arguments, **named)


_fresh = GENERATION not in sys.modules
_there = getattr(import_utils, "_sklearn_available", None)  # not every version of transformers keeps it
if _fresh and _there:
    import_utils._sklearn_available = False
try:
    from transformers import AutoModelForSequenceClassification
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
finally:
    if _there is not None:
        import_utils._sklearn_available = _there
if _fresh and GENERATION in sys.modules:
    vars(sys.modules[GENERATION])["roc_curve"] = _roc_curve
