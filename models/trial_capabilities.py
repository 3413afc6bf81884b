"""Which capabilities a model has, by trying each: gradients of the embeddings, attention, pairs, masked words, offsets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from models.attention import NO_SQUARE
from models.classifier import Encoding, TokenRow
from models.errors import ModelError
from models.names import first_line
from models.substitution import find_place
from models.translating import tr_later
from models.trial_results import Findings
from models.trial_texts import TrialTexts, masked, twins

if TYPE_CHECKING:
    from models.huggingface import HuggingFaceClassifier
    from models.trial_answers import Rows, Tolerance

FAILURES = (
    ValueError,
    RuntimeError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    NotImplementedError,
    AssertionError,
)
"""What a model raises that cannot be run; each is told in words."""
ATTENTION_LONGEST = 768
"""Attention is tried on rows up to this long: it takes memory in the square of it."""
SUMS = 1e-3
STEP = 0.02
"""Share of the way from one text's embeddings to another's over which the slope is compared with the change."""
SLOPE = 0.1
NODES = ((-0.7745966692, 5 / 18), (0.0, 8 / 18), (0.7745966692, 5 / 18))
"""Gauss's three points on (-1, 1) and their weights."""


def try_capabilities(
    classifier: HuggingFaceClassifier, found: Findings, texts: TrialTexts, rows: Rows, same: Tolerance
) -> Findings:
    """Findings with the capabilities that do not hold taken away; the classifier runs by `found` already."""
    absent: dict[str, str] = {}

    def note(capability: str, reason: str | None) -> None:
        if reason is not None:
            absent[capability] = reason

    note("tokens", _reason(lambda: _tokens(classifier, texts)))
    note("pairs", _reason(lambda: _pairs(classifier, texts)))
    note("mask_token", _reason(lambda: _masks(classifier, rows)))
    note("attention", _reason(lambda: _attention(classifier, rows)))
    try:
        row = max(rows.short[:11], key=len)
        found = _placed(classifier, found, row)
        classifier.adopt(found)
        note("gradients", _reason(lambda: _gradients(classifier, row, rows, same)))
    except FAILURES as error:
        note("gradients", _told(error))
    return replace(found, absent=absent)


def _reason(check: Callable[[], str | None]) -> str | None:
    """Why a check does not hold; a model that fails in it says so itself."""
    try:
        return check()
    except (*FAILURES, ModelError) as error:
        return _told(error)


def _told(error: Exception) -> str:
    return tr_later(f"the model fails when it is tried ({first_line(error)})")


def _tokens(classifier: HuggingFaceClassifier, texts: TrialTexts) -> str | None:
    """Tokens with places are the very ids the model is run on, whole texts and cut ones."""
    long = texts.long(classifier.max_tokens + 1) if classifier.max_tokens <= 10_000 else texts.plain[-1]
    for text in (*texts.plain[1:], *texts.special, long):
        encoding, (rows, totals) = classifier.encode([text])[0], classifier.encode_rows([text])
        if encoding.row != rows[0] or encoding.total != totals[0] or len(rows[0]) > classifier.max_tokens:
            return tr_later("its tokenizer cuts a text differently when it is asked where the pieces lie")
    return None


def _pairs(classifier: HuggingFaceClassifier, texts: TrialTexts) -> str | None:
    """The model reads both sides of a pair, and can tell where the second begins."""
    long = texts.long(min(classifier.max_tokens, 2_000))
    for pair in (*texts.pairs, (long, long)):
        encoding = classifier.encode([pair])[0]
        if {token.segment for token in encoding.tokens if not token.special} != {0, 1}:
            return tr_later("its tokenizer leaves one of the two texts of a pair out")
        if not _told_apart(encoding):
            return tr_later("its tokenizer puts the two texts of a pair together with nothing between them")
    classifier.run_batch(classifier.encode_rows(list(texts.pairs[:1]))[0])
    return None


def _told_apart(encoding: Encoding) -> bool:
    """Whether a special token stands between the two texts of a pair, or their type ids differ."""
    segments = [None if token.special else token.segment for token in encoding.tokens]
    second = segments.index(1)
    first = max(i for i, segment in enumerate(segments) if segment == 0)
    types = encoding.row.type_ids
    return second - first > 1 or (types is not None and types[first] != types[second])


