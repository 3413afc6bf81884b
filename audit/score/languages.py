"""The language of the rows against the model's: counted when the run was planned, kept with it, and no estimate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from audit.language.saying import LANGUAGES
from audit.said import Number, Said, told
from audit.score.measures import Measure
from audit.strict_json import part

_CODE = re.compile(r"[A-Za-z]{2,4}")


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
    notes = [Said("note.trained_on", {"languages": Said(LANGUAGES, {"codes": " ".join(known)})})] if known else []
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


def _codes(listed: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in listed if _CODE.fullmatch(str(one))) if isinstance(listed, list) else ()


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
