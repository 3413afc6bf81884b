"""What went wrong with the texts of a table: counted in all its rows when the run was planned, and kept with it; no estimate."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.said import Said
from audit.score.measures import EVIDENCE, Measure
from audit.strict_json import part

SCORES = {"garbled_share": "garbled", "markup_share": "markup", "edge_share": "edges", "personal_share": "personal"}
PERSONAL = {
    "login": "personal.login", "email": "personal.email", "iban": "personal.iban", "card": "personal.card",
    "identity_number": "personal.identity_number", "phone": "personal.phone", "ip": "personal.ip",
}  # fmt: skip
"""Kinds of personal data, as `audit.table.personal` names them, and what is said of each."""


def quality_measures(provenance: Mapping[str, Any] | None, audited: Collection[str]) -> Iterator[Measure]:
    """The shares of `SCORES` in the whole table, with rows that show them as far as they were audited.

    Args:
        provenance: the run's; one of an older Assay, or that says what cannot be, gives nothing.
        audited: ids of the rows of the run.
    """
    said = part(provenance, "table", "quality")
    of = _count(said.get("rows"))
    for name, key in SCORES.items():
        found = part(said, key)
        hits = _count(found.get("rows"))
        if of is None or hits is None or not hits <= of or not of:
            continue
        shown = found.get("shown")
        rows = [str(row) for row in shown if row in audited] if isinstance(shown, list) else []
        yield Measure(
            name,
            hits / of,
            of,
            basis="wilson",
            counts=(float(hits), float(of)),
            counted=True,
            evidence=tuple(rows[:EVIDENCE]),
            notes=_kinds(found, hits),
        )


def _kinds(found: Mapping[str, Any], hits: int) -> tuple[Said, ...]:
    """In how many rows each kind of personal data stands; nothing of anything else."""
    said = part(found, "kinds")
    rows = {key: _count(said.get(kind)) for kind, key in PERSONAL.items()}
    return tuple(Said(key, {"n": n}) for key, n in rows.items() if n and n <= hits)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
