"""The fingerprint of a classifier: sha256 over weights, tokenizer and labels, from its files, without loading it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.files import ordinary, read_json

if TYPE_CHECKING:
    from models.scaling import Scaling

TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.txt", "vocab.json",
    "merges.txt", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model", "tokenizer.model",
)  # fmt: skip
NOT_VOCABULARY = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
VOCABULARIES = tuple(name for name in TOKENIZER_FILES if name not in NOT_VOCABULARY)
VOLATILE = {"_name_or_path", "transformers_version", "id2label", "label2id", "torch_dtype", "dtype", "architectures"}


def fingerprint(
    folders: Iterable[Path],
    labels: Sequence[str],
    head: str,
    thresholds: Sequence[float] = (),
    scaling: Scaling | None = None,
) -> str:
    """Hash every weight, tokenizer and config file of `folders` (an adapter and its base, or one folder).

    Args:
        folders: where the files lie; only contents and file names count, not the folders' own names.
        labels: label names in the head's order.
        head: the kind of head.
        thresholds: of the labels of a multi-label head, where they are not all 0.5.
        scaling: of its logits, where they are scaled.

    Returns:
        64 hex characters.
    """
    answers: dict[str, Any] = {"labels": list(labels), "head": head}
    if thresholds:
        answers["thresholds"] = list(thresholds)
    if scaling is not None:
        answers["scaling"] = scaling.to_dict()
    total = hashlib.sha256(json.dumps(answers).encode())
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.suffix == ".safetensors" or path.name in TOKENIZER_FILES:
                total.update(f"\n{path.name} {file_sha256(path)}".encode())
            elif path.name in ("config.json", "adapter_config.json"):
                total.update(f"\n{path.name} {_config_text(path)}".encode())
    return total.hexdigest()


def tensors_sha256(tensors: Mapping[str, Any]) -> str:
    """The sha256 over names, shapes and values of some CPU tensors; other files that hold the same give the same.

    Args:
        tensors: torch tensors by name.

    Returns:
        64 hex characters.
    """
    total = hashlib.sha256()
    for name in sorted(tensors):
        values = tensors[name].detach().contiguous().numpy()
        total.update(f"\n{name} {values.dtype.str} {values.shape}".encode())
        total.update(memoryview(values.reshape(-1)).cast("B") if values.size else b"")
    return total.hexdigest()


def file_sha256(path: Path) -> str:
    """The sha256 of one file, hex."""
    with ordinary(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _config_text(path: Path) -> str:
    config = read_json(path)
    return json.dumps({key: config[key] for key in sorted(config) if key not in VOLATILE}, sort_keys=True)
