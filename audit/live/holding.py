"""The loaded models of the interactive process: the last few asked for, loaded anew when their files or registration change."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from audit.live.task import Task
from models import catalog
from models.holding import Holder
from models.places import page_folders
from models.signature import files_signature

if TYPE_CHECKING:
    from models.classifier import Classifier

KEPT = 3


class LiveModels:
    """At most `KEPT` loaded models; safe to share between questions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        """Held while one is loaded: a question about a model that is here need not wait for that."""
        self._models: Holder[tuple[Any, ...]] = Holder(KEPT)
        self._used: Counter[tuple[Any, ...]] = Counter()

    def get(self, name: str, *, base: str | None = None, labels: Sequence[str] | None = None) -> Classifier:
        """The model of that name, folder or hub id, loaded now unless it is here.

        Raises:
            ModelError: it cannot be loaded.
        """
        with ExitStack() as use:
            return self.use(name, use, base=base, labels=labels)

    def use(
        self,
        name: str,
        ending: ExitStack,
        *,
        base: str | None = None,
        labels: Sequence[str] | None = None,
        loading: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Classifier:
        """As `get`; until `ending` the model is not let go for the sake of others, unless its files changed.

        Args:
            name: of the model.
            ending: the end of its use.
            base: base model of an adapter.
            labels: names that stand for the checkpoint's.
            loading: what surrounds its being loaded.

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
            with loading(), self._loading:
                classifier = self._load(key, name, base, labels)
        with self._lock:
            self._used[key] += 1
        ending.callback(self._over, key)
        return classifier

    def _load(self, key: tuple[Any, ...], name: str, base: str | None, labels: Sequence[str] | None) -> Classifier:
        with self._lock:
            classifier = self._models.get(key)  # whoever was before us may have wanted the same
            if classifier is not None:
                return classifier
            for used in self._used:
                self._models.get(used)  # those at work were used last
            self._models.spare_all(lambda held: held[0] == key[0])  # what it was before its files changed
            self._models.make_room()
        from models.loading import load

        classifier = load(name, base=base, labels=labels or None, allowed=page_folders())
        with self._lock:
            self._models.put(key, classifier)
        return classifier

    def _over(self, key: tuple[Any, ...]) -> None:
        with self._lock:
            self._used[key] -= 1
            self._used += Counter()  # leaves out what is used no more


@contextmanager
def watched(classifier: Classifier, task: Task, total: Callable[[], int | None] = lambda: None) -> Iterator[None]:
    """Let a question give signs of life, be taken back, and let others have their turn, before every batch of its own.

    Args:
        classifier: the model.
        task: the question.
        total: how many evaluations there are in all, as far as that is known; those while it is 0 are not counted.
    """
    with ExitStack() as stack:
        mine, done = threading.get_ident(), 0

        def look(count: int) -> None:
            nonlocal done
            if threading.get_ident() == mine:
                task.check()
                of = total()
                if of != 0:
                    task.note(done if of is None else min(done, of), of)
                    done += count

        def pause() -> None:
            if threading.get_ident() == mine:
                task.pause()

        for name, call in (("on_forward", look), ("between_batches", pause)):
            watch = getattr(classifier, name, None)
            if watch is not None:
                stack.enter_context(watch(call))
        yield
