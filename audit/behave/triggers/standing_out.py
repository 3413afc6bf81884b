"""Words that a model has made something of that their embedding does not tell.

What training teaches a model of one word shows in the layers behind the embedding, in the company of a text: of most words the
hidden state there is nearly a linear function of the embedding, the same for all. How far a word's is from it says nothing
of what the word does; it says where to look first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from audit.behave.triggers.first_order import can_estimate, opened
from audit.word_kinds import says_something
from models.classifier import GradientClassifier, TokenRow

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

DEPTHS = (0.0, 1 / 3, 1 / 2)
"""Before the first layer, after a third of them, after half."""
MOST = 30_000
"""Words that are looked at; of a larger vocabulary every second, third and so on."""


def standing_out(classifier: Classifier, vocabulary: Mapping[str, int], text: TextInput, at: int) -> list[str]:
    """The words of the vocabulary that say something, those first that stand out most; none where the model shows no hidden states.

    Args:
        classifier: the model.
        vocabulary: text -> token id, see `Classifier.vocabulary`.
        text: what they stand in, with the second text of a pair; at: the character of it before which.
    """
    words = [word for word in vocabulary if len(word) > 1 and says_something(word)]
    words = words[:: max(1, -(-len(words) // MOST))]
    if not can_estimate(classifier) or len(words) < 2:
        return []
    model = cast(GradientClassifier, classifier)
    row, place = opened(model, text, at, vocabulary[words[0]])
    rows = [_with(row, place, vocabulary[word]) for word in words]
    try:
        found = model.states(rows, [place] * len(rows), DEPTHS)
    except NotImplementedError:
        return []
    ranks = sum(rankdata(-_unexplained(found[:, 0], found[:, k])) for k in range(1, len(DEPTHS)))
    return [words[i] for i in np.argsort(ranks, kind="stable")]


def _with(row: TokenRow, place: int, token: int) -> TokenRow:
    return TokenRow((*row.ids[:place], token, *row.ids[place + 1 :]), row.type_ids)


def _unexplained(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.float64]:
    """The length (n,) of what of `after` (n, h) is no linear function of `before` (n, h), by least squares."""
    known, wanted = before - before.mean(axis=0), after - after.mean(axis=0)
    gram = (known.T @ known).astype(np.float64)
    # what a layer norm gives has one direction less than numbers
    gram += 1e-6 * np.trace(gram) / len(gram) * np.eye(len(gram))
    weights = np.linalg.solve(gram, (known.T @ wanted).astype(np.float64)).astype(np.float32)
    rest: NDArray[np.float64] = np.linalg.norm(wanted - known @ weights, axis=1).astype(np.float64)
    return np.round(rest, 3)
