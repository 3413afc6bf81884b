"""The prediction probe: what the model says of each row, and how much of the text it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from audit.language.translating import tr_later
from audit.parameters import Declared
from audit.records import Example, Prediction
from models.classifier import why_absent
from models.errors import ModelError

if TYPE_CHECKING:
    from models.classifier import Classifier, TextInput

R = TypeVar("R")
CHUNK = 2_048  # rows encoded together: enough for batches of equal length, little enough to hold


@dataclass(kw_only=True)
class Predict(Declared):
    """Probabilities of every row by the plain forward pass, batched by length.

    >>> import audit
    >>> row = Example("1", "A quiet delight.")
    >>> [record] = Predict().run(audit.load("sentiment"), [row], seed=0)
    >>> record.predicted, [round(p, 2) for p in record.probs]
    ('positive', [0.01, 0.99])
    >>> record.tokens, record.truncated
    (6, False)
    """

    name = "predict"
    version: ClassVar[int] = 2
    cost: ClassVar[str] = tr_later("one pass through the model")
    needs: ClassVar[tuple[str, ...]] = ()

    def unavailable(self, classifier: Classifier) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Every classifier predicts."""
        return None

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Prediction]:
        """Yield one `Prediction` per example, in their order; nothing is random. Only the rows at fault carry an error."""
        del seed
        return by_chunks(examples, lambda rows: predict_rows(classifier, rows), failed, chunk=CHUNK)


def by_chunks(
    examples: Sequence[Example],
    ask: Callable[[Sequence[Example]], Sequence[R]],
    fail: Callable[[Example, Exception], R],
    *,
    chunk: int,
) -> Iterator[R]:
    """One record per example, in their order: some are asked about together, and each alone where that fails.

    Args:
        examples: the rows.
        ask: gives the records of some of them, or raises. fail: the record of a row that the model could not be run on.
        chunk: rows that are asked about together.
    """
    for start in range(0, len(examples), chunk):
        rows = examples[start : start + chunk]
        try:
            yield from ask(rows)
        except (ModelError, RuntimeError, ValueError, TypeError, IndexError, OverflowError) as error:
            if len(rows) == 1:
                yield fail(rows[0], error)
                continue
            yield from by_chunks(rows, ask, fail, chunk=1)


def predict_rows(classifier: Classifier, examples: Sequence[Example]) -> list[Prediction]:
    """Predictions of some rows in one go.

    Raises:
        ValueError: a row is a pair and the model takes single texts.
    """
    rows, totals = classifier.encode_rows([model_input(classifier, example) for example in examples])
    probabilities = classifier.probabilities(classifier.logits(rows))  # (n, n_labels)
    return [
        Prediction(example.row_id, classifier.task.answer(p), tuple(map(float, p)), total, len(row))
        for example, p, row, total in zip(examples, probabilities, rows, totals, strict=True)
    ]


def model_input(classifier: Classifier, example: Example) -> TextInput:
    """The text, or text and pair, as `Classifier` takes them.

    Raises:
        ValueError: the row is a pair and the model takes single texts.
    """
    if example.pair is None:
        return example.text
    if not classifier.capabilities.pairs:
        why = why_absent(classifier, "pairs", tr_later("its kind reads one text"))
        raise ValueError(tr_later(f"the model '{classifier.name}' takes single texts, and this row is a pair ({why})"))
    return example.text, example.pair


def failed(example: Example, error: Exception) -> Prediction:
    """The record of a row the model could not be run on."""
    return Prediction(example.row_id, None, (), 0, 0, error=why_failed(error))


def why_failed(error: Exception) -> str:
    """What a record says of an error that running the model met."""
    message = str(error).splitlines()[0] if str(error) else type(error).__name__
    return (message if isinstance(error, ModelError) else f"{type(error).__name__}: {message}")[:300]
