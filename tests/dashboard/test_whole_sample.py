"""What a probe found about the sample as a whole stands in the report's summary, and the table it was compared with."""

from __future__ import annotations

import json

import sqlalchemy as sa
from pages import seen
from runs import make_run

from audit.records import SampleOutcome
from audit.store import schema as s
from audit.store.base import dump
from audit.store.indexing import stored_row


def with_sample(store, run, *records):
    """A finished run to which another package's probe has added records about its sample."""
    key = "ab" * 16
    probe = {
        "probe": "length_drift",
        "kind": "sample",
        "name": "length_drift",
        "version": 1,
        "params": "{}",
        "rows": 60,
    }
    shard = {"key": key, "shard_id": key, "status": "done", "starts": 1, "rows": 60, "rows_done": 60, "errors": 0}
    rows = [stored_row(record, None, run.task) for record in records]
    with store.database.write() as connection:
        connection.execute(
            sa.insert(s.run_probes).values(run_id=run.id, position=90, status="planned", reason="", **probe)
        )
        connection.execute(sa.insert(s.shards).values(**shard))
        link = {"run_id": run.id, "position": 900, "probe": "length_drift", "shard_key": key, "rows": "[]", "reused": 0}
        connection.execute(sa.insert(s.run_shards).values(**link))
        for place, row in enumerate(rows):
            connection.execute(sa.insert(s.records).values(shard_key=key, position=place, **row))
        said = json.loads(json.dumps(dict(run.provenance or {}))) | {"reference": {"name": "then.csv", "rows": 1200}}
        connection.execute(sa.update(s.runs).where(s.runs.c.id == run.id).values(provenance=dump(said)))
    return store.run(run.id)


def test_the_summary_shows_it(app, store, tmp_path):
    plain = make_run(store, tmp_path)
    assert "The sample as a whole" not in seen(app("report", run=plain.id, section="summary"))
    run = with_sample(
        store, make_run(store, tmp_path, seed=1),
        SampleOutcome("length_drift", {"ks": 0.4375, "p_value": 0.005}, ("a" * 16,), 0, reference_rows=1200),
        SampleOutcome("length_drift", {}, (), 0, subject="label=positive", error="no row of it"),
    )  # fmt: skip
    page = seen(app("report", run=run.id, section="summary"))
    for said in ("The sample as a whole", "0.438", "0.005", "label=positive", "no row of it", "then.csv"):
        assert said in page, said
    assert "then.csv" in seen(app("report", run=run.id, section="provenance"))
