"""A new audit that starts from a run's settings."""

from __future__ import annotations

import json

import pytest
from pages import check, seen
from runs import make_run

from audit.score.policy import DEFAULT, load_policy
from audit.spec import SUITES
from audit.store.base import dump

POLICY = {**load_policy(DEFAULT).to_dict(), "name": "ours"}


@pytest.fixture
def clone(app, store, tmp_path, monkeypatch):
    """The page of a clone of a quick run of 20 rows and level 0.99, and what each draw of it would start."""
    from dashboard.views import new_audit
    from models import catalog

    if not any(not entry.missing for entry in catalog.entries()):
        pytest.skip("no model is here")
    run = make_run(store, tmp_path, rows=20, score=False)
    spec = json.loads(json.dumps(dict(run.spec))) | {"level": 0.99, "seed": 7, "policy": POLICY}
    store.update_run(run.id, spec=dump(spec))
    made = []
    monkeypatch.setattr(new_audit, "start_bar", lambda spec, *_, **__: made.append(spec))
    return app("new_audit", clone=run.id), made


def names(spec):
    return [probe.name for probe in spec.probes]


def test_a_clone_has_the_runs_settings(clone):
    test, made = clone
    assert made[-1].policy == POLICY
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
    assert set(names(made[-1])) == {"suite", *(probe.name for probe in SUITES["standard"].probes)}, (
        "and what fits the labels"
    )
    assert {p.name: p.rows for p in made[-1].probes if p.name != "suite"} == {
        p.name: p.rows for p in SUITES["standard"].probes
    }
    assert (made[-1].level, made[-1].seed) == (0.99, 7)
    test.session_state["suite"] = "quick"
    check(test.run())
    assert (set(names(made[-1])), made[-1].sample.n) == (set(cloned), 20)


def field(test, kind, key):
    return next(one for one in getattr(test, kind) if one.key == f"quick-explainer-{key}")


def probe(spec, name):
    return next(one for one in spec.probes if one.name == name)


def test_what_explains_can_be_set_to_its_last_parameter(clone):
    test, made = clone
    assert probe(made[-1], "integrated_gradients").params == {}
    field(test, "selectbox", "integrated_gradients-baseline").set_value("zero")
    field(test, "selectbox", "leave_one_out-removal").set_value("delete")
    field(test, "selectbox", "leave_one_out-output").set_value("logit")
    field(test, "number_input", "integrated_gradients-max_nodes").set_value(65)
    check(test.run())
    assert probe(made[-1], "integrated_gradients").params == {"baseline": "zero", "max_nodes": 65}
    assert probe(made[-1], "leave_one_out").params == {"removal": "delete", "output": "logit"}
    field(test, "selectbox", "integrated_gradients-baseline").set_value("mask")
    check(test.run())
    assert probe(made[-1], "integrated_gradients").params == {"max_nodes": 65}, "a default is not written down"


def test_each_field_says_what_it_does_and_keeps_to_its_bounds(clone):
    test, _ = clone
    box = field(test, "number_input", "integrated_gradients-max_nodes")
    assert (box.min, box.max, box.value) == (9, 1024, 129)
    assert "not converged" in box.help
    assert "padding token" in field(test, "selectbox", "integrated_gradients-baseline").help
    folded = next(one for one in test.expander if one.label == "Advanced")
    assert any(one.key == "quick-explainer-integrated_gradients-baseline" for one in folded.selectbox)


def upload(store, path, text):
    path.write_text(text)
    return store.add_upload(path, path.name).sha256


def test_a_reference_table_is_named_beside_the_audited_one(clone, store, tmp_path, app):
    test, made = clone
    assert made[-1].reference is None
    rows = "".join(f"a film of {n} parts,{'positive' if n % 2 else 'negative'}\n" for n in range(8))
    then = upload(store, tmp_path / "then.csv", f"text,label\n{rows}")
    check(test.run())
    box = next(one for one in test.selectbox if one.key == "audit-reference")
    assert made[-1].table.path not in {str(option) for option in box.options}
    box.set_value(then)
    check(test.run())
    assert (made[-1].reference.path, made[-1].reference.name) == (then, "then.csv")
    bare = upload(store, tmp_path / "bare.csv", "text,other\na film,1\nanother film,2\n")
    check(test.run())
    next(one for one in test.selectbox if one.key == "audit-reference").set_value(bare)
    check(test.run())
    assert "bare.csv has nothing for these columns" in seen(test)
