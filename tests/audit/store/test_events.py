import pytest
import sqlalchemy as sa

from audit.errors import InputError, StoreError
from audit.store import NewEvent


def event(subject="", kind="table", verb="upload_table"):
    return NewEvent("ana", "token", "default", verb, kind, subject=subject)


def test_a_deed_and_its_event_are_one_transaction(store, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text\na\n")
    with store.noting(event()):
        upload = store.add_upload(path, "t.csv")
        assert [e.subject for e in store.events()] == [upload.sha256], "while the rest of the deed goes on"
    (kept,) = store.events()
    assert (kept.who, kept.verb, kept.outcome) == ("ana", "upload_table", "done")
    assert store.count_events() == 1
    store.add_upload(path, "t.csv")
    assert store.count_events() == 1, "nobody did it"


def test_what_changes_nothing_is_told_unless_only_deeds_are(store):
    with store.noting(event("a"), attempts=False):
        pass
    assert store.events() == ()
    with store.noting(event("a")):
        pass
    assert [e.subject for e in store.events()] == ["a"]


def test_an_error_is_told_by_its_kind(store):
    with pytest.raises(InputError, match="a text"), store.noting(event("a")):
        raise InputError("a text that somebody typed")
    (kept,) = store.events()
    assert (kept.outcome, kept.error) == ("failed", "InputError")


def test_the_newest_come_first_a_page_at_a_time_and_by_run(store):
    for number in range(5):
        with store.noting(NewEvent("ana", "token", "default", "export_run", "run", f"r{number}", f"r{number}")):
            pass
    assert [e.subject for e in store.events(limit=2, offset=1)] == ["r3", "r2"]
    assert [e.subject for e in store.events(run_id="r3")] == ["r3"]
    assert store.count_events(run_id="r3") == 1


def test_the_database_keeps_what_was_written(store):
    with store.noting(event("a")):
        pass
    changes = ["UPDATE events SET who = 'x'", "DELETE FROM events"]
    if store.database.engine.dialect.name == "postgresql":
        changes.append("TRUNCATE events")
    for change in changes:
        with pytest.raises(StoreError), store.database.write() as connection:
            connection.execute(sa.text(change))
    assert [e.who for e in store.events()] == ["ana"]


def test_what_is_done_elsewhere_is_told_when_it_begins(store):
    """What is cut off between the two, as by a power failure, is told by the first alone."""
    with store.noting(event("a")):
        store.begun(event("a"))
        assert [(e.subject, e.outcome) for e in store.events()] == [("a", "begun")]
    assert [(e.subject, e.outcome) for e in store.events()] == [("a", "done"), ("a", "begun")]
