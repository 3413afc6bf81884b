"""The group of commands of a program, which shows what was typed as everything else that others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer import BadParameter
from typer.core import TyperGroup

from models.halves import halved
from models.visible import visible


class Commands(TyperGroup):
    """A Typer group whose messages about the command line hold no character that a terminal would obey."""

    def make_context(self, *args: Any, **more: Any) -> Any:
        """As Typer's."""
        with _shown():
            return super().make_context(*args, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's, of words that are text: what is typed may end in a database, a file of JSON or a report.

        Raises:
            BadParameter: a word has bytes that are no UTF-8, as names of files from older systems have.
        """
        for word in args:
            if halved(word):
                raise BadParameter(
                    f"'{word[:200]}' is not in UTF-8; rename the file, or set the terminal to UTF-8 and type it again.",
                    ctx,
                )
        return super().parse_args(ctx, args)

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
