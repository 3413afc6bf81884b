"""The report's charts: matplotlib to SVG text, the same bytes each time, readable in black and white.

Each function takes plain numbers and gives an SVG. Letters are outlines, so a chart looks the same in the PDF and in
any browser; what it says is told in words by the alternative text beside it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from audit.figures.labels import folded
from audit.language.numbers import SHARES, numbers
from audit.language.palette import bar_colour, kind_of
from audit.language.printable import FONTS, plain

INK, GREY, RULE, PAPER = "#1c2430", "#5b6673", "#d5dae0", "#ffffff"
BLUE = "#1f5fa8"
SERIES = ("#1f5fa8", "#b4550a", "#3b7d4f", "#7a4f9a", "#8a6d00", "#5b6673")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1)), (0, (2, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")
WIDTH = 6.6
"""Inches: the width of a line of text on the page."""

LINE = 0.13
"""Inches: the height of a line of a label."""
LINES = 3
"""Of a label, at most."""

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Dot:
    """A value with its range on a line of its own. `hollow` for what is only there to compare with."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """A falling curve with its band: budgets (n,), share, low and high (n,)."""

    label: str
    budgets: Sequence[float]
    share: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def dots(
    lines: Sequence[Dot],
    *,
    low: float = 0.0,
    high: float = 1.0,
    percent: bool = True,
    axis: str = "",
    zero: bool = False,
) -> str:
    """One line per value: a dot with its range, the number at the right; `zero` draws an upright line at 0."""
    names = [_wrapped(line.label) for line in lines]
    with _figure(max(1.0, _row(names, 0.28) * len(lines) + 0.55)) as (figure, axes):
        places = np.arange(len(lines))[::-1]
        if zero:
            axes.axvline(0.0, color=INK, lw=0.8)
        for place, line in zip(places, lines, strict=True):
            if line.low is not None and line.high is not None:
                axes.plot([line.low, line.high], [place, place], color=BLUE, lw=2.2, solid_capstyle="butt", alpha=0.55)
            face = PAPER if line.hollow else BLUE
            axes.plot([line.value], [place], "o", ms=5.5, mfc=face, mec=BLUE, mew=1.2, clip_on=False, zorder=3)
            text = line.note or numbers().number(line.value, "share" if percent else "ratio")
            axes.annotate(
                text, (1.0, place), (7, 0), xycoords=("axes fraction", "data"), textcoords="offset points", va="center",
                ha="left", fontsize=7.5, color=INK,
            )  # fmt: skip
        axes.set_yticks(places, names)
        axes.set_ylim(-0.6, len(lines) - 0.4)
        axes.set_xlim(low, high)
        if percent:
            axes.xaxis.set_major_formatter(_percent_tick)
        _frame(axes, grid="x")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(axis)
        return _svg(figure)


def curves(lines: Sequence[Steps], *, x: str, y: str) -> str:
    """Accuracy against the attacker's budget, one step line per attack."""
    with _figure(2.7) as (figure, axes):
        most = max((max(line.budgets, default=0.0) for line in lines), default=1.0) or 1.0
        for number, line in enumerate(lines):
            color = SERIES[number % len(SERIES)]
            budgets = [*line.budgets, most * 1.04]
            ends = [[*values, values[-1]] for values in (line.share, line.low, line.high)]
            axes.fill_between(budgets, ends[1], ends[2], step="post", color=color, alpha=0.13, lw=0)
            axes.step(
                budgets, ends[0], where="post", color=color, lw=1.7, ls=DASHES[number % len(DASHES)],
                marker=MARKERS[number % len(MARKERS)], ms=4, markevery=max(1, len(budgets) // 12), label=_wrapped(line.label),
            )  # fmt: skip
        axes.set_xlim(0, most * 1.04)
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(_percent_tick)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        _frame(axes, grid="y")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=7.5, handlelength=3.2)
        return _svg(figure)


