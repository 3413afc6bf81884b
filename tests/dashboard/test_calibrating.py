"""Calibrating the model of a run on its page: what it would give, and keeping it."""

from __future__ import annotations

from pages import check, seen
from runs import make_run

from models import catalog


class Told:
    """What the model process says of the model."""

    done, error, seconds, parts, number, stopped = True, None, 0.1, (), 1, False

    def __init__(self, fingerprint):
        self.result = {"fingerprint": fingerprint}


def press(test, key):
    test.button(key=key).click().run()
    check(test)
    return test


def fitted(app, run):
    test = press(app("report", run=run.id, section="performance"), f"calibrate-fit-{run.id}")
    assert "fitted on" in seen(test)
    return test


def test_a_calibrated_model_is_fitted_judged_and_saved(app, store, tmp_path, monkeypatch):
    run = make_run(store, tmp_path, rows=240)
    monkeypatch.setattr("dashboard.run.calibrating.ask_once", lambda *_, **__: Told(run.model_fingerprint))
    test = fitted(app, run)
    [table] = [one.value for one in test.dataframe if "before" in one.value]
    assert {"Expected calibration error", "Accuracy"} <= set(table["score"])
    test.text_input(key=f"calibrate-name-{run.id}").set_value("believed")
    press(test, f"calibrate-save-{run.id}")
    entry = catalog.find("believed")
    assert entry.card["scaling"]["of"] == "sentiment"
    assert entry.card["scaling"]["run"] == run.id
    assert next(event.verb for event in store.events()) == "calibrate_model"
    shown = seen(app("models", model="believed"))
    assert "calibrated" in shown
    assert "of sentiment by temperature, fitted on" in shown


def test_another_model_of_that_name_is_not_calibrated_by_the_run(app, store, tmp_path, monkeypatch):
    run = make_run(store, tmp_path, rows=240)
    monkeypatch.setattr("dashboard.run.calibrating.ask_once", lambda *_, **__: Told("0" * 64))
    test = press(fitted(app, run), f"calibrate-save-{run.id}")
    assert "is not the one that run" in seen(test)
    assert catalog.find("sentiment-calibrated") is None


def test_too_few_texts_are_said(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=40)
    test = press(app("report", run=run.id, section="performance"), f"calibrate-fit-{run.id}")
    assert "100 are needed" in seen(test)


def test_the_card_of_somebody_else_may_say_anything(app, store):
    from dashboard.forms.model_card import _calibrated

    for odd in ({}, {"judged": 5}, {"judged": {"before": 3, "after": {"ece": "x"}}}, {"of": ["a"], "texts": None}):
        assert _calibrated(odd).startswith("of ")
