"""Commands as a user types them, called in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


def typed(program: str, *words: object) -> Done:
    """What `python -m PROGRAM WORDS` does, `audit` or `models`; nobody sits at the terminal."""
    out, err = io.StringIO(), io.StringIO()
    argv = [program, *map(str, words)]
    status = 0
    with ExitStack() as stack:
        for context in (redirect_stdout(out), redirect_stderr(err), *_asked(argv)):
            stack.enter_context(context)
        try:
            _program(program)()
        except SystemExit as ended:
            status = ended.code or 0
    return Done(int(status), out.getvalue(), err.getvalue())


def _asked(argv: list[str]) -> tuple[Any, Any]:
    return mock.patch.object(sys, "argv", argv), mock.patch.object(sys, "stdin", io.StringIO())


def _program(name: str) -> Callable[[], object]:
    if name == "models":
        from models.__main__ import main

        return main
    from audit.__main__ import main
    from audit.cli.common import run_app

    return lambda: run_app(main)
