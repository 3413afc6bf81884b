"""LoRA adapters (peft): finding the base, loading and merging into a plain model."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from models.base import BASE_NAME, base_folder
from models.checkpoint import check_weights, read_json, weight_shapes
from models.errors import CheckpointError, ModelError, UnsupportedModel


class LoadModule(Protocol):
    """Loads a plain model with a head of so many outputs."""

    def __call__(self, folder: Path, n_outputs: int, *, new_head: bool = False) -> Any:
        """See `models.loading.load_module`."""


def adapter_base(folder: Path, given: str | None, resolve: Callable[[str], Path]) -> Path:
    """The folder of an adapter's base: the one given, else the recorded one if it can be found, else the bundled base.

    Args:
        folder: the adapter's folder.
        given: what the user asked for.
        resolve: turns a name, path or hub id into a folder.

    Raises:
        CheckpointError: the recorded base cannot be found and the bundled one does not fit.
    """
    if given:
        return resolve(given)
    recorded = str(read_json(folder / "adapter_config.json").get("base_model_name_or_path") or "")
    if recorded:
        try:
            return resolve(recorded)
        except ModelError:
            pass
    base = base_folder()
    if _fits(folder, base):
        return base
    raise CheckpointError(
        f"{folder}: the adapter's base model '{recorded or 'not recorded'}' is not to be found and the bundled base "
        f"({BASE_NAME}) has other shapes; name it with --base."
    )


def load_adapter(folder: Path, base: Path, load_module: LoadModule) -> tuple[Any, int]:
    """Load base and adapter and merge them; returns the plain module and the number of its outputs.

    Raises:
        CheckpointError: damaged weights, an adapter without a head, or one that does not fit the base.
        UnsupportedModel: an adapter for something other than sequence classification.
    """
    config = read_json(folder / "adapter_config.json")
    if config.get("task_type") not in (None, "SEQ_CLS"):
        raise UnsupportedModel(
            f"{folder}: the adapter is for {config.get('task_type')}, not for classification (SEQ_CLS)."
        )
    if config.get("auto_mapping") or config.get("peft_type") != "LORA":
        raise UnsupportedModel(f"{folder}: only LoRA adapters can be merged, not {config.get('peft_type')}.")
    check_weights(folder, "adapter_model*.safetensors")
    n_outputs = _head_outputs(folder)
    module = load_module(base, n_outputs, new_head=True)
    from peft import PeftModel

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            adapted = PeftModel.from_pretrained(module, str(folder), is_trainable=False, local_files_only=True)
            merged = adapted.merge_and_unload(safe_merge=False)
    except Exception as error:  # peft raises RuntimeError, ValueError and others for one cause: it does not fit
        reason = str(error).strip().splitlines()[0][:120]
        raise CheckpointError(
            f"{folder}: the adapter does not fit its base {base.name} ({reason}); name the right one with --base."
        ) from None
    return _unwrap_head(merged), n_outputs


def _unwrap_head(module: Any) -> Any:
    """A head kept by `modules_to_save` stays wrapped after merging in some peft versions; put the plain one back."""
    for name, child in list(module.named_children()):
        saved = getattr(child, "modules_to_save", None)
        if saved is not None and "default" in saved:
            setattr(module, name, saved["default"])
    return module


def _head_outputs(folder: Path) -> int:
    """Outputs of the head in the adapter: the last weight that is no LoRA matrix."""
    heads = {
        key: shape
        for key, shape in weight_shapes(folder).items()
        if ".lora_" not in key and key.endswith("weight") and len(shape) == 2
    }
    finals = [key for key in heads if key.rsplit(".", 2)[-2] in ("classifier", "score", "out_proj", "summary")]
    chosen = finals or sorted(heads)
    if not chosen:
        raise CheckpointError(
            f"{folder}: the adapter holds no classification head, it would be random; "
            "train it with task_type SEQ_CLS, which saves the head with it."
        )
    return int(heads[chosen[-1]][0])


def _fits(folder: Path, base: Path) -> bool:
    """Whether every LoRA matrix of the adapter has the width of the base's layer of that name."""
    base_shapes = weight_shapes(base)
    fitted = 0
    for key, shape in weight_shapes(folder).items():
        if ".lora_A." not in key:
            continue
        layer = key.removeprefix("base_model.model.").split(".lora_A.")[0].split(".", 1)[-1]
        match = next((s for name, s in base_shapes.items() if name.endswith(f"{layer}.weight")), None)
        if match is None or match[-1] != shape[-1]:
            return False
        fitted += 1
    return fitted > 0
