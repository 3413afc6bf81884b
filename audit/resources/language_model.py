"""A small language model that says which word fits: trigrams of WordNet's definitions and examples.

It stands in for Google's billion-word LSTM (Alzantot), Learning to Write (Jia) and GPT-2 (Kuleshov), whose servers and
TensorFlow or torchfile the published recipes want. It is small: it knows which words follow each other in
1.5 million words of definitions and examples, and no more. Its perplexity is stated.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audit.language.numbers import numbers
from audit.language.translating import ENGLISH, tr_later
from audit.resources.base import Found, Progress, Resource, folder, fresh_folder, install, installed, tree_hash

_DISCOUNT = 0.75
_HELD_OUT = 100
_VERSION = "1"
START, UNKNOWN = "<s>", "<unk>"


class LanguageModel(Resource):
    """Absolute-discounted trigrams with back-off by interpolation (Ney, Essen and Kneser 1994)."""

    name = "language-model"
    title = "language model that scores a word in its context"
    wanted_by = "genetic, faster_genetic, kuleshov"
    official = "TextAttack's Google 1B and Learning-to-Write models, GPT-2 (not supported)"
    otherwise = "trigrams of WordNet's definitions and examples (about 30 s, 20 MB)"
    standard = True

    def locate(self) -> Found | None:
        """The built one."""
        return installed(self.name, "wordnet-trigram")

    def provide(self, progress: Progress, *, standard: bool) -> Found:
        """Count the trigrams."""
        del standard
        from audit.resources.vocabulary import gloss_sentences
        from audit.resources.wordnet import WordNet, reader

        WordNet().get(progress, standard=True)
        progress(tr_later("counting the trigrams of WordNet's definitions and examples"))
        sentences = [sentence for sentence in gloss_sentences(reader()) if sentence]
        kept = [sentence for i, sentence in enumerate(sentences) if i % _HELD_OUT]
        held_out = sentences[::_HELD_OUT]
        with fresh_folder(self.name) as scratch:
            _count(kept, scratch)
            perplexity = Trigrams(scratch).perplexity(held_out)
            note = tr_later(f"perplexity {numbers(ENGLISH).number(perplexity, 'ratio')} on held-out definitions")
            (scratch / "quality.json").write_text(json.dumps({"perplexity": round(perplexity, 2)}), encoding="utf-8")
            variant, licence = "wordnet-trigram", "WordNet 3.0 License"
            place = folder() / f"{self.name}-{variant}"
            found = Found(self.name, variant, place, True, _VERSION, licence, tree_hash(scratch), note)
            return install(scratch, found)


class Trigrams:
    """Probabilities of words after two others; words it has not seen share one unknown word."""

    def __init__(self, place: Path) -> None:
        words = (place / "words.txt").read_text(encoding="utf-8").split()
        self._index = {word: i for i, word in enumerate(words)}
        self._size = len(words)
        tables = np.load(place / "counts.npz")
        self._uni: NDArray[np.int64] = tables["unigrams"]
        self._total = int(self._uni.sum())
        self._bi: tuple[NDArray[np.int64], ...] = (tables["bigram_keys"], tables["bigram_counts"])
        self._tri: tuple[NDArray[np.int64], ...] = (tables["trigram_keys"], tables["trigram_counts"])
        self._after_one = tables["after_one"]  # kinds of words that follow a word, (V,)
        self._after_two = tables["after_two"]  # kinds of words that follow a bigram, parallel to its keys

    def knows(self, word: str) -> bool:
        """Whether the word was seen."""
        return word.lower() in self._index

    def log_prob(self, before: Sequence[str], word: str) -> float:
        """Natural log of the probability of `word` after the last two words of `before`."""
        a, b = (self._id(w) for w in [START, START, *before][-2:])
        c = self._id(word)
        one = (self._uni[c] + 0.5) / (self._total + 0.5 * self._size)
        two = self._mixed(self._count(self._bi, b * self._size + c), int(self._uni[b]), int(self._after_one[b]), one)
        pair = self._position(self._bi[0], a * self._size + b)
        if pair is None:
            return math.log(two)
        seen, kinds = int(self._bi[1][pair]), int(self._after_two[pair])
        key = (a * self._size + b) * self._size + c
        return math.log(self._mixed(self._count(self._tri, key), seen, kinds, two))

    def sentence_log_prob(self, words: Sequence[str]) -> float:
        """Sum of the words' log probabilities."""
        return sum(self.log_prob(words[max(0, i - 2) : i], word) for i, word in enumerate(words))

    def perplexity(self, sentences: Sequence[Sequence[str]]) -> float:
        """exp of the mean negative log probability a word."""
        count = sum(len(sentence) for sentence in sentences)
        return math.exp(-sum(self.sentence_log_prob(sentence) for sentence in sentences) / max(1, count))

    def _id(self, word: str) -> int:
        return self._index.get(word.lower() if word != START else START, self._index[UNKNOWN])

    @staticmethod
    def _mixed(count: int, seen: int, kinds: int, lower: float) -> float:
        if seen == 0 or kinds == 0:  # nothing was seen to follow
            return lower
        return max(count - _DISCOUNT, 0.0) / seen + _DISCOUNT * kinds / seen * lower

    @staticmethod
    def _position(keys: NDArray[np.int64], key: int) -> int | None:
        i = int(np.searchsorted(keys, key))
        return i if i < len(keys) and keys[i] == key else None

    def _count(self, table: tuple[NDArray[np.int64], ...], key: int) -> int:
        position = self._position(table[0], key)
        return 0 if position is None else int(table[1][position])


