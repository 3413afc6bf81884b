"""Colours and sizes of every chart, light and dark. The palette is Okabe and Ito's, told apart with any colour vision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from audit.language.numbers import numbers
from audit.language.palette import DIVERGING, PAPER, VERDICTS, Mode, contrast, rgb, verdict_colour

FONT = "'Source Sans', 'Source Sans 3', 'Noto Sans', 'Noto Sans SC', system-ui, sans-serif"

SIZES: Mapping[str, int] = MappingProxyType(
    {"text": 13, "small": 11, "marker": 9, "line": 2, "row": 30, "dense_row": 25, "folded_row": 36, "least_height": 162}
)
"""Font sizes, marker and line sizes, height of a row of a list, of a long one and of one with labels of two lines, least
height of a chart; all in pixels."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One way to draw on one background.

    Attributes:
        background: what the chart lies on; charts themselves are transparent.
        ink, muted: colour of text, and of lesser text.
        grid, reference: colour of grid lines, and of lines to compare with (chance, perfect calibration).
        palette: colours of series, in order.
        verdicts: colour of PASS, FAIL, INCONCLUSIVE, and of "" (not checked).
        sequential: from little to much of something good or neutral.
        errors: from few to many errors.
        diverging: from the most negative over 0 to the most positive.
    """

    name: Mode
    background: str
    ink: str
    muted: str
    grid: str
    reference: str
    palette: tuple[str, ...]
    verdicts: Mapping[str, str]
    sequential: tuple[str, ...]
    errors: tuple[str, ...]
    diverging: tuple[str, ...]

    def colour(self, number: int) -> str:
        """The colour of the number-th series; repeats after the last."""
        return self.palette[number % len(self.palette)]

    def scale(self, which: str) -> list[tuple[float, str]]:
        """One of `sequential`, `errors`, `diverging` as a plotly colour scale."""
        colours: tuple[str, ...] = getattr(self, which)
        return [(number / (len(colours) - 1), colour) for number, colour in enumerate(colours)]

    def on_scale(self, which: str, share: float) -> str:
        """The colour of a scale at a share of its length, from 0 to 1, as plotly mixes it."""
        colours: tuple[str, ...] = getattr(self, which)
        place = min(1.0, max(0.0, share)) * (len(colours) - 1)
        first = min(int(place), len(colours) - 2)
        mixed = (a + (b - a) * (place - first) for a, b in zip(*map(rgb, colours[first : first + 2]), strict=True))
        return "#" + "".join(f"{round(part):02X}" for part in mixed)

    def ink_on(self, colour: str) -> str:
        """Black or white, whichever is easier to read on a colour."""
        return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, colour))

    def layout(self) -> dict[str, Any]:
        """Layout settings that all charts share."""
        axis = {
            "gridcolor": self.grid,
            "zerolinecolor": self.grid,
            "linecolor": self.grid,
            "automargin": True,
            "ticklabelstandoff": 5,  # half of a dot that stands at the axis' end
            "title": {"standoff": 10, "font": {"size": SIZES["text"]}},
        }
        return {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": SIZES["text"], "color": self.ink},
            "colorway": list(self.palette),
            "xaxis": axis,
            "yaxis": axis,
            "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
            "hoverlabel": {"align": "left", "font": {"family": FONT, "size": SIZES["text"]}},
            "legend": {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "title": {"text": ""}},
            "separators": numbers().separators,
        }


def _verdicts(mode: Mode) -> Mapping[str, str]:
    """Colours of marks by verdict; what was not judged is drawn in the colour of the text."""
    judged = {verdict: verdict_colour(verdict, mode) for verdict in VERDICTS if verdict}
    return MappingProxyType({**judged, "": PAPER[mode][1]})


LIGHT = Theme(
    name="light",
    background=PAPER["light"][0],
    ink=PAPER["light"][1],
    muted="#586674",
    grid="#DFE5EC",
    reference="#6B7280",
    palette=("#0072B2", "#D55E00", "#009E73", "#B4568F", "#A87400", "#3C8DBC", "#6A3D9A", "#6B7280"),
    verdicts=_verdicts("light"),
    sequential=("#F3F7FB", "#C6DBEF", "#85B8DC", "#3B88C3", "#0B5A97", "#08345C"),
    errors=("#FFF5EC", "#FDD9B5", "#F5A667", "#DC6B1E", "#A8440A", "#6B2703"),
    diverging=DIVERGING["light"],
)
"""On a white page."""

DARK = Theme(
    name="dark",
    background=PAPER["dark"][0],
    ink=PAPER["dark"][1],
    muted="#9AA8B7",
    grid="#2C3946",
    reference="#9AA8B7",
    palette=("#56B4E9", "#F08A55", "#3FC39A", "#DE9AC4", "#E3B04B", "#8CC3F5", "#B794E0", "#9AA8B7"),
    verdicts=_verdicts("dark"),
    sequential=("#16202B", "#173A5A", "#1C5C91", "#3B88C3", "#7FB8E6", "#CFE6F8"),
    errors=("#1F1913", "#4A2A12", "#8A4413", "#CC6A23", "#F0A063", "#FBD9BC"),
    diverging=DIVERGING["dark"],
)
"""On a dark page."""

THEMES: Mapping[str, Theme] = MappingProxyType({"light": LIGHT, "dark": DARK})
"""Both, by name."""