def reliability(bins: Sequence[tuple[float, float, float, float]], *, x: str, y: str) -> str:
    """Reliability diagram of (confidence, accuracy, low, high) per bin."""
    with _figure(3.1, width=3.6) as (figure, axes):
        start = min([min(b[0], b[2]) for b in bins], default=0.0)
        start = max(0.0, np.floor(start * 10) / 10 - 0.05)
        axes.plot([start, 1], [start, 1], color=GREY, lw=1, ls=(0, (4, 3)))
        for confidence, accuracy, low, high in bins:
            axes.plot([confidence, confidence], [low, high], color=BLUE, lw=2, alpha=0.5, solid_capstyle="butt")
            axes.plot([confidence], [accuracy], "o", ms=4.5, color=BLUE, clip_on=False, zorder=3)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_percent_tick)
        axes.set_xlim(start, 1.01)
        axes.set_ylim(min(start, min([b[2] for b in bins], default=0.0)), 1.01)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        _frame(axes, grid="both")
        return _svg(figure)


def line_with_band(
    at: Sequence[float], share: Sequence[float], low: Sequence[float], high: Sequence[float], *, x: str, y: str
) -> str:
    """A share against another, (n,) each, with its band."""
    with _figure(2.4, width=4.6) as (figure, axes):
        axes.fill_between(at, low, high, color=BLUE, alpha=0.15, lw=0)
        axes.plot(at, share, color=BLUE, lw=1.7)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(_percent_tick)
        axes.set_xlim(0, 1.01)
        axes.set_ylim(0, min(1.0, max(0.05, 1.6 * max(share), high[-1] * 1.1)))
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        _frame(axes, grid="both")
        return _svg(figure)


def bars(lines: Sequence[Dot], *, axis: str, unit: str) -> str:
    """Bars from zero with their ranges, blue towards the class, orange against it; `unit` is that of attributions."""
    names = [_wrapped(line.label, 18) for line in lines]
    with _figure(max(1.0, _row(names, 0.24) * len(lines) + 0.6), width=3.25) as (figure, axes):
        places = np.arange(len(lines))[::-1]
        for place, line in zip(places, lines, strict=True):
            color = bar_colour(kind_of(line.value, unit))
            axes.barh(place, line.value, height=0.62, color=color, alpha=0.55, lw=0)
            if line.low is not None and line.high is not None:
                axes.plot([line.low, line.high], [place, place], color=INK, lw=1.1, solid_capstyle="butt")
            axes.annotate(
                line.note, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=7, color=GREY
            )
        axes.axvline(0, color=INK, lw=0.8)
        axes.set_yticks(places, names)
        axes.set_ylim(-0.6, len(lines) - 0.4)
        axes.xaxis.get_major_locator().set_params(nbins=5)
        if unit in SHARES:
            axes.xaxis.set_major_formatter(_percent_tick)
        axes.set_xlabel(axis)
        _frame(axes, grid="x")
        axes.tick_params(axis="y", length=0)
        return _svg(figure)


@dataclass(frozen=True, slots=True)
class Columns:
    """Upright bars of one series: a height for each place, with ranges where they are known. `label` is for the legend."""

    label: str
    heights: Sequence[float]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


def columns(
    names: Sequence[str],
    series: Sequence[Columns],
    *,
    x: str,
    y: str,
    percent: bool = True,
    stacked: bool = False,
    level: float | None = None,
) -> str:
    """Upright bars over named places, those of several series beside each other or `stacked`; `level` is a dashed line."""
    with _figure(2.7) as (figure, axes):
        places, width = np.arange(len(names), dtype=float), 0.8 if stacked else 0.8 / max(1, len(series))
        under = np.zeros(len(names))
        for number, one in enumerate(series):
            color, heights = SERIES[number % len(SERIES)], np.asarray(one.heights, dtype=float)
            at = places if stacked else places + (number - (len(series) - 1) / 2) * width
            axes.bar(at, heights, width * 0.94, bottom=under, color=color, alpha=0.62, lw=0, label=_wrapped(one.label))
            for place, low, high in zip(at, one.low, one.high, strict=False):
                if low is not None and high is not None:
                    axes.plot([place, place], [low, high], color=INK, lw=1.1, solid_capstyle="butt")
            under = under + heights if stacked else under
        if level is not None:
            axes.axhline(level, color=INK, lw=0.9, ls=(0, (4, 3)))
        step = -(-len(names) // 16)  # so many names stand beside each other without touching
        axes.set_xticks(places[::step], [_wrapped(name, 16) for name in names[::step]])
        axes.set_ylim(0, None)
        if percent:
            axes.yaxis.set_major_formatter(_percent_tick)
        else:
            axes.yaxis.get_major_locator().set_params(integer=True)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        _frame(axes, grid="y")
        if len(series) > 1:
            axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=7.5)
        return _svg(figure)


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one kind: (n,) places; `beneath` for what is only there to compare with."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    beneath: bool = False


