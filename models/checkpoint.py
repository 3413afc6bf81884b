"""Looking at a model folder before anything of it is loaded: what it is, and why it cannot be used."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import CheckpointError, PathNotAllowed, UnsupportedModel
from models.files import read_json, there
from models.fingerprint import VOCABULARIES
from models.translating import tr_later
from models.weights import BASE, CLASSIFIER, model_shapes

GENERATIVE = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForMaskedLM", "ForPreTraining")
OTHER_TASKS = {
    "ForTokenClassification": tr_later("labels tokens"),
    "ForQuestionAnswering": tr_later("marks answers in a text"),
    "ForMultipleChoice": tr_later("chooses among several texts"),
    "ForNextSentencePrediction": tr_later("says whether one sentence follows another"),
}


def is_allowed(place: str | Path, allowed: Sequence[Path] | None) -> bool:
    """Whether a path leads into one of the folders `allowed` (None: everything is allowed), links followed.

    Nothing but its links is looked at: the answer is the same for what is there and for what is not.
    """
    if allowed is None:
        return True
    if str(place).startswith("~") and not str(place).startswith(("~/", "~\\")) and str(place) != "~":
        return False  # somebody else's home: whether there is such a user is nobody's business
    try:
        real = Path(os.path.realpath(os.path.expanduser(place)))
    except (ValueError, OSError):  # a NUL, a name too long
        return False
    return any(real.is_relative_to(os.path.realpath(root)) for root in allowed)


def check_allowed(place: str | Path, allowed: Sequence[Path] | None) -> None:
    """Refuse what is not allowed, whether it is there or not, in the same words.

    Raises:
        PathNotAllowed: the place lies outside `allowed`.
    """
    if not is_allowed(place, allowed):
        listed = ", ".join(str(root) for root in allowed or ()) or "none"
        raise PathNotAllowed(
            f"{place} is outside the folders models may be loaded from ({listed}); "
            "move the model there, or add its folder to the setting model_folders."
        )


def inspect_model(folder: Path) -> dict[str, Any]:
    """Check a full model's folder and return its config.json.

    Raises:
        CheckpointError: no model, remote code, pickles only, damaged weights, no tokenizer.
        UnsupportedModel: a generative model or one of a kind transformers cannot classify with.
    """
    if not there(folder / "config.json"):
        raise CheckpointError(
            f"{folder}: this is not a model folder: it has neither config.json nor adapter_config.json; "
            "give the folder that save_pretrained wrote."
        )
    config = read_json(folder / "config.json")
    refuse_remote_code(folder, config)
    _refuse_other_tasks(folder, config)
    _refuse_other_kinds(folder, config)
    model_shapes(folder, CLASSIFIER)
    if not has_vocabulary(folder) and needs_vocabulary(folder):
        raise CheckpointError(
            f"{folder}: the tokenizer is missing; save it beside the model with tokenizer.save_pretrained (tokenizer.json)."
        )
    return config


def inspect_base(folder: Path, *, tokenizer: bool = True) -> dict[str, Any]:
    """Check the folder of a base, which an adapter or a training gives its head, and return its config.json.

    What the base was made for (a masked language model, say) does not matter.

    Args:
        folder: the base's folder.
        tokenizer: whether the base must bring the tokenizer.

    Raises:
        CheckpointError: no full model, remote code, pickles only, damaged weights, no tokenizer.
        UnsupportedModel: a kind that transformers cannot classify with.
    """
    if not there(folder / "config.json"):
        itself = (
            tr_later("is itself an adapter")
            if there(folder / "adapter_config.json")
            else tr_later("has no config.json")
        )
        raise CheckpointError(f"{folder}: this cannot be a base model, it {itself}; give the folder of a full model.")
    config = read_json(folder / "config.json")
    refuse_remote_code(folder, config)
    _refuse_other_kinds(folder, config)
    model_shapes(folder, BASE)
    if tokenizer and not has_vocabulary(folder) and needs_vocabulary(folder):
        raise CheckpointError(
            f"{folder}: the tokenizer of the base model is missing; save it there with tokenizer.save_pretrained (tokenizer.json)."
        )
    return config


def has_vocabulary(folder: Path) -> bool:
    """Whether a folder holds a tokenizer's vocabulary."""
    return any(there(folder / name) for name in VOCABULARIES)


