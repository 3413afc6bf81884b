import json

import pytest
import sqlalchemy as sa

from audit.errors import StoreError
from audit.slices import Slice
from audit.store import Store
from audit.store.database import Database, database_url
from audit.store.migrations import MIGRATIONS, migrate
from audit.store.schema import metadata


def test_the_migrated_database_has_the_tables_the_code_speaks_of(store):
    inspector = sa.inspect(store.database.engine)
    for table in metadata.sorted_tables:
        columns = {c["name"]: c["nullable"] for c in inspector.get_columns(table.name)}
        assert list(columns) == [c.name for c in table.columns], table.name
        for column in table.columns:
            if not column.primary_key:
                assert columns[column.name] == column.nullable, f"{table.name}.{column.name}"
        found = {tuple(f["constrained_columns"]): f["referred_table"] for f in inspector.get_foreign_keys(table.name)}
        expected = {(f.parent.name,): f.column.table.name for f in table.foreign_keys}
        assert found == expected, table.name


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_each_earlier_version_is_brought_up_to_date_and_keeps_its_rows(url, version):
    database = Database(url)
    with database.write() as connection:
        assert migrate(connection, upto=version) == version
        connection.execute(
            sa.text(
                "INSERT INTO uploads (sha256, name, suffix, bytes, created_at, options, summary) "
                "VALUES ('aa', 't.csv', '.csv', 3, '2026-01-01T00:00:00.000+00:00', '{}', '{}')"
            )
        )
    database.close()
    store = Store(url)
    assert store.version == len(MIGRATIONS)
    assert store.upload("aa").name == "t.csv"
    store.close()


def test_slices_kept_as_text_become_columns_and_values(url):
    names = ["a", "b,c", "x"]
    score = {"name": "class_recall", "value": 0.5, "low": 0.1, "high": 0.9, "level": 0.95, "n": 9, "method": "wilson",
             "direction": "higher_is_better", "definition": "class_recall", "probe": "", "slice": "label=b,c", "unit": "share",
             "note": ""}  # fmt: skip
    key = "class_recall[label=b,c]"
    finding = {"id": f"check:r:{key}", "title": "t", "verdict": "PASS", "severity": "low", "score": score, "threshold": 0.5,
               "adjusted_level": 0.95, "why": "", "next_step": "", "evidence": [], "n_to_settle": None, "note": ""}  # fmt: skip
    run = {
        "id": "r1", "name": "n", "suite": "s", "status": "finished", "wanted": "run", "attempt": 1, "started_attempt": 1,
        "priority": 1, "fresh": 0, "created_at": "2026-01-01T00:00:00.000+00:00", "who": "w", "spec": "{}", "spec_hash": "h",
        "model": "m", "labels": json.dumps(names), "table_name": "t", "reproducible": 1, "note": "", "imported": 0,
    }  # fmt: skip
    database = Database(url)
    with database.write() as connection:
        migrate(connection, upto=2)
        connection.execute(sa.insert(metadata.tables["runs"]).values(**run))
        connection.execute(
            sa.insert(metadata.tables["scores"]).values(run_id="r1", position=0, key=key, payload=json.dumps(score))
        )
        connection.execute(
            sa.insert(metadata.tables["findings"]).values(
                run_id="r1", position=0, finding_id=f"check:r:{key}", verdict="PASS", severity="low",
                payload=json.dumps(finding),
            )
        )  # fmt: skip
    database.close()
    store = Store(url)
    (kept,), (found,) = store.scores("r1"), store.findings("r1")
    assert kept.where == found.score.where == Slice(label="b,c")
    assert kept.slice == "label=b,c"
    with store.database.read() as connection:
        stored = connection.execute(sa.text("SELECT key FROM scores")).scalar()
        named = connection.execute(sa.text("SELECT finding_id FROM findings")).scalar()
    assert stored == kept.key == r"class_recall[label=b\,c]"
    assert named == found.id == rf"check:r:{kept.key}"
    store.close()


def test_a_judgement_of_before_is_kept_and_another_judge_may_add_theirs(url):
    at = "2026-01-01T00:00:00.000+00:00"
    database = Database(url)
    with database.write() as connection:
        migrate(connection, upto=1)
        connection.execute(
            sa.text(
                "INSERT INTO runs (id, name, suite, status, wanted, attempt, started_attempt, priority, fresh, created_at, who, spec, "
                "spec_hash, model, table_name, reproducible, note, imported) VALUES ('r1', 'n', 's', 'finished', 'run', 1, 1, 1, 0, "
                f"'{at}', 'w', '{{}}', 'h', 'm', 't', 0, '', 0)"
            )
        )
        connection.execute(sa.text(f"INSERT INTO reviews VALUES ('r1', 'swap', 'r0', 'same', 'ana', 'a typo', '{at}')"))
    database.close()
    store = Store(url)
    store.save_review("r1", "swap", "r0", "different", who="ben")
    assert [(r.who, r.verdict, r.note) for r in store.reviews("r1")] == [
        ("ana", "same", "a typo"),
        ("ben", "different", ""),
    ]
    store.close()


def test_opening_twice_migrates_once(url):
    first, second = Store(url), Store(url)
    with second.database.read() as connection:
        assert connection.execute(sa.text("SELECT COUNT(*) FROM assay_migrations")).scalar() == len(MIGRATIONS)
    first.close()
    second.close()


def test_a_failing_migration_leaves_nothing_behind(url, monkeypatch):
    def broken(connection):
        connection.execute(sa.text("CREATE TABLE half (a INTEGER)"))
        raise StoreError("boom")

    monkeypatch.setattr("audit.store.migrations.MIGRATIONS", (*MIGRATIONS, broken))
    with pytest.raises(StoreError, match="boom"):
        Store(url)
    monkeypatch.undo()
    store = Store(url)
    assert not sa.inspect(store.database.engine).has_table("half")
    store.close()


def test_a_newer_database_is_refused(url):
    store = Store(url)
    with store.database.write() as connection:
        connection.execute(sa.text("INSERT INTO assay_migrations VALUES (99, 'x')"))
    store.close()
    with pytest.raises(StoreError, match=r"version 99.*update Assay"):
        Store(url)


def test_wal_and_foreign_keys_on_sqlite(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'b.db'}")
    with store.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_the_url_setting(monkeypatch, home):
    assert database_url() == f"sqlite:///{home / 'assay.db'}"
    monkeypatch.setenv("ASSAY_DATABASE_URL", "postgres://me@host/db")
    assert database_url() == "postgresql+psycopg://me@host/db"
    monkeypatch.setenv("ASSAY_DATABASE_URL", "mysql://me@host/db")
    with pytest.raises(StoreError, match="must be sqlite"):
        database_url()


def test_an_unreachable_server_is_one_sentence_without_the_password():
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        Store("postgresql+psycopg://me:secret@127.0.0.1:1/db")
    assert "secret" not in str(caught.value)


def test_a_folder_in_place_of_the_database(tmp_path):
    (tmp_path / "x.db").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        Store(f"sqlite:///{tmp_path / 'x.db'}")
