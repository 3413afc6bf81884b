"""The probe that keeps where each row lies in the eyes of the model: what its last layer is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from audit.language.translating import tr_later
from audit.parameters import Declared
from audit.predict import by_chunks, model_input, why_failed
from audit.records import Example
from audit.records.embedding import Embedding, packed

if TYPE_CHECKING:
    from models.classifier import Classifier

CHUNK = 512
"""Rows that are asked about together."""


@dataclass(kw_only=True)
class LastLayer(Declared):
    """A plain forward pass, of which not the answer is kept but what it is made of, in half precision.

    >>> import audit
    >>> rows = [Example("1", "A quiet delight."), Example("2", "A silent joy."), Example("3", "Dull.")]
    >>> from audit.records.embedding import unpacked
    >>> a, b, c = (unpacked(record.vector) for record in LastLayer().run(audit.load("sentiment"), rows, seed=0))
    >>> len(a), bool(abs(a - b).sum() < abs(a - c).sum())
    (384, True)
    """

    name = "last_layer"
    version: ClassVar[int] = 1
    cost: ClassVar[str] = tr_later("one pass through the model")
    needs: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[str] = tr_later("what the last layer is given")

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why the model does not show it; None where it does."""
        try:
            classifier.features([])
        except NotImplementedError as error:
            return str(error)
        return None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Embedding]:
        """Yield one `Embedding` per example, in their order; nothing is random. Only the rows at fault carry an error."""
        del seed
        return by_chunks(examples, lambda rows: embed_rows(classifier, rows), _failed, chunk=CHUNK)


def _failed(example: Example, error: Exception) -> Embedding:
    return Embedding(example.row_id, "", 0, error=why_failed(error))


def embed_rows(classifier: Classifier, examples: Sequence[Example]) -> list[Embedding]:
    """Where some rows lie, in one go.

    Raises:
        ValueError: a row is a pair and the model takes single texts, or a number is none.
    """
    rows, _ = classifier.encode_rows([model_input(classifier, example) for example in examples])
    vectors = classifier.features(rows)
    if not np.isfinite(vectors).all():
        raise ValueError(tr_later("the model's last layer was given a value that is not a number for this text"))
    made = []
    for example, vector in zip(examples, vectors, strict=True):
        text, scale = packed(vector)
        made.append(Embedding(example.row_id, text, len(vector), scale))
    return made
