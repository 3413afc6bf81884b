"""Texts made token rows of one model: cut to its limit, with offsets into the text as typed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from models.classifier import Encoding, TextInput, Token, TokenRow
from models.errors import TextError

CHARACTERS_AT_ONCE = 200_000
"""Of the texts tokenized together; what a tokenizer keeps of each token takes a hundred bytes and more."""


@dataclass(frozen=True, slots=True)
class Tokenizing:
    """A fast tokenizer as a classifier uses it.

    Attributes:
        tokenizer: the model's own.
        longest: tokens that the model reads.
        types: whether the model takes the token types it makes.
        no_pairs: why the model takes no pairs; None where it does.
    """

    tokenizer: Any
    longest: int
    types: bool
    no_pairs: str | None

    def rows(self, texts: Sequence[TextInput]) -> tuple[list[TokenRow], list[int]]:
        """Token rows of at most `longest` tokens, and each text's full length: without offsets, for bulk work."""
        rows: list[TokenRow] = []
        totals: list[int] = []
        for few in _few(texts):
            made, lengths = self._rows(few)
            rows += made
            totals += lengths
        return rows, totals

    def _rows(self, texts: Sequence[TextInput]) -> tuple[list[TokenRow], list[int]]:
        encoded = self._tokenize(texts, offsets=False)
        types = encoded.get("token_type_ids") if self.types else None
        rows, totals = [], []
        long = [i for i, ids in enumerate(encoded["input_ids"]) if len(ids) > self.longest]
        for i, ids in enumerate(encoded["input_ids"]):
            rows.append(TokenRow(tuple(ids), None if types is None else tuple(types[i])) if ids else self._nothing())
            totals.append(len(ids))
        if long:
            cut = self._tokenize([texts[i] for i in long], offsets=False, cut=True)
            cut_types = cut.get("token_type_ids") if self.types else None
            for k, i in enumerate(long):
                rows[i] = TokenRow(tuple(cut["input_ids"][k]), None if cut_types is None else tuple(cut_types[k]))
        return rows, totals

    def _nothing(self) -> TokenRow:
        """What an empty text is for a tokenizer that adds no token of its own (GPT-2): where a text begins, or ends."""
        ours = self.tokenizer
        offices = (ours.bos_token_id, ours.eos_token_id, ours.pad_token_id, ours.unk_token_id, 0)
        return TokenRow((next(one for one in offices if one is not None),), (0,) if self.types else None)

    def encodings(self, texts: Sequence[TextInput]) -> list[Encoding]:
        """Tokens with offsets into the text as typed, cut to `longest` and saying so."""
        if not texts:
            return []
        _, totals = self.rows(texts)
        encoded = self._tokenize(texts, offsets=True, cut=True)
        found = [self._encoding(encoded.encodings[i], total, texts[i]) for i, total in enumerate(totals)]
        return [self._shifted(encoding, text) for encoding, text in zip(found, texts, strict=True)]

    def _shifted(self, encoding: Encoding, text: TextInput) -> Encoding:
        """Right the offsets of a text that starts with control characters.

        Where a sentencepiece normalizer drops them, tokenizers counts all offsets from the character after them.
        """
        segments = (text,) if isinstance(text, str) else text
        heads = [_controls_ahead(segment) for segment in segments]
        if not any(heads):
            return encoding
        bare = tuple(segment[head:] for segment, head in zip(segments, heads, strict=True))
        again = self.encodings([bare[0] if isinstance(text, str) else (bare[0], bare[1])])[0]
        if again.row != encoding.row:
            return encoding  # this tokenizer has tokens for them
        tokens = tuple(
            token if token.special else replace(token, start=token.start + head, end=token.end + head)
            for token, head in ((token, heads[token.segment]) for token in again.tokens)
        )
        return replace(encoding, tokens=tokens)

    def _tokenize(self, texts: Sequence[TextInput], *, offsets: bool, cut: bool = False) -> Any:
        first = [text if isinstance(text, str) else text[0] for text in texts]
        second = None if isinstance(texts[0], str) else [text[1] for text in texts]
        if second is not None and self.no_pairs is not None:
            raise TextError(f"The model takes single texts, and this row is a pair: {self.no_pairs}.")
        with warnings.catch_warnings(), _panics_told():
            warnings.simplefilter("ignore")
            return self.tokenizer(
                first,
                second,
                truncation="longest_first" if cut else False,
                max_length=self.longest if cut else None,
                padding=False,
                return_offsets_mapping=offsets,
                return_attention_mask=False,
                verbose=False,
            )

    def _encoding(self, encoded: Any, total: int, text: TextInput) -> Encoding:
        segments = encoded.sequence_ids
        texts = (text, "") if isinstance(text, str) else text
        tokens = []
        # each of these is made anew whenever it is asked for
        pieces, ids, offsets, words = encoded.tokens, encoded.ids, encoded.offsets, encoded.word_ids
        for i, piece_id in enumerate(ids):
            special = segments[i] is None
            segment = 0 if special else int(segments[i])
            start, end = (0, 0) if special else _trim(texts[segment], *offsets[i])
            tokens.append(Token(pieces[i], piece_id, start, end, special, segment, words[i]))
        types = tuple(encoded.type_ids) if self.types else None
        return Encoding(TokenRow(tuple(ids), types), tuple(tokens), total)


def _few(texts: Sequence[TextInput]) -> Iterator[Sequence[TextInput]]:
    """The texts in their order, so many at a time that they have `CHARACTERS_AT_ONCE` together, or one."""
    start = held = 0
    for i, text in enumerate(texts):
        size = len(text) if isinstance(text, str) else len(text[0]) + len(text[1])
        if i > start and held + size > CHARACTERS_AT_ONCE:
            yield texts[start:i]
            start, held = i, 0
        held += size
    if start < len(texts):
        yield texts[start:]


@contextmanager
def _panics_told() -> Iterator[None]:
    """Tell a panic of the tokenizer as an error: Rust's panics are no `Exception`, and would end the thread."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        said = " ".join(str(error).split())[:120]
        raise TextError(f"The model's tokenizer broke down on this text ({said}); leave the text out.") from None


def _controls_ahead(text: str) -> int:
    """Length of the run of blanks and control characters a text starts with, if there is a control character in it."""
    rest = text.lstrip("".join(map(chr, (*range(33), *range(127, 161)))))
    head = text[: len(text) - len(rest)]
    return len(head) if head.strip(" \t\n\r") else 0  # str.strip() alone takes 1C to 1F for blanks


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out blanks that byte-level and sentencepiece tokenizers count into a token's offsets."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
