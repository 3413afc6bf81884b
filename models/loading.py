"""`load`: a bundled or registered name, a folder, a LoRA adapter or a hub id becomes a `Classifier`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from transformers.utils import logging as transformers_logging

from models.adapters import adapter_folder, merge_adapter
from models.base import base_folder
from models.card import read_card
from models.catalog import find_registered
from models.checkpoint import (
    check_allowed,
    check_finite,
    has_vocabulary,
    inspect_base,
    inspect_model,
    refuse_remote_code,
)
from models.errors import CheckpointError, DeviceError, ModelNotFound, UnsupportedModel
from models.files import read_json, there
from models.finding import HOW, given_base, model_folder, recorded_base, registered_folder
from models.fingerprint import fingerprint
from models.heads import head_kind, label_names, label_thresholds
from models.huggingface import AdapterBase, HuggingFaceClassifier
from models.lora import read_lora
from models.modules import configuration, hold_weights, load_module
from models.onnx_engine import onnx_engine
from models.places import BUNDLED, cache
from models.registry import BASE as KEPT_BASE
from models.scaling import Scaling, scaling_of
from models.task import Head
from models.threads import choose_threads
from models.tokenizers import check_vocabulary, load_tokenizer
from models.trial_results import Findings
from models.trials import findings_of


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
    trusted = entry is not None and base in (None, entry.base)  # these were allowed when it was registered
    if entry is not None:
        base, labels = base or entry.base, labels or entry.labels or None
        device, dtype = device or entry.device, dtype or entry.dtype  # type: ignore[assignment]
    where = model_folder(str(name), allowed) if entry is None else registered_folder(entry)
    under = entry.folder(KEPT_BASE) if trusted and entry is not None and KEPT_BASE in entry.trees else None
    choose_threads(threads)
    place = _device(device)
    transformers_logging.set_verbosity_error()
    adapter = adapter_folder(where)
    if adapter is None:
        parts = _load_full(where, labels)
    else:
        known = entry.base_sha256 if entry is not None else None
        parts = _load_adapted(where, adapter, base, labels, None if trusted else allowed, known, under)
    module, tokenizer, names, head = parts.module, parts.tokenizer, parts.labels, parts.head
    check_finite(module, str(where))
    check_vocabulary(tokenizer, module, str(where))
    module = module.eval().requires_grad_(False)
    if not all(map(_stays, parts.folders)):
        hold_weights(module)
    kind = dtype or "float32"
    classifier = HuggingFaceClassifier(
        name=str(name),
        module=module,
        tokenizer=tokenizer,
        labels=names,
        head=head,
        thresholds=parts.thresholds,
        scaling=parts.scaling,
        fingerprint=fingerprint(parts.folders, names, head, parts.thresholds, parts.scaling),
        findings=Findings(),
        card=read_card(adapter or where),
        base=parts.base,
    )
    found = findings_of(classifier)
    if found.refused:
        raise UnsupportedModel(f"{where}: {found.refused}")
    classifier.adopt(found)
    classifier.move(place, kind)
    _choose_engine(classifier, engine)
    return classifier


def _stays(folder: Path) -> bool:
    """Whether nobody writes into the files of a folder once they are there: what came with Assay, and copies kept by content."""
    places = [BUNDLED, cache()]
    with suppress(ModelNotFound):
        places.append(base_folder())
    return any(folder.resolve().is_relative_to(place.resolve()) for place in places)


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


def _device(name: str | None) -> str:
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    place = name or best
    try:
        torch.zeros(1, device=place)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise DeviceError(f"There is no device '{place}' here; use --device {best}.") from None
    return place


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a folder gave: the classifier's parts, and the folders whose contents decide its numbers."""

    module: Any
    tokenizer: Any
    labels: tuple[str, ...]
    head: Head
    folders: tuple[Path, ...]
    base: AdapterBase | None = None
    thresholds: tuple[float, ...] = ()
    scaling: Scaling | None = None


