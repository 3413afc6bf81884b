"""One row made ready to be explained, and its variants with words removed, as token ids.

Nothing here decodes ids to text and tokenizes again: that changes the text. Importing this module loads no torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from audit.errors import AuditError, InputError, ProbeUnavailable
from audit.explain.targets import PREDICTED, Target, resolve_target
from audit.language.translating import tr_later
from audit.records import Example
from audit.seeds import row_generator
from audit.words import Word, words_of
from models.classifier import Encoding, GradientClassifier, TextInput, TokenRow, why_absent
from models.errors import ModelError

Removal = Literal["mask", "delete"]
Baseline = Literal["mask", "pad", "zero", "mean"]
Unit = Literal["logit", "probability"]
Filler = int | Literal["zero", "mean"]


@dataclass(frozen=True)
class Row:
    """One example with its tokens, words, target and prediction.

    Attributes:
        example: the row of the table.
        encoding: its tokens as the model sees them.
        words: the features of every perturbation, m of them.
        logits: class logits of the whole row, (n_labels,).
        target: what is explained.
        seed: the run's seed.
        classifier: the model.
        known: logits of the variants evaluated so far, by removal and mask.
        memo: results that several methods share, such as the leave-one-out scores.
    """

    example: Example
    encoding: Encoding
    words: tuple[Word, ...]
    logits: NDArray[np.float32]
    target: Target
    seed: int
    classifier: GradientClassifier
    known: dict[tuple[Removal, bytes], NDArray[np.float32]] = field(default_factory=dict, repr=False)
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """The target as a vector over the labels, (n_labels,)."""
        return np.asarray(self.target.weights, dtype=np.float64)

    @cached_property
    def word_of_token(self) -> NDArray[np.int64]:
        """The word each token belongs to, -1 for special tokens, (t,)."""
        owner = np.full(len(self.encoding.row), -1, dtype=np.int64)
        for number, word in enumerate(self.words):
            owner[list(word.tokens)] = number
        return owner

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        """Token ids, specials included, (t,)."""
        return np.asarray(self.encoding.row.ids, dtype=np.int64)

    def value(self, logits: NDArray[np.float32], unit: Unit) -> NDArray[np.float64]:
        """The explained value of logits (n, n_labels), in `unit`, (n,)."""
        scores = logits if unit == "logit" else self.classifier.probabilities(logits)
        explained: NDArray[np.float64] = np.asarray(scores, dtype=np.float64) @ self.weights
        return explained

    def answer(self, logits: NDArray[np.float32]) -> str:
        """What the model says by some logits, (n_labels,)."""
        return self.classifier.task.answer(self.classifier.probabilities(logits[None])[0])

    def says(self, logits: NDArray[np.float32], answer: str) -> bool:
        """Whether this is the answer by some logits, (n_labels,)."""
        return self.classifier.task.same(self.answer(logits), answer)

    def full(self, unit: Unit) -> float:
        """The explained value of the whole row."""
        return float(self.value(self.logits[None], unit)[0])

    def generator(self, probe: str) -> np.random.Generator:
        """A generator of this row's own for one use."""
        return row_generator(self.seed, self.example.row_id, probe)

    def kept_tokens(self, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Masks over words (n, m) as masks over tokens (n, t); special tokens are always kept."""
        padded = np.concatenate([keep, np.ones((len(keep), 1), dtype=bool)], axis=1)  # (n, m + 1): -1 is a special
        kept: NDArray[np.bool_] = padded[:, self.word_of_token]
        return kept

    def word_sums(self, tokens: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum values of tokens (t,) into words (m,); special tokens take no part."""
        inside = self.word_of_token >= 0
        return np.bincount(self.word_of_token[inside], weights=tokens[inside], minlength=len(self.words)).astype(float)

    def with_seed(self, seed: int) -> Row:
        """The same row under another run seed."""
        return replace(self, seed=seed, memo={})


@dataclass(frozen=True, slots=True)
class Variant:
    """A row with words removed; at `blank` the word embedding is replaced by the `filler` vector."""

    row: TokenRow
    blank: tuple[int, ...] = ()
    filler: Literal["zero", "mean"] = "mean"


def filler_of(classifier: GradientClassifier, baseline: Baseline) -> Filler:
    """What stands where a word was: a token id, or the kind of vector.

    `mask` falls back to [UNK], and where there is none to the mean embedding; never to the padding id, which decoders
    share with the end of text.

    Raises:
        ProbeUnavailable: baseline `pad` and the tokenizer has no padding token.
    """
    if baseline in ("zero", "mean"):
        return baseline
    special = classifier.special
    if baseline == "pad":
        if special.pad is None:
            raise ProbeUnavailable(
                "Baseline 'pad' needs a padding token and this tokenizer has none; use mask, mean or zero."
            )
        return special.pad
    if special.mask is not None:
        return special.mask
    unknown = special.unknown
    if unknown is not None and unknown != special.pad and unknown not in special.all:
        return unknown
    return "mean"


def cannot_mask(classifier: GradientClassifier) -> str | None:
    """Why nothing can be put where a word was, and what to do instead; None where a token or a vector can."""
    if isinstance(filler_of(classifier, "mask"), int) or classifier.capabilities.gradients:
        return None
    why = why_absent(classifier, "gradients", tr_later("no vector can be put in a word's place"))
    return tr_later(f"the tokenizer has neither a mask nor an unknown word, and {why}; use removal 'delete'")


def variants(row: Row, keep: NDArray[np.bool_], removal: Removal) -> Iterator[Variant]:
    """The row with only the words of each mask (n, m) kept.

    Raises:
        InputError: deletion would leave a model without special tokens nothing at all to read.
    """
    kept = row.kept_tokens(keep)  # (n, t)
    types = row.encoding.row.type_ids
    if removal == "delete":
        for mask in kept:
            left = np.flatnonzero(mask)
            if not len(left):
                raise InputError("Deleting every word leaves no token for this model; use removal 'mask' instead.")
            yield Variant(TokenRow(tuple(row.ids[left].tolist()), types and tuple(types[i] for i in left)))
        return
    filler = filler_of(row.classifier, "mask")
    if isinstance(filler, int):
        for ids in np.where(kept, row.ids, filler).tolist():
            yield Variant(TokenRow(tuple(ids), types))
        return
    for mask in kept:
        yield Variant(row.encoding.row, tuple(np.flatnonzero(~mask).tolist()), filler)


def prepare(classifier: GradientClassifier, examples: Sequence[Example], *, seed: int) -> list[Row | Exception]:
    """Encode and predict examples, with the predicted label as target; a row that cannot be prepared gives the reason."""
    encodings = [_encoded(classifier, example) for example in examples]
    sound = [i for i, encoding in enumerate(encodings) if isinstance(encoding, Encoding)]
    logits = _logits(classifier, [encodings[i].row for i in sound])  # type: ignore[union-attr]
    rows: list[Row | Exception] = [item if isinstance(item, Exception) else ValueError() for item in encodings]
    for i, found in zip(sound, logits, strict=True):
        rows[i] = _row(classifier, examples[i], encodings[i], found, seed)  # type: ignore[arg-type]
    return rows


def retarget(row: Row, target: str) -> Row | Exception:
    """The same row for another target; what was evaluated is shared, what was derived is not."""
    try:
        found = _target(row.classifier, row.example, row.logits, target)
    except AuditError as error:
        return error
    return row if found == row.target else replace(row, target=found, memo={})


def _encoded(classifier: GradientClassifier, example: Example) -> Encoding | Exception:
    text: TextInput = example.text if example.pair is None else (example.text, example.pair)
    try:
        encoding = classifier.encode([text])[0]
    except (ModelError, ValueError, NotImplementedError) as error:
        return error
    if not len(encoding.row):
        return InputError("The text is empty and this model has no special tokens, so there is nothing to read.")
    return encoding


def _logits(classifier: GradientClassifier, rows: Sequence[TokenRow]) -> list[NDArray[np.float32] | Exception]:
    if not rows:
        return []
    try:
        return list(classifier.logits(rows))
    except (ModelError, ValueError, RuntimeError) as error:
        if len(rows) == 1:
            return [error]
    return [_logits(classifier, [row])[0] for row in rows]  # find the row that does it; the others go on


def _row(
    classifier: GradientClassifier,
    example: Example,
    encoding: Encoding,
    logits: NDArray[np.float32] | Exception,
    seed: int,
) -> Row | Exception:
    if isinstance(logits, Exception):
        return logits
    if not np.isfinite(logits).all():
        return ModelError("The model gave a value that is not a number for this text; check its weights.")
    words = words_of(encoding, example.text, example.pair)
    return Row(example, encoding, words, logits, _target(classifier, example, logits, PREDICTED), seed, classifier)


def _target(classifier: GradientClassifier, example: Example, logits: NDArray[np.float32], spec: str) -> Target:
    probs = classifier.probabilities(logits[None])[0]
    return resolve_target(spec, classifier.task, probs, example.label)
