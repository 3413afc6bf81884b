"""Gradients of many rows in one batch, reduced to one number per token before they leave the device.

The only file of `audit.explain`, beside `_captum.py`, that speaks torch.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from audit.explain.rows import Filler, Row, Variant, filler_of
from audit.explain.steps import Jitter, SlopeReply, Slopes
from models.batching import length_batches
from models.classifier import GradientClassifier, TokenRow
from models.errors import ROW_TOO_LARGE, DeviceError

R = TypeVar("R")
Batch = Mapping[str, torch.Tensor]

BACKWARD_SHARE = 4  # a backward batch takes a quarter of the forward budget: activations are kept


@dataclass(frozen=True, slots=True)
class _Point:
    """One place on one row's path; `request` and `number` say where its answer goes."""

    request: int
    number: int
    row: Row
    alpha: float
    filler: Filler
    jitter: Jitter | None

    @property
    def tokens(self) -> TokenRow:
        return self.row.encoding.row

    def baseline_key(self) -> Hashable:
        """Equal for points whose baselines are the same input: rows of one length share theirs."""
        ids = np.where(self.row.word_of_token >= 0, self.filler if isinstance(self.filler, int) else 0, self.row.ids)
        return tuple(ids.tolist()), self.tokens.type_ids, self.filler, self.row.target.weights


@dataclass(frozen=True, slots=True)
class _Found:
    value: float
    slope: NDArray[np.float64]
    norm: NDArray[np.float64]


