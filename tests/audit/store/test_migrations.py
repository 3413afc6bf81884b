import pytest
import sqlalchemy as sa

from audit.errors import StoreError
from audit.store import Store
from audit.store.engine import Database, database_url
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
