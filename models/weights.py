"""The weights of a folder: which safetensors files they are, that each is whole, and what the tensors in them are."""

from __future__ import annotations

import re
from pathlib import Path

from models.errors import CheckpointError
from models.files import read_json, there
from models.headers import TENSORS, Shape, read_header

SINGLE, INDEX = "model.safetensors", "model.safetensors.index.json"
ADAPTER = "adapter_model.safetensors"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
NOT_WEIGHTS = frozenset({"training_args.bin", "optimizer.pt", "scheduler.pt", "optimizer.bin", "scheduler.bin"})
CLASSIFIER, BASE = "AutoModelForSequenceClassification", "AutoModel"
"""What converts the pickled weights of a classifier and of a base."""
_PART = re.compile(r"[A-Za-z0-9][\w.-]*\.safetensors")


def weight_files(folder: Path, converter: str = CLASSIFIER) -> list[Path]:
    """The files that hold a full model's weights: one, or the parts that an index names.

    Args:
        folder: the model's.
        converter: what to convert pickled weights with.

    Raises:
        CheckpointError: there are none, only pickles, or a part is missing.
    """
    if there(folder / SINGLE):
        return [folder / SINGLE]
    if not there(folder / INDEX):
        raise _missing(folder, SINGLE, converter)
    named = read_json(folder / INDEX).get("weight_map")
    if not isinstance(named, dict) or not named:
        raise CheckpointError(f"{folder / INDEX}: it names no files of weights; copy the whole folder again.")
    names = sorted({str(name) for name in named.values()})
    odd = next((name for name in names if not _PART.fullmatch(name)), None)
    if odd is not None:
        raise CheckpointError(
            f"{folder / INDEX}: it names '{odd[:80]}', but parts of the weights are safetensors files of the folder itself."
        )
    missing = next((name for name in names if not there(folder / name)), None)
    if missing is not None:
        raise CheckpointError(f"{folder}: part of the weights is missing ({missing}); copy the whole folder again.")
    return [folder / name for name in names]


def model_shapes(folder: Path, converter: str = CLASSIFIER) -> dict[str, Shape]:
    """The shape of every tensor of a full model, by name, from the headers of its files.

    Raises:
        CheckpointError: files are missing, damaged or cut off, or two hold a tensor of one name.
    """
    shapes: dict[str, Shape] = {}
    for path in weight_files(folder, converter):
        found = read_header(path)
        twice = next((name for name in found if name in shapes), None)
        if twice is not None:
            raise CheckpointError(f"{folder}: two files hold the tensor {twice[:80]!r}; copy the whole folder again.")
        shapes |= found
        if len(shapes) > TENSORS:
            raise CheckpointError(
                f"{folder}: the weights hold more than {TENSORS:,} tensors, which is more than are read."
            )
    return shapes


def adapter_shapes(folder: Path) -> dict[str, Shape]:
    """The shape of every tensor of an adapter, by name.

    Raises:
        CheckpointError: the file is missing, damaged or cut off.
    """
    if not there(folder / ADAPTER):
        raise _missing(folder, ADAPTER, CLASSIFIER)
    return read_header(folder / ADAPTER)


def _missing(folder: Path, wanted: str, converter: str) -> CheckpointError:
    pickles = sorted(path.name for kind in PICKLES for path in folder.glob(kind) if path.name not in NOT_WEIGHTS)
    if not pickles:
        return CheckpointError(f"{folder}: the weights are missing; a file {wanted} was expected.")
    return CheckpointError(
        f"{folder}: the weights are a pickle ({pickles[0]}), which can run code when opened; convert them where you "
        f"trust them: {converter}.from_pretrained(folder).save_pretrained(new_folder)."
    )
