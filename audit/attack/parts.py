"""Constraints and word vectors of the recipes: TextAttack's own, with batches, caches and local resources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from audit.attack._textattack import (
    AbstractWordEmbedding,
    Constraint,
    LanguageModelConstraint,
    PartOfSpeech,
    SentenceEncoder,
    words_from_text,
)
from audit.attack.side_by_side import Ask
from audit.attack.tagging import universal_tag_at
from audit.resources.language_model import load_language_model
from audit.resources.vectors import WordVectors, load_vectors

_MOST_KEPT = 20_000


class VectorsEmbedding(AbstractWordEmbedding):
    """Our word vectors as TextAttack's recipes read them; distances are computed, not kept in a growing table."""

    def __init__(self, vectors: WordVectors | None = None) -> None:
        self.table = vectors or load_vectors()

    def __getitem__(self, index: str | int) -> Any:
        place = self.table.place.get(index) if isinstance(index, str) else index
        return None if place is None or place >= len(self.table.words) else self.table.vectors[place]

    def word2index(self, word: str) -> int:
        """The row of a word; KeyError where there is none, which TextAttack expects."""
        return self.table.place[word]

    def index2word(self, index: int) -> str:
        """The word of a row."""
        return self.table.words[index]

    def get_mse_dist(self, a: str | int, b: str | int) -> float:
        """Squared Euclidean distance, which TextAttack calls MSE."""
        difference = self._of(a) - self._of(b)
        return float(difference @ difference)

    def get_cos_sim(self, a: str | int, b: str | int) -> float:
        """Cosine of two words or rows."""
        left, right = self._of(a), self._of(b)
        return float(left @ right) / math.sqrt(float(left @ left) * float(right @ right))

    def nearest_neighbours(self, index: str | int, topn: int) -> list[int]:
        """The `topn` nearest rows, nearest first; at most 50."""
        place = self.table.place[index] if isinstance(index, str) else index
        found: list[int] = self.table.neighbours[place][1 : topn + 1].tolist()
        return found

    def _of(self, index: str | int) -> Any:
        return self.table.vectors[self.table.place[index] if isinstance(index, str) else index]


class EncoderSimilarity(SentenceEncoder):
    """TextAttack's sentence-encoder constraint with a local encoder: one batch for all candidates, windows once a row.

    Stock encodes the unchanged window again for every candidate.
    """

    def __init__(self, ask: Ask, **settings: Any) -> None:
        super().__init__(**settings)
        self._ask = ask
        self._seen: dict[str, Any] = {}

    def encode(self, sentences: Sequence[str]) -> torch.Tensor:
        """Vectors (n, h) of texts."""
        unseen = [text for text in dict.fromkeys(sentences) if text not in self._seen]
        if unseen:
            self._seen.update(zip(unseen, self._ask("encode", unseen), strict=True))
        vectors = torch.from_numpy(np.stack([self._seen[text] for text in sentences]))
        if len(self._seen) > _MOST_KEPT:  # a long row must not fill the memory
            self._seen.clear()
        return vectors

    def clear_cache(self) -> None:
        """Forget what was encoded: a row is over."""
        self._seen.clear()

    def _check_constraint_many(self, transformed_texts: Any, reference_text: Any) -> list[Any]:
        measured = []
        for text in transformed_texts:
            if self.skip_text_shorter_than_window and len(text.words) < self.window_size:
                text.attack_attrs["similarity_score"] = 1.0  # as stock, which encodes these texts all the same
            elif not text.attack_attrs.get("newly_modified_indices"):  # a deletion has no place for a window
                vectors = self.encode([reference_text.text, text.text])
                text.attack_attrs["similarity_score"] = float(self.sim_metric(vectors[:1], vectors[1:]))
            else:
                measured.append(text)
        scores = self._score_list(reference_text, measured).tolist() if measured else []
        for text, score in zip(measured, scores, strict=True):
            text.attack_attrs["similarity_score"] = score
        return [text for text in transformed_texts if text.attack_attrs["similarity_score"] >= self.threshold]

    def _check_constraint(self, transformed_text: Any, reference_text: Any) -> bool:
        # Defect: stock's single-text path calls `self.model.encode`, which the Universal Sentence Encoder lacks.
        return len(self._check_constraint_many([transformed_text], reference_text)) > 0


