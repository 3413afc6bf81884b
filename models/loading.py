"""`load`: a bundled or registered name, a folder, a LoRA adapter or a hub id becomes a `Classifier`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import AutoConfig, AutoModelForSequenceClassification
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_MASKED_LM_MAPPING_NAMES,
)
from transformers.utils import logging as transformers_logging

from models.adapters import adapter_base, load_adapter
from models.base import BASE_NAME, base_folder
from models.card import read_card
from models.catalog import bundled_folder, find_registered, known_names
from models.checkpoint import check_allowed, check_finite, inspect_model, read_json, weight_shapes
from models.engine import onnx_engine
from models.errors import CheckpointError, DeviceError, ModelNotFound
from models.fingerprint import fingerprint
from models.heads import head_kind, label_names
from models.hub import download
from models.huggingface import HuggingFaceClassifier, choose_threads
from models.tokenizers import check_vocabulary, load_tokenizer

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def load(
    name: str | Path,
    *,
    base: str | None = None,
    labels: Sequence[str] | None = None,
    device: str | None = None,
    dtype: Literal["float32", "bfloat16"] | None = None,
    engine: Literal["torch", "onnx", "auto"] = "torch",
    threads: int | None = None,
    allowed: Sequence[Path] | None = None,
) -> HuggingFaceClassifier:
    """Load a text classifier, in evaluation mode, on the best device there is.

    Args:
        name: bundled or registered name, folder of a model or LoRA adapter, or hub id ("owner/model").
        base: base model of an adapter: folder, bundled base's name or hub id.
        labels: label names in the head's order, instead of the checkpoint's.
        device: "cpu", "cuda" or "mps".
        dtype: "float32" (default) or "bfloat16".
        engine: "auto" uses ONNX Runtime on a CPU where it agrees with torch within 1e-5; "onnx" insists.
        threads: CPU threads; default OMP_NUM_THREADS, else the cores this process may use.
        allowed: folders models may be loaded from (the dashboard's limit); None allows all.

    Raises:
        ModelNotFound: nothing of that name.
        CheckpointError: the checkpoint is damaged, incomplete or unsafe.
        UnsupportedModel: it is not a text classifier Assay audits.
        PathNotAllowed: it lies outside `allowed`.
        DeviceError: the device is absent.
    """
    entry = find_registered(str(name))
    if entry is not None:
        base, labels = base or entry.base, labels or entry.labels or None
        device, dtype = device or entry.device, dtype or entry.dtype  # type: ignore[assignment]
    where = _folder(str(name) if entry is None else entry.path, allowed, trusted=entry is not None)
    choose_threads(threads)
    place = _device(device)
    transformers_logging.set_verbosity_error()
    adapted = (where / "adapter_config.json").is_file()
    parts = _load_adapted(where, base, labels) if adapted else _load_full(where, labels)
    module, tokenizer, config, names, head, folders = parts
    check_finite(module, str(where))
    check_vocabulary(tokenizer, module.get_input_embeddings().num_embeddings, str(where))
    kind = dtype or "float32"
    module = module.to(device=place, dtype=DTYPES[kind]).eval().requires_grad_(False)
    model_type = str(config.get("model_type"))
    classifier = HuggingFaceClassifier(
        name=str(name),
        module=module,
        tokenizer=tokenizer,
        labels=names,
        head=head,
        fingerprint=fingerprint(folders, names, head),
        # decoders pool at the last token; a type that also has a masked-language head is an encoder
        pools_last=model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES
        and model_type not in MODEL_FOR_MASKED_LM_MAPPING_NAMES,
        device=place,
        dtype=kind,
        card=read_card(where),
    )
    _choose_engine(classifier, engine)
    return classifier


def _choose_engine(classifier: HuggingFaceClassifier, engine: str) -> None:
    if engine == "torch":
        return
    onnx = onnx_engine(classifier)
    if onnx is not None:
        classifier.use_engine(onnx)
    elif engine == "onnx":
        raise DeviceError(
            f"{classifier.name}: ONNX Runtime cannot run this model in float32 on the CPU with the same results; use --engine torch."
        )


def _folder(name: str, allowed: Sequence[Path] | None, *, trusted: bool = False) -> Path:
    bundled = bundled_folder(name)
    if bundled is not None:
        return bundled
    path = Path(name).expanduser()
    if path.is_dir():
        if not trusted:
            check_allowed(path, allowed)
        return path
    if path.is_file():
        raise CheckpointError(f"{path}: this is a file; give the folder that holds config.json and the weights.")
    if HUB_ID.fullmatch(name) and not name.startswith("."):
        return download(name)
    raise ModelNotFound(
        f"There is no model named '{name}': it is neither a folder nor a hub id (owner/model) nor one of: "
        f"{', '.join(known_names())}."
    )


def _device(name: str | None) -> str:
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    place = name or best
    try:
        torch.zeros(1, device=place)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise DeviceError(f"There is no device '{place}' here; use --device {best}.") from None
    return place


Parts = tuple[Any, Any, dict[str, Any], tuple[str, ...], Any, list[Path]]


def _load_full(folder: Path, labels: Sequence[str] | None) -> Parts:
    config = inspect_model(folder)
    n_outputs = int(_configuration(folder).num_labels)
    head = head_kind(config, n_outputs, labels, str(folder))
    names = label_names(config, read_card(folder), n_outputs, labels, str(folder))
    module = load_module(folder, n_outputs)
    return module, load_tokenizer(folder), config, names, head, [folder]


def _load_adapted(folder: Path, base: str | None, labels: Sequence[str] | None) -> Parts:
    base_path = adapter_base(folder, base, lambda name: _folder(name, None) if name != BASE_NAME else base_folder())
    config = inspect_model(base_path)
    module, n_outputs = load_adapter(folder, base_path, load_module)
    card = read_card(folder)
    # the base's own label names are not the adapter's
    names = label_names({}, card, n_outputs, labels, str(folder))
    head = head_kind(
        {**config, "problem_type": card.get("problem_type")}, n_outputs, labels or card.get("labels"), str(folder)
    )
    own = any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt"))
    tokenizer = load_tokenizer(folder if own else base_path)
    return module, tokenizer, config, names, head, [folder, base_path]


def _configuration(folder: Path) -> Any:
    """The configuration, with what transformers 5 writes elsewhere put where 4.57 looks for it."""
    try:
        config = AutoConfig.from_pretrained(str(folder), trust_remote_code=False)
    except Exception as error:  # a config.json that transformers cannot make sense of
        raise CheckpointError(f"{folder}: config.json cannot be used ({_first_line(error)}).") from None
    raw = read_json(folder / "config.json")
    rope = raw.get("rope_parameters")
    if isinstance(rope, dict) and "rope_theta" in rope and "rope_theta" not in raw:
        config.rope_theta = rope["rope_theta"]
        others = {key: value for key, value in rope.items() if key != "rope_theta"}
        if others.get("rope_type", "default") != "default":
            config.rope_scaling = others
    return config


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else type(error).__name__


def load_module(folder: Path, n_outputs: int, *, new_head: bool = False) -> Any:
    """Load a sequence classification model from safetensors.

    Args:
        folder: a checked model folder.
        n_outputs: outputs of the head.
        new_head: an adapter will bring the head, so it may be missing here.

    Raises:
        CheckpointError: weights are missing (a head would be random) or contradict the configuration.
    """
    config = _configuration(folder)
    config.num_labels = n_outputs
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module, info = AutoModelForSequenceClassification.from_pretrained(
                str(folder),
                config=config,
                trust_remote_code=False,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
                ignore_mismatched_sizes=True,
                torch_dtype=torch.float32,
            )
    except Exception as error:
        raise CheckpointError(f"{folder}: the model cannot be loaded ({_first_line(error)}).") from None
    base_prefix = module.base_model_prefix + "."
    missing = sorted(key for key in info["missing_keys"] if not key.endswith("position_ids"))
    mismatched = sorted(info["mismatched_keys"])
    head_missing = [key for key in missing if not key.startswith(base_prefix)]
    body_missing = [key for key in missing if key.startswith(base_prefix) and ".pooler." not in key]
    if mismatched and not (new_head and all(not key.startswith(base_prefix) for key in mismatched)):
        key = mismatched[-1]
        got = weight_shapes(folder).get(key)
        raise CheckpointError(
            f"{folder}: {key} has shape {got} in the weights, but config.json calls for "
            f"{tuple(module.get_parameter(key).shape)}; the number of labels or the sizes in config.json are wrong."
        )
    if body_missing:
        raise CheckpointError(
            f"{folder}: {len(body_missing)} weights are missing (first: {body_missing[0]}); copy the folder again."
        )
    if not new_head and (head_missing or missing):
        raise CheckpointError(
            f"{folder}: the classification head is missing from the weights ({(head_missing or missing)[0]}), it would be random; "
            "fine-tune the model first."
        )
    return module
