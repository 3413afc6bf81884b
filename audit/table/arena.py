"""Byte strings one after the other: in memory while small, in an unnamed temporary file once large."""

from __future__ import annotations

import os
import tempfile
import weakref
from typing import Any

IN_MEMORY = 32 << 20  # bytes before they move to disk
PIECE = 1 << 20  # bytes written at a time after that


class Arena:
    """Append at the end, read anywhere; reading is safe from several threads once appending is over."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._buffer = bytearray()
        self._file: Any = None
        self._in_memory = in_memory
        self._written = 0

    def append(self, data: bytes) -> None:
        """Add bytes at the end."""
        self._buffer += data
        if len(self._buffer) > (self._in_memory if self._file is None else PIECE):
            self._spill()

    def read(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, exclusive."""
        if start >= self._written:
            return bytes(self._buffer[start - self._written : end - self._written])
        found: bytes = os.pread(self._file.fileno(), min(end, self._written) - start, start)
        return found if end <= self._written else found + bytes(self._buffer[: end - self._written])

    def __len__(self) -> int:
        return self._written + len(self._buffer)

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="assay-table-", buffering=0)  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        view = memoryview(self._buffer)
        while view:
            view = view[self._file.write(view) :]
        self._written += len(self._buffer)
        self._buffer = bytearray()
