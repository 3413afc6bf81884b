"""How good built word vectors are: agreement with WordNet's distances, and antonyms left among the neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from audit.resources.counterfit import Pairs

PAIRS = 2000


def quality(
    wordnet: Any,
    words: list[str],
    raw: NDArray[np.float32],
    fitted: NDArray[np.float32],
    antonyms: Pairs,
    neighbours: NDArray[np.int32],
) -> dict[str, Any]:
    """Figures about the vectors before and after counter-fitting, JSON-ready.

    `spearman_wordnet`: rank correlation of cosines with the path similarity of the words' first noun senses, over
    pairs drawn evenly from near and far (pairs that counter-fitting pulled or pushed are left out, so the figure
    is about what it left alone). `antonyms_in_10`: share of antonym pairs found among the 10 nearest of either word.
    """
    pairs, similarity = _similarity_list(wordnet, words)
    left, right = pairs[:, 0], pairs[:, 1]

    def correlation(vectors: NDArray[np.float32]) -> float:
        return float(spearmanr(np.einsum("ij,ij->i", vectors[left], vectors[right]), similarity).statistic)

    near = [set(row[1:11]) for row in neighbours.tolist()]
    hits = sum(b in near[a] or a in near[b] for a, b in antonyms)
    raw_cosine = [float(raw[a] @ raw[b]) for a, b in antonyms]
    fitted_cosine = [float(fitted[a] @ fitted[b]) for a, b in antonyms]
    return {
        "words": len(words),
        "pairs": len(pairs),
        "spearman_wordnet": round(correlation(fitted), 4),
        "spearman_wordnet_before": round(correlation(raw), 4),
        "antonym_pairs": len(antonyms),
        "antonyms_in_10": round(hits / max(1, len(antonyms)), 4),
        "antonym_cosine": round(float(np.mean(fitted_cosine or [0.0])), 4),
        "antonym_cosine_before": round(float(np.mean(raw_cosine or [0.0])), 4),
    }


def _similarity_list(wordnet: Any, words: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of nouns with their path similarity: for each of many nouns one close, one middling, one random partner."""
    generator = np.random.default_rng(0)
    senses = {}
    for i in generator.permutation(len(words)):
        found = wordnet.synsets(words[i], "n")
        if found and found[0].lemmas()[0].count() > 2:
            senses[int(i)] = found[0]
        if len(senses) >= PAIRS // 3:
            break
    place = {word: i for i, word in enumerate(words)}
    keys = list(senses)
    pairs: set[tuple[int, int]] = set()
    for i, synset in senses.items():
        related = [*synset.hypernyms(), *synset.hyponyms()]
        wider = [cousin for parent in synset.hypernyms() for cousin in parent.hyponyms()]
        names = [[lemma.name() for other in group for lemma in other.lemmas()] for group in (related, wider)]
        for group in names:
            inside = [place[name] for name in group if name in place and place[name] != i]
            if inside:
                pairs.add((i, inside[int(generator.integers(len(inside)))]))
        pairs.add((i, keys[int(generator.integers(len(keys)))]))
    kept = sorted(pair for pair in pairs if pair[0] != pair[1])
    first = {i: wordnet.synsets(words[i], "n")[0] for pair in kept for i in pair if wordnet.synsets(words[i], "n")}
    kept = [pair for pair in kept if pair[0] in first and pair[1] in first]
    scores = [first[a].path_similarity(first[b]) or 0.0 for a, b in kept]
    return np.asarray(kept, dtype=np.int64), np.asarray(scores, dtype=np.float64)
