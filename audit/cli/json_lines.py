"""Writing JSON Lines as results come; the file takes its name when it is whole."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from audit.cli.common import stderr
from audit.errors import InputError
from audit.strict_json import dumps


class JsonLines:
    """A context manager: the file appears on a clean exit; otherwise what was written stays as NAME.partial.jsonl."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._count = 0

    def __enter__(self) -> Self:
        if self._path.is_dir():
            raise InputError(f"{self._path} is a folder; name a file in it.")
        try:
            self._file: TextIO = self._part.open("w", encoding="utf-8", errors="surrogatepass")
        except OSError as error:
            raise InputError(f"{self._path} cannot be written ({error.strerror}); name another place.") from error
        return self

    def write(self, data: Any) -> None:
        """Write one object as one line."""
        try:
            self._file.write(dumps(data, ensure_ascii=False) + "\n")
        except OSError as error:
            raise InputError(
                f"{self._path} cannot be written ({error.strerror}); free some space or name another place."
            ) from error
        self._count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        elif self._count:
            kept = self._path.with_name(f"{self._path.stem}.partial{self._path.suffix}")
            self._part.replace(kept)
            stderr.print(f"Stopped early; what there was so far, {self._count:,} lines, is in {kept}.")
        else:
            self._part.unlink(missing_ok=True)
