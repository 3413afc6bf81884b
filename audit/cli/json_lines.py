"""Writing JSON Lines as results come; the file takes its name when it is whole."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from audit.cli.common import stderr
from audit.errors import InputError
from audit.language.translating import tr_n
from audit.strict_json import dumps
from models.signals import held
from models.writing import WholeFile, told


class JsonLines:
    """A context manager: the file appears on a clean exit; otherwise what was written stays as NAME.partial.jsonl."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def __enter__(self) -> Self:
        if self._path.is_dir():
            raise InputError(f"{self._path} is a folder; name a file in it.")
        try:
            self._made = WholeFile(self._path)
            self._file: TextIO = self._made.part.open("w", encoding="utf-8", errors="surrogatepass")
        except OSError as error:
            raise InputError(f"{self._path} cannot be written ({error.strerror}); name another place.") from error
        return self

    def write(self, data: Any) -> None:
        """Write one object as one line."""
        with told(self._path):
            self._file.write(dumps(data, ensure_ascii=False) + "\n")
        self._count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with told(self._path):
                self._file.close()
            if kind is None:
                self._made.keep()
        except BaseException:
            self._keep_part()
            raise
        if kind is not None:
            self._keep_part()

    def _keep_part(self) -> None:
        """Keep the lines that are whole, which may have taken hours; a disk that is full took a piece of the next."""
        kept = self._path.with_name(f"{self._path.stem}.partial{self._path.suffix}")
        with held(), contextlib.suppress(OSError):
            with contextlib.suppress(OSError):
                self._file.close()
            count = _cut_to_lines(self._made.part)
            if count:
                self._made.part.replace(kept)
                stderr.print(
                    tr_n(
                        "Stopped early; what there was so far, {n} line, is in {kept}.",
                        "Stopped early; what there was so far, {n} lines, is in {kept}.",
                        count,
                        kept=str(kept),
                    )
                )
        self._made.drop()


def _cut_to_lines(path: Path) -> int:
    """Cut a file behind its last whole line; returns how many there are."""
    with path.open("r+b") as file:
        count = whole = 0
        for line in file:
            if line.endswith(b"\n"):
                count, whole = count + 1, whole + len(line)
        file.truncate(whole)
    return count
