"""New audit asks behavioural suites: those that fit first, labels mapped, one of another run kept as it was."""

from __future__ import annotations

import pytest
from pages import check, seen
from runs import write_table

from audit.actions import suites
from audit.actor import local_user

OWN = """name = "films"
[[test]]
name = "blame"
type = "MFT"
label = "dreadful"
cases = ["It was dull."]
"""


@pytest.fixture
def ready(store, tmp_path):
    suites.save(local_user(), OWN)
    return store.add_upload(write_table(tmp_path / "t.csv", 12, ("negative", "positive"), seed=1), "t.csv")


def box(test):
    return next(one for one in test.multiselect if str(one.key).startswith("suites-"))


def test_those_that_fit_come_first_and_are_asked(app, store, ready):
    test = app("new_audit", model="sentiment", table=ready.sha256)
    options = box(test).options
    assert options[0].startswith("sentiment-english (922 cases)")
    assert "other labels or language" in options[-1]
    box(test).set_value(["sentiment-english", "films"]).run()
    check(test)
    assert "films: cases about dreadful are left out" in seen(test)
    mapped = next(one for one in test.selectbox if "dreadful" in str(one.label))
    mapped.set_value("negative").run()
    check(test)
    assert "are left out" not in seen(test)
    test.button(key="start").click().run()
    (run,) = store.runs().to_dict("records")
    asked = [probe for probe in store.run(run["id"]).spec["probes"] if probe["kind"] == "behaviour"]
    assert [probe["id"] for probe in asked] == ["suite:sentiment-english", "suite:films"]
    assert asked[1]["params"] == {"suite": "films", "content": OWN, "labels": {"dreadful": "negative"}}

    again = app("new_audit", clone=run["id"])
    assert list(box(again).value) == ["sentiment-english", "films"]
    suites.delete(local_user(), "films")
    again = app("new_audit", clone=run["id"])
    assert [str(one) for one in box(again).value] == ["sentiment-english", "films (suite:films)"]
    assert "films, as the run before asked it" in box(again).options


def test_a_suite_s_page_leads_to_an_audit_that_asks_it(app, store, ready):
    test = app("suites", suite="sentiment-english")
    assert "Audit a model with it" in [button.label for button in test.button]
    test = app("new_audit", behaviour="sentiment-english")
    assert box(test).value == ["sentiment-english"]
    assert test.selectbox(key="audit-model").value == "sentiment"
    assert box(app("new_audit", behaviour="films", model="sentiment")).value == ["films"]
    assert box(app("new_audit", behaviour="no such suite")).value == []
