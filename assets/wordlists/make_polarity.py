"""Makes polarity-english.txt: words that speak for or against something, spread from seeds along WordNet's relations.

Usage: python assets/wordlists/make_polarity.py

A synset takes the mean of its neighbours, antonyms reversed, over and over, while the seeds keep their value (label
propagation; Zhu and Ghahramani 2002, on WordNet as Esuli and Sebastiani 2007 did). A word's value is that of its senses,
weighted by how often SemCor has the word in each. WordNet 3.0, (c) 2006 Princeton University, allows derived works.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from audit.resources.wordnet import reader

HERE = Path(__file__).resolve().parent
HEAD = """
# English words that speak for (+) or against (-) what they are said of: part of speech, word, value from -1 to +1.
# Made by make_polarity.py from the seeds beside it and the relations of WordNet 3.0. Do not edit.
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. Used under the WordNet 3.0 License.
"""
ROUNDS = 40
LEAST = 0.1
WEIGHTS = {"similar": 1.0, "antonym": -1.0, "pertains": 1.0, "derived": 0.5, "also": 0.5, "kind": 0.2}
SIDES = {"+": 1.0, "-": -1.0, "0": 0.0}


def main() -> None:
    """Write the list beside this file."""
    wordnet = reader()
    synsets = list(wordnet.all_synsets())
    place = {synset: i for i, synset in enumerate(synsets)}
    fixed = _seeds(wordnet, place)
    values = _spread(_relations(synsets, place), fixed, len(synsets))
    totals: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for synset, value in zip(synsets, values, strict=True):
        for lemma in synset.lemmas():
            if lemma.name().replace("-", "").isalpha():
                total = totals[synset.pos().replace("s", "a"), lemma.name().lower()]
                uses = lemma.count() + 0.5
                total[0] += uses * value
                total[1] += uses
    lines = [
        f"{pos} {word} {value / uses:+.2f}"
        for (pos, word), (value, uses) in sorted(totals.items())
        if abs(value / uses) >= LEAST
    ]
    head = HEAD.strip().splitlines()
    (HERE / "polarity-english.txt").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    print(f"{len(lines)} words")


def _seeds(wordnet, place) -> dict[int, float]:
    """Value of the senses in which seed words are mostly used: those with a quarter of the uses, else the first."""
    votes: dict[int, list[float]] = defaultdict(list)
    for line in (HERE / "polarity-seeds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        pos, side, *words = line.split()
        for word in words:
            senses = wordnet.synsets(word, pos)
            uses = [sum(lemma.count() for lemma in s.lemmas() if lemma.name().lower() == word) for s in senses]
            for sense, count in zip(senses, uses, strict=True):
                if sense == senses[0] or (count >= 3 and 4 * count >= sum(uses)):
                    votes[place[sense]].append(SIDES[side])
    return {i: float(np.mean(given)) for i, given in votes.items()}


def _relations(synsets, place) -> csr_matrix:
    rows, columns, weights = [], [], []

    def tie(left, right, kind: str) -> None:
        for a, b in ((left, right), (right, left)):
            rows.append(place[a])
            columns.append(place[b])
            weights.append(WEIGHTS[kind])

    for synset in synsets:
        for other in synset.similar_tos():
            tie(synset, other, "similar")
        for other in synset.also_sees():
            tie(synset, other, "also")
        for other in synset.hypernyms():
            tie(synset, other, "kind")
        for lemma in synset.lemmas():
            for other in lemma.antonyms():
                tie(synset, other.synset(), "antonym")
            for other in lemma.pertainyms():
                tie(synset, other.synset(), "pertains")
            for other in lemma.derivationally_related_forms():
                tie(synset, other.synset(), "derived")
    return csr_matrix((weights, (rows, columns)), shape=(len(synsets), len(synsets)))


def _spread(relations: csr_matrix, fixed: dict[int, float], n: int):
    """Values after `ROUNDS`; one neighbour too many without a value draws each towards 0."""
    weight = np.asarray(abs(relations).sum(axis=1)).ravel() + 1.0
    places, given = np.fromiter(fixed, np.intp), np.fromiter(fixed.values(), np.float64)
    values = np.zeros(n)
    for _ in range(ROUNDS):
        values[places] = given
        values = relations @ values / weight
    values[places] = given
    return values


if __name__ == "__main__":
    main()
