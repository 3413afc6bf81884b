"""Building modules with a classification head from a checked folder, and saying which weights no file gave."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

from models.auto import CONFIG_MAPPING, AutoModelForSequenceClassification
from models.bounds import check_numbers
from models.empty import empty_module, stored_shape
from models.errors import CheckpointError
from models.files import read_json
from models.headers import Shape
from models.names import first_line, some
from models.scratch import weights_alone
from models.translating import tr_later
from models.weights import BASE, model_shapes

HARMLESS = ("position_ids",)
"""Last parts of the names of buffers that count from 0 and that old checkpoints keep or lack."""
LOADERS = frozenset(
    {"auto_map", "configuration_files", "custom_pipelines", "transformers_weights", "_name_or_path", "name_or_path",
     "_commit_hash", "attn_implementation", "_attn_implementation", "_attn_implementation_internal",
     "_flash_attn_2_enabled", "quantization_config", "compile_config", "device_map", "gguf_file", "torch_dtype", "dtype",
     "base_model_tp_plan", "base_model_pp_plan", "tp_plan", "pp_plan", "trust_remote_code", "adapter_kwargs"}
)  # fmt: skip
"""Settings of a config.json that transformers would go by to find files, code, kernels or devices; none is handed on."""
_MARK = 7919  # labels of a module that is built for its shapes alone: no width of a model is this prime


def load_module(folder: Path, n_outputs: int) -> Any:
    """Load a classifier whose every weight is in its files.

    Args:
        folder: a checked model folder.
        n_outputs: outputs of the head.

    Raises:
        CheckpointError: weights are missing (they would be random) or contradict the configuration.
    """
    module, unread = _load(folder, n_outputs, {})
    wrong = _of_other_shape(folder, module, unread)
    if wrong:
        raise CheckpointError(f"{folder}: {wrong}; the number of labels or the sizes in config.json are wrong.")
    if unread and all(_new_in_a_classifier(module, name) for name in unread):
        part = (
            ""
            if unread >= {name for name, _ in module.named_parameters() if outside_body(module, name)}
            else tr_later("part of ")
        )
        raise CheckpointError(
            f"{folder}: {part}the classification head is missing from the weights ({some(unread)}), it would be random; "
            "fine-tune the model first."
        )
    if unread:
        raise CheckpointError(f"{folder}: weights are missing ({some(unread)}); copy the folder again.")
    return module


def load_base(folder: Path, n_outputs: int, changes: Mapping[str, Any] | None = None) -> tuple[Any, frozenset[str]]:
    """Load a base under a classification head, which may be new, and say which weights no file of it gave.

    Args:
        folder: a checked base folder.
        n_outputs: outputs of the head.
        changes: settings of the configuration to set before the module is built.

    Returns:
        The module, and the names of the weights that are random: parts of the head, and the pooler where the base has
        none. Whoever uses the module must fill them.

    Raises:
        CheckpointError: weights of the body are missing or contradict the configuration.
    """
    module, unread = _load(folder, n_outputs, changes or {})
    body = frozenset(name for name in unread if not _new_in_a_classifier(module, name))
    wrong = _of_other_shape(folder, module, body)
    if wrong:
        raise CheckpointError(f"{folder}: {wrong}; the sizes in config.json are wrong.")
    if body:
        raise CheckpointError(f"{folder}: weights of the base model are missing ({some(body)}); copy the folder again.")
    return module, unread


def configuration(folder: Path) -> Any:
    """The configuration, with what transformers 5 writes elsewhere put where 4.57 looks for it.

    Raises:
        CheckpointError: config.json cannot be used.
    """
    raw = read_json(folder / "config.json")
    check_numbers(folder, raw, model_shapes(folder, BASE))
    try:
        config = CONFIG_MAPPING[raw["model_type"]].from_dict(without_loaders(raw))
    except Exception as error:  # a config.json that transformers cannot make sense of
        raise CheckpointError(f"{folder}: config.json cannot be used ({first_line(error)}).") from None
    if hasattr(config, "reference_compile"):
        config.reference_compile = False  # compiling starts other programs
    rope = raw.get("rope_parameters")
    if isinstance(rope, dict) and "rope_theta" in rope and "rope_theta" not in raw:
        config.rope_theta = rope["rope_theta"]
        others = {key: value for key, value in rope.items() if key != "rope_theta"}
        if others.get("rope_type", "default") != "default":
            config.rope_scaling = others
    return config


def without_loaders(value: Any) -> Any:
    """A configuration without what names files, code, kernels or devices, at any depth."""
    if isinstance(value, dict):
        return {key: without_loaders(one) for key, one in value.items() if key not in LOADERS}
    return [without_loaders(one) for one in value] if isinstance(value, list) else value


def outputs_of(folder: Path, shapes: Mapping[str, Shape]) -> int | None:
    """How many outputs a head with weights of these shapes has; None where the layer that decides it is not among them.

    A head may have several layers: the one whose size follows the number of labels is found by building the
    architecture, without weights, for a number of labels that is none of its other sizes.

    Args:
        folder: the folder whose config.json names the architecture.
        shapes: of weights, by name.

    Raises:
        CheckpointError: config.json cannot be used.
    """
    config = configuration(folder)
    config.num_labels = _MARK
    empty = empty_module(folder, config, model_shapes(folder, BASE))
    for name, parameter in empty.named_parameters():
        if _MARK in parameter.shape and len(shapes.get(name, ())) == parameter.dim():
            return int(shapes[name][list(parameter.shape).index(_MARK)])
    return None


def outside_body(module: Any, name: str) -> bool:
    """Whether a weight or part belongs to what a classifier has beyond the bare model: its head."""
    prefix = module.base_model_prefix
    return bool(prefix) and name != prefix and not name.startswith(prefix + ".")


def _new_in_a_classifier(module: Any, name: str) -> bool:
    """Whether a classifier made from a language model gets this weight anew: the head, and BERT's pooler."""
    return outside_body(module, name) or "pooler" in name.split(".")


def _load(folder: Path, n_outputs: int, changes: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
    config = configuration(folder)
    config.num_labels = n_outputs
    for key, value in changes.items():
        setattr(config, key, value)
    empty_module(folder, config, model_shapes(folder, BASE))
    try:
        with warnings.catch_warnings(), weights_alone(folder) as view:
            warnings.simplefilter("ignore")
            module, info = AutoModelForSequenceClassification.from_pretrained(
                str(view),
                config=config,
                trust_remote_code=False,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                torch_dtype=torch.float32,
            )
    except CheckpointError:
        raise
    except Exception as error:
        raise CheckpointError(f"{folder}: the model cannot be loaded ({first_line(error)}).") from None
    unread = {*info["missing_keys"], *info["mismatched_keys"]}
    return module, frozenset(name for name in unread if not name.endswith(HARMLESS))


def _of_other_shape(folder: Path, module: Any, unread: Iterable[str]) -> str | None:
    """A clause about the last weight that is in the files with another shape; None where there is none."""
    shapes, prefix = model_shapes(folder, BASE), module.base_model_prefix + "."
    for name in sorted(unread, reverse=True):
        wanted = tuple(module.state_dict()[name].shape)
        got = stored_shape(name, prefix, shapes)
        if got is not None and got != wanted:
            return tr_later(f"{name} has shape {got} in the weights, but config.json calls for {wanted}")
    return None


def hold_weights(module: torch.nn.Module) -> None:
    """Copy a module's weights into memory of its own.

    As they are read they are views of the file: who writes into that file, as training anew in the same folder does, changes
    the numbers of the loaded model, or ends the process where the file became shorter.
    """
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            tensor.data = tensor.data.clone()
