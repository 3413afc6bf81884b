"""The shared texts of a workbook: each once, out of memory when they are many."""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from typing import IO

from audit.language.translating import tr_later
from audit.table.arena import Arena
from audit.table.excel.xml import BrokenXml, blocks

LONGEST = 1 << 18  # characters kept of one text: twice what a cell may have, so that a longer one is still too long
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Texts by their number."""

    def __init__(self) -> None:
        self._arena = Arena()
        self._ends = array("q")
        self._get = lru_cache(maxsize=8_192)(self._read)  # labels and groups are few

    def read(self, stream: IO[bytes]) -> None:
        """Take in a part.

        Raises:
            BrokenXml: it is no such part.
        """
        text = Text()

        def end(name: str) -> None:
            if name == "si":
                self._arena.append(text.taken().encode())
                self._ends.append(len(self._arena))
            else:
                text.end(name)

        for _ in blocks(stream, start=text.start, end=end, text=text.characters):
            pass

    def __getitem__(self, number: int) -> str:
        return self._get(number)

    def _read(self, number: int) -> str:
        if not 0 <= number < len(self._ends):
            raise BrokenXml(tr_later(f"a cell refers to text {number} of {len(self._ends)}"))
        return self._arena.read(self._ends[number - 1] if number else 0, self._ends[number]).decode()


class Text:
    """Characters of a text as they come: runs of several formats joined, the readings of Japanese signs left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._within = self._reading = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "t":
            self._within = not self._reading
        elif name == "rPh":
            self._reading = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "t":
            self._within = False
        elif name == "rPh":
            self._reading = False

    def characters(self, found: str) -> None:
        """Characters within an element."""
        if self._within and self._length < LONGEST:
            self._parts.append(found)
            self._length += len(found)

    def taken(self) -> str:
        """The text so far; the next one begins."""
        found = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return unescaped(found)


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, written `_x000D_`, as they are meant.

    What no cell may hold either (NUL, half a surrogate pair) stays as it was written.
    """
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)
