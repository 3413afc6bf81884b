"""Which audited rows also stand in the reference table, the same or nearly: looked for once, when a run is planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from audit.score.labels.reference import overlap
from audit.score.near.twins import twins_between

if TYPE_CHECKING:
    from audit.records import Example
    from audit.table import AuditTable


def overlap_with(rows: Sequence[Example], reference: AuditTable) -> dict[str, Any]:
    """What a run keeps of it, see `audit.score.labels.reference.overlap`.

    Args:
        rows: the audited ones, each content once; reference: the other table, read a few rows at a time.
    """

    def text_of(place: int) -> tuple[str, str | None]:
        found = reference[place]
        return found.text, found.pair

    texts = ((row.text, row.pair) for row in rows)
    twins = twins_between(texts, ((row.text, row.pair) for row in reference), text_of)
    return overlap(twins, [(row.row_id, row.label) for row in rows], [(row.line, row.label) for row in reference])
