"""How commands of the terminal begin and end: errors of ours as one sentence, signals by their status, no traceback.

Exit status, as shells know it: 128 and the signal's number when told to end (130 Ctrl-C, 143 SIGTERM, 129 SIGHUP, 141
when nobody reads the output any more).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from models.disk import disk_error, fault, reason
from models.errors import DiskError
from models.signals import deafen, told_by
from models.telling import again
from models.terminal import stderr
from models.translating import tr

FAILED = 1
_SIGNAL = 128
_PIPE = _SIGNAL + 13  # SIGPIPE; Windows has no such signal


def run(
    app: Callable[[], object],
    *,
    known: tuple[type[Exception], ...],
    status: Callable[[Exception], int],
    unexpected: Callable[[Exception], int] | None = None,
) -> NoReturn:
    """Run a Typer app and end the process, which hears no signal from then on.

    Args:
        app: what to call.
        known: errors whose message is meant for the user.
        status: the exit status of one of them.
        unexpected: what to do with any other error, giving the exit status; default: it goes on to the caller.
    """
    try:
        code = _ended(app, known, status, unexpected)
    except KeyboardInterrupt:  # another one, while the first was being dealt with
        code = _SIGNAL + told_by()
    except BrokenPipeError:  # nor does anybody read what would be said about it
        code = _PIPE
    deafen()
    flushed = _flush()
    sys.exit(code if code else flushed)


def _ended(
    app: Callable[[], object],
    known: tuple[type[Exception], ...],
    status: Callable[[Exception], int],
    unexpected: Callable[[Exception], int] | None,
) -> Any:
    try:
        app()
        return 0
    except SystemExit as end:
        return _of(end)
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        return _PIPE
    except Exception as error:
        told = error if isinstance(error, known) else disk_error(error)
        if told is None and unexpected is None:
            raise
        if told is None:
            return unexpected(error)  # type: ignore[misc]
        say(told)
        return status(told)


def _of(end: SystemExit) -> Any:
    """The status of an end that Typer made: it turns signals and pipes without a reader into statuses of its own."""
    if end.code not in (FAILED, _SIGNAL + signal.SIGINT):
        return end.code
    origins = list(_origins(end))
    if any(isinstance(error, BrokenPipeError) for error in origins):
        return _PIPE
    return _stopped() if any(isinstance(error, KeyboardInterrupt) for error in origins) else end.code


def say(error: Exception) -> None:
    """Print an error of ours on stderr, with the faults it lists."""
    stderr.print(tr("Error: {error}", error=again(error)), style="red")
    for one in getattr(error, "faults", ()):
        stderr.print(f"  {again(one)}")


def _stopped() -> int:
    stderr.print(tr("Stopped."))
    return _SIGNAL + told_by()


def _origins(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error.__cause__, error.__context__]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def _flush() -> int:
    """Write what is still held back; the status where that fails, so that the interpreter has nothing to complain of."""
    if sys.stdout is None:
        return 0
    try:
        sys.stdout.flush()
        return 0
    except BrokenPipeError:
        _mute()
        return _PIPE
    except (OSError, ValueError) as error:
        _mute()
        number = fault(error)
        say(DiskError(f"The output could not be written: {error if number is None else reason(number, None)}."))
        return FAILED


def _mute() -> None:
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None  # type: ignore[assignment]
