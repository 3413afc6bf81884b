"""What a model is tried on: texts of its tokenizer's own words, so that they are not all unknown to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.classifier import TextInput, TokenRow
from models.errors import ModelError

if TYPE_CHECKING:
    from models.huggingface import HuggingFaceClassifier

LENGTHS = (1, 2, 3, 5, 8, 13, 20)
"""Words of the plain texts."""
OTHER_LENGTHS = (2, 5, 8)
"""Words of further texts, which differ from the first of that length."""
SAMPLED = 600
WORDS = 48
FALLBACK = ("a", "good", "text", "of", "some", "short", "plain", "words", "that", "all", "of", "us", "know")


@dataclass(frozen=True, slots=True)
class TrialTexts:
    """Texts for one model.

    Attributes:
        words: the words they are made of.
        plain: single texts.
        special: texts with a sign of the tokenizer's own among the words.
        pairs: both sides of some length.
    """

    words: tuple[str, ...]
    plain: tuple[str, ...]
    special: tuple[str, ...]
    pairs: tuple[TextInput, ...]

    def long(self, tokens: int) -> str:
        """A text of at least so many tokens."""
        return " ".join(self.words[i * 7 % len(self.words)] for i in range(tokens))


def trial_texts(classifier: HuggingFaceClassifier) -> TrialTexts:
    """The texts a model is tried on, always the same for the same tokenizer."""
    words = _words(classifier)
    draw = np.random.default_rng(1)

    def text(count: int) -> str:
        return " ".join(words[i] for i in draw.integers(len(words), size=count))

    plain = ["", *(text(count) for count in (*LENGTHS, *OTHER_LENGTHS))]
    special = [f"{text(2)} {sign} {text(3)} {sign}" for sign in _signs(classifier)]
    pairs = [(text(3), text(5)), (text(8), text(2)), (text(1), text(12))]
    return TrialTexts(tuple(words), tuple(plain), tuple(special), tuple(pairs))


def content(classifier: HuggingFaceClassifier, row: TokenRow) -> list[int]:
    """Places of a row that hold no special id."""
    special = classifier.special
    return [i for i, one in enumerate(row.ids) if one not in special.all and one != special.unknown]


def masked(classifier: HuggingFaceClassifier, rows: Sequence[TokenRow]) -> list[TokenRow]:
    """Copies of rows with every second word's place holding the mask, or the unknown word."""
    sign = classifier.special.mask if classifier.special.mask is not None else classifier.special.unknown
    if sign is None:
        return []
    return [_put(row, dict.fromkeys(content(classifier, row)[::2], sign)) for row in rows]


def twins(classifier: HuggingFaceClassifier, row: TokenRow) -> list[TokenRow]:
    """Two rows of the same length and special ids with other words in the same places."""
    places = content(classifier, row)
    ids = sorted({row.ids[i] for i in places} | set(_ids(classifier)))
    if len(ids) < 3:  # a tokenizer that takes nearly everything for unknown: any word of its vocabulary will do
        ids = sorted(set(classifier.tokenizer.get_vocab().values()) - set(classifier.special.all)) or ids
    draw = np.random.default_rng(2)
    return [_put(row, {i: int(draw.choice(_others(ids, row.ids[i]))) for i in places}) for _ in "ab"]


def _others(ids: list[int], own: int) -> list[int]:
    return [one for one in ids if one != own] or [own]


def _put(row: TokenRow, ids: dict[int, int]) -> TokenRow:
    return replace(row, ids=tuple(ids.get(i, one) for i, one in enumerate(row.ids)))


def _ids(classifier: HuggingFaceClassifier) -> list[int]:
    rows = classifier.encode_rows([" ".join(_words(classifier)[:24])])[0]
    return [rows[0].ids[i] for i in content(classifier, rows[0])]


def _words(classifier: HuggingFaceClassifier) -> Sequence[str]:
    """Words the tokenizer has a piece of its own for."""
    tokenizer = classifier.tokenizer
    special = set(tokenizer.all_special_ids)
    ids = sorted(one for one in tokenizer.get_vocab().values() if one not in special)
    sample = np.random.default_rng(0).permutation(ids)[:SAMPLED].tolist()
    found = dict.fromkeys(tokenizer.decode([one]).strip() for one in sample)
    words = [one for one in found if one.isalnum() and len(one) < 20]
    known = _known(classifier, words[: 2 * WORDS])
    longer = [word for word in known if len(word) > 2]
    return (longer if len(longer) >= WORDS // 4 else known or FALLBACK)[:WORDS]


def _known(classifier: HuggingFaceClassifier, words: Sequence[str]) -> list[str]:
    """Those of some words that are few tokens and none of them the unknown word."""
    try:
        rows = classifier.encode_rows(list(words))[0] if words else []
    except (ModelError, ValueError, TypeError, OverflowError):
        return []
    unknown = classifier.special.unknown
    pieces = [len(content(classifier, row)) for row in rows]
    return [w for w, row, n in zip(words, rows, pieces, strict=True) if 0 < n < 8 and unknown not in row.ids]


def _signs(classifier: HuggingFaceClassifier) -> list[str]:
    tokenizer = classifier.tokenizer
    named = (tokenizer.sep_token, tokenizer.eos_token, tokenizer.cls_token, tokenizer.bos_token, tokenizer.pad_token,
             tokenizer.mask_token, tokenizer.unk_token)  # fmt: skip
    return list(dict.fromkeys(str(one) for one in named if one is not None))
