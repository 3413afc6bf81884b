"""The engine: runs many rows' methods side by side and answers their requests in full, length-sorted batches.

A variant of a row is evaluated once however often it is asked for. Importing this module loads no torch.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from audit.explain.rows import Removal, Row, Variant, variants
from audit.explain.steps import Masked, Request, SlopeReply, Slopes, Steps
from models.classifier import GradientClassifier

if TYPE_CHECKING:
    from audit.explain.gradients import Gradients

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

ROWS_AT_ONCE = 32
TOKENS_AT_ONCE = 500_000


@dataclass(slots=True)
class _Job(Generic[K, T]):
    key: K
    steps: Steps[T]
    request: Request


class Engine:
    """Answers requests for one model.

    Attributes:
        classifier: the model.
        width: rows worked on side by side; it bounds the memory.
        evaluations: forward passes so far, one per variant.
        gradients: forward-and-backward passes so far, one per point.
        asked: passes of both kinds that were asked for so far, those under way included.
    """

    def __init__(self, classifier: GradientClassifier, *, width: int | None = None) -> None:
        self.classifier = classifier
        self.width = width or (ROWS_AT_ONCE if classifier.device == "cpu" else 8 * ROWS_AT_ONCE)
        self.evaluations = 0
        self.gradients = 0
        self.asked = 0

    def run(self, jobs: Iterable[tuple[K, Steps[T]]]) -> Iterator[tuple[K, T | Exception]]:
        """Run methods of many rows; yield each result under its key as it finishes.

        A method that raises yields its exception; the others go on.
        """
        waiting = iter(jobs)
        active: list[_Job[K, T]] = []
        exhausted = False
        while active or not exhausted:
            while len(active) < self.width and not exhausted:
                item = next(waiting, None)
                if item is None:
                    exhausted = True
                    break
                job, result = _advance(item[0], item[1], None)
                if job is None:
                    yield item[0], result  # type: ignore[misc]
                else:
                    active.append(job)
            if not active:
                continue
            replies = self.answer([job.request for job in active])
            finished: list[tuple[K, T | Exception]] = []
            still: list[_Job[K, T]] = []
            for job, reply in zip(active, replies, strict=True):
                advanced, result = _advance(job.key, job.steps, reply)
                if advanced is None:
                    finished.append((job.key, result))  # type: ignore[arg-type]
                else:
                    still.append(advanced)
            active = still
            yield from finished

    def one(self, steps: Steps[T]) -> T:
        """Run the method of a single row to its end; its exception is raised."""
        _, result = next(iter(self.run([(0, steps)])))
        if isinstance(result, Exception):
            raise result
        return result

    def answer(self, requests: Sequence[Request]) -> list[Any]:
        """Answer requests together: logits (n, n_labels) for `Masked`, a SlopeReply for `Slopes`, or an exception."""
        replies: list[Any] = [None] * len(requests)
        for kind, serve in ((Masked, self._masked), (Slopes, self._slopes)):
            mine = [i for i, request in enumerate(requests) if isinstance(request, kind)]
            if mine:
                for i, reply in zip(mine, self._isolated(serve, [requests[i] for i in mine]), strict=True):
                    replies[i] = reply
        return replies

    def _isolated(self, serve: Any, requests: Sequence[Any]) -> list[Any]:
        """Serve together; when that fails, one by one, so that only the offender gets the exception."""
        try:
            served: list[Any] = serve(requests)
            return served
        except Exception as error:
            if len(requests) == 1:
                return [error]
        return [self._isolated(serve, [request])[0] for request in requests]

    def _masked(self, requests: Sequence[Masked]) -> list[NDArray[np.float32]]:
        keys = [[(request.removal, key) for key in _packed(request.keep)] for request in requests]
        for request in requests:
            (whole,) = _packed(np.ones((1, len(request.row.words)), dtype=bool))
            request.row.known.setdefault((request.removal, whole), request.row.logits)
        self._evaluate_unknown(requests, keys)
        labels = len(self.classifier.labels)
        return [
            np.stack([request.row.known[key] for key in wanted]) if wanted else np.empty((0, labels), np.float32)
            for request, wanted in zip(requests, keys, strict=True)
        ]

    def _evaluate_unknown(self, requests: Sequence[Masked], keys: Sequence[Sequence[tuple[Removal, bytes]]]) -> None:
        pending: list[tuple[Row, tuple[Removal, bytes], Variant]] = []
        tokens = 0
        for request, wanted in zip(requests, keys, strict=True):
            fresh = {key: i for i, key in enumerate(wanted) if key not in request.row.known}
            places = list(fresh.values())
            self.asked += len(places)
            few = max(1, TOKENS_AT_ONCE // max(1, len(request.row.encoding.row)))  # variants made at a time
            made = (
                variant
                for start in range(0, len(places), few)
                for variant in variants(request.row, request.keep[places[start : start + few]], request.removal)
            )
            for key, variant in zip(fresh, made, strict=True):
                pending.append((request.row, key, variant))
                tokens += len(variant.row)
                if tokens >= TOKENS_AT_ONCE:
                    self._evaluate(pending)
                    pending, tokens = [], 0
        self._evaluate(pending)

    def _evaluate(self, pending: Sequence[tuple[Row, tuple[Removal, bytes], Variant]]) -> None:
        """Evaluate variants, equal ones once, and note them with their rows."""
        distinct = list(dict.fromkeys(variant for _, _, variant in pending))
        if not distinct:
            return
        self.asked -= len(pending) - len(distinct)
        found = dict(zip(distinct, self._variant_logits(distinct), strict=True))
        self.evaluations += len(distinct)
        for row, key, variant in pending:
            row.known[key] = found[variant]

    def _variant_logits(self, distinct: Sequence[Variant]) -> NDArray[np.float32]:
        if not any(variant.blank for variant in distinct):
            return self.classifier.logits([variant.row for variant in distinct])
        return self._gradients.blanked_logits(distinct)

    def _slopes(self, requests: Sequence[Slopes]) -> list[SlopeReply]:
        points = sum(alpha != 0 for request in requests for alpha in request.alphas)
        self.asked += points
        self.gradients += points
        return self._gradients.slopes(requests)

    @cached_property
    def _gradients(self) -> Gradients:
        from audit.explain.gradients import Gradients

        return Gradients(self.classifier)


def _packed(keep: NDArray[np.bool_]) -> list[bytes]:
    """Masks (n, m) as keys, an eighth of a byte a word."""
    return [mask.tobytes() for mask in np.packbits(keep, axis=1)]


def _advance(key: K, steps: Steps[T], reply: Any) -> tuple[_Job[K, T] | None, T | Exception | None]:
    """Send a reply to a method; give its next request, or its result."""
    try:
        request = steps.throw(reply) if isinstance(reply, Exception) else steps.send(reply)
    except StopIteration as stop:
        return None, stop.value
    except Exception as error:
        return None, error
    return _Job(key, steps, request), None
