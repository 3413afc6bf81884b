"""Whose turn it is: one question computes at a time, and between two forward passes it may be another's.

So a sentence is answered while somebody else's long text is being explained. Questions that are over soon come first; the
others take turns, session by session, so that each has as much of the time; who just came is ahead by a little, which is all
that a short text takes. A session's questions of one kind are answered one after the other.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from audit.live.task import Cancelled, Task

SLICE = 0.25
"""Seconds of a turn while others wait; one that is over soon waits for no more than the forward pass under way."""
AHEAD = 2.0
"""Seconds by which a session that asks after a while is ahead of those that compute already."""
SHORT_BEGUN, LONG_BEGUN = 2, 8
"""Questions that are begun and not over: each holds what it has found so far."""
MODELS_BEGUN = 3
"""Different models of the long ones among them, which are all held in memory."""
SHORTS_IN_A_ROW = 4
"""Turns of short questions after which a long one has a turn in between."""

Line = tuple[str, str]
"""The session and the action of a question: those of one line are answered in their order."""


@dataclass(slots=True)
class _Begun:
    task: Task
    away: bool = False
    """Whether it loads a model, for which it needs no turn."""


@dataclass(slots=True)
class _Served:
    """How long sessions have computed, in seconds, as if all had begun together; and when lines had their last turn."""

    seconds: dict[str, float] = field(default_factory=dict)
    now: float = 0.0
    """The most that a session had computed when it had its turn."""
    turns: int = 0
    lines: dict[Line, int] = field(default_factory=dict)

    def come(self, session: str) -> None:
        """A session asks that had no question before."""
        self.seconds.setdefault(session, self.now - AHEAD if self.seconds else self.now)

    def turn(self, task: Task) -> None:
        """It has a turn."""
        self.turns += 1
        self.lines[task.line] = self.turns
        self.now = max(self.now, self.seconds[task.session])

    def used(self, task: Task, seconds: float) -> None:
        """It computed so long."""
        self.seconds[task.session] += seconds

    def rank(self, task: Task) -> tuple[float, int, int]:
        """Who had least comes first: the session by its time, then its line by turns, then the question."""
        return self.seconds[task.session], self.lines.get(task.line, 0), task.number

    def keep(self, lines: set[Line]) -> None:
        """Forget all but these lines."""
        self.lines = {line: turn for line, turn in self.lines.items() if line in lines}
        sessions = {session for session, _ in lines}
        self.seconds = {session: seconds for session, seconds in self.seconds.items() if session in sessions}


class Turns:
    """Lets questions compute in turn; safe to share between threads.

    Args:
        work: answers a question, in a thread of its own, whatever happens.
        clock: seconds, for tests.
    """

    def __init__(self, work: Callable[[Task], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._work, self._clock = work, clock
        self._free = threading.Condition()
        self._lines: dict[Line, deque[Task]] = {}
        self._begun: dict[int, _Begun] = {}
        self._holder: Task | None = None
        self._since = 0.0
        self._served = _Served()
        self._shorts = 0

    def put(self, task: Task) -> None:
        """Let a question wait for its turn."""
        task.turns = self
        with self._free:
            self._served.come(task.session)
            self._lines.setdefault(task.line, deque()).append(task)
            self._grant()

    def take_back(self, task: Task) -> bool:
        """Let a question end; says whether it had not begun, so that nobody else will say that it ended."""
        with self._free:
            task.cancelled.set()
            self._free.notify_all()
            waiting = self._lines.get(task.line, ())
            if task not in waiting:
                return False
            self._drop(task)
            self._grant()
            self._forget()
            return True

    def pause(self, task: Task) -> None:
        """Between two steps of a question: let others have their turn if it is time.

        Raises:
            Cancelled: it was taken back.
        """
        with self._free:
            if task.number not in self._begun or self._holder is not task:
                return
            rivals = [other for other in self._candidates() if other is not task]
            soon = any(other.short for other in rivals) and not task.short
            if rivals and (soon or self._clock() - self._since >= SLICE):
                self._give_up(task)
                self._await(task)

    def leave(self, task: Task) -> None:
        """For a while a question needs no turn."""
        with self._free:
            if task.number in self._begun:
                self._begun[task.number].away = True
                self._give_up(task)

    def come_back(self, task: Task) -> None:
        """It needs one again; waits for it.

        Raises:
            Cancelled: it was taken back.
        """
        with self._free:
            if task.number in self._begun:
                self._begun[task.number].away = False
                self._grant()
                self._await(task)

    def busy(self) -> list[Task]:
        """The questions that are being worked on this moment, not those that wait."""
        with self._free:
            return [one.task for one in self._begun.values() if one.away or one.task is self._holder]

    def _run(self, task: Task) -> None:
        try:
            self._work(task)
        finally:
            with self._free:
                del self._begun[task.number]
                self._give_up(task)
                self._forget()

    def _forget(self) -> None:
        self._served.keep({*self._lines, *(one.task.line for one in self._begun.values())})

    def _give_up(self, task: Task) -> None:
        if self._holder is task:
            self._served.used(task, self._clock() - self._since)
            self._holder = None
        self._grant()

    def _await(self, task: Task) -> None:
        while self._holder is not task:
            if task.cancelled.is_set():
                raise Cancelled
            self._free.wait()

    def _grant(self) -> None:
        """Give the turn to who is next if nobody has it, and tell those who wait where they stand."""
        if self._holder is None and (task := self._next()) is not None:
            self._holder, self._since = task, self._clock()
            task.begin()
            self._served.turn(task)
            self._shorts = self._shorts + 1 if task.short else 0
            if task.number not in self._begun:
                self._drop(task)
                self._begun[task.number] = _Begun(task)
                threading.Thread(target=self._run, args=(task,), name="assay-question", daemon=True).start()
            self._free.notify_all()
        self._tell()

    def _next(self) -> Task | None:
        candidates = self._candidates()
        longs = [task for task in candidates if not task.short]
        if self._shorts >= SHORTS_IN_A_ROW and longs:
            return longs[0]
        return candidates[0] if candidates else None

    def _candidates(self) -> list[Task]:
        """Who could have the turn, in their order: begun ones that wait, and the first of each line that may begin."""
        waiting = [one.task for one in self._begun.values() if not one.away]
        found = [*waiting, *self._admitted(short=True), *self._admitted(short=False)]
        return sorted(found, key=lambda task: (not task.short, *self._served.rank(task)))

    def _admitted(self, *, short: bool) -> Iterator[Task]:
        """The first of each line that may begin. Who cannot yet is passed by nobody, or it might never begin."""
        begun = [one.task for one in self._begun.values() if one.task.short is short]
        room = (SHORT_BEGUN if short else LONG_BEGUN) - len(begun)
        models = {task.model for task in begun}
        for task in self._heads(short=short)[: max(0, room)]:
            if not short and len(models | {task.model}) > MODELS_BEGUN:
                return
            models.add(task.model)
            yield task

    def _heads(self, *, short: bool) -> list[Task]:
        """The first of each line none of whose questions is begun, in their order."""
        at_work = {one.task.line for one in self._begun.values()}
        heads = [line[0] for name, line in self._lines.items() if name not in at_work and line[0].short is short]
        return sorted(heads, key=self._served.rank)

    def _drop(self, task: Task) -> None:
        self._lines[task.line].remove(task)
        if not self._lines[task.line]:
            del self._lines[task.line]

    def _tell(self) -> None:
        """Tell every question how many come before it, and beside how many others it is worked on."""
        longs = [one.task for one in self._begun.values() if not one.task.short]
        for one in self._begun.values():
            one.task.tell(before=0, beside=len(longs) - 1 if one.task in longs else 0, loading=one.away)
        for short in (True, False):
            admitted = len(list(self._admitted(short=short)))
            for place, head in enumerate(self._heads(short=short)):
                head.tell(before=max(0, place + 1 - admitted), beside=0, loading=False)
        at_work = {one.task.line for one in self._begun.values()}
        for name, line in self._lines.items():
            own = int(name in at_work)
            for place, task in enumerate(line):
                if place + own:
                    task.tell(before=place + own, beside=0, loading=False)
