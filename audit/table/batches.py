"""What every reader yields: a few hundred rows with the lines they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from audit.table.cells import Role

SIZE = 512
"""Rows at a time: fits the processor's cache, and stays below the threshold of Python's garbage collector."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as cells in the order of the header, and the line each row starts on."""

    rows: list[list[str]]
    lines: Sequence[int]


@dataclass(frozen=True, slots=True)
class Used:
    """Positions of the columns in use, and what each is for where that matters. Readers may leave the others empty."""

    positions: frozenset[int]
    roles: Mapping[int, Role] = field(default_factory=dict)


class Reader(Protocol):
    """One format: a header, then batches of rows. Faults of the format itself go to the log and leave out the row."""

    @property
    def header(self) -> list[str]:
        """Names as they stand in the file."""
        ...

    @property
    def suspect(self) -> bool:
        """Whether cells may hold bad bytes or NUL, so that each has to be looked at."""
        ...

    @property
    def place(self) -> Literal["line", "row"]:
        """What `Batch.lines` counts."""
        ...

    @property
    def delimiter(self) -> str | None:
        """What stands between cells; None where the format has none."""
        ...

    def batches(self, used: Used) -> Iterator[Batch]:
        """All rows, in file order.

        Raises:
            StopReading: the rest cannot be read; the log says why.
        """
        ...

    def remarks(self) -> Iterator[str]:
        """Sentences about what was read so far: odd, though no fault."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
