"""The terminal, for text that others wrote: names, notes and messages are shown as they are and never obeyed.

Everything a command prints goes through `stdout`, `stderr` or `json_text`. Nothing is markup, and what would move the
cursor, colour, set a title, fill the clipboard or turn the direction of writing is shown as its code point: ‹U+001B›.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from rich.console import Console, ConsoleDimensions
from rich.style import Style
from rich.table import Table
from rich.text import Text

from models.visible import visible

__all__ = ["Terminal", "emit_json", "grid", "json_text", "stderr", "stdout", "styled", "visible"]

Justify = Literal["left", "right"]

UNBROKEN = 100_000
"""Columns of an output that is no terminal: a program reads it, so no line is folded."""
_UNSEEN = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def styled(text: object, style: str | Style = "") -> Text:
    """A piece of a line, to be put together with others."""
    return Text(visible(text), style=style)


def grid(columns: Mapping[str, Justify] | Iterable[str], title: str | None = None) -> Table:
    """An empty table with these heads; a cell that is too long is folded, nothing of it is lost."""
    made = Table(box=None, pad_edge=False, title=title, title_justify="left")
    sides: Mapping[str, Justify] = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, "left")
    for name, justify in sides.items():
        made.add_column(name, justify=justify, overflow="fold")
    return made


class Terminal(Console):
    """A console on which strings, in tables too, are data; `styled` pieces are the only other thing to hand it."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)
        self._width = self._height = None  # asked for when something is printed, not when this module is imported

    def render_str(self, text: str, **options: Any) -> Text:
        """A string as it is shown, without markup, emoji names or control characters."""
        return super().render_str(visible(text), **options | {"markup": False, "emoji": False, "highlight": False})

    def print(self, *objects: Any, **options: Any) -> None:
        """Print a line; sentences on a terminal's stdout are broken between words, all other lines by the terminal alone."""
        options.setdefault("soft_wrap", self.stderr or not self.is_terminal)
        super().print(*objects, **options)

    def on_broken_pipe(self) -> None:
        """Nobody reads any more: that is for the command to end by, not for the console."""
        raise BrokenPipeError

    @property
    def size(self) -> ConsoleDimensions:
        """The terminal's; without one no line is too long."""
        found = super().size
        wide = self.is_terminal or "COLUMNS" in self._environ
        return found if wide else ConsoleDimensions(UNBROKEN, found.height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self.width, self.height = new_size


stdout = Terminal()
stderr = Terminal(stderr=True)


def json_text(data: Any) -> str:
    """Strict JSON on one line: what is not a number is null, and what a terminal would obey is written as an escape."""
    text = json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def emit_json(data: Any) -> None:
    """Print one JSON object on stdout."""
    sys.stdout.write(json_text(data) + "\n")
    sys.stdout.flush()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
