"""Rows attacked side by side in one thread: each runs until it asks a model, then all questions are answered at once.

TextAttack's searches call the model in the middle of a deep stack, so every row runs in a greenlet of its own. What
a row sees depends on nothing but the row: it has its own attack object, caches and random state.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from greenlet import getcurrent, greenlet

from audit.attack.randomness import RandomState, start_row
from audit.attack.watchdog import RowTimeout, Stopwatch, Watchdog

Row = TypeVar("Row")
Result = TypeVar("Result")

Ask = Callable[[str, Sequence[Any]], Any]
"""`ask(service, items)`: the answers to items, in their order; to be called only from within a row."""

Service = Callable[[Sequence[Any]], Any]
"""Answers a list of items with a sequence or array of the same length."""


@dataclass
class _Slot(Generic[Row, Result]):
    work: Callable[[Row], Result]
    thread: greenlet | None = None
    number: int = -1
    request: tuple[str, Sequence[Any]] | None = None
    state: RandomState | None = None
    seconds: float = 0.0
    worked: float = 0.0


@dataclass(frozen=True)
class Finished(Generic[Result]):
    """A row's result or the error that ended it, with the seconds it was worked on."""

    number: int
    result: Result | None
    error: BaseException | None
    seconds: float


@dataclass
class SideBySide(Generic[Row, Result]):
    """Runs rows through `slots` workers.

    Args:
        make_work: makes the function of one slot, (row) -> result; given `ask`, its way to the services.
        services: what rows may ask, by name; one call answers the pooled items of all waiting rows.
        slots: rows under way at a time. With one, a row's questions are answered in batches of its own, so that
            floats do not depend on its neighbours.
        time_limit: seconds of work (see `watchdog`) after which a row ends with RowTimeout.
    """

    make_work: Callable[[Ask], Callable[[Row], Result]]
    services: Mapping[str, Service]
    slots: int
    time_limit: float
    _free: list[_Slot[Row, Result]] = field(default_factory=list, init=False)

    def run(self, rows: Iterable[tuple[Row, int]]) -> Iterator[Finished[Result]]:
        """Work through (row, seed) pairs; yields what finishes, in the order of the rows."""
        waiting: dict[int, Finished[Result]] = {}
        turn = 0
        for finished in self._unordered(rows):
            waiting[finished.number] = finished
            while turn in waiting:
                yield waiting.pop(turn)
                turn += 1

    def _unordered(self, rows: Iterable[tuple[Row, int]]) -> Iterator[Finished[Result]]:
        queue = enumerate(rows)
        active: deque[_Slot[Row, Result]] = deque()
        outside = RandomState.current()
        with Watchdog() as watchdog:
            more = True
            while more or active:
                done: list[Finished[Result]] = []
                while more and len(active) < self.slots:
                    upcoming = next(queue, None)
                    if upcoming is None:
                        more = False
                        break
                    number, (row, seed) = upcoming
                    slot = self._free.pop() if self._free else _Slot(self.make_work(_ask))
                    slot.thread, slot.number, slot.state = greenlet(slot.work), number, None
                    slot.seconds = slot.worked = 0.0
                    start_row(seed)
                    self._go_on(slot, watchdog, row, active, done)
                if active:
                    self._answer(active, watchdog, done)
                if done:
                    outside.restore()
                    yield from done
                    outside = RandomState.current()

    def _go_on(
        self,
        slot: _Slot[Row, Result],
        watchdog: Watchdog,
        value: Any,
        active: deque[_Slot[Row, Result]],
        done: list[Finished[Result]],
    ) -> None:
        """Let a row run on with `value` (an exception is raised inside it) until it asks again or ends."""
        thread = slot.thread
        assert thread is not None
        if slot.state is not None:
            slot.state.restore()
        started, spent = time.perf_counter(), Stopwatch()
        error: BaseException | None = None
        returned: Any = None
        watchdog.arm(self.time_limit - slot.worked)
        try:
            returned = thread.throw(value) if isinstance(value, BaseException) else thread.switch(value)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as caught:
            error = caught
        finally:
            try:
                watchdog.disarm()
            except RowTimeout:  # thrown as the row gave back control: it was in time
                watchdog.disarm()
            slot.seconds += time.perf_counter() - started
            slot.worked += spent.seconds
        if error is None and not thread.dead:
            slot.request = returned
            slot.state = RandomState.current() if self.slots > 1 else None
            active.append(slot)
            return
        done.append(Finished(slot.number, None if error else returned, error, slot.seconds))
        slot.thread = None
        if error is None:
            self._free.append(slot)  # a slot whose row failed is dropped: its attack may be in any state

    def _answer(self, active: deque[_Slot[Row, Result]], watchdog: Watchdog, done: list[Finished[Result]]) -> None:
        """Answer the questions of all waiting rows, one call for each service, and let the rows go on."""
        asking = list(active)
        active.clear()
        answers: dict[int, Any] = {}
        for service in dict.fromkeys(slot.request[0] for slot in asking if slot.request):
            group = [slot for slot in asking if slot.request and slot.request[0] == service]
            items = [item for slot in group for item in (slot.request or ("", ()))[1]]
            started, spent = time.perf_counter(), Stopwatch()
            try:
                given = self.services[service](items)
            except Exception as error:
                answers.update({slot.number: error for slot in group})
                continue
            seconds, worked, start = time.perf_counter() - started, spent.seconds, 0
            for slot in group:
                count = len((slot.request or ("", ()))[1])
                answers[slot.number] = given[start : start + count]
                slot.seconds += seconds * count / max(1, len(items))
                slot.worked += worked * count / max(1, len(items))
                start += count
        for slot in asking:
            late = slot.worked > self.time_limit
            self._go_on(slot, watchdog, RowTimeout() if late else answers[slot.number], active, done)


def _ask(service: str, items: Sequence[Any]) -> Any:
    parent = getcurrent().parent
    assert parent is not None, "ask() was called outside a row"
    return parent.switch((service, items))
