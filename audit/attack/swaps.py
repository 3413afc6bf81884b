"""Transformations of the recipes: TextAttack's own with caches and local resources, and our gradient word swap."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from audit.attack._textattack import (
    WordInsertionMaskedLM,
    WordMergeMaskedLM,
    WordSwap,
    WordSwapMaskedLM,
    WordSwapWordNet,
    is_one_word,
    recover_word_case,
)
from audit.attack.gradients import loss_gradient
from audit.attack.tagging import universal_tags
from audit.resources.chinese import similar_characters
from audit.resources.vectors import load_vectors
from audit.resources.wordnet import reader

if TYPE_CHECKING:
    from audit.attack.goals import ClassifierWrapper

_WORDNET_POS = {"NOUN": "n", "VERB": "v", "ADJ": "as", "ADV": "r"}


class WordNetSwap(WordSwapWordNet):
    """Synonyms of any sense, each word looked up once.

    Defect: stock's constructor calls `nltk.download` each time, which blocks or warns offline.
    """

    def __init__(self) -> None:
        WordSwap.__init__(self)
        self.language = "eng"
        reader()

    def _get_replacement_words(self, word: str, random: bool = False) -> tuple[str, ...]:
        del random
        return _synonyms(word)


class SimilarCharacterSwap(WordSwap):
    """One Chinese character of a word becomes one that sounds or looks alike.

    Defects: stock's swap by sound reads a file that its package lacks, by a separator that pandas refuses; its swap by
    shape keeps every swap it has made, so that the later candidates differ in several characters.
    """

    def _get_replacement_words(self, word: str) -> list[str]:
        similar = similar_characters()
        return [
            f"{word[:i]}{other}{word[i + 1 :]}"
            for i, character in enumerate(word)
            for other in similar.get(character, ())
        ]


class SenseSwap(WordSwap):
    """Synonyms and near neighbours in WordNet of the word's part of speech: stands in for HowNet's sememes (PSO)."""

    def _get_transformations(self, current_text: Any, indices_to_modify: Any) -> list[Any]:
        tags = universal_tags(tuple(current_text.words))
        made = []
        for i in sorted(indices_to_modify):
            word = current_text.words[i]
            for other in _same_sense(word.lower(), _WORDNET_POS.get(tags[i], "")):
                swap = recover_word_case(other, word)
                if swap != word:
                    made.append(current_text.replace_word_at_index(i, swap))
        return made


class GradientSwap(WordSwap):
    """HotFlip's swap (Ebrahimi et al. 2018) on any model with embeddings: a first-order estimate ranks the words.

    The paper allows swaps by words with cosine >= 0.8 and the same part of speech; ranking the whole vocabulary first
    and then filtering, as stock does with `top_n=1`, leaves nearly nothing. So candidates are a word's neighbours in
    the vectors that the model knows as a single piece, ranked by (E[new] - E[old]) . gradient at its first piece.
    """

    def __init__(self, wrapper: ClassifierWrapper, *, top_n: int = 10, min_cosine: float = 0.8) -> None:
        super().__init__()
        self._min_cosine = min_cosine
        self.is_black_box = False
        self.top_n = top_n
        self._wrapper, self._classifier = wrapper, wrapper.classifier
        self._vectors = load_vectors()
        self._pieces: dict[str, int | None] = {}
        self._table = self._classifier.embedding_matrix.float().cpu().numpy()  # (V, h)

    def _get_transformations(self, current_text: Any, indices_to_modify: Any) -> list[Any]:
        row, gradient = loss_gradient(self._classifier, self._wrapper.framed(current_text.text))
        pieces = self._first_pieces(current_text)
        ranked = []
        for i in sorted(indices_to_modify):
            if i not in pieces:
                continue
            piece = pieces[i]
            for swap, new in self._candidates(current_text.words[i]):
                gain = float((self._table[new] - self._table[row.ids[piece]]) @ gradient[piece])
                ranked.append((-gain, i, swap))
        return [current_text.replace_word_at_index(i, swap) for _, i, swap in sorted(ranked)[: self.top_n]]

    def _candidates(self, word: str) -> list[tuple[str, int]]:
        place = self._vectors.place.get(word.lower())
        if place is None:
            return []
        found = []
        near = self._vectors.neighbours[place][1:]
        vectors = self._vectors.vectors
        lengths = np.linalg.norm(vectors[near], axis=1) * np.linalg.norm(vectors[place])
        for other in near[vectors[near] @ vectors[place] >= self._min_cosine * lengths].tolist():
            swap = recover_word_case(self._vectors.words[other], word)
            new = self._single_piece(swap)
            if new is not None and swap != word:
                found.append((swap, new))
        return found

    def _single_piece(self, word: str) -> int | None:
        """The id of a word that the model's tokenizer keeps whole; None where it cuts it."""
        if word not in self._pieces:
            tokens = [token for token in self._classifier.encode([word])[0].tokens if not token.special]
            whole = len(tokens) == 1 and tokens[0].id != self._classifier.special.unknown
            self._pieces[word] = tokens[0].id if whole else None
        return self._pieces[word]

    def _first_pieces(self, current_text: Any) -> dict[int, int]:
        """The position of the first token of each of TextAttack's words, by offsets in the first text."""
        text, offset = current_text.text, self._wrapper.offset
        tokens = self._classifier.encode([self._wrapper.framed(text)])[0].tokens
        starts: dict[int, int] = {}
        for position, token in enumerate(tokens):
            if not token.special and token.segment == 0 and token.start >= offset:
                start, piece = token.start - offset, text[token.start - offset : token.end - offset]
                starts.setdefault(start + len(piece) - len(piece.lstrip()), position)
        places = {}
        for i, _ in enumerate(current_text.words):
            start = current_text._text_index_of_word_index(i)
            if start in starts:
                places[i] = starts[start]
        return places


