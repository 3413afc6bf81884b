"""Rows that a report shows, and what was changed in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of an attacked text: kept as it was (before == after), or changed."""

    before: str
    after: str
    changed: bool


@dataclass(frozen=True, slots=True)
class HeatWord:
    """A part of a text with its share of the explained value; None between words."""

    text: str
    score: float | None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row that findings point to: its text and what the model made of it."""

    row_id: str
    text: str
    label: str | None
    predicted: str | None
    confidence: float | None

    def without_texts(self) -> None:
        """Nothing: it is all text."""
        return None


@dataclass(frozen=True, slots=True)
class Pointed:
    """A row that shows a finding: what the model said of it and, where a probe turned that, what was changed and to what.

    `before` is the answer to the text as it is (of an explained row the explained class), `after` that to the changed text,
    None where nothing turned it; `edits` are the changes, `words` what an explanation says of each. `error` is why there
    is no answer.
    """

    row_id: str
    text: str
    label: str | None = None
    pair: str | None = None
    probe: str = ""
    name: str = ""
    before: str | None = None
    before_confidence: float | None = None
    after: str | None = None
    after_confidence: float | None = None
    edits: tuple[Edit, ...] = ()
    similarity: float | None = None
    words: tuple[HeatWord, ...] = ()
    unit: str = "none"
    largest: float = 0.0
    truncated: bool = False
    error: str | None = None
