"""Words of like meaning: the nearest in the model's own word embeddings, else in the word vectors that attacks use.

Training on a task moves a model's embeddings little, so a word's neighbours there are those that mean the like of it
("awful": "terrible", "horrible"; "please": "kindly", "thanks"), whichever of them the task's rows held. That holds of models
that were trained before on much other text; embeddings that were learnt on the task alone know no other meaning.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.behave.shortcuts.vocabulary import Floats
from audit.resources.vectors import Vectors, load_vectors

if TYPE_CHECKING:
    from models.classifier import Classifier

_LETTERS = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile("[\u4e00-\u9fff]+")
_BEGINS = ("\u2581", "\u0120")
"""How tokens that begin a word are marked by SentencePiece and byte-level BPE; pieces of WordPiece that do not begin with ##."""
_STEM = 4
_LOOKED = 80


class Meanings:
    """Finds them for one model."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier: Any = classifier

    def like(self, word: str, most: int) -> tuple[str, ...]:
        """At most so many other words of like meaning, the nearest first; none where nothing tells.

        None begins as the word does (an inflection of it shares its letters, and may share the fault with them).
        """
        found = self._by_embedding(word, most) if self._classifier.capabilities.gradients else []
        return tuple(found or self._by_vectors(word, most))

    @cached_property
    def _table(self) -> tuple[Floats, list[str]]:
        """Embeddings of length 1 and the words, of tokens that are whole words."""
        matrix = self._classifier.embedding_matrix.float().cpu().numpy()
        ids, words = _whole_words(self._classifier, len(matrix))
        chosen = matrix[ids].astype(np.float64)
        return chosen / np.maximum(np.linalg.norm(chosen, axis=1, keepdims=True), 1e-9), words

    def _by_embedding(self, word: str, most: int) -> list[str]:
        matrix = self._classifier.embedding_matrix
        forms = self._classifier.encode([word, f" {word}"])  # some tokenizers know a word only behind a blank
        pieces = min(([token.id for token in form.tokens if not token.special] for form in forms), key=len)
        vectors, words = self._table
        if len(pieces) != 1 or not words:  # the pieces of a word mean nothing of what it means
            return []
        own = matrix[pieces[0]].float().cpu().numpy().astype(np.float64)
        near = vectors @ (own / max(float(np.linalg.norm(own)), 1e-9))
        return _others(word, (words[place] for place in np.argsort(-near, kind="stable")[:_LOOKED]), most)

    def _by_vectors(self, word: str, most: int) -> list[str]:
        if Vectors().locate() is None:
            return []
        vectors = load_vectors()
        if word not in vectors.place:
            return []
        near = vectors.neighbours[vectors.place[word]][1:]
        return _others(word, (vectors.words[int(place)] for place in near), most)


def _others(word: str, near: Any, most: int) -> list[str]:
    kept: list[str] = []
    for other in near:
        folded = other.casefold()
        alike = folded[:_STEM] == word[:_STEM] if not _HAN.search(word) else set(folded) & set(word)
        if folded != word and not alike and folded not in kept:
            kept.append(folded)
        if len(kept) == most:
            break
    return kept


def _whole_words(classifier: Any, size: int) -> tuple[list[int], list[str]]:
    """Ids and texts of the tokens that are words by themselves; none where the tokenizer does not show its pieces."""
    tokenizer = getattr(classifier, "tokenizer", None)
    if tokenizer is None:
        return [], []
    names = [str(name or "") for name in tokenizer.convert_ids_to_tokens(list(range(min(size, len(tokenizer)))))]
    marked = sum(name.startswith(_BEGINS) for name in names) > len(names) // 10
    kept: dict[str, int] = {}
    for number, name in enumerate(names):
        bare = name[1:] if name.startswith(_BEGINS) else name
        chinese = _HAN.fullmatch(bare) is not None
        if chinese or (_LETTERS.fullmatch(bare) and (name.startswith(_BEGINS) or not marked)):
            kept.setdefault(bare, number)
    return list(kept.values()), list(kept)
