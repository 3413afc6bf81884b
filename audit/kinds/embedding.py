"""Where rows lie in the eyes of the model."""

from __future__ import annotations

from audit.kinds.entry import Kind, Part
from audit.records.embedding import Embedding

EMBEDDING = Kind(
    name="embedding",
    record=Embedding,
    stored="embedding",
    shard_rows=256,
    frame="embeddings",
    columns={"row_id": "t", "error": "?", "probe": "s", "name": "s"},
    missing="finding.missing.embedding",
    probes={"last_layer": "audit.data.last_layer:LastLayer"},
    facts={"maps": "audit.report.mapped:maps", "clusters": "audit.report.clustered:clusters"},
    chapters=(Part(13, "audit.report.chapters.map:MAP"),),
    tables=(Part(10, "audit.results.mapped:MAP"), Part(11, "audit.results.clustered:CLUSTERS")),
)
