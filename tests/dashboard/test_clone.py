"""A new audit that starts from a run's settings."""

from __future__ import annotations

import json

import pytest
from pages import check
from runs import make_run

from audit.spec import SUITES
from audit.store.base import dump


@pytest.fixture
def clone(app, store, tmp_path, monkeypatch):
    """The page of a clone of a quick run of 20 rows and level 0.99, and what each draw of it would start."""
    from dashboard.views import new_audit
    from models import catalog

    if not any(not entry.missing for entry in catalog.entries()):
        pytest.skip("no model is here")
    run = make_run(store, tmp_path, rows=20, score=False)
    spec = json.loads(json.dumps(dict(run.spec))) | {"level": 0.99, "seed": 7}
    store.update_run(run.id, spec=dump(spec))
    made = []
    monkeypatch.setattr(new_audit, "_start", lambda spec, **_: made.append(spec))
    return app("new_audit", clone=run.id), made


def names(spec):
    return [probe.name for probe in spec.probes]


def test_a_clone_has_the_runs_settings(clone):
    test, made = clone
    assert (made[-1].suite, made[-1].level, made[-1].seed, made[-1].sample.n) == ("quick", 0.99, 7, 20)
    assert set(names(made[-1])) == {
        "predict", "integrated_gradients", "leave_one_out", "deepwordbug", "textfooler", "bae",
    }  # fmt: skip
    level = next(box for box in test.selectbox if box.key == "level")
    assert (level.value, list(level.options)) == (0.99, ["90%", "95%", "99%"])


def test_another_suite_lets_go_of_the_runs_probes_and_rows(clone):
    test, made = clone
    cloned = names(made[-1])
    test.session_state["suite"] = "standard"
    check(test.run())
    assert made[-1].suite == "standard"
    assert made[-1].sample.n == SUITES["standard"].rows
    assert set(names(made[-1])) == {probe.name for probe in SUITES["standard"].probes}
    assert {p.name: p.rows for p in made[-1].probes} == {p.name: p.rows for p in SUITES["standard"].probes}
    assert (made[-1].level, made[-1].seed) == (0.99, 7)
    test.session_state["suite"] = "quick"
    check(test.run())
    assert (set(names(made[-1])), made[-1].sample.n) == (set(cloned), 20)
