"""The pieces a laid-out report is made of. The PDF and the web page each know how to draw these, and nothing else.

Texts in blocks are printable already (`audit.language.printable`); colours are names of roles, never values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from audit.figures.spec import Spec

Tone = Literal["", "good", "bad", "open", "muted"]
Moment = tuple[int, int, int, int, int, int]
"""Year, month, day, hour, minute, second."""
Align = Literal["left", "right", "center"]
Mark = Literal["", "toward", "against", "either", "removed", "added", "unseen"]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: `lead` is larger, `small` is a footnote, `code` a command printed as typed."""

    text: str
    style: Literal["body", "lead", "small", "code"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; `numbered` gives it numbers."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one a line; `code` values (hashes, commands) are set in a fixed-width font."""

    pairs: tuple[tuple[str, str], ...]
    code: bool = False
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `second` stands beneath, smaller."""

    text: str
    tone: Tone = ""
    strong: bool = False
    second: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is its share of the line, 0 for as wide as its content."""

    title: str
    align: Align = "left"
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a repeated head. `small` sets it tighter."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as it is declared, what it shows in words for those who cannot see it, and its caption.

    `paper` adds to the caption what only the picture on paper has; `about` is the key of the definition of what is drawn.
    """

    spec: Spec
    alt: str
    caption: str
    width: float = 1.0
    about: str = ""
    paper: str = ""

    @property
    def printed(self) -> str:
        """The caption on paper."""
        return f"{self.caption} {self.paper}".rstrip()


@dataclass(frozen=True, slots=True)
class Callout:
    """A box that must not be overlooked; pages leave out by its `id` one that they show themselves."""

    title: str
    text: str
    tone: Tone = "open"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One number, large, with its interval and n beneath; `about` is the key of its definition."""

    title: str
    value: str
    range: str
    note: str
    tone: Tone = ""
    verdict: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Numbers side by side, four to a line."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of letters of an example, marked or not; `strength` 0-1 is how strongly."""

    text: str
    mark: Mark = ""
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Example:
    """A text shown in place: a heatmap, or what an attack changed. `lines` are (label, runs)."""

    title: str
    facts: str
    lines: tuple[tuple[str, tuple[Run, ...]], ...]
    note: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """A number with its interval and a threshold on an axis with marks. Places are from 0 (left) to 1.

    `good` is the part on which the policy is met; marks are (place, what stands there).
    """

    value: float
    low: float
    high: float
    limit: float
    value_said: str
    limit_said: str
    good: tuple[float, float]
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row that shows a finding: its id, what was done to it and said of it, and its lines of text as (label, runs)."""

    row_id: str
    facts: str
    lines: tuple[tuple[str, tuple[Run, ...]], ...]


@dataclass(frozen=True, slots=True)
class FindingBox:
    """A finding: its verdict, the number, why it matters, what to do, and evidence rows."""

    id: str
    title: str
    verdict: str
    severity: str
    tone: Tone
    number: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[Shown, ...] = ()
    evidence_title: str = ""
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms with what they mean; `source` in small print."""

    entries: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SignOff:
    """Lines to be filled in by hand: one block per role, each with the same fields."""

    roles: tuple[str, ...]
    fields: tuple[str, ...]


Block = (
    Text | Bullets | Facts | Table | Figure | Callout | Cards | Example | Shown | Scale | FindingBox | Definitions | SignOff
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with blocks beneath, and sections beneath those. `page` begins it on a new page.

    A page shows it closed where `folded` says what stands beside its title then: what it comes to, in a few words.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    page: bool = False
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    kicker: str
    title: str
    subtitle: str
    verdict: str
    tone: Tone
    meaning: str
    facts: tuple[tuple[str, str], ...]
    hashes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose report it is. `organisation` is printable, `logo` is the picture's bytes, `accent` a colour dark enough for white letters."""

    organisation: str = ""
    logo: bytes | None = None
    logo_kind: Literal["png", "jpg", "svg"] = "png"
    logo_alt: str = ""
    accent: str = "#1f4e79"


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report, laid out. `date` is UTC, None where it is not known."""

    language: str
    title: str
    running: str
    footer: str
    of: str
    date: Moment | None
    cover: Cover
    sections: tuple[Section, ...]
    brand: Brand = field(default_factory=Brand)
    contents: str = ""
    compact: bool = False
