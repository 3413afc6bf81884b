"""The one protocol of everything that touches the model: explainers, attacks, perturbations, predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from audit.records import Example, Record

if TYPE_CHECKING:
    from models.classifier import Classifier


@runtime_checkable
class Probe(Protocol):
    """Yields one record per example. Built from keyword parameters; `params` gives them back, JSON-ready.

    `version` is raised whenever the same parameters would give other records: it is part of a shard's id.
    """

    name: str
    version: ClassVar[int]

    @property
    def params(self) -> Mapping[str, Any]:
        """Every parameter with its value, defaults filled in."""
        ...

    def unavailable(self, classifier: Classifier) -> str | None:
        """Why this probe cannot run on this model here, and the command that would help; None when it can."""
        ...

    def run(self, classifier: Classifier, examples: Sequence[Example], *, seed: int) -> Iterator[Record]:
        """Yield one record per example as it finishes. A row that fails yields a record with `error` set."""
        ...
