"""Does the explanation stay when nothing that matters changes: the seed, a typo, a little noise on the embeddings?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from audit.explain.method import Method
from audit.explain.rows import Row, prepare
from audit.explain.steps import Jitter, Steps, slopes
from audit.records import Example
from audit.seeds import row_seed

OTHER_SEEDS = 2
TYPOS = 3
TYPO_ATTEMPTS = 10
SHORTEST = 4  # letters of a word that may get a typo
DRAWS = 5
HALF_WIDTH = 0.1  # of the embedding table's standard deviation
NODES = 17


def stability(explainer: Method, row: Row, scores: NDArray[np.float64]) -> Steps[dict[str, float]]:
    """Rank correlation of the word scores over seeds (methods that draw) and over typos that keep the prediction."""
    found: dict[str, float] = {}
    if explainer.stochastic:
        others = []
        for number in range(OTHER_SEEDS):
            other = row.with_seed(row_seed(row.seed, row.example.row_id, f"stability {number}"))
            again = yield from explainer.attribute(other)
            others.append(_correlation(scores, again.words))
        found |= _mean("stability_seeds", others)
    kept = []
    for variant in _typo_rows(row):
        again = yield from explainer.attribute(variant)
        kept.append(_correlation(scores, again.words))
    found |= _mean("stability_typos", kept)
    if "stability_typos" in found:
        found["stability_typos_n"] = float(len(kept))
    return found


def sensitivity(explainer: Method, row: Row) -> Steps[dict[str, float]]:
    """Largest relative change of a gradient method's token scores under small noise on the word embeddings.

    Path methods are followed on 17 nodes at every draw, saliency at the text itself.
    """
    from audit.explain import _captum

    seed = row_seed(row.seed, row.example.row_id, "sensitivity")
    follow = explainer.path is not None
    nodes = np.arange(1, NODES) / (NODES - 1) if follow else np.ones(1)  # s; the node at 0 has weight 0
    weights = 2.0 * nodes / (NODES - 1) if follow else np.ones(1)
    weights[-1] *= 0.5 if follow else 1.0
    baseline = explainer.path or "zero"
    found = []
    for draw in range(DRAWS + 1):
        jitter = Jitter("uniform", HALF_WIDTH, seed, (draw,) * len(nodes)) if draw else None
        reply = yield from slopes(row, nodes**2, baseline, jitter)
        found.append(weights @ (reply.slopes if follow else reply.norms))  # (t,)
    return {"max_sensitivity": _captum.max_sensitivity(np.stack(found))}


def typos(row: Row) -> Iterator[Example]:
    """Copies of the text with two neighbouring letters inside one word swapped, drawn from the row's own generator."""
    words = [w for w in row.words if w.segment == 0 and len(w.text) >= SHORTEST and w.text.isalpha()]
    generator = row.generator("typos")
    seen = {row.example.text}
    for _ in range(TYPO_ATTEMPTS if words else 0):
        word = words[int(generator.integers(len(words)))]
        at = word.start + int(generator.integers(1, len(word.text) - 2))
        text = row.example.text
        changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if changed not in seen:
            seen.add(changed)
            yield replace(row.example, text=changed)


def _typo_rows(row: Row) -> Iterator[Row]:
    """Up to three such copies that the model decides like the original and cuts into as many words."""
    spans = [(word.start, word.end, word.segment) for word in row.words]
    decision = row.answer(row.logits)
    kept = 0
    for example in typos(row):
        (variant,) = prepare(row.classifier, [example], seed=row.seed)
        if isinstance(variant, Exception) or [(w.start, w.end, w.segment) for w in variant.words] != spans:
            continue
        if not row.says(variant.logits, decision):
            continue
        yield replace(variant, target=row.target)
        kept += 1
        if kept == TYPOS:
            return


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    if len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(spearmanr(first, second).statistic)


def _mean(name: str, correlations: list[float | None]) -> dict[str, float]:
    defined = [one for one in correlations if one is not None]
    return {name: float(np.mean(defined))} if defined else {}
