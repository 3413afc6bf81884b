"""The group of commands of a program, which shows what was typed as everything else that others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.core import TyperGroup

from models.visible import visible


class Commands(TyperGroup):
    """A Typer group whose messages about the command line hold no character that a terminal would obey."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        """As Typer's."""
        with _shown():
            return super().make_context(*args, **more)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's."""
        with _shown():
            return super().invoke(ctx)


@contextmanager
def _shown() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if hasattr(error, "format_message"):  # what Typer shows with the usage
            told = visible(error.format_message())
            error.format_message = lambda: told
        raise
