"""The vocabulary of a tokenizer as texts: what to type so that a model reads each of its tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

_RESERVED = re.compile(r"[\[<]\W*(unused|extra_id|reserved|special|madeupword)\w*\W*[\]>]", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs")


def typed_tokens(tokenizer: Any, without: Collection[int]) -> dict[str, int]:
    """Text -> token id, in the order of the ids; of several tokens with one text (`ing`, `##ing`) the first.

    A piece is told from its neighbour: decoded behind a letter, which is then taken away again, it comes without the marks
    by which tokenizers tell pieces of words from beginnings. Tokens that are no whole characters have no text.

    Args:
        tokenizer: a fast one.
        without: ids that are left out, those of special tokens.
    """
    size, special = len(tokenizer), {*without, *tokenizer.all_special_ids}
    plain = _decoded(tokenizer, [[i] for i in range(size)])
    letter = next((i for i, text in enumerate(plain) if re.fullmatch("[a-z]", text.strip())), None)
    if letter is not None:
        ahead = plain[letter]
        behind = _decoded(tokenizer, [[letter, i] for i in range(size)])
        plain = [
            text.removeprefix(ahead) if text.startswith(ahead) else alone
            for text, alone in zip(behind, plain, strict=True)
        ]
    found: dict[str, int] = {}
    for i, text in enumerate(plain):
        typed = text.strip()
        if i not in special and _typable(typed):
            found.setdefault(typed, i)
    return found


def _decoded(tokenizer: Any, ids: list[list[int]]) -> list[str]:
    return list(tokenizer.batch_decode(ids, clean_up_tokenization_spaces=False))


def _typable(text: str) -> bool:
    if not text or "\ufffd" in text or _RESERVED.fullmatch(text):
        return False
    return not any(unicodedata.category(character) in _UNSEEN for character in text)
