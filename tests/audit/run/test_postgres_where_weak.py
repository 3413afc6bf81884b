"""Where a model is weak, told from a PostgreSQL server: the same scores, sentences and rows as from SQLite."""

from __future__ import annotations

import csv
import json

import pytest
import run_postgres
from commands import typed
from real_runs import whole_run

from audit.actions import label_reviews, slices
from audit.actor import local_user
from audit.results.corrected import corrected_table
from audit.results.reading import read
from audit.run.replay import check_run
from audit.spec import AuditSpec, ModelSpec, ProbeSpec, TableSpec
from audit.spec.suites import compared
from audit.store import close_stores, open_store

GROUPS = {
    "positive": ("A warm, clever film with a heart", "Superb acting and a lovely script", "The invoice of March was paid twice"),
    "negative": ("A dull, cold mess of a film", "Terrible acting and a silly script", "My account was closed in error"),
}  # fmt: skip
PREDICT = ProbeSpec(kind="prediction", name="predict")


@pytest.fixture(scope="module")
def server():
    with run_postgres.server() as url:
        yield url.format("postgres")


def written(path, first, n):
    rows = [
        (f"{text}, number {i}.", label, "north" if (i + k) % 3 else "south")
        for i in range(first, first + n) for label, texts in GROUPS.items() for k, text in enumerate(texts)
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label", "region"), *rows])
    return TableSpec(path=str(path), groups=("region",))


def told(spec):
    """Everything that is told of one run, by the commands as somebody types them, without its id and times."""
    store = open_store()
    run = whole_run(store, spec)
    assert run.status == "finished", run.note
    results = read(store, run.id)
    row = str(results.rows["row_id"][0])
    slices.save(local_user(), "southern", 'region=south & holds "film"')
    label_reviews.judge(local_user(), run.id, row, "relabel", "negative")
    said = {
        name: json.loads(typed("audit", *words, "--json").out)
        for name, words in {
            "weak": ("slices", run.id), "saved": ("slices", run.id, "--saved", "southern"),
            "cluster": ("slices", run.id, "--where", "cluster=1"),
            "labels": ("labels", run.id), "shift": ("shift", run.id), "influence": ("influence", run.id, row),
        }.items()
    }  # fmt: skip
    assert check_run(store, run.id) == []
    kept = {
        "hash": run.result_hash,
        "scores": [(score.key, score.value, score.low, score.high, score.n) for score in store.scores(run.id)],
        "findings": [(found.id, found.verdict) for found in store.findings(run.id)],
        "map": results.table("map").to_dict("list"),
        "corrected": corrected_table(results).to_dict("list"),
        "said": json.loads(json.dumps(said).replace(run.id, "RUN")),
    }
    close_stores()
    return kept


def test_the_same_is_told_from_postgresql_as_from_sqlite(server, home, tmp_path, monkeypatch):
    spec = AuditSpec(
        model=ModelSpec(name="sentiment"), table=written(tmp_path / "now.csv", 0, 20), probes=compared((PREDICT,)),
        reference=written(tmp_path / "then.csv", 15, 20),
    )  # fmt: skip
    monkeypatch.delenv("ASSAY_DATABASE_URL", raising=False)
    here = told(spec)
    monkeypatch.setenv("ASSAY_DATABASE_URL", run_postgres.emptied(server))
    there = told(spec)
    assert open_store().database.engine.dialect.name == "postgresql"
    close_stores()
    assert {name for name, *_ in here["scores"]} > {"leaked_share", "shift_auc", "outside_share"}
    for name in here:
        assert there[name] == here[name], name
