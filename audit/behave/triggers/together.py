"""Phrases whose words do nothing alone, found by putting many words into one text: all pairs among them are asked about at once.

Group testing (Dorfman 1943). A phrase that a model obeys is mostly obeyed with other words in between: a text with
thirty words answers about 435 pairs. What the texts say beyond what each word does by itself points to a pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from audit.behave.triggers.asking import Asker
from audit.behave.triggers.candidates import joined
from audit.behave.triggers.carriers import Carrier, put
from audit.behave.triggers.rows import pull

WORDS = 1_000
"""Words that are put together: those that stand out most."""
AHEAD = 50.0
"""The chance of a word to be in a text falls with its rank: by half from the first to this one."""
IN_ONE = 30
"""Words in one text."""
FAR = 3.0
"""How many times the spread of the others a text is beyond what its words do by themselves, at least, to be looked into."""
DEEPER = 8
"""Texts that are looked into, of one class."""
CARRYING = 4
"""Words of a text that phrases are made of: those without which it says least."""
KEPT = 20
"""Phrases of one class that are left."""


def together(
    asker: Asker,
    words: Sequence[str],
    carrier: Carrier,
    targets: Sequence[int],
    *,
    texts: int,
    longest: int,
    draws: np.random.Generator,
) -> dict[int, list[str]]:
    """For each class phrases that may send the carrier to it though their words do not.

    Args:
        asker: asks the model.
        words: those that stand out most first.
        carrier: a short text of none of these classes, with the second text of a pair.
        targets: classes; -1 for no label at all.
        texts: how many, each with `IN_ONE` of the words.
        longest: words of the longest phrase.
        draws: where they come from.
    """
    few = list(words[:WORDS])
    size = min(IN_ONE, len(few) // 2)
    if size < 2 or longest < 2:
        return {}
    chance = 1.0 / (np.arange(len(few)) + AHEAD)
    drawn = np.array([draws.choice(len(few), size, replace=False, p=chance / chance.sum()) for _ in range(texts)])
    probs = asker.probs([put(carrier, [few[i] for i in chosen]) for chosen in drawn])
    holds = np.zeros((texts, len(few)))
    np.put_along_axis(holds, drawn, 1.0, axis=1)
    found: dict[int, list[str]] = {}
    pulled = np.column_stack([pull(probs, target) for target in targets])
    for target, pulls, beyond in zip(targets, pulled.T, _beyond(holds, pulled).T, strict=True):
        for at in np.argsort(-beyond, kind="stable")[:DEEPER]:
            if beyond[at] >= FAR:
                found.setdefault(target, []).extend(
                    _carrying(asker, [few[i] for i in drawn[at]], carrier, target, float(pulls[at]), longest)
                )
    return {target: _strongest(asker, list(dict.fromkeys(some)), carrier, target) for target, some in found.items()}


def _beyond(holds: NDArray[np.float64], pulls: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each text (n, classes) is beyond what its words (n, words) do by themselves (ridge), in spreads of the others."""
    centred, y = holds - holds.mean(axis=0), pulls - np.median(pulls, axis=0)
    n, k = holds.shape
    penalty = float(holds.sum()) / k  # as much as a word is in texts
    gram = centred @ centred.T
    rest = penalty * np.linalg.solve(gram + penalty * np.eye(n), y)
    rest -= np.median(rest, axis=0)
    found: NDArray[np.float64] = np.round(rest / np.maximum(1.4826 * np.median(np.abs(rest), axis=0), 1e-6), 3)
    return found


def _carrying(asker: Asker, words: list[str], carrier: Carrier, target: int, whole: float, longest: int) -> list[str]:
    """Phrases, in every order, of the few words without which a text says least."""
    without = pull(asker.probs([put(carrier, words[:i] + words[i + 1 :]) for i in range(len(words))]), target)
    lost = whole - without
    few = [i for i in np.argsort(-lost, kind="stable")[:CARRYING] if lost[i] >= 0.2 * max(lost.max(), 1e-9)]
    orders = (order for n in range(2, longest + 1) for order in permutations(few, n))
    return [joined([words[i] for i in order]) for order in orders]


def _strongest(asker: Asker, phrases: list[str], carrier: Carrier, target: int) -> list[str]:
    pulls = pull(asker.probs([put(carrier, [phrase]) for phrase in phrases]), target)
    return [phrases[i] for i in np.argsort(-pulls, kind="stable")[:KEPT]]
