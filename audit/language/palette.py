"""The one table of colours with a meaning: what speaks for and against, what passes and fails, what was put in and taken out.

Every renderer takes its colours from here: pages and the HTML report as CSS, paper as data of its template, charts as
hex. The hues are Okabe and Ito's, told apart with any colour vision; none speaks alone: words have lines, verdicts signs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from audit.language.catalog import catalog
from audit.language.translating import language as spoken

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Shade:
    """What a word is shaded with.

    Attributes:
        hue: laid over whatever is behind, the more the stronger the word; the same in light and dark.
        line: style of the line below strong words, so that they are told apart without colours; "" for none.
        ink: of that line, and of bars in charts, on a light page; dark: of bars on a dark one.
    """

    hue: str
    line: Literal["solid", "dotted", ""]
    ink: str
    dark: str


@dataclass(frozen=True, slots=True)
class Tone:
    """Text and background of a judgement on a light and on a dark page, as #rrggbb."""

    ink: str
    paper: str
    dark_ink: str
    dark_paper: str


ATTRIBUTION: Mapping[str, Shade] = MappingProxyType(
    {
        "toward": Shade("#0072B2", "solid", "#005A8C", "#56B4E9"),
        "against": Shade("#D55E00", "dotted", "#A84A00", "#F08A55"),
        "either": Shade("#009E73", "", "#00795A", "#3FC39A"),
    }
)
"""A word that speaks for the class, one that speaks against it, and one of a method that knows no direction."""
STRONGEST = 0.62
"""Opacity of the hue on the strongest word of a text; others in proportion."""
UNDERLINED = 0.25
"""Share of the strongest word from which on a word gets its line."""

VERDICTS: Mapping[str, Tone] = MappingProxyType(
    {
        "PASS": Tone("#0A6B50", "#E2F4EE", "#63D3AF", "#12332A"),
        "FAIL": Tone("#9C1C2A", "#FBE9EA", "#FF8A80", "#40191D"),
        "INCONCLUSIVE": Tone("#7A5500", "#FBF2DC", "#EBC26F", "#37290C"),
        "": Tone("#586674", "#EEF1F5", "#9AA8B7", "#232E3A"),
    }
)
"""Verdicts; "" is for what was not judged."""

EDITS: Mapping[str, Shade] = MappingProxyType(
    {
        "removed": Shade("#D55E00", "", "#9C1C2A", "#FF8A80"),
        "added": Shade("#0072B2", "solid", "#005A8C", "#56B4E9"),
    }
)
"""What a change of a text took out (struck out) and what it put in (underlined)."""
UNSEEN = "#6B7280"
"""Text that the model did not read, on paper."""

PAPER: Mapping[Mode, tuple[str, str]] = MappingProxyType(
    {"light": ("#FFFFFF", "#18222D"), "dark": ("#10161D", "#E4EAF1")}
)
"""What words and charts lie on, and the colour of the text."""

DIVERGING: Mapping[Mode, tuple[str, ...]] = MappingProxyType(
    {
        "light": ("#B54A00", "#EBA873", "#F6E3D3", "#F4F4F4", "#D5E4F1", "#7FB2DA", "#005F99"),
        "dark": ("#F08A55", "#A8572A", "#4A2E1E", "#1B232C", "#1B3A55", "#2F78B3", "#6FB1EE"),
    }
)
"""From against (orange) over nothing to for (blue)."""


def legend_sentence(language: str = "") -> str:
    """What the colours of words mean, in a sentence for above texts on paper."""
    return str(catalog(language or spoken())["legend"]["sentence"])


def legend(kind: str, target: str = "", language: str = "") -> str:
    """What one kind of word does, in a few words. Plain text; `target` is the class spoken for."""
    return str(catalog(language or spoken())["legend"][kind]).format(target=target)


def kind_of(score: float, unit: str) -> str:
    """Which of `ATTRIBUTION` a word's score is: `unit` "none" is a method without direction."""
    return "either" if unit == "none" else "toward" if score >= 0 else "against"


def strength(score: float, largest: float) -> float:
    """How strong a word is beside the strongest of its text, 0-1."""
    return min(1.0, abs(score) / largest) if largest else 0.0


def shade_css(kind: str, share: float) -> str:
    """The CSS of a word: its hue, as strong as its share of the strongest word (0-1), and its line."""
    red, green, blue = rgb(ATTRIBUTION[kind].hue)
    background = f"background:rgba({red},{green},{blue},{STRONGEST * share:.3f})"
    return f"{background};{line_css(kind)}" if share >= UNDERLINED and ATTRIBUTION[kind].line else background


def line_css(kind: str) -> str:
    """The CSS of the line below a word of this kind."""
    return f"text-decoration:underline {ATTRIBUTION[kind].line};text-underline-offset:.22em"


def bar_colour(kind: str, mode: Mode = "light") -> str:
    """The colour of a bar in a chart of words."""
    return ATTRIBUTION[kind].hue if mode == "light" else ATTRIBUTION[kind].dark


def verdict_colour(verdict: str | None, mode: Mode = "light") -> str:
    """The colour of a verdict's text, sign or mark in a chart."""
    tone = VERDICTS.get(verdict or "", VERDICTS[""])
    return tone.ink if mode == "light" else tone.dark_ink


def css_share(share: float) -> str:
    """A length as a part (0-1) of what it lies in."""
    return f"{100 * share:.2f}%"


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of #rrggbb, 0-255 each."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue


def over(colour: str, opacity: float, paper: str) -> str:
    """What a translucent colour looks like on a paper."""
    mixed = (round(opacity * top + (1 - opacity) * below) for top, below in zip(rgb(colour), rgb(paper), strict=True))
    return "#" + "".join(f"{part:02X}" for part in mixed)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, 1.4.3: at least 4.5 for text)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in rgb(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
