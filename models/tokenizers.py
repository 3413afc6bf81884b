"""Loading tokenizers: fast ones only (offsets), and those saved by transformers 5, which 4.57 does not know by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from models.errors import CheckpointError
from models.files import read_json, there
from models.names import first_line
from models.scratch import tokenizer_alone
from models.tokenizer_settings import SPECIALS, clean_settings
from models.tokenizer_trial import check_tokenizer


def load_tokenizer(folder: Path) -> Any:
    """Load the fast tokenizer of a folder.

    Raises:
        CheckpointError: it is damaged, without bounds, or there is only a slow one (no character offsets).
        UnsupportedModel: its settings name a class that is no tokenizer of transformers.
    """
    from transformers import AutoTokenizer

    config = read_json(folder / "tokenizer_config.json") if there(folder / "tokenizer_config.json") else {}
    if there(folder / "tokenizer.json"):
        check_tokenizer(folder / "tokenizer.json")
    with tokenizer_alone(folder) as view:
        try:
            if _from_transformers_5(config):
                tokenizer = _plain_fast(view, config)
            else:
                tokenizer = AutoTokenizer.from_pretrained(
                    str(view), use_fast=True, trust_remote_code=False, local_files_only=True
                )
        except BaseException as error:  # transformers raises many kinds here, all about the files; Rust code panics
            if not isinstance(error, Exception) and not is_panic(error):
                raise
            reason = first_line(error).replace(str(view), str(folder))
            raise CheckpointError(
                f"{folder}: the tokenizer cannot be read ({reason}); save it again beside the model."
            ) from None
        if tokenizer.is_fast and not there(folder / "tokenizer.json"):  # made from older files
            made = view / "made.json"
            made.write_text(tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
            check_tokenizer(made, shown=folder)
    tokenizer.name_or_path = str(folder)
    if not tokenizer.is_fast:
        raise CheckpointError(
            f"{folder}: the tokenizer ({type(tokenizer).__name__}) has no fast version (tokenizer.json), so it cannot be said "
            "where in a text its tokens lie; use a model whose tokenizer has one."
        )
    return tokenizer


def is_panic(error: BaseException) -> bool:
    """Whether an error is a panic of Rust code, which is no `Exception`."""
    return type(error).__name__ == "PanicException"


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

    config = {**config, **clean_settings(folder / "tokenizer_config.json", {**config, "tokenizer_class": None})}
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
