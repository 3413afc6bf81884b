"""What texts have that rows can be told apart by: their words, their length, their form. Numbers are kept, never texts."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from audit.filtering import FORMS
from audit.words import words_in

__all__ = ["FORMS", "Marks", "TextMarks", "forms_of"]

_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{3,}\b")


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks of the audited rows in table order.

    Attributes:
        vocabulary: every word in small letters, by its column in `words`.
        words: (rows, words), true where a row has the word.
        lengths: (rows,) words of each, repeated ones counted.
        forms: (rows, forms), see `FORMS`.
    """

    vocabulary: tuple[str, ...]
    words: sparse.csr_array
    lengths: NDArray[np.int32]
    forms: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lengths)


class TextMarks:
    """Takes texts one by one; 100,000 of 20 words are 10 MB."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._words, self._ends = array("i"), array("q", [0])
        self._lengths, self._forms = array("i"), array("H")

    def add(self, text: str, pair: str | None = None) -> None:
        """Take in a text, or both of a pair."""
        whole = text if pair is None else f"{text}\n{pair}"
        found = [word.casefold() for word in words_in(whole)]
        self._words.extend(sorted({self._places.setdefault(word, len(self._places)) for word in found}))
        self._ends.append(len(self._words))
        self._lengths.append(len(found))
        self._forms.append(sum(bit << i for i, bit in enumerate(forms_of(text, pair))))

    def marks(self, kept: NDArray[np.intp]) -> Marks:
        """Those of the rows that were kept, in their order."""
        ends, columns = np.array(self._ends, dtype=np.int64), np.array(self._words, dtype=np.int32)
        ones = np.ones(len(columns), dtype=np.float32)
        words = sparse.csr_array((ones, columns, ends), shape=(len(ends) - 1, len(self._places)))
        forms = (np.array(self._forms, dtype=np.uint16)[:, None] >> np.arange(len(FORMS))) & 1
        return Marks(
            tuple(self._places), words[kept], np.array(self._lengths, dtype=np.int32)[kept], forms[kept].astype(bool)
        )


def forms_of(text: str, pair: str | None = None) -> tuple[bool, ...]:
    """Which marks a text has, or both of a pair, in the order of `FORMS`; the line between both is none of theirs."""
    one = pair is None
    text = text if one else f"{text}\n{pair}"
    return (
        "?" in text or "？" in text,
        "!" in text or "！" in text,
        any(map(str.isdigit, text)),
        _CAPITALS.search(text) is not None,
        any(unicodedata.category(letter) == "So" for letter in text if letter > "\u2000"),
        _ADDRESS.search(text) is not None,
        one and "\n" in text.strip(),
        any(mark in text for mark in '"“”«»「」'),
    )
