"""Tables as SQLAlchemy sees them. The DDL itself lives in `migrations`; a test holds the two equal.

Times are UTC ISO-8601 text; JSON is kept as text so that equal results are equal bytes on every database; booleans are
0/1 integers. A record belongs to a shard, and runs point at shards: that is how a run reuses another run's work.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

migrations = Table(
    "assay_migrations",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("applied_at", Text, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("suffix", Text, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("summary", Text, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("bytes", Integer, nullable=False),
    Column("kept_at", Text, nullable=False),
)

blob_claims = Table(
    "blob_claims",
    metadata,
    Column("id", Text, primary_key=True),
    Column("sha256", Text, ForeignKey("blobs.sha256"), primary_key=True),
    Column("claimed_at", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("started_attempt", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("who", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("spec_hash", Text, nullable=False),
    Column("policy", Text),
    Column("model", Text, nullable=False),
    Column("model_fingerprint", Text),
    Column("model_card", Text),
    Column("identity", Text),
    Column("labels", Text),
    Column("table_name", Text, nullable=False),
    Column("table_fingerprint", Text),
    Column("upload", Text, ForeignKey("uploads.sha256")),
    Column("rows_total", Integer),
    Column("rows_sampled", Integer),
    Column("result_hash", Text),
    Column("reproducible", Integer, nullable=False),
    Column("verdict", Text),
    Column("estimate", Text),
    Column("provenance", Text),
    Column("error", Text),
    Column("note", Text, nullable=False),
    Column("imported", Integer, nullable=False),
    Column("signature", Text),
    Column("tags", Text, nullable=False),
    Column("starred", Integer, nullable=False),
    Column("archived", Integer, nullable=False),
    Column("baseline", Integer, nullable=False),
    Column("policy_chosen", Integer, nullable=False),
    Column("deleted_at", Text),
)

run_probes = Table(
    "run_probes",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("probe", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("params", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rows", Integer, nullable=False),
)

run_rows = Table(
    "run_rows",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("row_id", Text, nullable=False),
    Column("content_id", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("pair", Text),
    Column("label", Text),
    Column("groups", Text, nullable=False),
    Column("rationale", Text),
    Column("line", Integer),
)

shards = Table(
    "shards",
    metadata,
    Column("key", Text, primary_key=True),
    Column("shard_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("digest", Text),
    Column("seconds", Float),
    Column("worker", Text),
    Column("finished_at", Text),
    Column("error", Text),
)

run_shards = Table(
    "run_shards",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("probe", Text, nullable=False),
    Column("shard_key", Text, ForeignKey("shards.key"), nullable=False),
    Column("rows", Text, nullable=False),
    Column("reused", Integer, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("shard_key", Text, ForeignKey("shards.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("row_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("label", Text),
    Column("predicted", Text),
    Column("confidence", Float),
    Column("correct", Integer),
    Column("flipped_to", Text),
    Column("flips", Integer),
    Column("queries", Integer),
    Column("words_changed", Integer),
    Column("similarity", Float),
    Column("valid", Integer),
    Column("truncated", Integer, nullable=False),
    Column("seconds", Float),
    Column("error", Text),
    Column("digest", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("finding_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

replicates = Table(
    "replicates",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("probe", Text, primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("who", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("reviewed_at", Text, nullable=False),
    Column("label", Text, nullable=False, default=""),
)

notes = Table(
    "notes",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("about", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("written_at", Text, nullable=False),
)

policies = Table(
    "policies",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

suites = Table(
    "suites",
    metadata,
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("sha256", Text, ForeignKey("blobs.sha256"), nullable=False),
    Column("facts", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

slices = Table(
    "slices",
    metadata,
    Column("name", Text, primary_key=True),
    Column("condition", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("saved_at", Text, nullable=False),
)

brand = Table(
    "brand",
    metadata,
    Column("part", Text, primary_key=True),
    Column("said", Text, nullable=False),
    Column("sha256", Text, ForeignKey("blobs.sha256")),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE")),
    Column("args", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("result", Text),
    Column("error", Text),
)

job_files = Table(
    "job_files",
    metadata,
    Column("job_id", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, ForeignKey("blobs.sha256"), nullable=False),
    Column("bytes", Integer, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("name", Text, primary_key=True),
    Column("added_at", Text, nullable=False),
    Column("path", Text),
    Column("machine", Text),
    Column("labels", Text, nullable=False),
    Column("base", Text),
    Column("base_sha256", Text),
    Column("device", Text),
    Column("dtype", Text),
    Column("note", Text, nullable=False),
    Column("facts", Text),
)

model_files = Table(
    "model_files",
    metadata,
    Column("model", Text, ForeignKey("models.name", ondelete="CASCADE"), primary_key=True),
    Column("part", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("sha256", Text, ForeignKey("blobs.sha256"), nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("run_id", Text),  # no foreign key: what was done to a run is known after it was deleted
    Column("outcome", Text, nullable=False),
    Column("error", Text),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("heartbeat_at", Text, nullable=False),
    Column("activity", Text, nullable=False),
)