class LeastSimilarity(EncoderSimilarity):
    """Least cosine between what of a text is attacked and what became of it.

    Args:
        ask: the way to the encoder.
        least: cosine below which a candidate is dropped.
    """

    def __init__(self, ask: Ask, least: float) -> None:
        super().__init__(ask, threshold=least, metric="cosine")

    def _check_constraint_many(self, transformed_texts: Any, reference_text: Any) -> list[Any]:
        vectors = self.encode([text.text for text in (reference_text, *transformed_texts)])
        cosines = (vectors[1:] @ vectors[0]).tolist()
        return [t for t, cosine in zip(transformed_texts, cosines, strict=True) if cosine >= self.threshold]


class SamePartOfSpeech(PartOfSpeech):
    """TextAttack's part-of-speech constraint; only what a swap can change is tagged again."""

    def _get_pos(self, before_ctx: list[str], word: str, after_ctx: list[str]) -> str:
        context = [*before_ctx, word, *after_ctx]
        # Stock takes the first place where the word occurs in its window; so do we, to give the same outcomes.
        return universal_tag_at(context, context.index(word))

    def _check_constraint(self, transformed_text: Any, reference_text: Any) -> bool:
        indices = transformed_text.attack_attrs.get("newly_modified_indices", ())
        # Defect: a swap that adds or removes words makes stock index past the end.
        if any(i >= len(reference_text.words) or i >= len(transformed_text.words) for i in indices):
            return False
        return bool(super()._check_constraint(transformed_text, reference_text))


class WindowFits(LanguageModelConstraint):
    """The words around a change must not become much less likely (Jia et al. 2019; Kuleshov et al. 2018).

    Scores with the local language model in place of Learning to Write (window of 6) and of GPT-2 (the word given all
    before it).
    """

    def __init__(self, window: int | None, **settings: Any) -> None:
        super().__init__(**settings)
        self._window = window
        self._model = load_language_model()

    def get_log_probs_at_index(self, text_list: Sequence[Any], word_index: int) -> list[float]:
        """Log probability of the window around the word, or of the word after all before it, for each text."""
        scores = []
        for text in text_list:
            if self._window is None:
                scores.append(self._model.log_prob(text.words[:word_index], text.words[word_index]))
            else:
                window = words_from_text(text.text_window_around_index(word_index, self._window))
                scores.append(self._model.sentence_log_prob(window))
        return scores


class BestFitting(Constraint):
    """Keeps the `top` swaps a place that fit best after the word before (Alzantot et al. 2018)."""

    def __init__(self, top: int) -> None:
        super().__init__(compare_against_original=False)
        self._top = top
        self._model = load_language_model()

    def _check_constraint_many(self, transformed_texts: Any, reference_text: Any) -> list[Any]:
        places: dict[int | None, list[tuple[float, int]]] = {}
        for i, text in enumerate(transformed_texts):
            place = reference_text.first_word_diff_index(text)
            score = 0.0
            if place is not None:
                # Stock takes words[-1], the last word, as what stands before the first one; we take the start.
                score = self._model.log_prob(reference_text.words[:place][-1:], text.words[place])
            places.setdefault(place, []).append((-score, i))
        kept = sorted(i for group in places.values() for _, i in sorted(group)[: self._top])
        return [transformed_texts[i] for i in kept]

    def _check_constraint(self, transformed_text: Any, reference_text: Any) -> bool:
        return bool(self._check_constraint_many([transformed_text], reference_text))


class MaxWordsChanged(Constraint):
    """At most so many words changed against the original: a number, or a share of its words.

    Counts edits of the word sequence, so that an inserted word does not make all words after it count as changed, as
    in TextAttack's MaxWordsPerturbed.
    """

    def __init__(self, limit: float) -> None:
        super().__init__(compare_against_original=True)
        self._limit = limit

    def _check_constraint(self, transformed_text: Any, reference_text: Any) -> bool:
        from rapidfuzz.distance import Levenshtein

        words, changed = reference_text.words, transformed_text.words
        share = round(self._limit * len(words), 9)  # 0.14 of 50 is 7.000000000000001
        return Levenshtein.distance(words, changed) <= (self._limit if self._limit >= 1 else math.ceil(share))
