"""The models a worker holds: loaded on use, dropped when old, loaded anew when their files changed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from audit.errors import RunError
from audit.language.translating import tr_later
from audit.spec import Identity, ModelSpec
from models.holding import Holder
from models.signature import files_signature

if TYPE_CHECKING:
    from models.classifier import Classifier

HELD = 2
"""How many models stay in memory: two runs that take turns."""

Loader = Callable[[ModelSpec], "Classifier"]
Key = tuple[Any, ...]


class ModelChanged(RunError):
    """The model is not the one the run began with; the run stops until it is back."""


def load_model(spec: ModelSpec) -> Classifier:
    """Load a classifier as a spec says.

    Raises:
        ModelError: it cannot be found or used.
    """
    from models import load

    options: dict[str, Any] = {"engine": spec.engine, "threads": spec.threads}
    for name in ("base", "device", "dtype", "labels"):
        value = getattr(spec, name)
        if value is not None:
            options[name] = value
    return load(spec.name, **options)


def identity_of(classifier: Classifier) -> Identity:
    """What of a loaded model decides the floats."""
    return Identity(
        fingerprint=classifier.fingerprint,
        engine=classifier.engine,
        device=classifier.device,
        dtype=classifier.dtype,
        threads=classifier.threads,
    )


class HeldModels:
    """Keeps the last `HELD` models; one thread at a time may use them (`audit.run` computes under one lock).

    A model asked for by a run's spec and by what the run began with (its engine and device settled) is held once.
    """

    def __init__(self, loader: Loader = load_model) -> None:
        self._loader = loader
        self._held: Holder[Key] = Holder(HELD)
        self._settled: dict[Key, Key] = {}
        """What was asked for, by spec, to what it is held as: the same with engine, device, precision and threads."""
        self._lock = threading.Lock()

    def get(self, spec: ModelSpec, identity: Mapping[str, Any] | None = None) -> Classifier:
        """The classifier of a spec, loaded if need be.

        Args:
            spec: which model, on what.
            identity: what the run began with (`Run.identity`); it is loaded the same way and must be the same.

        Raises:
            ModelChanged: its fingerprint is another one now.
            ModelError: it cannot be loaded.
        """
        if identity is not None:
            known = {key: identity[key] for key in ("device", "dtype", "engine", "threads")}
            spec = spec.model_copy(update=known)
        with self._lock:
            classifier = self._load(spec)
        _same_threads(classifier.threads)
        wanted = spec.fingerprint if identity is None else identity["fingerprint"]
        if wanted is not None and classifier.fingerprint != wanted:
            raise ModelChanged(
                tr_later(
                    f"The model '{spec.name}' has changed: its fingerprint was {wanted[:12]} and is now "
                    f"{classifier.fingerprint[:12]}; put the old files back and resume, or start a new run."
                )
            )
        return classifier

    def clear(self) -> None:
        """Drop every model."""
        with self._lock:
            self._held.clear()

    def spare(self, spec: ModelSpec) -> None:
        """Say that a run of this spec is over: its model is let go before another is loaded, unless it is used again."""
        with self._lock:
            asked = _key(spec, _signature(spec))
            self._held.spare(self._settled.get(asked, asked))

    def _load(self, spec: ModelSpec) -> Classifier:
        signature = _signature(spec)
        asked = _key(spec, signature)
        classifier = self._held.get(self._settled.get(asked, asked))
        if classifier is None:
            self._held.make_room()
            self._settled = {key: held for key, held in self._settled.items() if held in self._held}
            classifier = self._loader(spec)
            known = {key: getattr(classifier, key) for key in ("device", "dtype", "engine", "threads")}
            self._settled[asked] = _key(spec.model_copy(update=known), signature)
            self._held.put(self._settled[asked], classifier)
        return classifier


def _key(spec: ModelSpec, signature: Key) -> Key:
    return spec.model_dump_json(exclude={"fingerprint"}), signature


def _signature(spec: ModelSpec) -> Key:
    """Of the model's files: looked at once, before they are read, so that files changed meanwhile are read anew next time."""
    return files_signature(spec.name, spec.base)


def _same_threads(threads: int) -> None:
    """The thread count is the process's, not the model's: bring it back to what this model was loaded with."""
    torch = sys.modules.get("torch")  # not there: nothing of torch runs, so nothing needs setting
    if torch is not None and torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
