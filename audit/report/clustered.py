"""What a report holds of the clusters of a run's rows."""

from __future__ import annotations

from audit.report.caps import Caps
from audit.report.model import ClusterFacts
from audit.results.reading import Results

SHOWN = 3
"""Rows of a cluster that are shown."""


def clusters(read: Results, _caps: Caps) -> tuple[ClusterFacts, ...]:
    """Every cluster, where the run has embeddings of enough rows."""
    if not read.of_kind("embedding"):
        return ()
    return tuple(
        ClusterFacts(
            int(line["number"]), str(line["words"]), int(line["rows"]), int(line["reference"]), tuple(line["row_ids"])[:SHOWN]
        )
        for line in read.table("clusters").to_dict("records")
    )  # fmt: skip
