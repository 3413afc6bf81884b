"""What each token of the vocabulary would do at a place, by the gradient there (Wallace et al. 2019, universal triggers).

    gain(v) = E(v) . mean over texts of d log p(class) / d embedding at the place

A first-order estimate: one backward pass for all tokens. It ranks; what it ranks is then tried outright.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from models.batching import length_batches
from models.classifier import GradientClassifier, TokenRow

if TYPE_CHECKING:
    from models.classifier import Classifier

BACKWARD_SHARE = 4
"""A backward batch takes a quarter of the forward budget: activations are kept."""


def can_estimate(classifier: Classifier) -> bool:
    """Whether the model gives gradients and shows its tokens and vocabulary."""
    return classifier.capabilities.gradients and classifier.capabilities.tokens


def gains(classifier: Classifier, texts: Sequence[tuple[Any, int]], target: int) -> NDArray[np.float64]:
    """The estimate for every token id, (vocabulary,).

    Args:
        classifier: one that `can_estimate`.
        texts: texts or pairs, each with the character of the first text before which the token would stand.
        target: the class; -1 for no label at all.
    """
    import torch

    model = cast(GradientClassifier, classifier)
    filler = next((i for i in (model.special.mask, model.special.unknown, 0) if i is not None), 0)
    rows = [opened(model, text, at, filler) for text, at in texts]
    matrix = model.embedding_matrix.float()
    total = torch.zeros(matrix.shape[1], device=matrix.device)
    budget = max(1, model.token_budget() // BACKWARD_SHARE)
    for batch in length_batches([len(row) for row, _ in rows], budget, equal=model.equal_lengths):
        inputs = model.collate([rows[i][0] for i in batch])
        first = inputs["attention_mask"].to(torch.int64).argmax(dim=1)  # where a row begins that is padded on the left
        with torch.no_grad():
            embedded = model.embed(inputs["input_ids"])
        embedded = embedded.detach().requires_grad_(True)
        logits = model.forward_embeddings(inputs, embedded).float()
        (grads,) = torch.autograd.grad(_towards(logits, target, model.task.exclusive).sum(), embedded)
        for k, i in enumerate(batch):
            total += grads[k, int(first[k]) + rows[i][1]].float()
    found: NDArray[np.float64] = (matrix @ (total / max(1, len(rows)))).cpu().numpy().astype(np.float64)
    return np.round(found, 5)


def _towards(logits: Any, target: int, softmax: bool) -> Any:
    import torch

    if softmax:
        return torch.log_softmax(logits, dim=-1)[:, target]
    if target < 0:
        return torch.nn.functional.logsigmoid(-logits).sum(dim=-1)
    return torch.nn.functional.logsigmoid(logits[:, target])


def opened(model: GradientClassifier, text: Any, at: int, filler: int) -> tuple[TokenRow, int]:
    """A row with a token more before a character of its first text, and the place of that token."""
    encoding = model.encode([text])[0]
    inner = [i for i, token in enumerate(encoding.tokens) if not token.special and token.segment == 0]
    place = next(
        (i for i in inner if encoding.tokens[i].start >= at), inner[-1] + 1 if inner else min(1, len(encoding.row))
    )
    ids, types = list(encoding.row.ids), None if encoding.row.type_ids is None else list(encoding.row.type_ids)
    if len(ids) >= model.max_tokens and place < len(ids) - 1:  # room for one more
        del ids[place]
        if types is not None:
            del types[place]
    ids.insert(place, filler)
    if types is not None:
        types.insert(place, types[max(0, place - 1)])
    return TokenRow(tuple(ids), None if types is None else tuple(types)), place
