"""Fetching a model from the hub: weights as safetensors, configuration and tokenizer; never code, never pickles."""

from __future__ import annotations

import re
from pathlib import Path

from models.errors import ModelNotFound
from models.places import offline

WANTED = ["*.json", "*.safetensors", "*.txt", "*.model"]
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
"""A hub id as others record it: the oldest models have no owner (bert-base-uncased)."""


def cached(name: str, revision: str | None = None) -> Path | None:
    """The folder of a hub model in the local cache, if configuration and weights are there; asks nobody."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        found = Path(snapshot_download(name, revision=revision, allow_patterns=WANTED, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, ValueError, OSError):
        return None
    whole = any(found.glob("*.safetensors")) and any(found.glob("*config.json"))
    return found if whole else None


def download(name: str, revision: str | None = None) -> Path:
    """The local folder of a hub model, from the local cache or the network.

    Args:
        name: hub id.
        revision: branch, tag or commit; default the main branch.

    Raises:
        ModelNotFound: there is no such model, it is closed, the hub cannot be reached or must not be asked.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    found = cached(name, revision)
    if found is not None:
        return found
    if offline():
        raise ModelNotFound(
            f"The model '{name}' is not in the local cache, and ASSAY_OFFLINE or HF_HUB_OFFLINE forbids downloads; "
            "give a local folder instead."
        )
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=WANTED, etag_timeout=10))
    except GatedRepoError:
        raise ModelNotFound(
            f"The model '{name}' asks for consent on its hub page; give it, then log in (hf auth login)."
        ) from None
    except RepositoryNotFoundError:
        raise ModelNotFound(f"The hub has no model '{name}'; check the spelling (owner/model).") from None
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError):
        raise ModelNotFound(
            f"The model '{name}' is neither in the local cache nor can the hub be reached; give a local folder instead."
        ) from None
