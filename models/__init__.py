"""Everything about one classifier: loading, predicting, the catalog, training. Imports no torch by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.huggingface import HuggingFaceClassifier

__all__ = ["load"]


def load(name: str, **options: Any) -> HuggingFaceClassifier:
    """Load a classifier by bundled or registered name, folder, or hub id; see `models.loading.load`."""
    from models.loading import load as load_classifier

    return load_classifier(name, **options)
