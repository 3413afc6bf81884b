"""Exact gradients of the loss by the word embeddings: evaluation mode, dropout off, the same on every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.classifier import GradientClassifier, TokenRow


def loss_gradient(classifier: GradientClassifier, text: Any) -> tuple[TokenRow, NDArray[np.float32]]:
    """The model's token row of a text and d(-log p of what it says)/d(embeddings), shape (t, h)."""
    import torch

    row = classifier.encode([text])[0].row
    batch = classifier.collate([row])
    with torch.enable_grad():
        embeddings = classifier.embed(batch["input_ids"]).detach().requires_grad_(True)  # (1, t, h)
        logits = classifier.forward_embeddings(batch, embeddings)  # (1, n_labels)
        probs = classifier.probabilities(logits.detach().float().cpu().numpy())[0]
        if classifier.task.exclusive:
            said = torch.tensor([classifier.task.foremost(probs)], device=logits.device)
            loss = torch.nn.functional.cross_entropy(logits, said)
        else:
            side = torch.from_numpy(classifier.task.sides(probs)).to(logits)  # (n_labels,)
            loss = -torch.nn.functional.logsigmoid((side * logits[0])[side != 0]).sum()
        (gradient,) = torch.autograd.grad(loss, embeddings)
    return row, gradient[0].float().cpu().numpy()
