"""Where rows lie in the eyes of the model."""

from __future__ import annotations

from audit.kinds.entry import Kind
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
)