def scatter(groups: Sequence[Points]) -> str:
    """Points in the plane, the first groups beneath; the axes mean nothing and are not drawn."""
    with _figure(3.4) as (figure, axes):
        number = 0
        for group in groups:
            color, sign = (
                (GREY, "o") if group.beneath else (SERIES[number % len(SERIES)], MARKERS[number % len(MARKERS)])
            )
            number += not group.beneath
            axes.plot(
                group.x, group.y, sign, ms=1.6 if group.beneath else 2.6, color=color, alpha=0.3 if group.beneath else 0.65, mew=0,
                label=_wrapped(group.label, 24),
            )  # fmt: skip
        axes.margins(0.03)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_color(RULE)
        legend = axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=7.5, markerscale=2.2)
        for handle in legend.legend_handles:
            handle.set_alpha(0.9)
        return _svg(figure)


def matrix(labels: Sequence[str], shares: np.ndarray, counts: np.ndarray, *, x: str, y: str) -> str:
    """Confusion matrix, (k, k): darker is a larger share of the true class; counts are written in."""
    size, many = len(labels), len(labels) > 8
    side = matrix_side(size)
    names = [_wrapped(label, 26 if many else 22) for label in labels]
    with _figure(max(side * 0.8, _row(names, 0.2) * size + 1.2), width=side) as (figure, axes):
        axes.imshow(shares, cmap=_blues(), vmin=0.0, vmax=1.0, aspect="auto")
        if size <= 12:
            for row in range(size):
                for column in range(size):
                    color = PAPER if shares[row, column] > 0.55 else INK
                    axes.text(
                        column,
                        row,
                        numbers().count(int(counts[row, column])),
                        ha="center",
                        va="center",
                        fontsize=7.5,
                        color=color,
                    )
        turn = 90 if many or "\n" in "".join(names) else 40 if size > 4 or max(map(len, names)) > 9 else 0
        axes.set_xticks(range(size), names, rotation=turn, ha="right" if turn == 40 else "center")
        axes.set_yticks(range(size), names)
        axes.tick_params(length=0, labelsize=6.5 if many else 7.5)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xticks(np.arange(-0.5, size), minor=True)
        axes.set_yticks(np.arange(-0.5, size), minor=True)
        axes.grid(which="minor", color=PAPER, lw=1.2)
        axes.tick_params(which="minor", length=0)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        return _svg(figure)


def matrix_side(size: int) -> float:
    """How wide a confusion matrix of so many classes is, in inches."""
    return min(5.8, 2.0 + 0.42 * size)


@contextmanager
def _figure(height: float, width: float = WIDTH) -> Iterator[tuple[Any, Any]]:
    import matplotlib
    from matplotlib.figure import Figure

    _fonts()
    with _lock, matplotlib.rc_context(rc=_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots()


_SETTINGS = {
    "svg.hashsalt": "assay", "svg.fonttype": "path", "text.parse_math": False, "font.size": 8.0,
    "font.family": ["Noto Sans", "Noto Sans SC", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Emoji"],
    "text.color": INK, "axes.labelcolor": GREY, "xtick.color": GREY, "ytick.color": INK, "axes.edgecolor": RULE,
    "axes.linewidth": 0.8, "xtick.labelsize": 7.5, "ytick.labelsize": 7.5, "axes.labelsize": 7.5, "axes.unicode_minus": True,
    "path.simplify": True, "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
}  # fmt: skip


@cache
def _fonts() -> None:
    import logging

    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(str(path))


@cache
def _blues() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("assay", ["#f2f5f9", "#9dbfe0", "#1f5fa8", "#123a68"])


def _frame(axes: Any, *, grid: Any) -> None:
    axes.grid(axis=grid, color=RULE, lw=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=2.5)


def _percent_tick(value: float, _: int) -> str:
    return numbers().setting(value)


def _wrapped(label: str, width: int = 34) -> str:
    return "\n".join(folded(plain(label), width, LINES))


def _row(labels: Sequence[str], single: float) -> float:
    """How high a row of such labels is, in inches; `single` where each is one line."""
    return max(single, 0.08 + LINE * max((label.count("\n") + 1 for label in labels), default=1))


def _svg(figure: Any) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]