def _load_full(folder: Path, labels: Sequence[str] | None) -> _Parts:
    config = inspect_model(folder)
    n_outputs = int(configuration(folder).num_labels)
    head = head_kind(config, n_outputs, labels, str(folder))
    card = read_card(folder)
    names = label_names(config, card, n_outputs, labels, str(folder))
    thresholds = _thresholds(config, card, n_outputs, head, folder)
    scaling = scaling_of(card, head, len(names), str(folder))
    module = load_module(folder, n_outputs)
    return _Parts(module, load_tokenizer(folder), names, head, (folder,), thresholds=thresholds, scaling=scaling)


def _thresholds(
    config: Mapping[str, Any], card: Mapping[str, Any], n_outputs: int, head: Head, folder: Path
) -> tuple[float, ...]:
    if "thresholds" not in card:
        return ()
    own = label_names(config, card, n_outputs, None, str(folder)) if head == "multi_label" else ()
    return label_thresholds(card, head, own, str(folder))


def _load_adapted(
    where: Path,
    folder: Path,
    base: str | None,
    labels: Sequence[str] | None,
    allowed: Sequence[Path] | None,
    known: str | None,
    under: Path | None = None,
) -> _Parts:
    """Load an adapter with its base.

    Args:
        where: the folder that was asked for.
        folder: the adapter's: `where`, or within it.
        base: the base that was asked for.
        labels: label names that were asked for.
        allowed: folders models may be loaded from.
        known: sha256 of the base's weights when the model was registered.
        under: folder of the base that is kept with the registered model.
    """
    settings, raw = read_lora(folder)
    card = read_card(folder)
    wanted = known or card.get("base_sha256")
    name = base or str(raw.get("base_model_name_or_path") or "")
    if under is not None:
        place = under
    else:
        place = given_base(base, allowed) if base else recorded_base(folder, raw, known=bool(wanted), allowed=allowed)
    beside = _tokenizer_of(folder, where)
    config = inspect_base(place, tokenizer=beside is None)
    own = read_json(folder / "config.json") if there(folder / "config.json") else {}
    if beside is not None:
        if beside not in (folder, where):  # those were allowed, or come from the hub's cache
            check_allowed(beside, allowed)
        refuse_remote_code(beside, {})
    merged = merge_adapter(folder, settings, place)
    if wanted and merged.base_sha256 != wanted:
        raise CheckpointError(
            f"{folder}: {place} is not the base model this adapter goes with: its weights have the sha256 "
            f"{merged.base_sha256[:12]}..., not {str(wanted)[:12]}...; {HOW}."
        )
    # the base's own label names are the adapter's only where it left the base's head as it was
    said = own or ({} if merged.own_head else config)
    n_outputs = merged.n_outputs
    problem = card.get("problem_type") or said.get("problem_type")
    head = head_kind({**config, "problem_type": problem}, n_outputs, labels or card.get("labels"), str(folder))
    names = label_names(_names_of(said, n_outputs), card, n_outputs, labels, str(folder))
    tokenizer = load_tokenizer(beside or place)
    folders = dict.fromkeys((folder, beside or place, place))
    return _Parts(
        merged.module, tokenizer, names, head, tuple(folders),
        AdapterBase(name, str(place), merged.base_sha256),
        _thresholds(_names_of(said, n_outputs), card, n_outputs, head, folder),
        scaling_of(card, head, len(names), str(folder)),
    )  # fmt: skip


def _tokenizer_of(folder: Path, where: Path) -> Path | None:
    """Where the tokenizer saved with an adapter lies, if there is one: beside it, or beside the adapters it is one of."""
    if has_vocabulary(folder):
        return folder
    above = folder.parent
    shared = above == where or there(above / "adapter_config.json")
    return above if shared and has_vocabulary(above) else None


def _names_of(config: Mapping[str, Any], n_outputs: int) -> dict[str, Any]:
    """The label names of a configuration that lies beside an adapter, if it counts the head's outputs."""
    found = config.get("id2label")
    return {"id2label": found} if isinstance(found, Mapping) and len(found) == n_outputs else {}
