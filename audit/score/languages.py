"""The language of the rows against the model's: counted when the run was planned, kept with it, and no estimate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audit.language.saying import LANGUAGES
from audit.said import Number, Said, told
from audit.score.measures import Measure
from audit.strict_json import part

_CODE = re.compile(r"[A-Za-z]{2,4}")
LEADS = 0.05
"""Share of rows in languages the model does not know from which that is told before any number."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a reader must know before any number: rows in languages that the model does not know.

    Attributes:
        rows: of the `of` audited ones, duplicates counted; languages: theirs, by their codes.
        known: those that the model's card names; none where its tokenizer alone tells.
    """

    rows: int
    of: int
    languages: tuple[str, ...]
    known: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are enough of them to be told first."""
        return self.of > 0 and self.rows >= LEADS * self.of

    @property
    def title(self) -> Said:
        """How many rows they are."""
        return Said("mismatch.title", {"rows": self.rows, "of": self.of})

    @property
    def text(self) -> Said:
        """Which languages they are, and what the figures are worth."""
        values = {"languages": _named(self.languages)}
        if not self.known:
            return Said("mismatch.unread", values)
        return Said("mismatch.text", {**values, "known": _named(self.known)})


def language_measures(provenance: Mapping[str, Any] | None) -> Iterator[Measure]:
    """Share of rows in a language that the model does not know, and of tokens that its tokenizer does not.

    Args:
        provenance: the run's; one of an older Assay, or of other people's making, that does not say gives nothing.
    """
    said = part(provenance, "table", "language")
    counts = rows_of(said, "rows")
    rows, tokens, unknown = sum(counts.values()), _count(said.get("tokens")), _count(said.get("unknown"))
    if not rows:
        return
    foreign = foreign_rows(provenance)
    known = _codes(said.get("model"))
    notes = [Said("note.trained_on", {"languages": _named(known)})] if known else []
    if 0 < tokens >= unknown:
        share = Number(unknown / tokens, "share")
        notes.append(Said("note.unknown_tokens", {"unknown": unknown, "tokens": tokens, "share": share}))
    if said.get("by") in ("card", "tokenizer"):
        yield _counted(
            "foreign_share",
            sum(foreign.values()),
            rows,
            rows,
            notes=told(*notes),
            context={"languages": " ".join(foreign)},
        )
    if 0 < tokens >= unknown:
        yield _counted("unknown_token_share", unknown, tokens, rows)


def mismatch_of(provenance: Mapping[str, Any] | None) -> Mismatch:
    """The rows of a run that its model cannot read for their language; false where they are few, none or not known."""
    said, foreign = part(provenance, "table", "language"), foreign_rows(provenance)
    return Mismatch(
        sum(foreign.values()), sum(rows_of(said, "rows").values()), tuple(foreign), _codes(said.get("model"))
    )


def foreign_rows(provenance: Mapping[str, Any] | None) -> dict[str, int]:
    """Language -> rows of it, of those that the model does not know; none where that is not known."""
    said = part(provenance, "table", "language")
    foreign = _codes(said.get("foreign"))
    return {name: n for name, n in rows_of(said, "rows").items() if name in foreign}


def rows_of(said: Mapping[str, Any], *path: str) -> dict[str, int]:
    """Language -> rows, where it stands in what a run keeps of its languages; what is of another form is left out."""
    found = {str(name): _count(n) for name, n in part(said, *path).items() if not name or _CODE.fullmatch(str(name))}
    return {name: n for name, n in found.items() if n}


def _counted(name: str, hits: int, of: int, rows: int, **about: Any) -> Measure:
    return Measure(name, hits / of, rows, basis="wilson", counts=(float(hits), float(of)), counted=True, **about)


def _named(codes: Iterable[str]) -> Said:
    return Said(LANGUAGES, {"codes": " ".join(codes)})


def _codes(listed: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in listed if _CODE.fullmatch(str(one))) if isinstance(listed, list) else ()


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