class _Padded:
    """Masked-language-model transformations that pad to the longest text: stock pads every one to 512 tokens."""

    _lm_tokenizer: Any
    _language_model: Any
    max_length: int

    def _encode_text(self, text: Any) -> Any:
        device = next(self._language_model.parameters()).device
        return self._lm_tokenizer(
            text, max_length=self.max_length, truncation=True, padding=True, return_tensors="pt"
        ).to(device)


class MaskedSwap(_Padded, WordSwapMaskedLM):
    """A word replaced by what the language model proposes in its place."""


class MaskedInsertion(_Padded, WordInsertionMaskedLM):
    """A proposed word inserted before a word."""


class MaskedMerge(_Padded, WordMergeMaskedLM):
    """Two neighbouring words replaced by one proposed word."""

    def _get_transformations(self, current_text: Any, indices_to_modify: Any) -> list[Any]:
        # Defect: stock merges at every place, also where a constraint forbids changes; and it fails on one word.
        if len(current_text.words) < 2:
            return []
        allowed = set(indices_to_modify)
        made = super()._get_transformations(current_text, indices_to_modify)
        return [text for text in made if text.attack_attrs["newly_modified_indices"] <= allowed]


@lru_cache(maxsize=1 << 16)
def _synonyms(word: str) -> tuple[str, ...]:
    wordnet = reader()
    found = {
        name
        for synset in wordnet.synsets(word)
        for name in synset.lemma_names()
        if name != word and "_" not in name and is_one_word(name)
    }
    return tuple(sorted(found))


@lru_cache(maxsize=1 << 16)
def _same_sense(word: str, parts: str) -> tuple[str, ...]:
    """Words that share a synset with `word`, or whose synsets hang from the same parent as its main sense."""
    wordnet = reader()
    synsets = [synset for pos in parts for synset in wordnet.synsets(word, pos)]
    near = list(synsets)
    for synset in synsets[:1]:
        near += [*synset.hypernyms(), *synset.similar_tos()]
        near += [cousin for parent in synset.hypernyms() for cousin in parent.hyponyms()][:20]
    names = {name for synset in near for name in synset.lemma_names()}
    return tuple(sorted(name for name in names if name.isalpha() and name.islower() and name != word))