def _masks(classifier: HuggingFaceClassifier, rows: Rows) -> str | None:
    if classifier.special.mask is None:
        return tr_later("its tokenizer has no mask token")
    classifier.run_batch(masked(classifier, rows.short[4:5]))
    return None


def _attention(classifier: HuggingFaceClassifier, rows: Rows) -> str | None:
    """Attention of the last layer is a share of each token for each other one."""
    tried = [*rows.short[1:8], *([rows.long] if len(rows.long) <= ATTENTION_LONGEST else [])]
    try:
        together = classifier.attention(tried)
    except NotImplementedError as error:
        return str(error)
    for row, weights in zip(tried, together, strict=True):
        t = len(row)
        if weights.ndim != 3 or weights.shape[1:] != (t, t):
            return NO_SQUARE
        if not np.isfinite(weights).all() or np.abs(weights.sum(axis=-1) - 1).max() > SUMS or weights.min() < -SUMS:
            return tr_later("the attention it returns is not shares that add up to 1")
    return None


def _placed(classifier: HuggingFaceClassifier, found: Findings, row: TokenRow) -> Findings:
    batch = classifier.collate([row])
    with torch.no_grad():
        place = find_place(classifier.module, batch["input_ids"], lambda: classifier.forward_embeddings(batch))
    if place is None:
        return found
    return replace(found, embedding=place.layer, transposed=place.transposed)


def _gradients(classifier: HuggingFaceClassifier, row: TokenRow, rows: Rows, same: Tolerance) -> str | None:
    """Vectors put in the place of the words' are all that the model knows of the words, and it can be differentiated."""
    if classifier.findings.embedding is None:
        return tr_later("no layer of it looks token ids up in a table of one vector each")
    first, second = twins(classifier, row)
    ours, theirs = (classifier.run_batch([one])[0] for one in (first, second))
    batch = classifier.collate([first])
    own, other = (classifier.embed(classifier.collate([one])["input_ids"]) for one in (first, second))
    if not same(ours, _answer(classifier, batch, own)[0], times=5):
        return tr_later("its own embeddings, put back by hand, give another answer than the text")
    if not same(theirs, _answer(classifier, batch, other)[0], times=5):
        return tr_later(
            "it reads the token ids by another way than their embeddings too, so these do not stand for the text"
        )
    for hidden in masked(classifier, [first]):
        vectors = classifier.embed(classifier.collate([hidden])["input_ids"])
        if not same(classifier.run_batch([hidden])[0], _answer(classifier, batch, vectors)[0], times=5):
            return tr_later(
                "it treats its mask token by its id, so the mask's embedding does not stand for a masked word"
            )
    group = [first, second] if classifier.equal_lengths else [first, rows.short[2], second]
    if classifier.findings.batching != "alone":
        together = classifier.collate(group)
        right = np.stack([classifier.run_batch([one])[0] for one in group])
        if not same(right, _answer(classifier, together, classifier.embed(together["input_ids"])), times=5):
            return tr_later("embeddings put in by hand give other answers in a batch than alone")
    return _slope(classifier, batch, own, other, same)


def _answer(classifier: HuggingFaceClassifier, batch: Any, embeddings: torch.Tensor) -> Any:
    with torch.no_grad():
        return classifier.forward_embeddings(batch, embeddings).float().numpy()


def _slope(
    classifier: HuggingFaceClassifier, batch: Any, own: torch.Tensor, other: torch.Tensor, same: Tolerance
) -> str | None:
    """The gradient says how the answer changes along a short way, as arithmetic does."""
    way = STEP * (other - own) / 2
    before, after = (_answer(classifier, batch, own + sign * way)[0].astype(float) for sign in (-1, 1))
    label = int(np.abs(after - before).argmax())
    summed = 0.0
    for place, weight in NODES:
        at = (own + place * way).requires_grad_(True)
        with torch.enable_grad():
            logit = classifier.forward_embeddings(batch, at)[0, label]
            (gradient,) = torch.autograd.grad(logit, at)
        if not bool(torch.isfinite(gradient).all()):
            return tr_later("its gradient is not a number")
        summed += weight * 2 * float((gradient * way).sum())
    change = float(after[label] - before[label])
    if abs(change - summed) > SLOPE * max(abs(change), abs(summed)) + 20 * same.most:
        return tr_later("its gradient does not tell how its answer changes (rounding or steps inside the model)")
    return None
