"""Looking at a model folder before anything of it is loaded: what it is, and why it cannot be used."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import CheckpointError, PathNotAllowed, UnsupportedModel
from models.fingerprint import TOKENIZER_FILES

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")
NOT_VOCABULARY = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
VOCABULARIES = tuple(name for name in TOKENIZER_FILES if name not in NOT_VOCABULARY)
GENERATIVE = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ForMaskedLM", "ForPreTraining")
OTHER_TASKS = {
    "ForTokenClassification": "labels tokens",
    "ForQuestionAnswering": "marks answers in a text",
    "ForMultipleChoice": "chooses among several texts",
    "ForNextSentencePrediction": "says whether one sentence follows another",
}
CLASSIFIER, BASE = "AutoModelForSequenceClassification", "AutoModel"
"""What converts the pickled weights of a classifier and of a base."""


def check_allowed(folder: Path, allowed: Sequence[Path] | None) -> None:
    """Refuse a folder outside `allowed` (None: everything is allowed); links are followed first.

    Raises:
        PathNotAllowed: the folder lies elsewhere.
    """
    if allowed is None:
        return
    real = folder.resolve()
    if not any(real.is_relative_to(root.resolve()) for root in allowed):
        listed = ", ".join(str(root) for root in allowed) or "none"
        raise PathNotAllowed(
            f"{folder}: this folder is outside the folders models may be loaded from ({listed}); "
            "move the model there, or add its folder to the setting model_folders."
        )


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object of a checkpoint.

    Raises:
        CheckpointError: it cannot be read or is no object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise CheckpointError(f"{path}: the file is not valid JSON ({error}); copy it again from its source.") from None
    except RecursionError:
        raise CheckpointError(
            f"{path}: the file is nested too deeply to be read; copy it again from its source."
        ) from None
    if not isinstance(data, dict):
        raise CheckpointError(f"{path}: a JSON object was expected.")
    return data


def inspect_model(folder: Path) -> dict[str, Any]:
    """Check a full model's folder and return its config.json.

    Raises:
        CheckpointError: no model, remote code, pickles only, damaged weights, no tokenizer.
        UnsupportedModel: a generative model or one of a kind transformers cannot classify with.
    """
    if not (folder / "config.json").is_file():
        raise CheckpointError(
            f"{folder}: this is not a model folder: it has neither config.json nor adapter_config.json; "
            "give the folder that save_pretrained wrote."
        )
    config = read_json(folder / "config.json")
    refuse_remote_code(folder, config)
    _refuse_other_tasks(folder, config)
    _refuse_other_kinds(folder, config)
    check_weights(folder, "model*.safetensors", CLASSIFIER)
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
    if not (folder / "config.json").is_file():
        itself = "is itself an adapter" if (folder / "adapter_config.json").is_file() else "has no config.json"
        raise CheckpointError(f"{folder}: this cannot be a base model, it {itself}; give the folder of a full model.")
    config = read_json(folder / "config.json")
    refuse_remote_code(folder, config)
    _refuse_other_kinds(folder, config)
    check_weights(folder, "model*.safetensors", BASE)
    if tokenizer and not has_vocabulary(folder) and needs_vocabulary(folder):
        raise CheckpointError(
            f"{folder}: the tokenizer of the base model is missing; save it there with tokenizer.save_pretrained (tokenizer.json)."
        )
    return config


def has_vocabulary(folder: Path) -> bool:
    """Whether a folder holds a tokenizer's vocabulary."""
    return any((folder / name).is_file() for name in VOCABULARIES)


def needs_vocabulary(folder: Path) -> bool:
    """Whether the tokenizer named in tokenizer_config.json has a vocabulary; some read characters or bytes as they are."""
    import transformers

    config = folder / "tokenizer_config.json"
    name = read_json(config).get("tokenizer_class") if config.is_file() else None
    kind = getattr(transformers, name, None) if isinstance(name, str) and name.endswith("Tokenizer") else None
    return kind is None or bool(getattr(kind, "vocab_files_names", True))


def refuse_remote_code(folder: Path, config: Mapping[str, Any]) -> None:
    """Nothing from a checkpoint is executed: one that brings code of its own, or asks for some, is refused.

    Raises:
        UnsupportedModel: config.json or tokenizer_config.json names code (auto_map, attention kernels), or the weights
            are quantised, which needs code and a device of its own.
    """
    tokenizer_config = folder / "tokenizer_config.json"
    also = read_json(tokenizer_config) if tokenizer_config.is_file() else {}
    if config.get("auto_map") or also.get("auto_map"):
        raise UnsupportedModel(
            f"{folder}: the model asks to run code of its own (auto_map), which Assay never does; "
            "use a checkpoint of an architecture that transformers has built in."
        )
    for key in ("attn_implementation", "_attn_implementation"):
        if "/" in str(config.get(key) or ""):
            raise UnsupportedModel(
                f"{folder}: the model asks to run attention code from elsewhere ({key} in config.json), which Assay never "
                "does; remove that line."
            )
    if config.get("quantization_config"):
        raise UnsupportedModel(
            f"{folder}: the weights are quantised (quantization_config in config.json), which Assay does not load; "
            "use the model as it was before (float32, float16 or bfloat16)."
        )


def check_weights(folder: Path, pattern: str, converter: str = CLASSIFIER) -> None:
    """Make sure there are safetensors files and each is whole.

    Args:
        folder: where they must be.
        pattern: their names.
        converter: what to convert pickled weights with.

    Raises:
        CheckpointError: none, only pickles, a shard is missing, or a file is truncated or damaged.
    """
    files = sorted(folder.glob(pattern))
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        wanted = set(read_json(index).get("weight_map", {}).values())
        missing = sorted(wanted - {path.name for path in folder.iterdir()})
        if missing:
            raise CheckpointError(
                f"{folder}: part of the weights is missing ({missing[0]}); copy the whole folder again."
            )
    if not files:
        pickles = sorted(
            path.name for kind in PICKLES for path in folder.glob(kind) if path.name != "training_args.bin"
        )
        if pickles:
            raise CheckpointError(
                f"{folder}: the weights are a pickle ({pickles[0]}), which can run code when opened; convert them where you "
                f"trust them: {converter}.from_pretrained(folder).save_pretrained(new_folder)."
            )
        raise CheckpointError(f"{folder}: the weights are missing; a file {pattern.replace('*', '')} was expected.")
    for path in files:
        _check_safetensors(path)


def weight_shapes(folder: Path) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor in a folder's safetensors files, by name.

    Raises:
        CheckpointError: a file is damaged.
    """
    from safetensors import SafetensorError, safe_open

    shapes: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(str(path), framework="numpy") as file:
                shapes |= {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise CheckpointError(f"{path}: the weights are damaged ({error}); copy the file again.") from None
    return shapes


def _check_safetensors(path: Path) -> None:
    """The header says how long the file must be: no tensor needs to be read to find a truncated one."""
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):
        raise CheckpointError(f"{path}: the weights must be an ordinary file; copy it here from its source.")
    size = facts.st_size
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(size - 8, 100_000_000):
                raise ValueError
            header = json.loads(file.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, OSError):
        raise CheckpointError(f"{path}: the weights are damaged; copy the file again from its source.") from None
    expected = 8 + length + max(ends, default=0)
    if size != expected:
        raise CheckpointError(f"{path}: the weights are cut off ({size:,} of {expected:,} bytes); copy the file again.")


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
