"""Rows that repeat others, and texts with several labels: counted in the whole table when a run is planned, whatever is sampled.

A sample says little of them: two rows alike are seen only where both are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from audit.score.measures import Measure, Measures
from audit.strict_json import part

NUMBERS = ("rows", "repeated", "labelled", "conflicting", "texts")
"""What a run keeps, see `audit.table.profiling.repeats`."""


def counted_in_table(measures: Measures, provenance: Mapping[str, Any] | None) -> Measures:
    """The same with duplicates and conflicts as they were counted in the whole table; rows that show them are those audited.

    Args:
        measures: of a run.
        provenance: its; one of an older Assay, or that says what cannot be, changes nothing.
    """
    said = part(provenance, "table", "repeats")
    numbers = [said.get(name) for name in NUMBERS]
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in numbers):
        return measures
    return measures.replace(_counted(measures, dict(zip(NUMBERS, map(int, numbers), strict=True))))  # type: ignore[arg-type]


def _counted(measures: Measures, counts: Mapping[str, int]) -> Iterator[Measure]:
    for name, hits, of in (("duplicate_share", "repeated", "rows"), ("conflict_share", "conflicting", "labelled")):
        measure = measures.find(name)
        if measure is None or measure.counted or not measure.n <= counts[of] or counts[hits] > counts[of]:
            continue
        context = measure.context if name == "duplicate_share" else {**measure.context, "texts": counts["texts"]}
        exact = (float(counts[hits]), float(counts[of]))
        yield replace(measure, value=exact[0] / exact[1], n=counts[of], counts=exact, counted=True, context=context)