class Gradients:
    """Answers gradient requests for one model."""

    def __init__(self, classifier: GradientClassifier) -> None:
        self.classifier = classifier
        self._baseline_values: dict[Hashable, float] = {}

    def slopes(self, requests: Sequence[Slopes]) -> list[SlopeReply]:
        """Answer requests of many rows together."""
        forward: dict[Hashable, list[_Point]] = {}
        backward: list[_Point] = []
        for number, request in enumerate(requests):
            filler = filler_of(self.classifier, request.baseline)
            for k, alpha in enumerate(request.alphas):
                point = _Point(number, k, request.row, alpha, filler, request.jitter)
                if alpha == 0:
                    forward.setdefault(point.baseline_key(), []).append(point)
                else:
                    backward.append(point)
        replies = [_empty(request) for request in requests]
        fresh = {key: points[0] for key, points in forward.items() if key not in self._baseline_values}
        found = self._batched(list(fresh.values()), gradient=False)
        self._baseline_values.update({key: result.value for key, result in zip(fresh, found, strict=True)})
        for key, points in forward.items():
            for point in points:
                replies[point.request].values[point.number] = self._baseline_values[key]
        for point, result in zip(backward, self._batched(backward, gradient=True), strict=True):
            reply = replies[point.request]
            reply.values[point.number] = result.value
            reply.slopes[point.number] = result.slope
            reply.norms[point.number] = result.norm
        return replies

    def blanked_logits(self, variants: Sequence[Variant]) -> NDArray[np.float32]:
        """Class logits (n, n_labels) of variants whose removed words are a vector: models without a mask token."""
        found = np.empty((len(variants), len(self.classifier.labels)), dtype=np.float32)
        lengths = [len(variant.row) for variant in variants]
        budget = self.classifier.token_budget()
        for batch in length_batches(lengths, budget, equal=self.classifier.equal_lengths):
            found[batch] = _halving(self._blanked_batch, [variants[i] for i in batch], np.concatenate)
        return found

    def _blanked_batch(self, variants: Sequence[Variant]) -> NDArray[np.float32]:
        with torch.inference_mode():
            batch = self.classifier.collate([variant.row for variant in variants])
            embeddings = self.classifier.embed(batch["input_ids"])  # (b, t, h)
            places = [columns[list(v.blank)] for columns, v in zip(_columns(batch), variants, strict=True)]
            embeddings = self._replaced(batch, embeddings, places, [variant.filler for variant in variants])
            return self.classifier.forward_embeddings(batch, embeddings).float().cpu().numpy()

    def _batched(self, points: Sequence[_Point], *, gradient: bool) -> list[_Found]:
        found: list[_Found | None] = [None] * len(points)
        budget = self.classifier.token_budget() // BACKWARD_SHARE
        lengths = [len(point.tokens) for point in points]

        def work(part: list[_Point]) -> list[_Found]:
            return self._batch(part, gradient=gradient)

        for batch in length_batches(lengths, budget, equal=self.classifier.equal_lengths):
            results = _halving(work, [points[i] for i in batch], lambda parts: [*parts[0], *parts[1]])
            for i, result in zip(batch, results, strict=True):
                found[i] = result
        return found  # type: ignore[return-value]

    def _batch(self, points: Sequence[_Point], *, gradient: bool) -> list[_Found]:
        batch = self.classifier.collate([point.tokens for point in points])
        columns = _columns(batch)
        with torch.no_grad():
            inputs = self.classifier.embed(batch["input_ids"])  # (b, t, h)
            inner = [places[p.row.word_of_token >= 0] for places, p in zip(columns, points, strict=True)]
            baselines = self._replaced(batch, inputs, inner, [point.filler for point in points])  # (b, t, h)
            inputs = self._jittered(inputs, inner, points)
            alphas = torch.tensor([point.alpha for point in points], device=inputs.device, dtype=inputs.dtype)
            step = inputs - baselines
            at = baselines + alphas[:, None, None] * step  # (b, t, h)
            weights = torch.tensor(np.stack([p.row.weights for p in points]), dtype=torch.float32, device=at.device)
        with torch.set_grad_enabled(gradient):
            at.requires_grad_(gradient)
            values = (self.classifier.forward_embeddings(batch, at).float() * weights).sum(dim=-1)  # (b,)
        if not gradient:
            return [_Found(value, np.zeros(0), np.zeros(0)) for value in values.tolist()]
        (grads,) = torch.autograd.grad(values.sum(), at)  # (b, t, h)
        slope = (grads * step).float().sum(dim=-1).cpu().numpy().astype(np.float64)  # (b, t)
        norm = grads.float().norm(dim=-1).cpu().numpy().astype(np.float64)  # (b, t)
        return [_Found(value, slope[i, columns[i]], norm[i, columns[i]]) for i, value in enumerate(values.tolist())]

    def _replaced(
        self,
        batch: Batch,
        embeddings: torch.Tensor,
        places: Sequence[NDArray[np.int64]],
        fillers: Sequence[Filler],
    ) -> torch.Tensor:
        """Embeddings (b, t, h) with each row's `places` holding its filler."""
        inside = np.zeros(batch["input_ids"].shape, dtype=bool)
        for i, columns in enumerate(places):
            inside[i, columns] = True
        vectors = {filler: self.vector(filler).to(embeddings.dtype) for filler in dict.fromkeys(fillers)}
        stacked = torch.stack([vectors[filler] for filler in fillers])  # (b, h)
        chosen = torch.from_numpy(inside).to(embeddings.device)
        return torch.where(chosen[:, :, None], stacked[:, None, :], embeddings)

    def vector(self, filler: Filler) -> torch.Tensor:
        """The embedding (h,) that stands where a word was: of a token id, the table's mean, or zero."""
        if isinstance(filler, int):
            device = self.classifier.embedding_matrix.device
            return self.classifier.embed(torch.tensor([[filler]], device=device))[0, 0]
        return self._mean if filler == "mean" else torch.zeros_like(self._mean)

    @cached_property
    def _mean(self) -> torch.Tensor:
        return self.classifier.embedding_matrix.float().mean(dim=0)

    @cached_property
    def _spread(self) -> float:
        return float(self.classifier.embedding_matrix.float().std())

    def _jittered(
        self, inputs: torch.Tensor, inner: Sequence[NDArray[np.int64]], points: Sequence[_Point]
    ) -> torch.Tensor:
        """Inputs with the noise asked for on every token that is not special; drawn per point, so batches play no part."""
        if not any(point.jitter for point in points):
            return inputs
        noisy = inputs.clone()
        for i, point in enumerate(points):
            if point.jitter is None:
                continue
            generator = np.random.default_rng([point.jitter.seed, point.jitter.draws[point.number]])
            shape = (len(inner[i]), inputs.shape[-1])
            normal = point.jitter.kind == "normal"
            noise = generator.standard_normal(shape) if normal else generator.uniform(-1.0, 1.0, shape)
            scaled = torch.from_numpy(noise * point.jitter.scale * self._spread)
            noisy[i, inner[i]] += scaled.to(device=inputs.device, dtype=inputs.dtype)
        return noisy


def _columns(batch: Batch) -> list[NDArray[np.int64]]:
    """The columns that hold each row's own tokens, whichever side the padding is on."""
    return [np.flatnonzero(mask) for mask in batch["attention_mask"].cpu().numpy()]


def _empty(request: Slopes) -> SlopeReply:
    k, t = len(request.alphas), len(request.row.encoding.row)
    return SlopeReply(np.zeros(k), np.zeros((k, t)), np.zeros((k, t)))


def _halving(work: Callable[[list], R], items: list, join: Callable[[list[R]], R]) -> R:
    """Do a batch; when memory runs out, do its halves."""
    try:
        return work(items)
    except RuntimeError as error:  # torch.OutOfMemoryError is one; MPS and the CPU raise plain ones
        if not _out_of_memory(error):
            raise
        if len(items) == 1:
            raise DeviceError(ROW_TOO_LARGE) from error
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    middle = len(items) // 2
    return join([_halving(work, items[:middle], join), _halving(work, items[middle:], join)])


def _out_of_memory(error: RuntimeError) -> bool:
    said = str(error)
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in said or "can't allocate memory" in said
