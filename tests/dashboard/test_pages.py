"""Every page in every state: empty, queued, running, paused, failed, finished, many classes, broken."""

from __future__ import annotations

import sqlite3

import pytest
from pages import seen
from runs import INTENTS, make_run

from dashboard.app import VIEWS

PAGES = tuple(VIEWS)
SECTIONS = {
    "summary": "Findings",
    "robustness": "What became of the attacked rows",
    "review": "still mean the same",
    "explanations": "Heatmaps",
    "performance": "Class by class",
    "rows": "60 rows",
    "provenance": "Run it again",
    "print": "Make the report",
}
EMPTY = {
    "overview": "Welcome",
    "runs": "Start one with New audit",
    "report": "No audit has finished yet",
    "compare": "Two finished audits are needed",
    "data": "Nothing uploaded yet",
}


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_installation_says_what_to_do(app, page):
    said = seen(app(page))
    assert EMPTY.get(page, "") in said
    assert len(said) > 60


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_of_a_finished_run(app, store, tmp_path, section):
    run = make_run(store, tmp_path)
    said = seen(app("report", run=run.id, section=section))
    assert run.name in said
    assert SECTIONS[section] in said


@pytest.mark.parametrize("section", ["summary", "robustness", "explanations", "performance", "rows"])
def test_many_classes(app, store, tmp_path, section):
    run = make_run(store, tmp_path, rows=154, labels=INTENTS)
    assert "77 labels" in seen(app("report", run=run.id, section=section))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("queued", "no worker is running"),
        ("running", "results"),
        ("paused", "Resume"),
        ("failed", "does not exist"),
        ("cancelled", "Resume"),
    ],
)
def test_a_run_in_every_state(app, store, tmp_path, status, said):
    run = make_run(store, tmp_path, status=status, done=0.4)
    assert said in seen(app("runs", run=run.id))
    assert run.name in seen(app("runs"))
    assert run.name in seen(app("overview"))
    assert seen(app("report", run=run.id))


def test_a_run_without_labels_attacks_or_explanations(app, store, tmp_path, monkeypatch):
    import runs

    monkeypatch.setattr(runs, "PROBES", runs.PROBES[:1])
    run = make_run(store, tmp_path)
    for section in SECTIONS:
        assert run.name in seen(app("report", run=run.id, section=section))


def test_a_run_that_does_not_exist(app, store, tmp_path):
    make_run(store, tmp_path)
    assert "There is no run named 'gone'" in seen(app("report", run="gone"))
    assert "There is no run named 'gone'" in seen(app("runs", run="gone"))


def test_one_row_in_full(app, store, tmp_path):
    run = make_run(store, tmp_path)
    example = store.examples(run.id, [0])[0]
    said = seen(app("report", run=run.id, section="rows", row=example.row_id))
    assert "Explained by Integrated gradients" in said
    assert "DeepWordBug" in said


def test_two_runs_side_by_side(app, store, tmp_path):
    first, second = make_run(store, tmp_path, name="before"), make_run(store, tmp_path, name="after")
    said = seen(app("compare", first=first.id, second=second.id))
    assert "before" in said
    assert "Rows that changed" in said


def test_a_locked_database_is_a_sentence(app, store, tmp_path, home, monkeypatch):
    monkeypatch.setattr(store.database, "busy_seconds", 0.1, raising=False)
    run = make_run(store, tmp_path)
    lock = sqlite3.connect(next(home.glob("*.db")), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        test = app("report", sound=False, run=run.id)
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert not test.exception
    assert "Traceback" not in seen(test)


def test_a_model_whose_folder_is_gone(app, store, tmp_path):
    from models import catalog

    folder = tmp_path / "gone"
    folder.mkdir()
    catalog.add("gone", str(folder), labels=("a", "b"), in_place=True)
    folder.rmdir()
    assert "is gone" in seen(app("models"))


def test_pages_load_no_engine(app, store, tmp_path):
    import subprocess
    import sys

    code = (
        "import sys, pkgutil, importlib, dashboard\n"
        "rooms = [f'dashboard.{room}' for room in ('draw', 'forms', 'page', 'run', 'views')]\n"
        "for p in map(importlib.import_module, rooms):\n"
        "    for m in pkgutil.iter_modules(p.__path__): importlib.import_module(f'{p.__name__}.{m.name}')\n"
        "from dashboard.draw.probe_choices import card, choices\n"
        "[card(k, n) for k in ('explainer', 'attack', 'perturbation') for n in choices(k)]\n"
        "print(sorted({'torch', 'transformers', 'captum', 'textattack'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize("section", ["robustness", "explanations", "performance"])
def test_charts_of_a_finished_run_read_no_record(app, store, tmp_path, monkeypatch, section):
    from audit.results.reading import Results

    run = make_run(store, tmp_path)
    monkeypatch.setattr(Results, "_read", lambda *_: pytest.fail("the records were read"))
    assert SECTIONS[section] in seen(app("report", run=run.id, section=section))
