"""The same run on a real PostgreSQL server: two workers, a kill, the same hash as on SQLite."""

import pytest
import run_postgres
from run_fakes import InProcess, make_spec
from run_processes import finish_under_fire

from audit.run import client
from audit.store import Store, close_stores, open_store


@pytest.fixture(scope="module")
def postgres():
    with run_postgres.server() as url:
        yield url.format("postgres")


def test_a_run_on_postgresql_survives_kills_and_gives_the_hash_of_sqlite(
    postgres, home, bench, tmp_path, table, monkeypatch
):
    on_sqlite = bench.whole(make_spec(tmp_path / "m", table(120)))
    close_stores()
    url = run_postgres.emptied(postgres)
    monkeypatch.setenv("ASSAY_DATABASE_URL", url)
    store = open_store()
    assert store.database.engine.dialect.name == "postgresql"
    run = client.start(make_spec(tmp_path / "m", table(120), pause=0.02), store=store)
    ended, killed = finish_under_fire(store, run.id, kills=2, seed=3, workers=2, longest=4.0)
    assert killed == 2
    assert (ended.status, ended.error) == ("finished", None)
    assert ended.result_hash == on_sqlite.result_hash
    assert store.count_records(run.id) == 120


def test_everything_about_one_run_works_on_postgresql(postgres, home, tmp_path, table, monkeypatch):
    monkeypatch.setenv("ASSAY_DATABASE_URL", run_postgres.emptied(postgres))
    from audit.run.bundle import import_run
    from audit.run.exporting import export_run
    from audit.run.replay import check_run

    store = open_store()
    run = InProcess(store).whole(make_spec(tmp_path / "m", table(30, {7: "BAD", 12: "BOOM"})))
    assert check_run(store, run.id) == []
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    import_run(other, export_run(store, run.id, tmp_path / "run.zip"))
    assert check_run(other, run.id) == []
    assert other.run(run.id).result_hash == run.result_hash
    assert client.retry(run.id, store=store).status == "queued"
    client.delete(run.id, store=store)
    other.close()
