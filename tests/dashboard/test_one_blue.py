"""One blue button a screen: what the page is about now. Where no worker runs, starting one is that only where nothing else is."""

from __future__ import annotations

import pytest
from runs import make_run

from dashboard.app import VIEWS
from dashboard.views.report import SECTIONS


def blue(test):
    return [button.key for button in test.button if button.proto.type == "primary"]


@pytest.mark.parametrize("page", [name for name in VIEWS if name != "report"])
@pytest.mark.parametrize("filled", [False, True])
def test_a_page_has_one_blue_button(app, store, tmp_path, page, filled):
    if filled:
        make_run(store, tmp_path, rows=16)
    assert len(blue(app(page))) <= 1


@pytest.mark.parametrize(
    ("state", "wanted"),
    [("finished", "do-report"), ("running", "start-worker"), ("paused", "do-Resume"), ("failed", None)],
)
def test_a_run_has_one_blue_button(app, store, tmp_path, state, wanted):
    run = make_run(store, tmp_path, rows=16, status=state, done=0.5)
    found = blue(app("runs", run=run.id))
    assert len(found) == 1
    assert wanted in (None, *found)


def test_a_section_of_a_report_has_one_blue_button(app, store, tmp_path):
    run = make_run(store, tmp_path, rows=16)
    for section in SECTIONS:
        assert len(blue(app("report", run=run.id, section=section))) <= 1, section


def test_an_audit_is_started_in_blue_though_no_worker_runs(app, store):
    test = app("new_audit")
    assert "start-worker" in [button.key for button in test.button]
    assert blue(test) == ["start"]
