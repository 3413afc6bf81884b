"""Loading tokenizers: fast ones only (offsets), and those saved by transformers 5, which 4.57 does not know by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from models.checkpoint import read_json
from models.errors import CheckpointError

SPECIALS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


def load_tokenizer(folder: Path) -> Any:
    """Load the fast tokenizer of a folder.

    Raises:
        CheckpointError: it is damaged, or there is only a slow one (no character offsets).
    """
    from transformers import AutoTokenizer

    config_file = folder / "tokenizer_config.json"
    config = read_json(config_file) if config_file.is_file() else {}
    try:
        if _from_transformers_5(config):
            tokenizer = _plain_fast(folder, config)
        else:
            tokenizer = AutoTokenizer.from_pretrained(
                str(folder), use_fast=True, trust_remote_code=False, local_files_only=True
            )
    except Exception as error:  # transformers raises many kinds here, all of them about the files
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(
            f"{folder}: the tokenizer cannot be read ({reason[:160]}); save it again beside the model."
        ) from None
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"{folder}: the tokenizer ({type(tokenizer).__name__}) has no fast version (tokenizer.json), so it cannot be said "
            "where in a text its tokens lie; use a model whose tokenizer has one."
        )
    return tokenizer


def check_vocabulary(tokenizer: Any, module: Any, where: str) -> None:
    """Refuse a tokenizer that makes ids the embedding does not have.

    Raises:
        CheckpointError: with both numbers.
    """
    n_embeddings = _table_rows(module)
    vocabulary = tokenizer.get_vocab()
    highest = max(vocabulary.values(), default=-1)
    if n_embeddings is not None and highest >= n_embeddings:
        raise CheckpointError(
            f"{where}: the tokenizer makes ids up to {highest:,}, but the model's embedding ends at {n_embeddings - 1:,}; "
            "tokenizer and model are not of one kind, or the embedding was not resized."
        )


def _table_rows(module: Any) -> int | None:
    """How many ids the word embedding has a vector for; None where it is no table (CANINE hashes its ids)."""
    try:
        layer = module.get_input_embeddings()
    except NotImplementedError:  # Perceiver has one and does not say which
        layer = next((one for one in module.modules() if isinstance(one, torch.nn.Embedding)), None)
    weight = getattr(layer, "weight", None)
    return len(weight) if isinstance(weight, torch.Tensor) and weight.dim() == 2 else None


def _from_transformers_5(config: dict[str, Any]) -> bool:
    return config.get("tokenizer_class") == "TokenizersBackend" or isinstance(config.get("extra_special_tokens"), list)


def _plain_fast(folder: Path, config: dict[str, Any]) -> Any:
    from transformers import PreTrainedTokenizerFast

    known = {name: _content(config[name]) for name in SPECIALS if config.get(name) is not None}
    extra = config.get("extra_special_tokens") or []
    kept: dict[str, Any] = {
        name: config[name] for name in ("model_max_length", "padding_side", "truncation_side") if name in config
    }
    names = config.get("model_input_names")
    if names:
        kept["model_input_names"] = names
    return PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        additional_special_tokens=[_content(token) for token in extra] if isinstance(extra, list) else [],
        **known,
        **kept,
    )


def _content(token: Any) -> str:
    return str(token["content"]) if isinstance(token, dict) else str(token)