def needs_vocabulary(folder: Path) -> bool:
    """Whether the tokenizer named in tokenizer_config.json has a vocabulary; some read characters or bytes as they are."""
    import transformers

    config = folder / "tokenizer_config.json"
    name = read_json(config).get("tokenizer_class") if there(config) else None
    kind = getattr(transformers, name, None) if isinstance(name, str) and name.endswith("Tokenizer") else None
    return kind is None or bool(getattr(kind, "vocab_files_names", True))


def refuse_remote_code(folder: Path, config: Mapping[str, Any]) -> None:
    """Nothing from a checkpoint is executed: one that brings code of its own, or asks for some, is refused.

    Raises:
        UnsupportedModel: config.json or tokenizer_config.json names code (auto_map, attention kernels), or the weights
            are quantised, which needs code and a device of its own.
    """
    tokenizer_config = folder / "tokenizer_config.json"
    also = read_json(tokenizer_config) if there(tokenizer_config) else {}
    said = list(_settings(config)) + list(_settings(also))
    if any(key == "auto_map" and value for key, value in said):
        raise UnsupportedModel(
            f"{folder}: the model asks to run code of its own (auto_map), which Assay never does; "
            "use a checkpoint of an architecture that transformers has built in."
        )
    for key, value in said:
        if key in ("attn_implementation", "_attn_implementation") and "/" in str(value or ""):
            raise UnsupportedModel(
                f"{folder}: the model asks to run attention code from elsewhere ({key} in config.json), which Assay never "
                "does; remove that line."
            )
    if any(key == "quantization_config" and value for key, value in said):
        raise UnsupportedModel(
            f"{folder}: the weights are quantised (quantization_config in config.json), which Assay does not load; "
            "use the model as it was before (float32, float16 or bfloat16)."
        )


def _settings(value: Any) -> Iterator[tuple[str, Any]]:
    """All settings of a configuration, those of its parts as well."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key), one
            yield from _settings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _settings(one)


def _refuse_other_tasks(folder: Path, config: Mapping[str, Any]) -> None:
    for name in [str(name) for name in config.get("architectures") or ()][:1]:
        if name.endswith(GENERATIVE):
            raise UnsupportedModel(
                f"{folder}: this is a language model ({name}), not a classifier; fine-tune it with a "
                "classification head first (python -m models train --base ...)."
            )
        act = next((act for end, act in OTHER_TASKS.items() if name.endswith(end)), None)
        if act is not None:
            raise UnsupportedModel(f"{folder}: this model {act} ({name}); Assay audits models that label whole texts.")


def _refuse_other_kinds(folder: Path, config: Mapping[str, Any]) -> None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
    from transformers.models.auto.modeling_auto import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES

    model_type = config.get("model_type")
    if model_type not in CONFIG_MAPPING_NAMES:
        raise UnsupportedModel(f"{folder}: transformers knows no model_type '{model_type}' (config.json).")
    if model_type not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise UnsupportedModel(f"{folder}: models of type '{model_type}' cannot classify texts in transformers.")


def check_finite(module: Any, where: str) -> None:
    """Refuse weights with NaN or infinite numbers.

    Raises:
        CheckpointError: names the first such tensor.
    """
    for name, parameter in module.named_parameters():
        if not math.isfinite(float(parameter.detach().float().sum())) and not bool(parameter.isfinite().all()):
            raise CheckpointError(
                f"{where}: the weights hold NaN or infinite numbers (in {name}); train or export it again."
            )
