"""LoRA adapters (Hu et al. 2021, as peft saves them): finding them in a folder, filling and merging them into their base."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from models.errors import CheckpointError, UnsupportedModel
from models.files import there
from models.fingerprint import tensors_sha256
from models.lora import ALL_LINEAR, CONFIG, MERGE, LoraSettings
from models.modules import HARMLESS, configuration, load_base, outputs_of
from models.names import first_line, some
from models.translating import tr_later
from models.weights import ADAPTER as WEIGHTS
from models.weights import adapter_shapes

PREFIX = "base_model.model."
_TOKENS = ".token_adapter.trainable_tokens_delta"
_WRAPPERS = re.compile(r"\.(base_layer|token_adapter|modules_to_save(\.default)?)(?=\.)")
_UNUSED = ".original_module."

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Merged:
    """A base with its adapter merged into it.

    `own_head`: whether the adapter brought the head (else it is the base's own). `base_sha256`: of the base's weights
    that are still the base's own under the adapter.
    """

    module: Any
    n_outputs: int
    own_head: bool
    base_sha256: str


@dataclass(frozen=True, slots=True)
class _Parts:
    """The tensors of an adapter: whole weights by name, LoRA's own by layer, rows of single tokens by embedding."""

    whole: Tensors
    lora: dict[str, Tensors]
    tokens: Tensors


def adapter_folder(folder: Path) -> Path | None:
    """The folder of the adapter that a folder is or holds; None where it is a full model, or nothing.

    Raises:
        CheckpointError: there are several to choose from.
    """
    if there(folder / CONFIG):
        return folder
    if there(folder / "config.json"):
        return None
    inside = sorted(one.name for one in folder.iterdir() if not one.is_symlink() and (one / CONFIG).is_file())
    if len(inside) > 1:
        raise CheckpointError(
            f"{folder}: this folder holds several adapters ({', '.join(inside)}); give the folder of one of them, such as "
            f"{folder / inside[0]}."
        )
    return folder / inside[0] if inside else None


def merge_adapter(folder: Path, settings: LoraSettings, base: Path) -> Merged:
    """Load a base, put in what the adapter holds of it, and merge the LoRA matrices.

    Args:
        folder: the adapter's, with adapter_model.safetensors.
        settings: what its adapter_config.json says.
        base: the checked folder of its base.

    Raises:
        CheckpointError: damaged weights, weights that neither folder holds, or an adapter that does not fit the base.
        UnsupportedModel: a layer that peft cannot merge.
    """
    adapter_shapes(folder)
    parts = _parts(folder)
    n_outputs = outputs_of(base, {name: tuple(tensor.shape) for name, tensor in parts.whole.items()})
    own_head = n_outputs is not None
    if n_outputs is None:
        n_outputs = int(configuration(base).num_labels)
    module, unread = load_base(base, n_outputs)
    kept = {name: t for name, t in module.state_dict().items() if name not in unread and name not in parts.whole}
    base_sha256 = tensors_sha256(kept)
    _fill(folder, base, module, parts)
    _refuse_unsaved(folder, settings, module, parts.whole)
    left = unread - parts.whole.keys()
    if left:
        raise CheckpointError(
            f"{folder}: {some(left)} would be random: neither the adapter nor its base {base} holds them; train it again with "
            "these parts in modules_to_save, or give the base that has them with --base."
        )
    _set_tokens(folder, settings, module, parts.tokens)
    _check_layers(folder, settings, module, parts.lora)
    if parts.lora:
        module = _merge(folder, settings, base, module, parts.lora)
    return Merged(module, n_outputs, own_head, base_sha256)


def _parts(folder: Path) -> _Parts:
    from safetensors.torch import load_file

    whole: Tensors = {}
    unused: Tensors = {}
    lora: dict[str, Tensors] = {}
    tokens: Tensors = {}
    for key, tensor in load_file(str(folder / WEIGHTS)).items():
        name = key.removeprefix(PREFIX)
        if ".lora_" in name:
            layer, rest = name.rsplit(".lora_", 1)
            lora.setdefault(layer, {})[f"lora_{rest}"] = tensor
        elif name.endswith(_TOKENS):
            tokens[name.removesuffix(_TOKENS)] = tensor
        elif _UNUSED in name:
            unused[_WRAPPERS.sub("", name.replace(_UNUSED, "."))] = tensor
        else:
            whole[_WRAPPERS.sub("", name)] = tensor
    return _Parts({**unused, **whole}, lora, tokens)


def _fill(folder: Path, base: Path, module: Any, parts: _Parts) -> None:
    """Put whole weights of the adapter (heads, poolers, embeddings, biases) in the place of the base's."""
    state = module.state_dict()
    unknown = [name for name in parts.whole if name not in state and not name.endswith(HARMLESS)]
    if unknown:
        raise CheckpointError(
            f"{folder}: the adapter does not fit its base {base}, which has no place for {some(unknown)}; "
            "name the right one with --base."
        )
    table = getattr(module.get_input_embeddings(), "weight", None)
    for name, parameter in module.named_parameters():
        new = parts.whole.get(name)
        if (
            table is not None
            and parameter is table
            and new is not None
            and new.dim() == 2
            and len(new) != len(parameter)
        ):
            module.resize_token_embeddings(len(new), mean_resizing=False)
            state = module.state_dict()
            break
    for name, tensor in parts.whole.items():
        if name in state and tensor.shape != state[name].shape:
            raise CheckpointError(
                f"{folder}: the adapter does not fit its base {base}: {name} has shape {tuple(tensor.shape)} in the adapter "
                f"and {tuple(state[name].shape)} in the base; name the right one with --base."
            )
    module.load_state_dict({name: t for name, t in parts.whole.items() if name in state}, strict=False)


def _refuse_unsaved(folder: Path, settings: LoraSettings, module: Any, whole: Mapping[str, Any]) -> None:
    """Refuse an adapter that lacks parts it says were trained with it: the base's would stand in their place."""
    parts = dict(module.named_modules())
    trained = [f"{p}.{name}" for p in settings.saved_whole(parts) for name, _ in parts[p].named_parameters()]
    lacking = [name for name in trained if name not in whole]
    if lacking:
        raise CheckpointError(
            f"{folder}: {WEIGHTS} lacks {some(lacking)}, though modules_to_save says they were trained; save the adapter again."
        )
    if settings.bias != "none":
        biased = [name for name, _ in module.named_parameters() if name.endswith(".bias")]
        if settings.bias == "lora_only":
            layers = set(settings.targets(parts))
            biased = [name for name in biased if name.removesuffix(".bias") in layers]
        lacking = [name for name in biased if name not in whole]
        if lacking:
            raise CheckpointError(
                f"{folder}: {WEIGHTS} lacks {some(lacking)}, though bias '{settings.bias}' says they were trained; save the "
                "adapter again."
            )


def _set_tokens(folder: Path, settings: LoraSettings, module: Any, tokens: Tensors) -> None:
    """Put the rows of tokens that were trained one by one into their embeddings."""
    chosen = settings.trainable_token_indices
    for name, rows in tokens.items():
        if isinstance(chosen, dict):
            ids = next((ids for end, ids in chosen.items() if name == end or name.endswith(f".{end}")), ())
        else:
            ids = chosen
        try:
            with torch.no_grad():
                module.get_submodule(name).weight[list(ids)] = rows.float()
        except (AttributeError, IndexError, RuntimeError):
            raise CheckpointError(
                f"{folder}: the trained tokens of {name} do not fit trainable_token_indices or the base; save the adapter again."
            ) from None
    if chosen and not tokens:
        raise CheckpointError(f"{folder}: {WEIGHTS} lacks the tokens that were trained; save the adapter again.")


def _check_layers(folder: Path, settings: LoraSettings, module: Any, lora: Mapping[str, Tensors]) -> None:
    """Refuse an adapter whose matrices are not those of the layers it is for."""
    names = dict(module.named_modules())
    foreign = [name for name in lora if name not in names]
    if foreign:
        raise CheckpointError(
            f"{folder}: the adapter does not fit its base, which has no layer {some(foreign)}; name the right one with --base."
        )
    for name, parts in lora.items():
        first = parts.get("lora_A.weight", parts.get("lora_embedding_A"))
        if first is None:
            raise CheckpointError(f"{folder}: {WEIGHTS} lacks {name}.lora_A.weight; copy or save the adapter again.")
        if len(first) != settings.rank(name):
            raise CheckpointError(
                f"{folder}: {WEIGHTS} has matrices of rank {len(first)} for {name}, but {CONFIG} says {settings.rank(name)}; copy or "
                "save the adapter again."
            )
    if settings.target_modules == ALL_LINEAR:
        return
    wanted = set(settings.targets(names))
    lacking, beyond = wanted - lora.keys(), lora.keys() - wanted
    if lacking or beyond:
        what = (
            tr_later(f"lacks the matrices of {some(lacking)}")
            if lacking
            else tr_later(f"has matrices for {some(beyond)}")
        )
        raise CheckpointError(
            f"{folder}: {WEIGHTS} {what}, which target_modules in {CONFIG} {'does' if lacking else 'does not'} name; copy or "
            "save the adapter again."
        )


def _merge(folder: Path, settings: LoraSettings, base: Path, module: Any, lora: Mapping[str, Tensors]) -> Any:
    """Let peft merge, by a configuration made here: exact layer names and nothing that the folder says of its own."""
    from peft import LoraConfig, PeftModel, set_peft_model_state_dict

    exact = {name: f"^{re.escape(name)}" for name in lora}
    config = LoraConfig(
        r=settings.r,
        lora_alpha=settings.lora_alpha,
        target_modules="|".join(re.escape(name) for name in lora),
        rank_pattern={exact[n]: settings.rank(n) for n in lora if settings.rank(n) != settings.r},
        alpha_pattern={exact[n]: settings.alpha(n) for n in lora if settings.alpha(n) != settings.lora_alpha},
        fan_in_fan_out=settings.fan_in_fan_out,
        use_rslora=settings.use_rslora,
        use_dora=settings.use_dora,
        lora_bias=settings.lora_bias,
        init_lora_weights=settings.starts_from or True,
        inference_mode=True,
    )
    given = {f"{PREFIX}{layer}.{name}": tensor for layer, parts in lora.items() for name, tensor in parts.items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            adapted = PeftModel(module, config)
            result = set_peft_model_state_dict(adapted, given)
    except Exception as error:  # peft raises RuntimeError, ValueError and others for one cause: it does not fit
        raise CheckpointError(
            f"{folder}: the adapter does not fit its base {base} ({first_line(error)}); name the right one with --base."
        ) from None
    lacking = [name.removeprefix(PREFIX).replace(".default", "") for name in result.missing_keys if ".lora_" in name]
    odd = [name.removeprefix(PREFIX) for name in result.unexpected_keys]
    if lacking or odd:
        what = f"lacks {some(lacking)}" if lacking else tr_later(f"has {some(odd)}, of which peft makes nothing")
        raise CheckpointError(f"{folder}: {WEIGHTS} {what}; copy or save the adapter again.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return adapted.merge_and_unload(safe_merge=False)
    except Exception as error:  # a layer of a kind that peft adapts but does not merge
        raise UnsupportedModel(f"{folder}: peft cannot merge this adapter ({first_line(error)}); {MERGE}.") from None
