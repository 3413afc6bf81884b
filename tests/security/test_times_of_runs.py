"""Times that are none: refused in a bundle, and shown as unknown where a store holds them already."""

import pytest
from forging import edit
from installations import installation
from pages import check, seen
from runs import make_run
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from audit.__main__ import build
from audit.errors import ReportError
from audit.run.bundle import import_run, verify_bundle
from audit.run.bundle_files import open_bundle
from audit.run.exporting import export_run
from audit.store import Store, close_stores, open_store

NONE = [
    "2099-13-13",
    "x",
    "yesterday",
    "",
    "9999-12-31T23:59:59.000+00:00",
    "2026-03-01T09:12:00",
    "2026-03-01T09:12:00.000+02:00",
]
PLACES = {
    "run.json": ("created_at", "started_at", "finished_at"),
    "shards.jsonl": ("finished_at",),
    "reviews.json": ("reviewed_at",),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("times")
    with installation(folder):
        store = open_store()
        run = make_run(store, folder, rows=8, score=False)
        store.update_run(run.id, result_hash=None)
        store.save_review(run.id, "deepwordbug", store.examples(run.id, [0])[0].row_id, "same", who="ana")
        out = export_run(store, run.id, folder / "out")
        close_stores()
    return out


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in PLACES.items() for field in fields])
@pytest.mark.parametrize("stamp", NONE)
def test_a_bundle_with_a_time_that_is_none_is_refused(made, tmp_path, home, name, field, stamp):
    import shutil

    bundle = shutil.copytree(made, tmp_path / "copy")
    edit(bundle, name, lambda data: (data if isinstance(data, dict) else data[0]).update({field: stamp}))
    store = Store(f"sqlite:///{tmp_path / 'here.db'}")
    for refuse in (lambda: verify_bundle(open_bundle(bundle)), lambda: import_run(store, bundle)):
        with pytest.raises(ReportError, match=rf"{name}.*field '([0-9]+\.)?{field}'.*a time is written like") as told:
            refuse()
        assert len(str(told.value).splitlines()) == 1
    assert store.count_runs() == 0
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("stamp", ["2099-13-13", "x", "9999-12-31T23:59:59.000+00:00"])
def test_a_run_with_such_times_breaks_no_page_and_no_command(home, tmp_path, monkeypatch, stamp):
    monkeypatch.setenv("ASSAY_RETENTION_DAYS", "30")
    store = open_store()
    run = make_run(store, tmp_path, rows=12)
    other = make_run(store, tmp_path, rows=12, seed=1)
    store.update_run(run.id, created_at=stamp, started_at=stamp, finished_at=stamp)
    pages = [("overview", {}), ("runs", {}), ("runs", {"run": run.id}), ("report", {"run": run.id}),
             ("report", {"run": run.id, "section": "provenance"}), ("compare", {"a": run.id, "b": other.id})]  # fmt: skip
    for page, query in pages:
        test = AppTest.from_string(f"from dashboard.app import main\nmain({page!r})", default_timeout=300)
        for key, value in query.items():
            test.query_params[key] = value
        check(test.run())
        if page == "runs":
            assert "unknown" in seen(test)
    for words in (["status"], ["status", run.id], ["show", run.id], ["report", run.id, "--pdf", str(tmp_path / "r.pdf"), "--html",
                  str(tmp_path / "r.html")]):  # fmt: skip
        done = CliRunner().invoke(build(), words)
        assert done.exit_code == 0, done.output
    assert (tmp_path / "r.pdf").read_bytes()[:5] == b"%PDF-"
    assert "not recorded" in (tmp_path / "r.html").read_text()
    close_stores()
