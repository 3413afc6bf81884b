"""The loaded models of the interactive process: the last few asked for, loaded anew when their files or registration change."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import catalog
from models.holding import Holder
from models.places import home, setting
from models.signature import files_signature
from models.typed_paths import typed_path

if TYPE_CHECKING:
    from models.classifier import Classifier

KEPT = 3


class LiveModels:
    """At most `KEPT` loaded models; safe to share between the lanes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._models: Holder[tuple[Any, ...]] = Holder(KEPT)

    def get(self, name: str, *, base: str | None = None, labels: Sequence[str] | None = None) -> Classifier:
        """The model of that name, folder or hub id, loaded now unless it is here.

        Raises:
            ModelError: it cannot be loaded.
        """
        entry = catalog.find(name)
        asked = (name, base, tuple(labels or ()))
        own = base if entry is None else base or entry.base
        key = (asked, files_signature(name, own))
        with self._lock:
            classifier = self._models.get(key)
            if classifier is None:
                from models.loading import load

                self._models.spare_all(lambda held: held[0] == asked)  # what it was before its files changed
                self._models.make_room()
                classifier = load(name, base=base, labels=labels or None, allowed=allowed_folders())
                self._models.put(key, classifier)
            return classifier


def allowed_folders() -> list[Path]:
    """Folders the dashboard may load models from: the setting `model_folders`, else the user's home and Assay's."""
    chosen = setting("model_folders")
    if chosen:
        return [typed_path(part) for part in chosen.split(os.pathsep) if part]
    return [Path.home(), home(), Path.cwd()]


@contextmanager
def watched(classifier: Classifier, check: Callable[[], None]) -> Iterator[None]:
    """Call `check` before every forward pass that this thread makes, so that a long question can be taken back."""
    watch = getattr(classifier, "on_forward", None)
    if watch is None:
        yield
        return
    mine = threading.get_ident()

    def look(*_: Any) -> None:
        if threading.get_ident() == mine:
            check()

    with watch(look):
        yield
