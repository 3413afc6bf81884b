"""Every place that lists a run says what it came to: its verdict where it finished, that an error stopped it where one did."""

from __future__ import annotations

import pytest
from pages import seen
from runs import make_run

from audit.language.verdicts import of_run


@pytest.fixture
def runs(store, tmp_path):
    return make_run(store, tmp_path, rows=16), make_run(store, tmp_path, rows=16, seed=1, status="failed", done=0.0)


def test_lists_say_verdicts_and_what_an_error_stopped(app, store, runs):
    finished, _ = runs
    said = of_run(store.run(finished.id).verdict)
    for page in ("overview", "runs"):
        shown = seen(app(page))
        assert said in shown, page
        assert "Stopped by an error" in shown, page
        assert "Failed" not in shown, page
    assert said in seen(app("runs", run=finished.id))
    assert said in seen(app("report", run=finished.id))


def test_the_overview_counts_both(app, store, runs):
    finished, _ = runs
    told = {metric.label: metric.value for metric in app("overview").metric}
    assert [told[name] for name in ("Audits", "Stopped by an error", "Going on")] == ["2", "1", "0"]
    verdict = store.run(finished.id).verdict
    assert told[of_run(verdict)] == "1"
    assert sum(int(told[of_run(v)]) for v in ("PASS", "FAIL", "INCONCLUSIVE")) == 1