@cache
def load_language_model() -> Trigrams:
    """The language model that is here, loaded once per process.

    Raises:
        ResourceError: there is none.
    """
    return Trigrams(LanguageModel().need().path)


def _count(sentences: Sequence[Sequence[str]], place: Path) -> None:
    counts = Counter(word for sentence in sentences for word in sentence)
    words = [START, UNKNOWN, *sorted(word for word, count in counts.items() if count > 1)]
    index = {word: i for i, word in enumerate(words)}
    size = len(words)
    flat = [0, 0]
    starts = []
    for sentence in sentences:
        starts.append(len(flat))
        flat += [index.get(word, 1) for word in sentence] + [0, 0]
    ids = np.asarray(flat, dtype=np.int64)
    inside = np.flatnonzero(ids[2:] != 0) + 2  # positions of real words
    a, b, c = ids[inside - 2], ids[inside - 1], ids[inside]
    bigram_keys, bigram_counts = np.unique(b * size + c, return_counts=True)
    trigram_keys, trigram_counts = np.unique((a * size + b) * size + c, return_counts=True)
    context_keys, kinds = np.unique(trigram_keys // size, return_counts=True)
    # a bigram's count as a context: how often some word follows it; sentence ends follow nothing
    contexts, context_counts = np.unique(a * size + b, return_counts=True)
    merged = np.union1d(bigram_keys, contexts)
    all_counts = np.zeros(len(merged), dtype=np.int64)
    all_counts[np.searchsorted(merged, bigram_keys)] = bigram_counts
    after = np.zeros(len(merged), dtype=np.int64)
    after[np.searchsorted(merged, context_keys)] = kinds
    all_counts[np.searchsorted(merged, contexts)] = np.maximum(
        all_counts[np.searchsorted(merged, contexts)], context_counts
    )
    firsts, first_kinds = np.unique(bigram_keys // size, return_counts=True)
    after_one = np.zeros(size, dtype=np.int64)
    after_one[firsts] = first_kinds
    unigrams = np.bincount(np.concatenate([c, np.zeros(len(starts), dtype=np.int64)]), minlength=size)
    (place / "words.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    np.savez(
        place / "counts.npz",
        unigrams=unigrams,
        bigram_keys=merged,
        bigram_counts=all_counts,
        trigram_keys=trigram_keys,
        trigram_counts=trigram_counts,
        after_one=after_one,
        after_two=after,
    )
