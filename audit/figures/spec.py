"""A figure, declared once: what kind it is, the table behind it, and what it says. Pages draw it by plotly, paper as SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class Spec:
    """What is drawn; see `figure`, which makes one.

    Attributes:
        kind: key of `audit.figures.plotly.DRAWN` and of `audit.figures.svg.DRAWN`.
        columns, rows: the table.
        options: what the kind takes beside it: titles of axes, the classes, the unit.
        kept: name of the run's table (`audit.results.tables`) that has these lines with the rows behind them; "" for none.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    options: tuple[tuple[str, Any], ...] = ()
    kept: str = ""

    def table(self) -> pd.DataFrame:
        """The table as a frame."""
        return pd.DataFrame(list(self.rows), columns=list(self.columns))


def figure_of(kind: str, table: pd.DataFrame, **options: Any) -> Spec:
    """Declare a figure of a frame, without the lists of row ids in it; see `figure`."""
    bare = table.drop(columns=[name for name in ("row_ids",) if name in table])
    return figure(kind, tuple(map(str, bare.columns)), bare.itertuples(index=False, name=None), **options)


def figure(
    kind: str, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]], *, kept: str = "", **options: Any
) -> Spec:
    """Declare a figure.

    Args:
        kind: of figure; columns, rows: the table.
        kept: see `Spec`.
        options: see `Spec`; hashable.
    """
    return Spec(kind, columns, tuple(rows), tuple(options.items()), kept)
