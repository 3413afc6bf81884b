"""What makes changed copies of sound checkpoints, each with what is expected of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SAME = "the same answers as without it"
ANY = ""
"""Refused, in whatever sentence."""


@dataclass(frozen=True)
class Case:
    """One checkpoint.

    Attributes:
        folder: where it lies.
        expected: `SAME`, or a part of the sentence that refuses it.
        cwd: where the process stands.
        path: how it is asked for.
    """

    folder: Path
    expected: str
    cwd: Path
    path: str


class Maker:
    """Makes changed copies of sound checkpoints below `root`; `marker` is touched by any code that runs."""

    def __init__(self, root: Path, sound: Path, adapter: Path, base: Path) -> None:
        self.root, self.sound, self.adapter, self.base = root, sound, adapter, base
        self.marker, self.cases = root / "MARK", {}
        self.secret = root.parent / "elsewhere" / "secret.txt"
        self.secret.parent.mkdir(exist_ok=True)
        self.secret.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsecret\n")

    def add(
        self,
        name: str,
        expected: str,
        change: Callable[[Path], Any],
        *,
        source: Path | None = None,
        inside: bool = False,
    ) -> None:
        """A copy, changed; `inside`: the process stands in it and names it by a dot."""
        name = name if name not in self.cases else f"{name} ({len(self.cases)})"
        folder = Path(shutil.copytree(source or self.sound, self.root / f"{len(self.cases):03d}"))
        change(folder)
        self.cases[name] = Case(folder, expected, folder if inside else self.root, "." if inside else str(folder))

    def settings(self, file: str, expected: str, **values: Any) -> None:
        """Copies that each set one key of a JSON file."""
        for key, value in values.items():
            self.add(f"{file} {key}={str(value)[:50]}", expected, lambda f, k=key, v=value: edited(f / file, {k: v}))


def edited(path: Path, changes: dict[str, Any]) -> None:
    """Set keys of a JSON file."""
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, **changes}))
