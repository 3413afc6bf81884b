"""Averaging LoRA adapters of one base into one: a model soup (Wortsman et al. 2022, arXiv:2203.05482)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from models.errors import CheckpointError, TrainingError
from models.lora import read_lora
from models.writing import write_whole

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
A, B = ".lora_A.weight", ".lora_B.weight"
SAME = ("base_model_name_or_path", "revision", "target_modules", "task_type", "peft_type")
"""What the adapters must have in common."""

Floats = NDArray[np.float32]


def average(folders: Sequence[Path], weights: Sequence[float], rank: int, out: Path) -> None:
    """Average what some adapters add to their base, and write the result as one adapter.

    The change of each layer, sum of w_i * s_i * B_i A_i with the scaling s_i = alpha_i / r_i, is cut to its `rank` largest
    singular values: the nearest matrix of that rank in the Frobenius norm (Eckart & Young 1936). Heads are averaged as
    they are, so the adapters must have begun with the same one: train them with the same seed and other settings.

    Args:
        folders: LoRA adapters (written by `models train`) of the same base, layers and labels.
        weights: of each adapter; they are divided by their sum.
        rank: of the result.
        out: an empty folder.

    Raises:
        CheckpointError: a folder that is no adapter, or one that differs in base, layers or head.
        TrainingError: fewer than two adapters, or weights that do not fit.
    """
    if len(folders) < 2 or len(weights) != len(folders) or min(weights) < 0 or not sum(weights) > 0:
        raise TrainingError("Give two adapters or more, and as many weights (none below 0) as adapters.")
    configs = [_config(folder) for folder in folders]
    members = [_tensors(folder) for folder in folders]
    for folder, config, tensors in zip(folders[1:], configs[1:], members[1:], strict=True):
        _check(folder, config, tensors, configs[0], members[0])
    shares = [weight / sum(weights) for weight in weights]
    made: dict[str, Floats] = {}
    for key in members[0]:
        if key.endswith(B):
            continue
        if not key.endswith(A):
            made[key] = _sum(shares, [tensors[key] for tensors in members])
            continue
        other = key.removesuffix(A) + B
        scales = [_scaling(config) for config in configs]
        changes = [s * (tensors[other] @ tensors[key]) for s, tensors in zip(scales, members, strict=True)]
        made[other], made[key] = _factors(_sum(shares, changes), rank)
    save_file(made, str(out / WEIGHTS), metadata={"format": "pt"})
    first = {**configs[0], "r": rank, "lora_alpha": rank, "use_rslora": False}
    write_whole(out / CONFIG, json.dumps(first, indent=2, sort_keys=True) + "\n")


def _factors(change: Floats, rank: int) -> tuple[Floats, Floats]:
    """B (out, rank) and A (rank, in) whose product is the nearest to a change (out, in); short ones are padded with 0."""
    u, s, v = np.linalg.svd(change.astype(np.float64), full_matrices=False)
    root = np.sqrt(s[:rank])
    b, a = u[:, :rank] * root, root[:, None] * v[:rank]
    short = rank - root.size
    b, a = np.pad(b, ((0, 0), (0, short))), np.pad(a, ((0, short), (0, 0)))
    return np.ascontiguousarray(b, dtype=np.float32), np.ascontiguousarray(a, dtype=np.float32)


def _sum(shares: Sequence[float], tensors: Sequence[Floats]) -> Floats:
    total = sum(share * tensor.astype(np.float64) for share, tensor in zip(shares, tensors, strict=True))
    return np.asarray(total, dtype=np.float32)


def _scaling(config: Mapping[str, Any]) -> float:
    rank, alpha = float(config["r"]), float(config["lora_alpha"])
    return alpha / math.sqrt(rank) if config.get("use_rslora") else alpha / rank


def _config(folder: Path) -> dict[str, Any]:
    settings, config = read_lora(folder)
    own = [settings.rank_pattern, settings.alpha_pattern, settings.use_dora, settings.lora_bias, settings.starts_from]
    if any(own) or settings.trainable_token_indices or settings.bias != "none":
        raise CheckpointError(f"{folder}: not a plain LoRA adapter; average only what `models train` has written.")
    return config


def _tensors(folder: Path) -> dict[str, Floats]:
    try:
        return dict(load_file(str(folder / WEIGHTS)))
    except Exception as error:  # safetensors has an error of its own beside OSError
        raise CheckpointError(f"{folder}: {WEIGHTS} cannot be read ({str(error)[:100]}).") from None


def _check(
    folder: Path,
    config: Mapping[str, Any],
    tensors: Mapping[str, Floats],
    first: Mapping[str, Any],
    like: Mapping[str, Floats],
) -> None:
    for name in SAME:
        ours, theirs = config.get(name), first.get(name)
        if (sorted(ours) if isinstance(ours, list) else ours) != (
            sorted(theirs) if isinstance(theirs, list) else theirs
        ):
            raise CheckpointError(f"{folder}: its {name} is {ours}, the first adapter's is {theirs}; they must agree.")
    odd = next((key for key in tensors if ".lora_" in key and not key.endswith((A, B))), None)
    if odd is not None:
        raise CheckpointError(f"{folder}: {odd} cannot be averaged; average only what `models train` has written.")
    plain = {key: value.shape for key, value in tensors.items() if ".lora_" not in key}
    if tensors.keys() != like.keys() or plain != {key: like[key].shape for key in plain}:
        raise CheckpointError(f"{folder}: its layers or its head are not those of the first adapter.")
