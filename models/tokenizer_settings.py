"""The settings of a tokenizer that are handed on to transformers: those that say how to read texts, none that name files or code.

`tokenizer_config.json` is a list of arguments for a class. Any of them may be a path that the class opens, so they are
taken from a fixed list and from what the class itself takes, its files left out.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import CheckpointError, UnsupportedModel

SPECIALS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
EVERY = frozenset(
    {*SPECIALS, "additional_special_tokens", "extra_special_tokens", "added_tokens_decoder", "model_max_length",
     "padding_side", "truncation_side", "model_input_names", "clean_up_tokenization_spaces", "split_special_tokens",
     "add_prefix_space", "add_bos_token", "add_eos_token", "do_lower_case", "strip_accents", "tokenize_chinese_chars",
     "tokenizer_class"}
)  # fmt: skip
"""Settings of every kind of tokenizer."""
PLACES = re.compile(
    r"file|path|folder|dir$|ckpt|spm|kwargs|object|inputs$|template|backend|cache|^_|vocab$|merges$|^vocabulary|emoji"
)
"""Names of arguments that are files, or what files hold; no setting has such a name."""
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*(Tokenizer|TokenizerFast|TokenizersBackend)|TokenizersBackend")


def clean_settings(path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a tokenizer_config.json that are handed on.

    Args:
        path: the file, for messages.
        raw: what it says.

    Raises:
        CheckpointError: a value that cannot be.
        UnsupportedModel: it names a class that is no tokenizer of transformers.
    """
    name = raw.get("tokenizer_class")
    allowed = EVERY | _arguments(path, name)
    kept = {key: value for key, value in raw.items() if key in allowed and value is not None}
    for key in SPECIALS:
        if key in kept:
            _check_token(path, key, kept[key])
    limit = kept.get("model_max_length")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 1):
        raise CheckpointError(f"{path}: model_max_length is {limit!r}; a number of tokens was expected, 1 or more.")
    if isinstance(limit, float) and not math.isfinite(limit):
        del kept["model_max_length"]  # the same as none
    return kept


def clean_specials(path: Path, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The special tokens of a special_tokens_map.json, and nothing else that it says.

    Raises:
        CheckpointError: one of them is no token.
    """
    kept = {key: raw[key] for key in (*SPECIALS, "additional_special_tokens") if raw.get(key) is not None}
    for key in SPECIALS:
        if key in kept:
            _check_token(path, key, kept[key])
    return kept


def _check_token(path: Path, key: str, value: Any) -> None:
    content = value.get("content") if isinstance(value, Mapping) else value
    if not isinstance(content, str):
        raise CheckpointError(f"{path}: {key} is {str(value)[:40]!r}; a token was expected; save the tokenizer again.")


def _arguments(path: Path, name: Any) -> frozenset[str]:
    """What a class of tokenizers takes beyond what all take, its files left out; nothing where no class is named."""
    if name is None:
        return frozenset()
    if not isinstance(name, str) or not _CLASS.fullmatch(name):
        raise UnsupportedModel(
            f"{path}: tokenizer_class is {str(name)[:60]!r}, which is no tokenizer of transformers; save the tokenizer again "
            "with the class it was made with."
        )
    from transformers.models.auto.tokenization_auto import tokenizer_class_from_name

    stem = name.removesuffix("Fast")
    found = [tokenizer_class_from_name(one) for one in (stem, f"{stem}Fast")]
    taken: set[str] = set()
    for kind in found:
        if kind is not None:
            files = set(getattr(kind, "vocab_files_names", ()))
            taken |= {one for one in inspect.signature(kind.__init__).parameters if one not in files}
    return frozenset(one for one in taken if not PLACES.search(one)) - {"self", "args"}
