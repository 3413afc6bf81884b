"""Files that are kept, and work for a worker besides runs, which makes some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Upload:
    """An original file, kept once by hash, under the name it has on pages.

    `options` are the column choices, `summary` the profile shown on pages, `also` other names that its runs know it by.
    """

    sha256: str
    name: str
    suffix: str
    bytes: int
    created_at: str
    options: Mapping[str, Any]
    summary: Mapping[str, Any]
    runs: int
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that a job made, to be kept with it: what people call it, and its content or where that lies."""

    name: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class Job:
    """Work for a worker besides runs: `report` (of a run), `estimate` (of a spec) or `predictions` (of a table)."""

    id: str
    kind: Literal["report", "estimate", "predictions"]
    run_id: str | None
    args: Mapping[str, Any]
    status: Literal["queued", "running", "done", "failed"]
    created_at: str
    finished_at: str | None
    result: Mapping[str, Any] | None
    error: str | None
