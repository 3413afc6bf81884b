"""What pages and commands read through: it reads for somebody, and writes nothing."""

from __future__ import annotations

import ast
import inspect
import textwrap

import pytest
from verbs import somebody, state

from audit.actions import runs, scope
from audit.actions.reading import Reader
from audit.actor import Role
from audit.errors import Forbidden, UnknownName
from audit.store import Store


def test_a_reader_reads_for_somebody():
    with pytest.raises(TypeError):
        Reader()  # type: ignore[call-arg]
    for nobody in (None, "ana"):
        with pytest.raises(TypeError, match="an Actor is wanted"):
            Reader(nobody)  # type: ignore[arg-type]


def test_who_has_no_role_reads_nothing(store):
    with pytest.raises(Forbidden):
        Reader(somebody(None))
    with pytest.raises(Forbidden, match="no project named"):
        Reader(somebody(project="other"))


def test_it_reads_what_the_store_has(bench):
    reader = Reader(somebody(Role.READER))
    assert reader.run("latest") == bench.store.run("latest")
    assert reader.scores(bench.run) == bench.store.scores(bench.run)
    assert reader.events() == bench.store.events()
    assert reader.local_database
    assert not reader.shared_files
    assert not reader.worker_alive
    assert reader.files.read(bench.table.sha256).startswith(b"text,label")
    assert reader.model("mine").path == str(bench.has.checkpoint)
    assert "mine" in {entry.name for entry in reader.catalog()}


@pytest.mark.parametrize(
    "write",
    [
        lambda r, b: r.delete_run(b.run),
        lambda r, b: r.update_run(b.run, name="other"),
        lambda r, b: r.save_review(b.run, "textfooler", b.row, "same", who="x"),
        lambda r, b: r.describe_upload(b.table.sha256, options={}),
        lambda r, b: r.delete_upload(b.table.sha256),
        lambda r, b: r.add_job("report", b.run, {}),
        lambda r, b: r.remove_model("mine"),
        lambda r, b: r.add_upload(b.new_table(), "new.csv"),
        lambda r, b: r.database.wipe(),
        lambda r, b: r.files.stage(b"x"),
        lambda r, b: r.files.delete(b.table.sha256),
        lambda r, b: r.drop_files([b.table.sha256]),
    ],
)
def test_it_writes_nothing(bench, write):
    before = state(bench.store)
    with pytest.raises(TypeError, match=r"audit\.actions"):
        write(Reader(somebody()), bench)
    assert state(bench.store) == before
    assert bench.store.files.there(bench.table.sha256)


def test_every_change_of_the_database_passes_one_place():
    """So that a Reader, which refuses it, refuses them all."""
    import ast
    from pathlib import Path

    from audit import store

    begun = {
        node.attr
        for path in Path(store.__file__).parent.glob("*.py")
        if path.name not in {"engine.py"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "database"
    }
    assert begun <= {"read", "write", "wipe", "close", "as_it_lies", "gone", "url"}


def test_what_was_done_to_a_run_is_known_after_it_is_gone(bench):
    reader, run = Reader(somebody(Role.READER)), bench.made["running"]
    runs.cancel(somebody(), run.id)
    assert [e.verb for e in reader.events_of(run.id[:8])] == ["cancel_run"]
    runs.delete(somebody(), run.id)
    assert [e.verb for e in reader.events_of(run.id)] == ["delete_run", "cancel_run"]
    for unknown in ("0123456789ab", "no such run"):
        with pytest.raises(UnknownName):
            reader.events_of(unknown)


def test_every_query_of_the_store_says_whose_its_answer_is(bench):
    """A query that is added and placed nowhere is no leak: it cannot be read."""
    reader = Reader(somebody())
    public = {name for name in dir(Store) if not name.startswith("_")}
    assert public >= scope.READ
    for name in public - scope.READ:
        with pytest.raises(TypeError, match=rf"does not read '{name}'"):
            getattr(reader, name)
    groups = {"run_id": scope.OF_A_RUN, "sha256": scope.OF_A_TABLE, "job_id": scope.OF_A_JOB}
    for argument, group in groups.items():
        for name in group:
            assert list(inspect.signature(getattr(Store, name)).parameters)[1] == argument, name
    for name in scope.LISTS | scope.EVERYBODYS:
        found = getattr(Store, name)
        given = list(inspect.signature(found).parameters.values())[1:2] if callable(found) else []
        assert not [p.name for p in given if p.name in groups and p.kind is not p.KEYWORD_ONLY], name
    every = [*groups.values(), scope.LISTS, scope.EVERYBODYS]
    assert sum(map(len, every)) == len(scope.READ), "each stands once"


def test_no_query_that_is_read_asks_for_one_that_is_not():
    for name in scope.READ:
        found = inspect.unwrap(getattr(Store, name)) if callable(getattr(Store, name)) else getattr(Store, name).fget
        used = {
            node.attr
            for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(found))))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        }
        assert not {one for one in used if one in set(scope.closed(Store))}, name


def test_a_query_added_to_the_store_is_not_read():
    class More(Store):
        def everything(self) -> str:
            return "all that is stored"

    assert "everything" in set(scope.closed(More))
