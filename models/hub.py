"""Fetching a model from the hub: weights as safetensors, configuration and tokenizer; never code, never pickles."""

from __future__ import annotations

from pathlib import Path

from models.errors import ModelNotFound

WANTED = ["*.json", "*.safetensors", "*.txt", "*.model"]


def download(name: str) -> Path:
    """The local folder of a hub model, from the local cache or the network.

    Raises:
        ModelNotFound: there is no such model, it is closed, or the hub cannot be reached.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=WANTED, local_files_only=True))
    except LocalEntryNotFoundError:
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=WANTED, etag_timeout=10))
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
