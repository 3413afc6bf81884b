"""What a model's last layer is given of a text: its features, by which texts that are alike to the model lie close together.

The layer is found by trying: of the linear layers that give as many numbers as the head, it is the one whose outputs are the
model's own, at one place of the text where it gives some at each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from models.translating import tr_later

if TYPE_CHECKING:
    from models.classifier import TokenRow

NO_FEATURES = tr_later(
    "no linear layer at its end gives its answers, so that nothing says what it makes of a text before them"
)
TOLERANCE = 1e-3
"""How far a layer's outputs may be from the model's, relative to the largest of them."""


class Passing(Protocol):
    """What is needed of a classifier."""

    module: Any

    @property
    def equal_lengths(self) -> bool:
        """Whether rows of one batch must have equal lengths."""
        ...

    def encode_rows(self, texts: Sequence[str]) -> tuple[list[TokenRow], list[int]]:
        """Token rows of texts."""
        ...

    def collate(self, rows: Sequence[TokenRow]) -> Mapping[str, torch.Tensor]:
        """Rows made a batch."""
        ...

    def raw_outputs(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """What the module's head gives for a batch."""
        ...


@dataclass(frozen=True, slots=True)
class LastLayer:
    """The linear layer that gives a model's answers: its name in the module, and how many numbers it takes."""

    name: str
    width: int


def last_layer(classifier: Passing) -> LastLayer:
    """Find it.

    Raises:
        NotImplementedError: there is none.
    """
    rows = classifier.encode_rows([" ".join(["text"] * n) for n in (2, 6)])[0]
    rows = rows[:1] if classifier.equal_lengths else rows
    for name, layer in reversed(list(classifier.module.named_modules())):
        if isinstance(layer, torch.nn.Linear) and _gives(classifier, name, rows):
            return LastLayer(name, int(layer.in_features))
    raise NotImplementedError(NO_FEATURES)


class FeatureEngine:
    """Runs a batch by torch, and gives what the last layer was given in place of what it answered."""

    name = "torch"

    def __init__(self, classifier: Passing, layer: LastLayer) -> None:
        self._classifier, self._layer = classifier, layer

    def run(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Features (len(rows), layer.width)."""
        given, outputs, raw = _passed(self._classifier, self._layer.name, rows)
        found: NDArray[np.float32] = _chosen(given, outputs, raw)[0].float().cpu().numpy()
        return found


def _gives(classifier: Passing, name: str, rows: Sequence[TokenRow]) -> bool:
    """Whether a layer's outputs are the model's."""
    try:
        given, outputs, raw = _passed(classifier, name, rows)
    except (LookupError, ValueError, RuntimeError, TypeError):  # not part of the way to an answer, or called otherwise
        return False
    if outputs.ndim not in (2, 3) or outputs.shape[-1] != raw.shape[-1] or len(outputs) != len(raw):
        return False
    return bool(_chosen(given, outputs, raw)[1] <= TOLERANCE * max(1.0, float(raw.abs().max())))


def _passed(classifier: Passing, name: str, rows: Sequence[TokenRow]) -> tuple[torch.Tensor, ...]:
    """What a layer was given and gave in one forward pass, and what the model answered: (b, [t,] h), (b, [t,] n), (b, n)."""
    with torch.inference_mode(), _watched(classifier.module.get_submodule(name)) as seen:
        raw = classifier.raw_outputs(classifier.collate(rows))
    given, outputs = seen[-1]
    return given, outputs, raw.reshape(len(rows), -1)


@contextmanager
def _watched(layer: torch.nn.Module) -> Iterator[list[tuple[torch.Tensor, torch.Tensor]]]:
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    def note(_layer: torch.nn.Module, given: tuple[Any, ...], output: torch.Tensor) -> None:
        seen.append((given[0].detach(), output.detach()))

    hook = layer.register_forward_hook(note)
    try:
        yield seen
    finally:
        hook.remove()


def _chosen(given: torch.Tensor, outputs: torch.Tensor, raw: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What was given (b, h), of several places at that whose output is the answer (the last of them), and the largest distance to it."""
    if outputs.ndim == 2:
        return given, (outputs - raw).abs().max()
    distance = (outputs - raw[:, None]).abs().amax(dim=-1)  # (b, t)
    least = distance.amin(dim=1, keepdim=True)
    places = torch.arange(distance.shape[1], device=distance.device)
    at = torch.where(distance == least, places, -1).amax(dim=1)
    return given[torch.arange(len(given), device=given.device), at], least.max()
