"""Records, scores and reports as older Assays wrote them are read as what they meant."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from audit.old_forms import read_pair, read_record, read_report, read_score
from audit.records import AttackOutcome, Prediction, to_dict
from audit.store import Store
from audit.store.database import Database
from audit.store.indexing import digest, record_of, stored_row
from audit.store.migrations import migrate
from audit.store.schema import metadata
from models.task import Label

OUTCOME = AttackOutcome(
    "0" * 16, "A film.", "good", "textfooler", "failed", (0.2, 0.8), None, (), (), 3, 0, 2, None, None, 7, {}, 0.1,
    stand_ins=("vectors: minilm", "tagger: textblob"),
)  # fmt: skip


def old(record, key):
    """A record's JSON under the field its probe had before."""
    data = {k: v for k, v in to_dict(record).items() if k not in {"probe", "name", "stand_ins"}}
    return {**data, key: "textfooler [vectors: minilm, tagger: textblob]"}


def test_an_old_outcome_gets_its_name_and_its_stand_ins():
    assert record_of("attack", json.dumps(old(OUTCOME, "recipe")), "textfooler") == OUTCOME
    plain = read_record("attack", {"recipe": "pwws"})
    assert plain == {"name": "pwws", "stand_ins": []}
    assert read_record("attribution", {"method": "lime"}) == {"name": "lime"}
    assert read_record("perturbation", {"perturbation": "case"}) == {"name": "case"}
    assert read_record("prediction", {"tokens": 3}) == {"tokens": 3, "name": "predict"}


@pytest.mark.parametrize("kind", ["prediction", "attribution", "attack", "perturbation"])
def test_what_is_new_stays_as_it_is(kind):
    assert read_record(kind, {"name": "a [b] c", "x": 1}) == {"name": "a [b] c", "x": 1}


def test_the_key_within_the_run_is_not_part_of_what_runs_share():
    one, other = (Prediction("0" * 16, "a", (1.0,), 3, 3, probe=key) for key in ("first", "second"))
    assert stored_row(one, "a", Label(["a"])) == stored_row(other, "a", Label(["a"]))
    row = stored_row(one, "a", Label(["a"]))
    assert record_of("prediction", row["payload"], "third").probe == "third"
    assert row["digest"] == digest(json.loads(row["payload"]))


def test_pairs_of_older_scores_are_two_probes():
    assert read_pair("method_agreement", "lime+saliency") == ("lime", "saliency")
    assert read_pair("accuracy_under_attack", "a+b") == ("a+b", "")
    old_score = {"name": "attacked_words_flagged", "probe": "pwws+lime", "where": {}}
    assert read_score(old_score) == {**old_score, "probe": "pwws", "other_probe": "lime", "notes": []}
    assert read_score(read_score(old_score)) == read_score(old_score)


def test_a_report_of_schema_1_gets_names():
    found = {"schema": 1, "recipes": [{"probe": "pwws", "recipe": "pwws [wordnet: npm]", "examples": [{"probe": "pwws"}]}],
             "perturbations": [{"probe": "case"}], "methods": [{"probe": "lime"}],
             "limits": [{"kind": "general", "values": {}}, {"kind": "part", "values": {"probe": "pwws", "rows": 3}}]}  # fmt: skip
    read = read_report(found)
    (recipe,) = read["recipes"]
    assert (recipe["name"], recipe["stand_ins"], recipe["examples"][0]["name"]) == ("pwws", ["wordnet: npm"], "pwws")
    assert read["methods"] == [{"probe": "lime", "name": "lime"}]
    assert read["limits"][1]["values"] == {"probe": "pwws", "name": "pwws", "rows": 3}
    assert read_report({**found, "schema": 2}) == {**found, "schema": 2}


def test_what_was_computed_of_probes_told_apart_by_name_alone_is_measured_anew(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    database = Database(url)
    run = {
        "name": "n", "suite": "s", "status": "finished", "wanted": "run", "attempt": 1, "started_attempt": 1,
        "priority": 1, "fresh": 0, "created_at": "2026-01-01T00:00:00.000+00:00", "who": "w", "spec": "{}", "spec_hash": "h",
        "model": "m", "labels": "[]", "table_name": "t", "reproducible": 1, "note": "", "imported": 0, "verdict": "PASS",
    }  # fmt: skip
    probe = {"position": 0, "kind": "attack", "name": "pwws", "version": 1, "params": "{}", "status": "planned",
             "reason": "", "rows": 1}  # fmt: skip
    shard = {"status": "done", "starts": 1, "rows": 1, "rows_done": 1, "errors": 0}
    tables = metadata.tables
    with database.write() as connection:
        migrate(connection, upto=4)
        for run_id, key in (("plain", "pwws"), ("twice", "pwws-500")):
            connection.execute(sa.insert(tables["runs"]).values(id=run_id, **run))
            connection.execute(sa.insert(tables["run_probes"]).values(run_id=run_id, probe=key, **probe))
            connection.execute(sa.insert(tables["shards"]).values(key=run_id, shard_id=run_id, **shard))
            connection.execute(
                sa.insert(tables["run_shards"]).values(
                    run_id=run_id, position=0, probe=key, shard_key=run_id, rows="[0]", reused=0
                )
            )
            connection.execute(sa.insert(tables["replicates"]).values(run_id=run_id, key="measures", data=b"old"))
    database.close()
    store = Store(url)
    assert store.unmeasured() == ("twice",)
    assert store.replicates("plain") == b"old"
    assert (store.run("plain").verdict, store.run("twice").verdict) == ("PASS", None)
    store.close()
