"""`Classifier`: texts in, probabilities out, and what explainers and white-box attacks need besides.

Importing this module loads numpy only; torch is imported by the implementations.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.task import Head, Task, task_of
from models.translating import tr_later

if TYPE_CHECKING:
    import torch

TextInput = str | tuple[str, str]
"""One text, or a pair (text, pair)."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a classifier can do. Ask here, never the class name."""

    gradients: bool = False
    attention: bool = False
    tokens: bool = False
    mask_token: bool = False
    pairs: bool = False
    multi_label: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text. [start, end) are code points of its segment as typed; specials have start == end.

    `word` numbers the tokenizer's pre-tokens within the segment (None for special tokens).
    """

    text: str
    id: int
    start: int
    end: int
    special: bool
    segment: int
    word: int | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """The token ids of one row, specials included, unpadded; what `logits` takes."""

    ids: tuple[int, ...]
    type_ids: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text as the model sees it. `total` is the length before cutting to the model's limit, specials included."""

    row: TokenRow
    tokens: tuple[Token, ...]
    total: int

    @property
    def kept(self) -> int:
        """How many tokens the model sees."""
        return len(self.row)

    @property
    def truncated(self) -> bool:
        """Whether the text is longer than the model's limit."""
        return self.kept < self.total


@dataclass(frozen=True, slots=True)
class SpecialIds:
    """Token ids with a meaning; None where the tokenizer has none. `all` never carry content."""

    mask: int | None
    unknown: int | None
    pad: int | None
    all: frozenset[int]


class Classifier(ABC):
    """A loaded text classifier, in evaluation mode with dropout off.

    Attributes:
        name: how the user called it.
        labels: label names in the order of the model's head; two of them for a single sigmoid logit.
        fingerprint: sha256 over weights, tokenizer and labels, hex.
        head: which kind of head turns logits into probabilities.
        thresholds: of a multi-label head, the least probability of each label that an answer holds; none: 0.5.
        capabilities: what it can do beyond `predict_proba`.
        absent: capability -> why it does not have it, as the end of a sentence; not every absent one has a reason here.
        max_tokens: the longest input, special tokens included.
        device: "cpu", "cuda" or "mps".
        dtype: "float32" or "bfloat16".
        engine: "torch" or "onnx", what `predict_proba` and `logits` run on.
        threads: number of CPU threads of one forward pass.
    """

    name: str
    labels: tuple[str, ...]
    fingerprint: str
    head: Head
    thresholds: tuple[float, ...] = ()
    capabilities: Capabilities
    absent: Mapping[str, str] = MappingProxyType({})
    max_tokens: int
    device: str
    dtype: str
    engine: str
    threads: int

    @cached_property
    def task(self) -> Task:
        """What its answers are."""
        return task_of(self.head, self.labels, self.thresholds)

    @abstractmethod
    def predict_proba(self, texts: Sequence[TextInput]) -> NDArray[np.float32]:
        """Probabilities of each text, shape (n, n_labels); each row sums to 1 unless the head is multi-label."""

    @abstractmethod
    def encode(self, texts: Sequence[TextInput]) -> list[Encoding]:
        """Tokens with offsets into the text as typed, cut to `max_tokens` and saying so."""

    def encode_rows(self, texts: Sequence[TextInput]) -> tuple[list[TokenRow], list[int]]:
        """Token rows cut to the limit and each text's full length: `encode` without offsets, for bulk work."""
        encodings = self.encode(texts)
        return [encoding.row for encoding in encodings], [encoding.total for encoding in encodings]

    @abstractmethod
    def logits(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """Class logits of rows of token ids, shape (n, n_labels), batched by length under the token budget.

        A single-logit head z gives (-z, z), so that sigmoid of a class's logit is its probability.
        """

    def features(self, rows: Sequence[TokenRow]) -> NDArray[np.float32]:
        """What the last layer is given of each row of token ids, (n, h): texts that are alike to the model lie close together.

        Raises:
            NotImplementedError: the model has no such layer, or shows nothing but its answers; says why.
        """
        raise NotImplementedError(tr_later("it shows nothing of a text but its answer"))

    def vocabulary(self) -> Mapping[str, int]:
        """What a reader could type to have each token of the vocabulary -> its id; empty for a model that does not show it."""
        return {}

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Turn class logits (n, n_labels) into probabilities of the same shape.

        Raises:
            ValueError: a logit is not a number, so that there is none.
        """
        scores = np.asarray(logits, dtype=np.float64)
        if np.isnan(scores).any() or (self.task.exclusive and np.isposinf(scores).any()):
            raise ValueError(
                tr_later("the model gave a value that is not a number for this text; check its weights and precision")
            )
        probs: NDArray[np.float32] = self.task.probabilities(scores).astype(np.float32)
        return probs

    def predicted_label(self, probs: Sequence[float] | NDArray[np.float32]) -> str:
        """The answer of one row of probabilities, see `models.task`."""
        return self.task.answer(probs)


def why_absent(classifier: Classifier, capability: str, otherwise: str) -> str:
    """Why a classifier lacks a capability, as the end of a sentence; `otherwise` where it does not say."""
    return str(getattr(classifier, "absent", {}).get(capability, otherwise))


class GradientClassifier(Classifier):
    """A classifier whose word embeddings can be replaced and differentiated through (`capabilities.gradients`)."""

    special: SpecialIds

    @abstractmethod
    def collate(self, rows: Sequence[TokenRow]) -> Mapping[str, torch.Tensor]:
        """Pad rows to the longest and stack them: input_ids and attention_mask (b, t), token_type_ids if taken.

        Raises:
            ValueError: rows of unequal length for a model whose answers padding changes (`equal_lengths`).
        """

    @abstractmethod
    def embed(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Word embeddings (b, t, h) of ids (b, t), on the model's device."""

    @abstractmethod
    def forward_embeddings(
        self, batch: Mapping[str, torch.Tensor], embeddings: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Class logits (b, n_labels), differentiable in `embeddings` (b, t, h), which stand in for the words'."""

    @property
    @abstractmethod
    def embedding_matrix(self) -> torch.Tensor:
        """The word embedding table (vocabulary, h), detached."""

    @property
    @abstractmethod
    def equal_lengths(self) -> bool:
        """Whether rows of one batch must have equal lengths (models whose answers padding changes)."""

    @abstractmethod
    def attention(self, rows: Sequence[TokenRow]) -> list[NDArray[np.float32]]:
        """Last layer's attention of each row, (heads, t, t).

        Raises:
            NotImplementedError: the architecture does not return attention (`capabilities.attention` is False).
        """

    @abstractmethod
    def states(self, rows: Sequence[TokenRow], places: Sequence[int], depths: Sequence[float]) -> NDArray[np.float32]:
        """Hidden states (n, depths, width) at one place of each row; a depth is 0 before the first layer and 1 behind the last.

        Raises:
            NotImplementedError: the architecture does not return one vector for each token.
        """

    @abstractmethod
    def token_budget(self) -> int:
        """How many padded tokens one forward batch may hold; a backward batch should take a quarter."""
